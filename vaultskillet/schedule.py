"""The schedule: calls what enqueues, at its time, and no more.

Each sort of work has one entry, which is due by its own last time, kept in the state: what fell
due while nothing ran is done once at the next start, and a clock that was set back holds nothing
up. The clock is looked at every few minutes, so that sleep and jumps are noticed.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from vaultskillet.errors import StoreError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.store import Store

log = logging.getLogger(__name__)

LOOK_S = 300.0
"""The longest time between two looks at the clock, in seconds."""
LEAST_S = 1.0
OUT_OF_REACH_S = 60.0
"""How long to rest when the state cannot be reached."""
KEPT_S = 6 * 3600.0
"""What comes again sooner than this is recorded only so often: at rest, nothing is written."""
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of each day, in minutes since midnight; it may run over midnight."""

    start: int
    end: int

    def has(self, moment: datetime) -> bool:
        """Say whether a moment lies in it."""
        minute = moment.hour * 60 + moment.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def next_start(self, moment: datetime) -> datetime:
        """Give when it begins the next time."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        today = midnight + timedelta(minutes=self.start)
        return today if today > moment else today + timedelta(days=1)


def read_hours(text: str) -> Hours:
    """Read `07:00-23:00`, which the configuration has checked.

    >>> read_hours("22:00-06:30")
    Hours(start=1320, end=390)
    """
    start, end = ((int(part[:2]) * 60 + int(part[3:])) for part in text.split("-"))
    return Hours(start % _DAY_MIN, end)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sort of work."""

    name: str
    next_after: Callable[[datetime], datetime | None]
    """Gives when it is due after the last time; None: not by itself."""
    call: Callable[[], None]
    """Returns at once: it enqueues, no more."""
    hours: Hours | None = None
    """When it may run; None: at any time."""
    only_on_mains: bool = False


@dataclass(frozen=True, slots=True)
class EntryState:
    """How things stand with one sort of work, for people. Seconds since 1970 (UTC)."""

    name: str
    last_at: float | None
    next_at: float | None
    waits_for: str = ""
    """`mains` or `active hours`, where it is due and held back; else empty."""


class Timetable:
    """All entries, against the clock and what is kept of their last times."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        store: Store,
        clock: Clock,
        zone: Callable[[], tzinfo],
        on_mains: Callable[[], bool],
    ) -> None:
        """Make a timetable.

        Args:
            entries: one a sort of work.
            store: keeps their last times.
            clock: the time.
            zone: gives the time zone in which hours and cron expressions are meant.
            on_mains: says whether the machine runs on mains.
        """
        self._entries = entries
        self._store = store
        self._clock = clock
        self._zone = zone
        self._on_mains = on_mains
        self._bases: dict[str, float] = {}
        """When each ran last in this process, or was first heard of."""

    def tick(self) -> float:
        """Call what is due; give the seconds until the next look.

        Raises:
            StoreError: the state cannot be read or written.
        """
        moment = self._moment()
        waits = [self._tick(entry, moment) for entry in self._entries]
        return min([LOOK_S, *waits])

    def _tick(self, entry: Entry, moment: datetime) -> float:
        now = moment.timestamp()
        base = self._base(entry, now)
        due = entry.next_after(datetime.fromtimestamp(base, moment.tzinfo))
        if due is None:
            return LOOK_S
        if due.timestamp() > now:
            return max(LEAST_S, due.timestamp() - now)
        if entry.hours and not entry.hours.has(moment):
            return max(LEAST_S, entry.hours.next_start(moment).timestamp() - now)
        if entry.only_on_mains and not self._on_mains():
            return LOOK_S
        self._bases[entry.name] = now
        self._keep(entry, moment)
        entry.call()
        return LEAST_S

    def _base(self, entry: Entry, now: float) -> float:
        """Give the last time; one that lies ahead is a clock's fault, and counts as now."""
        base = self._bases.get(entry.name)
        if base is None:
            kept = self._kept(entry)
            base = kept.get("last") or kept.get("since")
            if base is None:
                base = now
                self._store.put_meta(_key(entry), json.dumps({"since": now}))
        self._bases[entry.name] = min(base, now)
        return self._bases[entry.name]

    def _keep(self, entry: Entry, moment: datetime) -> None:
        """Record the last time, where a start without it could do the work twice in vain."""
        now, last = moment.timestamp(), self._kept(entry).get("last")
        again = entry.next_after(moment)
        is_frequent = again is not None and again.timestamp() - now < KEPT_S
        if not is_frequent or last is None or not 0 <= now - last < KEPT_S:
            self._store.put_meta(_key(entry), json.dumps({"last": now}))

    def _kept(self, entry: Entry) -> dict[str, float]:
        kept: dict[str, float] = json.loads(self._store.get_meta(_key(entry)) or "{}")
        return kept

    def states(self) -> list[EntryState]:
        """Tell how things stand with each entry, by what is kept."""
        return [self._state(entry, self._moment()) for entry in self._entries]

    def _state(self, entry: Entry, moment: datetime) -> EntryState:
        now, kept = moment.timestamp(), self._kept(entry)
        base = min(kept.get("last") or kept.get("since") or now, now)
        due = entry.next_after(datetime.fromtimestamp(base, moment.tzinfo))
        waits_for = ""
        if due is not None and due.timestamp() <= now:
            if entry.hours and not entry.hours.has(moment):
                waits_for = "active hours"
                due = entry.hours.next_start(moment)
            elif entry.only_on_mains and not self._on_mains():
                waits_for = "mains"
        next_at = None if due is None else due.timestamp()
        return EntryState(entry.name, kept.get("last"), next_at, waits_for)

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), self._zone())


class Cadence:
    """Looks at a timetable, on a thread of its own."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Make no further calls; returns when none is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait_s = self._timetable.tick()
            except StoreError as error:
                log.warning("out of reach, will be tried again", extra={"because": str(error)})
                wait_s = OUT_OF_REACH_S
            self._stopping.wait(wait_s)


def _key(entry: Entry) -> str:
    return f"schedule {entry.name}"
