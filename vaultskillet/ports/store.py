"""The state as a whole: all that is kept of a vault, under one transaction."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from vaultskillet.ports.digests import Activity, Books, Outbox
from vaultskillet.ports.index import Index
from vaultskillet.ports.journal import Journal
from vaultskillet.ports.ledger import Ledger
from vaultskillet.ports.proposals import Proposals
from vaultskillet.ports.queue import Queue
from vaultskillet.ports.routes import Routes
from vaultskillet.ports.runs import Runs


class Store(Protocol):
    """The state of one vault."""

    @property
    def ledger(self) -> Ledger:
        """What is known of each note."""
        ...

    @property
    def queue(self) -> Queue:
        """The jobs that are due."""
        ...

    @property
    def journal(self) -> Journal:
        """Every write."""
        ...

    @property
    def proposals(self) -> Proposals:
        """What waits for a person's verdict."""
        ...

    @property
    def index(self) -> Index:
        """What the notes are about."""
        ...

    @property
    def routes(self) -> Routes:
        """What became of each route."""
        ...

    @property
    def runs(self) -> Runs:
        """The last runs."""
        ...

    @property
    def activity(self) -> Activity:
        """When notes were made and changed."""
        ...

    @property
    def books(self) -> Books:
        """Which digests were made, and which are due."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What is to be sent."""
        ...

    def get_meta(self, key: str) -> str | None:
        """Give a small value kept under a name; None where there is none."""
        ...

    def put_meta(self, key: str, value: str) -> None:
        """Keep a small value under a name."""
        ...

    def tidy(self) -> None:
        """Let the database look after itself: its statistics, its log, the space it holds."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make all that is done inside one durable unit; nested ones join the outer.

        Raises:
            StoreError: it could not be committed; nothing of it happened.
        """
        ...

    def close(self) -> None:
        """Close the database; may be called twice."""
        ...
