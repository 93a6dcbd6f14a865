"""The proposals in SQLite keep the contract."""

from __future__ import annotations

import pytest

from tests.contracts.proposals import ProposalsContract
from vaultskillet.ports.store import Store
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore


class TestSqliteProposals(ProposalsContract):
    """On disk."""

    @pytest.fixture
    def store(self, database: Database) -> Store:
        """Give an empty one."""
        return SqliteStore(database)
