"""The ledger in SQLite keeps the contract."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.contracts.ledger import LedgerContract
from vaultskillet.core.model import NotePath, Skipped
from vaultskillet.ports.ledger import Ledger
from vaultskillet.store.database import Database
from vaultskillet.store.schema import MIGRATIONS
from vaultskillet.store.store import SqliteStore


class TestSqliteLedger(LedgerContract):
    """On disk."""

    @pytest.fixture
    def ledger(self, store: SqliteStore) -> Ledger:
        """Give an empty one."""
        return store.ledger


def test_rows_of_the_first_version_are_kept(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(MIGRATIONS[0])
        old.execute(
            "INSERT INTO ledger VALUES"
            " ('a.md', '1 2 3', 'raw', 'source', 'recipe', 'written', 'so', 'run', 1.5, '')"
        )
        old.execute("PRAGMA user_version = 1")
        old.commit()
    store = SqliteStore(Database(path))
    row = store.ledger.get([NotePath("a.md")])[NotePath("a.md")]
    store.close()
    assert (row.source, row.outcome, row.because) == ("source", "written", "so")
    assert (row.tier, row.prompt, row.model) == (None, "recipe", None)


def test_a_name_that_is_no_unicode_can_be_listed(store: SqliteStore) -> None:
    store.ledger.put_skipped([Skipped(NotePath("caf\udce9.md"), "its name is not UTF-8")])
    assert store.ledger.skipped() == [Skipped(NotePath(r"caf\udce9.md"), "its name is not UTF-8")]
