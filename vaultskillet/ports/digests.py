"""What digests need to be remembered, as Protocols: activity, the book of digests, the outbox.

Each has one contract suite in `tests/contracts`, as the other ports have. Times are seconds
since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vaultskillet.core.model import NotePath
from vaultskillet.core.periods import Period, Record
from vaultskillet.core.touch import Touch, Touched


class Activity(Protocol):
    """When notes were made and changed."""

    def put(self, touches: Iterable[Touch]) -> None:
        """Remember changes; of several within a quarter of an hour, the last."""
        ...

    def between(
        self, starts: float, ends: float, *, late_since: float | None = None
    ) -> list[Touched]:
        """Give the notes that were made or changed in a stretch of time, the latest first.

        Args:
            starts: its beginning.
            ends: just after its end.
            late_since: notes that were changed before, but that we learned of only after this
                moment, belong to it too: a sync service brought them late. None: they do not.
        """
        ...

    def moments(self, starts: float, ends: float) -> list[float]:
        """Give all that is known of when notes were made or changed, in no order."""
        ...

    def paths(self) -> set[NotePath]:
        """Give every note that something is known of."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep its past; what stood there is replaced."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        ...


@dataclass(frozen=True, slots=True)
class BookId:
    """Whose book: a digest by its name and its rhythm; with another rhythm it starts anew."""

    name: str
    rhythm: str
    """As the configuration spells it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A digest that was made, or turned out to be empty."""

    record: Record
    at: float
    outcome: str
    """`written`, `empty` or `left`."""
    because: str = ""
    path: NotePath | None = None
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class DigestJob:
    """A digest that is due."""

    book: BookId
    period: Period
    attempts: int = 0
    not_before: float = 0.0
    because: str = ""
    """Why it failed the last time."""
    given_up: bool = False


class Books(Protocol):
    """Which digests were made, and which are due: the queue of digests."""

    def made(self, book: BookId) -> dict[str, Made]:
        """Give what was made, by the id of its period."""
        ...

    def put(self, book: BookId, made: Made) -> None:
        """Record a digest; it replaces what was recorded of that period."""
        ...

    def enqueue(self, jobs: Sequence[DigestJob], *, anew: bool = False) -> None:
        """Make digests due; one that waits already, or was given up, stays as it is.

        Args:
            jobs: one a book and period.
            anew: put them in the place of what waits.
        """
        ...

    def jobs(self) -> list[DigestJob]:
        """Give what is due, waits for another try or was given up, oldest period first."""
        ...

    def drop(self, job: DigestJob) -> None:
        """Take a job out of the queue."""
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """A digest on its way out of the vault."""

    book: BookId
    period: str
    """Its id."""
    channel: str
    """`mail` or `webhook`."""
    subject: str
    text: str
    """Redacted Markdown; empty once it was sent."""
    attempts: int = 0
    not_before: float = 0.0
    because: str = ""
    sent_at: float | None = None


class Outbox(Protocol):
    """What is to be sent, and was; each digest goes out once a channel."""

    def put(self, parcel: Parcel) -> None:
        """Keep a parcel to be sent; one of that digest and channel that is known stays."""
        ...

    def waiting(self) -> list[Parcel]:
        """Give what was not sent yet, the soonest first."""
        ...

    def update(self, parcel: Parcel) -> None:
        """Replace a parcel that is known."""
        ...


@dataclass(frozen=True, slots=True)
class DigestState:
    """How things stand with one digest, for people. Times are seconds since 1970 (UTC)."""

    name: str
    period: str
    """Daily, weekly, monthly or a cron expression."""
    next_at: float | None
    last: Made | None
    waiting: tuple[DigestJob, ...]
    """Due, to be tried again, or given up."""
