"""The time, and the names that are made of it."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from vaultskillet.core.model import RunId


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Give the time, in seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Give a time that never runs backwards, in seconds."""
        return time.monotonic()


def new_run_id(now: float) -> RunId:
    """Name a run that starts now; names sort by time."""
    started = datetime.fromtimestamp(now, UTC)
    return RunId(f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}")
