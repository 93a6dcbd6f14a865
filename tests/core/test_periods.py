"""Periods, and that each is made exactly once, whatever the clock and the process do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultskillet.core.periods import (
    MOST_MISSED,
    Beat,
    Calendar,
    Period,
    Record,
    Rhythm,
    Unit,
    find_due,
    joined,
    last_day,
    next_due,
    period_at,
    periods_back,
)
from vaultskillet.triggers import Cron

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Calendar(Unit.DAILY)
WEEKLY = Calendar(Unit.WEEKLY)
EVENING = Calendar(Unit.WEEKLY, time(18))
NIGHTLY = Beat(Cron("0 0 * * *").next_after)


def every(hours: int, *, look_back: timedelta | None = None) -> Beat:
    """Give a beat at each wall time whose hour is a multiple of so many."""

    def next_after(moment: datetime) -> datetime:
        wall = moment.replace(tzinfo=None, minute=0, second=0, microsecond=0, fold=0)
        while True:
            wall += timedelta(hours=1)
            beat = wall.replace(tzinfo=moment.tzinfo)
            if wall.hour % hours == 0 and beat.timestamp() > moment.timestamp():
                return beat

    return Beat(next_after, look_back)


def at(text: str, zone: tzinfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def known(rhythm: Rhythm, moment: datetime) -> Period:
    period = period_at(rhythm, moment)
    assert period is not None
    return period


@pytest.mark.parametrize(
    ("rhythm", "moment", "name", "first", "after"),
    [
        (DAILY, "2026-03-14T09:00", "2026-03-14", "2026-03-14", "2026-03-15"),
        (DAILY, "2026-03-14T00:00", "2026-03-14", "2026-03-14", "2026-03-15"),
        (WEEKLY, "2026-03-15T23:59", "2026-W11", "2026-03-09", "2026-03-16"),
        (WEEKLY, "2027-01-02T12:00", "2026-W53", "2026-12-28", "2027-01-04"),
        (Calendar(Unit.MONTHLY), "2026-02-28T12:00", "2026-02", "2026-02-01", "2026-03-01"),
        (Calendar(Unit.MONTHLY), "2026-12-31T12:00", "2026-12", "2026-12-01", "2027-01-01"),
    ],
)
def test_the_calendar_gives_the_bounds(
    rhythm: Rhythm, moment: str, name: str, first: str, after: str
) -> None:
    period = known(rhythm, at(moment))
    assert period.id == name
    assert (period.starts, period.ends) == (at(first).timestamp(), at(after).timestamp())
    assert period.named == datetime.fromisoformat(first)


@pytest.mark.parametrize(
    ("rhythm", "moment", "day"),
    [
        (DAILY, "2026-03-14T09:00", "2026-03-14T00:00"),
        (WEEKLY, "2026-03-10T23:59", "2026-03-15T00:00"),
        (Calendar(Unit.MONTHLY), "2028-02-10T12:00", "2028-02-29T00:00"),
        (Calendar(Unit.MONTHLY), "2026-12-31T12:00", "2026-12-31T00:00"),
        (every(8), "2026-03-14T09:00", "2026-03-14T16:00"),
    ],
)
def test_it_has_a_last_day(rhythm: Rhythm, moment: str, day: str) -> None:
    assert last_day(rhythm, known(rhythm, at(moment))) == datetime.fromisoformat(day)


def test_a_day_of_summer_time_has_another_length() -> None:
    lengths = [
        (p.ends - p.starts) / 3600
        for p in (known(DAILY, at("2026-03-29T12:00")), known(DAILY, at("2026-10-25T12:00")))
    ]
    assert lengths == [23, 25]


def test_a_digest_of_a_week_may_be_due_on_its_last_evening() -> None:
    period = known(EVENING, at("2026-03-11T12:00"))
    assert period.due == at("2026-03-15T18:00").timestamp()
    assert period.ends == at("2026-03-16T00:00").timestamp()


def test_a_beat_reaches_back_to_the_last_one_or_as_far_as_asked() -> None:
    moment = at("2026-03-14T05:00", UTC)
    plain = known(every(24), moment)
    assert (plain.id, plain.ends - plain.starts) == ("2026-03-15T00:00", 24 * 3600)
    wide = known(every(24, look_back=timedelta(days=14)), moment)
    assert wide.ends - wide.starts == 14 * 24 * 3600


def test_one_that_looks_back_overlaps_with_the_last_by_intent() -> None:
    rhythm = every(24, look_back=timedelta(days=14))
    book = Book(rhythm, since=at("2026-03-14").timestamp())
    days = [book.tick(at(f"2026-03-{day}T01:00")) for day in (14, 15, 16)]
    assert days == [[], ["2026-03-15T00:00"], ["2026-03-16T00:00"]]
    assert {record.ends - record.starts for record in book.records.values()} == {14 * 24 * 3600}


def test_a_beat_that_never_comes_has_no_period() -> None:
    never = Beat(lambda _moment: None)
    assert list(periods_back(never, at("2026-03-14"))) == []
    assert next_due(never, at("2026-03-14"), records={}) is None


@pytest.mark.parametrize("rhythm", [DAILY, WEEKLY, Calendar(Unit.MONTHLY), every(24), every(8)])
def test_periods_follow_one_another_without_a_gap(rhythm: Rhythm) -> None:
    back = list(islice(periods_back(rhythm, at("2026-11-02T12:00")), 20))
    assert len({period.id for period in back}) == 20
    assert all(late.starts == early.ends for late, early in pairwise(back))


def test_before_its_first_period_ends_nothing_is_due() -> None:
    since = at("2026-03-14T09:00").timestamp()
    assert find_due(DAILY, at("2026-03-14T23:59"), since=since, records={}).periods == ()
    due = find_due(DAILY, at("2026-03-15T00:00"), since=since, records={})
    assert [period.id for period in due.periods] == ["2026-03-14"]


def test_what_was_missed_is_due_oldest_first_but_not_for_ever() -> None:
    since = at("2026-03-01T09:00").timestamp()
    due = find_due(DAILY, at("2026-03-04T09:00"), since=since, records={})
    assert [period.id for period in due.periods] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert not due.gave_up
    late = find_due(DAILY, at("2026-09-04T09:00"), since=since, records={})
    assert len(late.periods) == MOST_MISSED - 1  # the day itself is one of those looked at
    assert late.gave_up


def test_a_digest_made_early_is_made_again_when_its_period_is_over() -> None:
    book = Book(EVENING, since=at("2026-03-11").timestamp())
    assert book.tick(at("2026-03-15T17:59")) == []
    assert book.tick(at("2026-03-15T18:00")) == ["2026-W11"]
    assert book.tick(at("2026-03-15T23:00")) == []
    assert next_due(EVENING, at("2026-03-15T23:00"), records=book.records) == (
        at("2026-03-16T00:00").timestamp()
    )
    assert book.tick(at("2026-03-16T00:00")) == ["2026-W11"]
    assert book.tick(at("2026-03-17T00:00")) == []
    assert next_due(EVENING, at("2026-03-17T00:00"), records=book.records) == (
        at("2026-03-22T18:00").timestamp()
    )


def test_what_a_clock_that_was_ahead_had_made_is_made_again_in_its_time() -> None:
    book = Book(DAILY, since=at("2026-03-14T09:00").timestamp())
    assert book.tick(at("2026-03-16T09:00")) == ["2026-03-14", "2026-03-15"]
    assert book.tick(at("2026-03-14T10:00")) == []
    assert book.tick(at("2026-03-15T09:00")) == ["2026-03-14"]
    assert book.tick(at("2026-03-16T09:00")) == ["2026-03-15"]


@pytest.mark.parametrize(
    ("there", "back"), [("America/Los_Angeles", "Asia/Tokyo"), ("Asia/Tokyo", "America/Adak")]
)
def test_a_journey_leaves_no_gap_and_tells_nothing_twice(there: str, back: str) -> None:
    book = Book(DAILY, since=at("2026-03-10T09:00").timestamp())
    moment = at("2026-03-10T09:00")
    for hours in range(24 * 8):
        zone = BERLIN if hours < 60 else ZoneInfo(there) if hours < 120 else ZoneInfo(back)
        book.tick((moment + timedelta(hours=hours)).astimezone(zone))
    book.check_windows()
    assert len(book.records) >= 6


def test_asked_for_again_a_period_keeps_its_bounds() -> None:
    book = Book(DAILY, since=at("2026-03-14").timestamp())
    book.tick(at("2026-03-15T01:00"))
    (record,) = book.records.values()
    abroad = ZoneInfo("Asia/Tokyo")
    period = joined(DAILY, known(DAILY, at("2026-03-14T12:00", abroad)), book.records)
    assert (period.starts, period.ends) == (record.starts, record.ends)


@dataclass
class Book:
    """Makes what is due at each tick, and keeps the records."""

    rhythm: Rhythm
    since: float
    records: dict[str, Record] = field(default_factory=dict)

    def tick(self, moment: datetime) -> list[str]:
        due = find_due(self.rhythm, moment, since=self.since, records=self.records)
        self.records.update({record.id: record for record in due.premature})
        now = moment.timestamp()
        for period in due.periods:
            until = min(now, period.ends)
            self.records[period.id] = Record(period.id, period.starts, period.ends, until)
        return [period.id for period in due.periods]

    def check_windows(self) -> None:
        """Hold that the finished windows meet without a gap and do not overlap."""
        windows = sorted((r.starts, r.ends) for r in self.records.values() if r.is_finished)
        assert all(one[1] == other[0] for one, other in pairwise(windows)), windows


ZONES = ["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata", "America/Havana"]
START = datetime(2026, 3, 20, 12, tzinfo=UTC).timestamp()

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.integers(1, 12)),  # looks, two hours apart
        st.tuples(st.just("sleep"), st.integers(1, 60)),  # hours
        st.tuples(st.just("jump"), st.integers(-3000, 3000)),  # hours, and back again later
        st.tuples(st.just("zone"), st.sampled_from(ZONES)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([DAILY, WEEKLY, EVENING, every(12), NIGHTLY]))
def test_each_period_is_made_exactly_once_through_stops_sleep_jumps_and_journeys(
    steps: list[tuple[str, int | str]], rhythm: Rhythm
) -> None:
    true, wrong, zone = START, 0.0, ZoneInfo("Europe/Berlin")
    book = Book(rhythm, since=START)

    def tick() -> None:
        book.tick(datetime.fromtimestamp(true + wrong, zone))

    tick()
    for step, amount in steps:
        match step, amount:
            case "run", int():
                for _ in range(amount):
                    true += 7200
                    tick()
            case "sleep", int():
                true += amount * 3600
                tick()
            case "jump", int():
                wrong = amount * 3600.0
                tick()
                wrong = 0.0
                tick()
            case "zone", str():
                zone = ZoneInfo(amount)
                tick()
    true += 8 * 24 * 3600
    tick()
    back = islice(periods_back(rhythm, datetime.fromtimestamp(true, zone)), MOST_MISSED)
    wanted = {p.id for p in back if p.ends > START + 26 * 3600 and p.ends <= true}
    finished = {record.id: record for record in book.records.values() if record.is_finished}
    assert wanted <= finished.keys()
    book.check_windows()


def test_the_next_time_is_when_a_digest_falls_due_or_is_to_be_completed() -> None:
    sunday = at("2026-03-15T12:00")
    week = known(EVENING, sunday)
    assert next_due(EVENING, sunday, records={}) == at("2026-03-15T18:00").timestamp()
    early = Record(week.id, week.starts, week.ends, until=sunday.timestamp())
    assert next_due(EVENING, sunday, records={week.id: early}) == week.ends
    done = Record(week.id, week.starts, week.ends, until=week.ends)
    expected = at("2026-03-22T18:00").timestamp()
    assert next_due(EVENING, sunday, records={week.id: done}) == expected


def test_a_beat_that_came_a_last_time_has_no_next_one() -> None:
    last = at("2026-03-14T18:00")
    once = Beat(lambda moment: last if moment < last else None)
    assert next_due(once, at("2026-03-14T12:00"), records={}) == last.timestamp()
    period = known(once, at("2026-03-14T12:00"))
    assert period.starts == period.ends  # there was none before, so it is about nothing
    done = Record(period.id, period.starts, period.ends, until=period.ends)
    assert next_due(once, at("2026-03-14T12:00"), records={period.id: done}) is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_a_month_of_days_has_each_once_through_a_change_of_the_clock(zone: str, month: int) -> None:
    there = ZoneInfo(zone)
    now = datetime(2026, month, 1, tzinfo=there).timestamp()
    book, made = Book(DAILY, since=now), []
    for _ in range(30 * 4 + 1):
        made += book.tick(datetime.fromtimestamp(now, there))
        now += 6 * 3600 + 60
    assert made == [f"2026-{month:02}-{day:02}" for day in range(1, 31)]
    book.check_windows()


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        period_at(DAILY, datetime(2026, 3, 14))  # noqa: DTZ001 - the point of the test
