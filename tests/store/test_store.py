"""The store in SQLite keeps the contract, and what a reader of the whole may expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.store import StoreContract
from vaultskillet.core.model import NotePath, Priority, RunId, Skipped
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore


class TestSqliteStore(StoreContract):
    """On disk."""

    @pytest.fixture
    def store(self, database: Database) -> SqliteStore:
        """Give an empty one."""
        return SqliteStore(database)


def test_a_damaged_database_is_reported(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"# a note, not a database\n" * 400)
    store = SqliteStore(Database(path))
    assert store.set_aside is not None
    store.close()


def test_only_so_many_runs_are_kept(store: SqliteStore) -> None:
    with store.transaction():
        for number in range(1010):
            store.runs.start(RunId(f"{number:04}"), at=number)
    runs = store.runs.last(2000)
    assert (len(runs), runs[0].id, runs[-1].id) == (1000, "1009", "0010")


def test_nothing_to_do_writes_nothing(store: SqliteStore, path: Path) -> None:
    skipped = [Skipped(NotePath("a.md"), "empty"), Skipped(NotePath("b.md"), "template")]
    store.ledger.put_skipped(skipped)
    log = Path(f"{path}-wal")
    before = log.stat()
    store.ledger.put_skipped(skipped)
    store.ledger.put([])
    store.queue.put([], priority=Priority.CHANGED, now=0)
    store.queue.lease(10, now=0, lease_s=60)
    store.queue.recover()
    store.journal.prune(before=1e9, keep_bytes=0)
    assert log.stat() == before
