"""Dates in the notation of Moment, as Obsidian's daily notes have it, with English names.

A week of `w` and `g` begins on Sunday, and the first is that of 1 January, as with Obsidian in
English; one of `W` and `G` is the ISO week.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

# As in Moment; whatever else stands in a pattern stands for itself.
_TOKEN: Final = re.compile(
    r"\[(?P<literal>[^\[]*)\]|(?P<escape>\\)?(?P<token>[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?"
    r"|ddd?d?|do?|w[ow]?|W[oW]?|Qo?|YYYYYY|YYYYY|YYYY|YY|Y|ggggg?|gg|GGGGG?|GG|e|E|a|A|hh?|HH?"
    r"|kk?|mm?|ss?|S{1,9}|x|X|ZZ?)"
)
_LONG_TOKEN: Final = re.compile(r"\[[^\[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})")

_LONG: Final = {
    "LT": "h:mm A",
    "LTS": "h:mm:ss A",
    "L": "MM/DD/YYYY",
    "l": "M/D/YYYY",
    "LL": "MMMM D, YYYY",
    "ll": "MMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "lll": "MMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "llll": "ddd, MMM D, YYYY h:mm A",
}

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def format_moment(when: datetime, pattern: str) -> str:
    """Write a date and time as a pattern asks.

    Args:
        when: local; with a time zone where the pattern asks for one.
        pattern: in Moment's notation; `[text]` stands for itself.

    >>> format_moment(datetime(2026, 3, 14, 9, 5), "GGGG-[W]WW dddd [the] Do, HH:mm")
    '2026-W11 Saturday the 14th, 09:05'
    """
    whole = _LONG_TOKEN.sub(lambda match: _LONG.get(match[0], match[0]), pattern)
    return _TOKEN.sub(lambda match: _write(when, match), whole)


def _write(when: datetime, match: re.Match[str]) -> str:
    if (literal := match["literal"]) is not None:
        return str(literal)
    token = match["token"]
    if match["escape"]:
        return str(token)
    if token[0] == "S":
        return f"{when.microsecond:06d}000"[: len(token)]
    return _WRITERS[token](when)


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _local_week(when: date) -> tuple[int, int]:
    """Give the year and number of a week that begins on Sunday; 1 January lies in the first."""
    saturday = when + timedelta(days=6 - when.isoweekday() % 7)
    return saturday.year, (saturday.timetuple().tm_yday - 1) // 7 + 1


def _day_of_week(when: date) -> int:
    return when.isoweekday() % 7


def _quarter(when: date) -> int:
    return (when.month + 2) // 3


def _twelve(when: datetime) -> int:
    return when.hour % 12 or 12


def _offset(when: datetime, separator: str) -> str:
    minutes = int((when.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{separator}{abs(minutes) % 60:02d}"


def _seconds(when: datetime) -> int:
    """Give the seconds since 1970; a time without a zone is taken for UTC."""
    return calendar.timegm(when.utctimetuple())


_WRITERS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "YYYYYY": lambda when: f"+{when.year:06d}",
    "YYYYY": lambda when: f"{when.year:05d}",
    "YYYY": lambda when: f"{when.year:04d}",
    "YY": lambda when: f"{when.year % 100:02d}",
    "Y": lambda when: f"{when.year:04d}",
    "Q": lambda when: str(_quarter(when)),
    "Qo": lambda when: _ordinal(_quarter(when)),
    "M": lambda when: str(when.month),
    "Mo": lambda when: _ordinal(when.month),
    "MM": lambda when: f"{when.month:02d}",
    "MMM": lambda when: _MONTHS[when.month - 1][:3],
    "MMMM": lambda when: _MONTHS[when.month - 1],
    "D": lambda when: str(when.day),
    "Do": lambda when: _ordinal(when.day),
    "DD": lambda when: f"{when.day:02d}",
    "DDD": lambda when: str(when.timetuple().tm_yday),
    "DDDo": lambda when: _ordinal(when.timetuple().tm_yday),
    "DDDD": lambda when: f"{when.timetuple().tm_yday:03d}",
    "d": lambda when: str(_day_of_week(when)),
    "do": lambda when: _ordinal(_day_of_week(when)),
    "dd": lambda when: _DAYS[_day_of_week(when)][:2],
    "ddd": lambda when: _DAYS[_day_of_week(when)][:3],
    "dddd": lambda when: _DAYS[_day_of_week(when)],
    "e": lambda when: str(_day_of_week(when)),
    "E": lambda when: str(when.isoweekday()),
    "w": lambda when: str(_local_week(when)[1]),
    "wo": lambda when: _ordinal(_local_week(when)[1]),
    "ww": lambda when: f"{_local_week(when)[1]:02d}",
    "W": lambda when: str(when.isocalendar().week),
    "Wo": lambda when: _ordinal(when.isocalendar().week),
    "WW": lambda when: f"{when.isocalendar().week:02d}",
    "gg": lambda when: f"{_local_week(when)[0] % 100:02d}",
    "gggg": lambda when: f"{_local_week(when)[0]:04d}",
    "ggggg": lambda when: f"{_local_week(when)[0]:05d}",
    "GG": lambda when: f"{when.isocalendar().year % 100:02d}",
    "GGGG": lambda when: f"{when.isocalendar().year:04d}",
    "GGGGG": lambda when: f"{when.isocalendar().year:05d}",
    "a": lambda when: "pm" if when.hour >= 12 else "am",  # noqa: PLR2004 - noon
    "A": lambda when: "PM" if when.hour >= 12 else "AM",  # noqa: PLR2004 - noon
    "h": lambda when: str(_twelve(when)),
    "hh": lambda when: f"{_twelve(when):02d}",
    "hmm": lambda when: f"{_twelve(when)}{when.minute:02d}",
    "hmmss": lambda when: f"{_twelve(when)}{when.minute:02d}{when.second:02d}",
    "H": lambda when: str(when.hour),
    "HH": lambda when: f"{when.hour:02d}",
    "Hmm": lambda when: f"{when.hour}{when.minute:02d}",
    "Hmmss": lambda when: f"{when.hour}{when.minute:02d}{when.second:02d}",
    "k": lambda when: str(when.hour or 24),
    "kk": lambda when: f"{when.hour or 24:02d}",
    "m": lambda when: str(when.minute),
    "mm": lambda when: f"{when.minute:02d}",
    "s": lambda when: str(when.second),
    "ss": lambda when: f"{when.second:02d}",
    "X": lambda when: str(_seconds(when)),
    "x": lambda when: str(_seconds(when) * 1000 + when.microsecond // 1000),
    "Z": lambda when: _offset(when, ":"),
    "ZZ": lambda when: _offset(when, ""),
}
