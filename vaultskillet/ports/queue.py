"""The jobs that are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vaultskillet.core.model import Job, NotePath, Priority


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How full the queue is."""

    waiting: int
    leased: int
    buried: int


@dataclass(frozen=True, slots=True)
class Buried:
    """A job that was given up, and why."""

    path: NotePath
    attempts: int
    because: str
    at: float
    """Seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """A job that was tried in vain and waits for another try, and why."""

    path: NotePath
    attempts: int
    """Failures that count; what only waits for its engine has none."""
    because: str
    until: float
    """Seconds since 1970 (UTC)."""


class Queue(Protocol):
    """The jobs that are due: one a note, however often it changed. Times are seconds, UTC."""

    def put(
        self,
        paths: Iterable[NotePath],
        *,
        priority: Priority,
        now: float,
        not_before: float = 0.0,
        force: bool = False,
    ) -> None:
        """Make notes due.

        Every put raises the generation. A note that waits already keeps its place and the
        sooner priority, and takes the later `not_before`; with `force` it takes this one,
        since a person asked. One that is leased will be due again, with force only if this
        put has it. One that was buried starts anew.
        """
        ...

    def lease(
        self,
        limit: int,
        *,
        now: float,
        lease_s: float,
        only: frozenset[NotePath] | None = None,
        most: Priority = Priority.BACKFILL,
    ) -> list[Job]:
        """Take up to `limit` due jobs: by priority, then the longest waiting.

        Nobody else gets them until `now + lease_s`. A job whose lease ran out is due again;
        once somebody took it anew, or it was forgotten, the former holder has no say in it:
        `again`, `retry` and `bury` do nothing, `done` only what is true in any case.

        Args:
            limit: at most so many.
            now: the time.
            lease_s: how long the lease holds, in seconds.
            only: none but these; None: any.
            most: none that come after this priority.
        """
        ...

    def done(self, jobs: Sequence[Job]) -> None:
        """Finish leased jobs; one whose generation rose meanwhile is due again, as if new."""
        ...

    def again(self, jobs: Sequence[Job], *, not_before: float, because: str) -> None:
        """Give leased jobs back without counting a failure."""
        ...

    def retry(self, job: Job, *, not_before: float, because: str) -> None:
        """Give a leased job back and count a failure."""
        ...

    def bury(self, job: Job, *, now: float, because: str) -> None:
        """Count a failure and give a leased job up.

        One whose generation rose is due again instead, as if new.
        """
        ...

    def recover(self) -> int:
        """Make every leased job due again; give how many.

        For the start of the one worker: whoever held a lease then is dead.
        """
        ...

    def bring_forward(self, *, by: float, latest: float) -> None:
        """Let all that waits come due sooner, since the clock was set back.

        Args:
            by: so many seconds.
            latest: and nothing later than this.
        """
        ...

    def hasten(self, *, now: float, before: float) -> None:
        """Make due now what would come due before some time, since a person asks for it."""
        ...

    def revive(self, paths: Iterable[NotePath] | None, *, now: float) -> int:
        """Make buried jobs due again (None: all); give how many."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Drop the jobs of notes that are gone."""
        ...

    def counts(self, *, now: float) -> QueueCounts:
        """Count the jobs."""
        ...

    def next_due(self) -> float | None:
        """Give the earliest time at which a job may be leased, which may be past.

        None when there is no job but buried ones.
        """
        ...

    def delayed(self, *, now: float) -> list[Delayed]:
        """List what was given back and is not under way, by path."""
        ...

    def buried(self) -> list[Buried]:
        """List what was given up, by path."""
        ...
