"""The routes in SQLite keep the contract."""

from __future__ import annotations

import pytest

from tests.contracts.routes import RoutesContract
from vaultskillet.ports.routes import Routes
from vaultskillet.store.store import SqliteStore


class TestSqliteRoutes(RoutesContract):
    """On disk."""

    @pytest.fixture
    def routes(self, store: SqliteStore) -> Routes:
        """Give an empty one."""
        return store.routes
