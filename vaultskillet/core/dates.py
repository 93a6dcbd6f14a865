"""When a note was made and last changed, as its own properties say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, tzinfo
from typing import Final

_CREATED: Final = frozenset(
    {"created", "createdat", "createdon", "createddate", "datecreated", "creationdate"}
)
_UPDATED: Final = frozenset(
    {"updated", "updatedat", "updatedon", "dateupdated", "lastupdated", "modified", "modifiedat"}
    | {"datemodified", "lastmodified", "lastmod", "modificationdate"}
)

_DATE: Final = re.compile(
    r"(?:\[\[)?(\d{4}-\d\d-\d\d)"
    r"(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s?(Z|[+-]\d\d:?\d\d)?)?(?:\]\])?"
)
_NOISE: Final = re.compile(r"[-_ ]")

_NOON: Final = time(12)
"""A mere date stands for the middle of its day, so that it stays that day where others live."""

_SECONDS: Final = range(10**8, 10**10)
_MILLISECONDS: Final = range(10**11, 10**13)


def created_of(properties: Mapping[str, object], *, zone: tzinfo) -> float | None:
    """Give when a note was made, by a property such as `created` or `date created`.

    Args:
        properties: the frontmatter.
        zone: whose time is meant where none is named.

    Returns:
        Seconds since 1970 (UTC); None where no property says so.
    """
    return _first_date(properties, _CREATED, zone)


def updated_of(properties: Mapping[str, object], *, zone: tzinfo) -> float | None:
    """Give when a note was last changed, by a property such as `updated` or `date modified`."""
    return _first_date(properties, _UPDATED, zone)


def read_date(value: object, *, zone: tzinfo) -> float | None:
    """Read a date, a date and time, or a number of seconds or milliseconds since 1970.

    >>> from datetime import UTC
    >>> read_date("2026-03-14T08:00", zone=UTC) == read_date(1773475200000, zone=UTC)
    True
    """
    if isinstance(value, str) and (found := _DATE.fullmatch(value.strip())):
        day, clock, offset = found.groups()
        try:
            when = datetime.fromisoformat(f"{day}T{clock or _NOON}{offset or ''}")
        except ValueError:
            return None
        return (when if when.tzinfo else when.replace(tzinfo=zone)).timestamp()
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if value in _MILLISECONDS:
            return value / 1000
        return float(value) if value in _SECONDS else None
    return None


def _first_date(
    properties: Mapping[str, object], names: Iterable[str], zone: tzinfo
) -> float | None:
    wanted = frozenset(names)
    for key, value in properties.items():
        if _NOISE.sub("", key).casefold() in wanted:
            found = read_date(value, zone=zone)
            if found is not None:
                return found
    return None
