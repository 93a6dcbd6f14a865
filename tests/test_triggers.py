"""Cron expressions and intervals: the next time, through summer time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
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
