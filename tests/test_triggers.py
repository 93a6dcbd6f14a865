"""Cron expressions and intervals: the next time, through summer time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultskillet.triggers import Cron, local_zone, read_span, read_trigger

BERLIN = ZoneInfo("Europe/Berlin")


def times(text: str, start: str, count: int) -> list[str]:
    moment: datetime | None = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    found = []
    for _ in range(count):
        assert moment is not None
        moment = read_trigger(text).next_after(moment)
        found.append("" if moment is None else f"{moment:%d %H:%M%z}")
    return found


def test_a_cron_expression_gives_wall_times() -> None:
    assert times("0 18 * * sun", "2026-03-20T12:00", 2) == ["22 18:00+0100", "29 18:00+0200"]
    assert times("0 0 * * *", "2026-03-20T00:00", 1) == ["21 00:00+0100"]


def test_an_hour_that_comes_twice_counts_once() -> None:
    night = times("30 * * * *", "2026-10-25T01:00", 3)
    assert night == ["25 01:30+0200", "25 02:30+0200", "25 03:30+0100"]


ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Havana",
         "Africa/Casablanca", "America/Santiago", "Asia/Beirut"]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 59), st.integers(1, 365))
def test_each_day_has_its_time_once_through_every_change_of_the_clock(
    zone: str, hour: int, minute: int, day: int
) -> None:
    cron = Cron(f"{minute} {hour} * * *")
    start = date(2026, 1, 1) + timedelta(days=day)
    moment = datetime.combine(start, time(), ZoneInfo(zone)) - timedelta(seconds=1)
    days = []
    for _ in range(60):
        after = cron.next_after(moment)
        assert after is not None
        assert after.timestamp() > moment.timestamp()
        days.append(after.date())
        moment = after
    assert days == [start + timedelta(days=at) for at in range(60)]


def test_what_falls_into_the_hour_that_is_left_out_comes_an_hour_later_and_in_order() -> None:
    two = ["29 03:00+0200", "29 03:30+0200"]
    assert times("30 2 * * *", "2026-03-29T01:00", 1) == two[1:]
    assert times("*/30 * * * *", "2026-03-29T01:30", 3) == [*two, "29 04:00+0200"]
    assert times("0,30 2-3 * * *", "2026-03-29T01:30", 3) == [*two, "30 02:00+0200"]


def test_an_interval_is_so_much_later_whatever_the_clock_says() -> None:
    assert times("1 hour 30 minutes", "2026-10-25T01:45", 2) == ["25 02:15+0100", "25 03:45+0100"]


def test_a_day_that_never_comes_gives_none() -> None:
    assert Cron("0 0 30 2 *").next_after(datetime(2026, 3, 20, tzinfo=BERLIN)) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "* * * *", "* * * * * *", "61 * * * *", "* * * * foo", "*/0 * * * *", "1 hour x",
     "0 minutes", "1 fortnight", "1 hour 1 hour", "99999999999 weeks", "0 0 30 2 *"],
)  # fmt: skip
def test_what_is_no_time_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"is (no|too|a time that never comes)"):
        read_trigger(text)


@given(st.text(alphabet="0123456789*/-, abcdehimnorsuwy", max_size=20))
def test_any_text_is_a_time_or_is_told_to_be_none(text: str) -> None:
    try:
        trigger = read_trigger(text)
    except ValueError:
        return
    moment = datetime(2026, 3, 20, tzinfo=BERLIN)
    after = trigger.next_after(moment)
    assert after is None or after > moment


def test_a_stretch_of_time() -> None:
    assert read_span("2 weeks 1 day") == timedelta(days=15)


def test_the_machine_has_a_zone() -> None:
    assert datetime.now(local_zone()).utcoffset() is not None
