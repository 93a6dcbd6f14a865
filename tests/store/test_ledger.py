"""The ledger in SQLite keeps the contract."""

from __future__ import annotations

import pytest

from tests.contracts.ledger import LedgerContract
from vaultskillet.core.model import NotePath, Skipped
from vaultskillet.ports import Ledger
from vaultskillet.store.store import SqliteStore


class TestSqliteLedger(LedgerContract):
    """On disk."""

    @pytest.fixture
    def ledger(self, store: SqliteStore) -> Ledger:
        """Give an empty one."""
        return store.ledger


def test_a_name_that_is_no_unicode_can_be_listed(store: SqliteStore) -> None:
    store.ledger.put_skipped([Skipped(NotePath("caf\udce9.md"), "its name is not UTF-8")])
    assert store.ledger.skipped() == [Skipped(NotePath(r"caf\udce9.md"), "its name is not UTF-8")]
