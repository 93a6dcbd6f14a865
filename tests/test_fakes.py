"""The fakes keep the contracts of what they stand for."""

from __future__ import annotations

import pytest

from tests.contracts.digests import DigestContract
from tests.contracts.journal import JournalContract
from tests.contracts.ledger import LedgerContract
from tests.contracts.proposals import ProposalsContract
from tests.contracts.queue import QueueContract
from tests.contracts.routes import RoutesContract
from tests.contracts.store import StoreContract
from tests.fakes import FakeClock, FakeJournal, FakeLedger, FakeQueue, FakeRoutes, FakeStore
from vaultskillet.ports.journal import Journal
from vaultskillet.ports.ledger import Ledger
from vaultskillet.ports.queue import Queue
from vaultskillet.ports.routes import Routes
from vaultskillet.ports.store import Store


class TestFakeQueue(QueueContract):
    """In memory."""

    @pytest.fixture
    def queue(self) -> Queue:
        """Give an empty one."""
        return FakeQueue()


class TestFakeLedger(LedgerContract):
    """In memory."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        """Give an empty one."""
        return FakeLedger()


class TestFakeJournal(JournalContract):
    """In memory."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        """Give an empty one."""
        return FakeLedger()

    @pytest.fixture
    def journal(self, ledger: FakeLedger) -> Journal:
        """Give an empty one."""
        return FakeJournal(ledger)


class TestFakeProposals(ProposalsContract):
    """In memory."""

    @pytest.fixture
    def store(self) -> Store:
        """Give an empty one."""
        return FakeStore()


class TestFakeRoutes(RoutesContract):
    """In memory."""

    @pytest.fixture
    def routes(self) -> Routes:
        """Give an empty one."""
        return FakeRoutes()


class TestFakeDigests(DigestContract):
    """In memory."""

    @pytest.fixture
    def store(self) -> Store:
        """Give an empty one."""
        return FakeStore()


class TestFakeStore(StoreContract):
    """In memory."""

    @pytest.fixture
    def store(self) -> Store:
        """Give an empty one."""
        return FakeStore()


def test_the_clock_moves_only_when_stepped() -> None:
    clock = FakeClock(now=10)
    clock.step(-2.5)
    assert clock.now() == clock.now() == 7.5
