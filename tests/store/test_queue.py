"""The queue in SQLite keeps the contract."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.contracts.queue import QueueContract
from vaultskillet.core.model import NotePath, Priority
from vaultskillet.ports.queue import Queue
from vaultskillet.store.database import Database
from vaultskillet.store.queue import SqliteQueue
from vaultskillet.store.store import SqliteStore


class TestSqliteQueue(QueueContract):
    """On disk."""

    @pytest.fixture
    def queue(self, store: SqliteStore) -> Queue:
        """Give an empty one."""
        return store.queue


def test_no_job_is_leased_twice_at_once(store: SqliteStore, path: Path) -> None:
    names = [NotePath(f"{number}.md") for number in range(60)]
    store.queue.put(names, priority=Priority.CHANGED, now=0)
    other = Database(path)
    leased: list[NotePath] = []

    def lease_all(queue: Queue) -> None:
        while jobs := queue.lease(3, now=0, lease_s=60):
            leased.extend(job.path for job in jobs)

    queues = (store.queue, store.queue, SqliteQueue(other))
    threads = [threading.Thread(target=lease_all, args=(queue,)) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(leased) == sorted(names)
