"""Activity, books and outbox in SQLite keep the contract."""

from __future__ import annotations

import pytest

from tests.contracts.digests import DigestContract
from vaultskillet.ports.store import Store
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore


class TestSqliteDigests(DigestContract):
    """On disk."""

    @pytest.fixture
    def store(self, database: Database) -> Store:
        """Give an empty one."""
        return SqliteStore(database)
