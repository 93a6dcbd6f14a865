"""What is remembered of a note that somebody changed."""

from __future__ import annotations

from dataclasses import dataclass

from vaultskillet.core.model import NotePath


@dataclass(frozen=True, slots=True)
class Touch:
    """A note as somebody left it. Times are seconds since 1970 (UTC)."""

    path: NotePath
    at: float
    """When it was changed."""
    seen: float
    """When we learned of it; 0: with the whole vault, the first time."""
    words: int
    finished: bool
    born: float | None
    """When it was made; None: nobody knows."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What a stretch of time did to a note."""

    path: NotePath
    at: float
    """Of its last change in that time."""
    born: float | None
    words: int
    """After the last change in that time, or else the first that is known of."""
    words_before: int | None
    """At its beginning; None: not known."""
    finished_before: bool
    """Whether it was known to be finished at its beginning."""
