"""When a person means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vaultskillet.cli.past import parse_since
from vaultskillet.errors import ConfigError

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(days=7)),
    ],
)
def test_a_time_may_be_told_as_how_long_ago(text: str, ago: timedelta) -> None:
    assert parse_since(text, now=NOW) == NOW - ago


def test_a_time_may_be_told_as_a_date_in_local_time_or_with_a_zone() -> None:
    assert parse_since("2026-03-13", now=NOW) == datetime(2026, 3, 13).astimezone()
    assert parse_since("2026-03-13T08:30+02:00", now=NOW).astimezone(UTC).hour == 6


@pytest.mark.parametrize("text", ["", "yesterday", "2x", "h", "99999999999999w", "2026-13-01"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="is no time; write 2026-03-14"):
        parse_since(text, now=NOW)
