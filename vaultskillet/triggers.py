"""When something scheduled comes next: cron and interval expressions. The home of APScheduler.

Its triggers and their syntax are used, not its scheduler: that one reads the system's clock, so
it stands still for as long as a clock was set back, and no test can step it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import tzlocal

_CRON_FIELDS: Final = 5
_LONGEST_GAP_S: Final = 3 * 3600.0
"""The clock is put forward by less."""
_SPAN: Final = re.compile(r"(\d+) (week|day|hour|minute|second)s?")

_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""An expression that comes at all comes after any time."""

_CLUE: Final = (
    "write a cron expression of five fields (0 18 * * sun) or an interval (1 hour 30 minutes)"
)


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields, as APScheduler reads it: 0 is Monday, `sun` is clearer."""

    text: str

    def next_after(self, moment: datetime) -> datetime | None:
        """Give the first time after a moment, in its time zone; None: never.

        In autumn an hour of the clock comes twice; what falls into it comes the first time only.
        In spring one is left out; what falls into it comes as much later.
        """
        zone, best = moment.tzinfo, None
        for wall in _walls_after(self.text, _scan_from(moment)):
            # A wall time that is left out is told by that of its instant being another one.
            found = datetime.fromtimestamp(wall.replace(tzinfo=zone).timestamp(), zone)
            if found.timestamp() <= moment.timestamp():
                continue
            best = found if best is None else min(best, found, key=datetime.timestamp)
            if found.replace(tzinfo=None, fold=0) == wall:
                break
        return best


@dataclass(frozen=True, slots=True)
class Interval:
    """So much time after the last time."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime | None:
        """Give the time that is one interval after a moment."""
        # By the seconds that pass, not by the clock on the wall, as APScheduler has it.
        return datetime.fromtimestamp(
            moment.timestamp() + self.every.total_seconds(), moment.tzinfo
        )


Trigger = Cron | Interval


def read_trigger(text: str) -> Trigger:
    """Read an expression.

    Raises:
        ValueError: it is neither a cron expression nor an interval; says how to write one.

    >>> read_trigger("1 hour 30 minutes")
    Interval(every=datetime.timedelta(seconds=5400))
    >>> read_trigger("0 18 * * sun")
    Cron(text='0 18 * * sun')
    """
    words = text.split()
    if words and _SPAN.match(" ".join(words)):
        return Interval(read_span(text))
    if len(words) != _CRON_FIELDS:
        raise ValueError(f"is no time: {_CLUE}")
    try:
        trigger = _cron_trigger(text)
    except (ValueError, LookupError) as error:
        raise ValueError(f"is no time: {str(error).splitlines()[0]}; {_CLUE}") from error
    if trigger.get_next_fire_time(None, _ANY_TIME) is None:
        raise ValueError("is a time that never comes")
    return Cron(" ".join(words))


def read_span(text: str) -> timedelta:
    """Read a stretch of time.

    Raises:
        ValueError: it is none, or is nothing.

    >>> read_span("2 weeks").days
    14
    """
    spelt = " ".join(text.split())
    found = _SPAN.findall(spelt)
    spans = {f"{unit}s": int(number) for number, unit in found}
    try:
        every = timedelta(**spans)
    except OverflowError as error:
        raise ValueError("is too long a time") from error
    whole = " ".join(match[0] for match in _SPAN.finditer(spelt))
    if not every or whole != spelt or len(spans) < len(found):
        raise ValueError("is no stretch of time: write it as in 14 days, or 1 hour 30 minutes")
    return every


def _scan_from(moment: datetime) -> datetime:
    """Give the wall time from which to look; where the clock was put forward, from before that."""
    before = datetime.fromtimestamp(moment.timestamp() - _LONGEST_GAP_S, moment.tzinfo)
    is_after_gap = before.utcoffset() != moment.utcoffset()
    return (before if is_after_gap else moment).replace(tzinfo=None, fold=0)


def _walls_after(text: str, wall: datetime) -> Iterator[datetime]:
    """Give the wall times after one.

    APScheduler reckons them as if the clock were never changed: left to itself, it passes over
    the midnight after a night with a change.
    """
    trigger = _cron_trigger(text)
    found: datetime | None = wall.replace(tzinfo=UTC)
    while found is not None:
        after = (found + timedelta(seconds=1)).replace(microsecond=0)
        found = trigger.get_next_fire_time(None, after)
        if found is not None:
            yield found.replace(tzinfo=None)


@lru_cache(maxsize=64)
def _cron_trigger(text: str) -> Any:  # noqa: ANN401 - it ships no types
    # Every command reads a configuration, few of them an expression.
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - slow to import

    return CronTrigger.from_crontab(text, timezone=UTC)


def zone_named(name: str | None) -> Callable[[], tzinfo]:
    """Give what tells the time zone of a name, or where there is none the machine's as it is."""
    return local_zone if name is None else partial(ZoneInfo, name)


def local_zone() -> tzinfo:
    """Give the machine's time zone as it is now: a laptop travels."""
    return tzlocal.reload_localzone()
