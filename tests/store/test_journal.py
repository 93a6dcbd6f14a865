"""The journal in SQLite keeps the contract."""

from __future__ import annotations

import pytest

from tests.contracts.journal import JournalContract
from vaultskillet.ports.journal import Journal
from vaultskillet.ports.ledger import Ledger
from vaultskillet.store.store import SqliteStore


class TestSqliteJournal(JournalContract):
    """On disk."""

    @pytest.fixture
    def ledger(self, store: SqliteStore) -> Ledger:
        """Give an empty one."""
        return store.ledger

    @pytest.fixture
    def journal(self, store: SqliteStore) -> Journal:
        """Give an empty one."""
        return store.journal
