"""Where notes were sent, and what became of what was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vaultskillet.core.model import Category, Complexity, Fate, NotePath, RunId, Tier


@dataclass(frozen=True, slots=True)
class RoutedWrite:
    """What was written to a note in a run, and by which route it came about."""

    path: NotePath
    run: RunId
    at: float
    """Seconds since 1970 (UTC)."""
    tier: Tier
    model: str
    """Who wrote it, as people know it."""
    category: Category
    complexity: Complexity
    because: str
    """Why it went there, for a person."""
    fate: Fate = Fate.KEPT


@dataclass(frozen=True, slots=True)
class RouteCounts:
    """What became of all that one route led to, in writes."""

    tier: Tier
    category: Category
    kept: int = 0
    edited: int = 0
    undone: int = 0


class Routes(Protocol):
    """Which route each write came about by, and what became of it: to judge the routing by."""

    def put(self, writes: Sequence[RoutedWrite]) -> None:
        """Record writes; one of the same note and run is replaced."""
        ...

    def of(self, path: NotePath) -> list[RoutedWrite]:
        """Give the writes to a note, newest first."""
        ...

    def mark_edited(self, paths: Iterable[NotePath]) -> None:
        """Record that the user changed what was written last to these notes."""
        ...

    def mark_undone(self, path: NotePath, run: RunId) -> None:
        """Record that what a run wrote to a note was taken back."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the writes to a renamed note follow it."""
        ...

    def counts(self) -> list[RouteCounts]:
        """Count the fates, by tier and category in the order of their names."""
        ...

    def prune(self, *, before: float) -> int:
        """Drop what is older than this, in seconds since 1970 (UTC); give how many."""
        ...
