"""The time."""

from __future__ import annotations

import time


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Give the time, in seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Give a time that never runs backwards, in seconds."""
        return time.monotonic()
