"""The cadence: calls what enqueues, at its time, and no more. The home of APScheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Cadence:
    """Calls functions at intervals, on a thread of its own; each must return at once."""

    def __init__(self) -> None:
        # A call that was missed while the machine slept is made up for, once.
        self._scheduler = BackgroundScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        # It logs each call at INFO, which is nothing that a user did or got.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)

    def every(self, seconds: float, name: str, call: Callable[[], None]) -> None:
        """Call a function every so many seconds, the first time after as many."""
        trigger = IntervalTrigger(seconds=seconds)
        self._scheduler.add_job(call, trigger, id=name, name=name)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Make no further calls; returns when none is under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
