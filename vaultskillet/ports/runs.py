"""The runs, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from vaultskillet.core.model import RunId


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did, in notes."""

    written: int = 0
    left: int = 0
    failed: int = 0
    proposed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of vaultskillet on the vault."""

    id: RunId
    started: float
    """Seconds since 1970 (UTC)."""
    ended: float | None = None
    """None: it is still going, or was killed."""
    counts: RunCounts = field(default_factory=RunCounts)


class Runs(Protocol):
    """The last runs, for people."""

    def start(self, run: RunId, *, at: float) -> None:
        """Record that a run started."""
        ...

    def end(self, run: RunId, *, at: float, counts: RunCounts) -> None:
        """Record that a run ended, and what it did."""
        ...

    def last(self, limit: int) -> list[Run]:
        """Give the last runs, newest first."""
        ...
