"""The queue in SQLite keeps the contract."""

from __future__ import annotations

import pytest

from tests.contracts.queue import QueueContract
from vaultskillet.ports import Queue
from vaultskillet.store.store import SqliteStore


class TestSqliteQueue(QueueContract):
    """On disk."""

    @pytest.fixture
    def queue(self, store: SqliteStore) -> Queue:
        """Give an empty one."""
        return store.queue
