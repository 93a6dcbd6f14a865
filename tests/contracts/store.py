"""What every `Store` does as a whole, its runs and small values included."""

from __future__ import annotations

import pytest

from vaultskillet.core.model import NotePath, Priority, RunId, Stamp, digest_of
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.queue import QueueCounts
from vaultskillet.ports.runs import Run, RunCounts
from vaultskillet.ports.store import Store

A = NotePath("a.md")
ROW = LedgerRow(A, Stamp(1, 2, 3), digest_of(b"a note"))
FIRST, SECOND, THIRD = (RunId(f"2026010{day}T120000") for day in (1, 2, 3))


class StoreContract:
    """The suite; a subclass gives the `store` to run it on."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    def test_a_transaction_holds_all_that_is_done_inside(self, store: Store) -> None:
        with store.transaction():
            store.ledger.put([ROW])
            with store.transaction():
                store.queue.put([A], priority=Priority.CHANGED, now=0)
        assert store.ledger.get([A]) == {A: ROW}
        assert store.queue.counts(now=0) == QueueCounts(waiting=1, leased=0, buried=0)

    def test_nothing_of_a_transaction_that_fails_happened(self, store: Store) -> None:
        def fail() -> None:
            with store.transaction():
                store.ledger.put([ROW])
                store.queue.put([A], priority=Priority.CHANGED, now=0)
                store.runs.start(FIRST, at=0)
                store.put_meta("last sweep", "1")
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert store.ledger.get([A]) == {}
        assert store.queue.next_due() is None
        assert store.runs.last(1) == []
        assert store.get_meta("last sweep") is None

    def test_a_small_value_is_kept_until_replaced(self, store: Store) -> None:
        store.put_meta("last sweep", "1")
        store.put_meta("last sweep", "2")
        assert store.get_meta("last sweep") == "2"
        assert store.get_meta("never put") is None

    def test_the_last_runs_come_newest_first(self, store: Store) -> None:
        for at, run in enumerate((FIRST, SECOND, THIRD)):
            store.runs.start(run, at=at)
        counts = RunCounts(written=3, left=2, failed=1, proposed=4)
        store.runs.end(SECOND, at=1.5, counts=counts)
        assert store.runs.last(2) == [
            Run(THIRD, started=2),
            Run(SECOND, started=1, ended=1.5, counts=counts),
        ]

    def test_closing_twice_is_harmless(self, store: Store) -> None:
        store.close()
        store.close()
