"""Periods of a digest: which there are, when each is due, and which were missed.

Whether a digest is due is told by the book of those that were made, never by when a clock last
rang: so sleep, summer time, another time zone or a clock that jumps neither lose nor double one.

A digest may be made before its period is over (on Sunday evening, say). It is then *unfinished*,
and is made once more when the period is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import islice, takewhile
from typing import assert_never

MOST_MISSED = 31
"""Periods that are made up for; after a longer absence the older ones are left out."""

_MOST_MOVED_S = 26 * 3600
"""Two places on earth are at most so far apart by the clock."""

_FIRST_LOOK = timedelta(hours=1)
_LAST_LOOK = timedelta(days=8 * 366)
"""How far back the end of the period before is looked for: 29 February may be eight years ago."""


class Unit(StrEnum):
    """How long a period of the calendar is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days, ISO weeks or months, by the local calendar."""

    unit: Unit
    at: time | None = None
    """When on its last day a digest is made; None: when that day is over."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Periods that end whenever a cron expression says so."""

    next_after: Callable[[datetime], datetime | None]
    """Gives the first moment after a given one, in its time zone; no wall time comes twice."""
    look_back: timedelta | None = None
    """How far a period reaches back; None: to the end of the one before."""


Rhythm = Calendar | Beat


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that one digest is about. Times are seconds since 1970 (UTC)."""

    id: str
    """`2026-03-14`, `2026-W11`, `2026-03`, or `2026-03-15T18:00` for a beat."""
    starts: float
    ends: float
    """Just after."""
    due: float
    """When its digest is to be made at the earliest."""
    named: datetime
    """What its name is made of: its first day, or the moment of the beat; local, without zone."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the book says of one period whose digest was made."""

    id: str
    starts: float
    ends: float
    until: float
    """It holds what there was up to then; before `ends`: it is unfinished."""

    @property
    def is_finished(self) -> bool:
        """Whether the digest holds all of its period."""
        return self.until >= self.ends


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done about a digest now."""

    periods: tuple[Period, ...] = ()
    """To be made, oldest first."""
    premature: tuple[Record, ...] = ()
    """Made while the clock was ahead: as they now stand in the book, unfinished."""
    gave_up: bool = False
    """Whether older ones were missed, too many to be made up for."""


def period_at(rhythm: Rhythm, moment: datetime) -> Period | None:
    """Give the period that a moment lies in; None for a beat that never comes again.

    Args:
        rhythm: of the digest.
        moment: with the time zone that days are counted in.
    """
    match rhythm:
        case Calendar():
            return _calendar(rhythm, moment.date(), _zone(moment))
        case Beat():
            end = rhythm.next_after(moment)
            return None if end is None else _beat(rhythm, end)
        case _:
            assert_never(rhythm)


def last_day(rhythm: Rhythm, period: Period) -> datetime:
    """Give the last day of a period, or the moment of a beat; local, without zone."""
    match rhythm:
        case Calendar(unit=Unit.WEEKLY):
            return period.named + timedelta(days=6)
        case Calendar(unit=Unit.MONTHLY):
            return (period.named + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            return period.named


def periods_back(rhythm: Rhythm, moment: datetime) -> Iterator[Period]:
    """Give the period that a moment lies in, then those before it, newest first."""
    period = period_at(rhythm, moment)
    if period is not None:
        yield period
    match rhythm:
        case Calendar():
            yield from _days_back(rhythm, moment)
        case Beat():
            end = _last_beat(rhythm, moment + timedelta(microseconds=1))
            while end is not None:
                yield _beat(rhythm, end)
                end = _last_beat(rhythm, end)
        case _:
            assert_never(rhythm)


def find_due(
    rhythm: Rhythm, moment: datetime, *, since: float, records: Mapping[str, Record]
) -> Due:
    """Say which periods' digests are to be made now.

    Args:
        rhythm: of the digest.
        moment: now, with a time zone.
        since: when the digest was asked for first; what ended before is nobody's business.
        records: of the periods that were made, by their id.
    """
    now = moment.timestamp()
    premature = tuple(
        replace(record, until=now) for record in records.values() if record.until > now
    )
    book = {**records, **{record.id: record for record in premature}}
    oldest = min([since, *(record.starts for record in book.values())]) - _MOST_MOVED_S
    back = takewhile(lambda period: period.ends > oldest, periods_back(rhythm, moment))
    begun = (period for period in back if period.starts <= now)
    # Abroad, a day before that of the first digest may seem to have been missed.
    first = min((record.id for record in book.values() if record.is_finished), default="")
    wanted = [
        period
        for period in islice(begun, MOST_MISSED + 1)
        if period.id in book or (period.ends > since and period.id > first)
    ]
    due = [period for period in wanted[:MOST_MISSED] if _is_due(period, book, now)]
    periods = []
    for period in reversed(due):
        period = joined(rhythm, period, book)  # noqa: PLW2901 - the same one, placed
        book[period.id] = Record(period.id, period.starts, period.ends, min(now, period.ends))
        periods.append(period)
    gave_up = len(wanted) > MOST_MISSED and _is_due(wanted[-1], book, now)
    return Due(tuple(periods), premature, gave_up)


def next_due(rhythm: Rhythm, moment: datetime, *, records: Mapping[str, Record]) -> float | None:
    """Give when a digest falls due that is not due yet; None: never."""
    now, zone = moment.timestamp(), _zone(moment)
    period = period_at(rhythm, moment)
    while period is not None:
        record = records.get(period.id)
        if record is None and period.due > now:
            return period.due
        if period.ends > now and (record is None or not record.is_finished):
            return period.ends
        period = period_at(rhythm, datetime.fromtimestamp(period.ends, zone))
    return None


def joined(rhythm: Rhythm, period: Period, records: Mapping[str, Record]) -> Period:
    """Give a period with the bounds that the book has for it, or leaves to it.

    Where the time zone moved, the calendar's own bounds would overlap with the last digest, or
    leave a gap.
    """
    known = records.get(period.id)
    if known is not None and known.is_finished:
        return replace(period, starts=known.starts, ends=known.ends)
    if isinstance(rhythm, Beat) and rhythm.look_back is not None:
        return period
    # Ids sort by time.
    earlier = (one for one in records.values() if one.id < period.id and one.is_finished)
    last = max(earlier, key=lambda one: one.id, default=None)
    if last is None or abs(last.ends - period.starts) > _MOST_MOVED_S:
        return period
    return replace(period, starts=last.ends, ends=max(period.ends, last.ends))


def _is_due(period: Period, records: Mapping[str, Record], now: float) -> bool:
    record = records.get(period.id)
    if record is None:
        return now >= period.due
    return not record.is_finished and now >= period.ends


def _calendar(rhythm: Calendar, day: date, zone: tzinfo) -> Period:
    """Give the period that a day lies in."""
    match rhythm.unit:
        case Unit.DAILY:
            first, after, name = day, day + timedelta(days=1), day.isoformat()
        case Unit.WEEKLY:
            first = day - timedelta(days=day.weekday())
            week = first.isocalendar()
            after, name = first + timedelta(days=7), f"{week.year:04d}-W{week.week:02d}"
        case Unit.MONTHLY:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
            name = f"{first:%Y-%m}"
        case _:
            assert_never(rhythm.unit)
    ends = _instant(after, time(), zone)
    due = ends if rhythm.at is None else _instant(after - timedelta(days=1), rhythm.at, zone)
    starts = _instant(first, time(), zone)
    return Period(name, starts, ends, min(due, ends), datetime.combine(first, time()))


def _days_back(rhythm: Calendar, moment: datetime) -> Iterator[Period]:
    """Give the periods before the one that a moment lies in, newest first, without end."""
    zone = _zone(moment)
    first = _calendar(rhythm, moment.date(), zone).named.date()
    while True:
        period = _calendar(rhythm, first - timedelta(days=1), zone)
        first = period.named.date()
        yield period


def _beat(rhythm: Beat, end: datetime) -> Period:
    """Give the period that ends at a beat."""
    wall = end.replace(tzinfo=None, fold=0)
    if rhythm.look_back is not None:
        start: datetime | None = (wall - rhythm.look_back).replace(tzinfo=end.tzinfo)
    else:
        start = _last_beat(rhythm, end)
    ends = end.timestamp()
    starts = ends if start is None else start.timestamp()
    return Period(f"{wall:%Y-%m-%dT%H:%M}", starts, ends, ends, wall)


def _last_beat(rhythm: Beat, before: datetime) -> datetime | None:
    """Give the last beat before a moment; None where there was none for years."""
    span = _FIRST_LOOK
    limit, zone = before.timestamp(), _zone(before)
    while span < _LAST_LOOK:
        start = datetime.fromtimestamp(limit - span.total_seconds(), zone)
        last, beat = None, rhythm.next_after(start)
        while beat is not None and beat.timestamp() < limit:
            last, beat = beat, rhythm.next_after(beat)
        if last is not None:
            return last
        span *= 2
    return None


def _instant(day: date, at: time, zone: tzinfo) -> float:
    """Give the instant of a wall time; one that summer time skips is the one it skips to."""
    return datetime.combine(day, at, zone).timestamp()


def _zone(moment: datetime) -> tzinfo:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.tzinfo
