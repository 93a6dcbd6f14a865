"""Moment's notation. What is expected here is what Moment 2.30 itself writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.moment import format_moment

WHEN = datetime(2024, 12, 29, 0, 5, 9, 80_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("YYYY-MM-DD", "2024-12-29"),
        ("GGGG-[W]WW", "2024-W52"),
        ("gggg-[W]ww", "2025-W01"),
        ("[Daily note of] dddd, MMMM Do YYYY", "Daily note of Sunday, December 29th 2024"),
        ("YYYY/MM-MMMM/YYYY-MM-DD-dddd", "2024/12-December/2024-12-29-Sunday"),
        ("YY M Mo D DDD DDDo DDDD Q Qo", "24 12 12th 29 364 364th 364 4 4th"),
        ("d do dd ddd e E w wo W Wo", "0 0th Su Sun 0 7 1 1st 52 52nd"),
        ("gg GG ggggg GGGGG", "25 24 02025 02024"),
        ("YYYYY YYYYYY Y", "02024 +002024 2024"),
        ("H HH h hh k kk m mm s ss S SS SSSS a A", "0 00 12 12 24 24 5 05 9 09 0 08 0800 am AM"),
        ("hmm hmmss Hmm Hmmss", "1205 120509 005 00509"),
        ("LT LTS L l", "12:05 AM 12:05:09 AM 12/29/2024 12/29/2024"),
        ("LL|ll|LLLL", "December 29, 2024|Dec 29, 2024|Sunday, December 29, 2024 12:05 AM"),
        (r"\YYYY \[D]", r"YYYY \D"),
        ("[Week] W[th]", "Week 52th"),
        ("X x Z ZZ", "1735430709 1735430709080 +00:00 +0000"),
        ("日記 YYYY年M月D日", "日記 2024年12月29日"),
        ("", ""),
    ],
)
def test_each_token_is_written_as_moment_writes_it(pattern: str, written: str) -> None:
    assert format_moment(WHEN, pattern) == written


@pytest.mark.parametrize(("hour", "told"), [(0, "12 AM"), (12, "12 PM"), (13, "1 PM")])
def test_noon_and_midnight(hour: int, told: str) -> None:
    assert format_moment(WHEN.replace(hour=hour), "h A") == told


def test_a_zone_is_written() -> None:
    there = WHEN.replace(tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert format_moment(there, "Z ZZ") == "-03:30 -0330"


@given(st.datetimes())
def test_iso_dates_and_weeks_are_pythons(when: datetime) -> None:
    assert format_moment(when, "YYYY-MM-DDTHH:mm:ss") == when.isoformat()[:19]
    assert format_moment(when, "GGGG-[W]WW-E") == _iso_week(when)


def _iso_week(when: datetime) -> str:
    iso = when.isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}-{iso.weekday}"


@given(st.datetimes(), st.text())
def test_any_pattern_can_be_written(when: datetime, pattern: str) -> None:
    format_moment(when, pattern)


@given(st.text().filter(lambda text: "[" not in text and "]" not in text))
def test_a_bracketed_text_stands_for_itself(text: str) -> None:
    assert format_moment(WHEN, f"[{text}]") == text
