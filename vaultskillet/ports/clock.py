"""The time, as a port."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The time, so that tests can step it."""

    def now(self) -> float:
        """Give the time, in seconds since 1970 (UTC)."""
        ...

    def monotonic(self) -> float:
        """Give a time that never runs backwards, in seconds since some moment."""
        ...
