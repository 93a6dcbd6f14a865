"""When a note says that it was made and changed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.dates import created_of, read_date, updated_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-03-14", "2026-03-14T12:00:00+01:00"),
        ("[[2026-03-14]]", "2026-03-14T12:00:00+01:00"),
        ("2026-03-14T08:30", "2026-03-14T08:30:00+01:00"),
        ("2026-03-14 08:30:05", "2026-03-14T08:30:05+01:00"),
        ("2026-03-14T08:30:05.123Z", "2026-03-14T08:30:05+00:00"),
        ("2026-03-14T08:30:05-0500", "2026-03-14T08:30:05-05:00"),
        (1631468522413, "2021-09-12T17:42:02.413+00:00"),
        ("1631468522413", "2021-09-12T17:42:02.413+00:00"),
        (1631468522, "2021-09-12T17:42:02+00:00"),
    ],
)
def test_the_ways_in_which_people_write_a_date(value: object, told: str) -> None:
    assert read_date(value, zone=BERLIN) == datetime.fromisoformat(told).timestamp()


@pytest.mark.parametrize(
    "value", ["{{date}}", "yesterday", "2026-13-01", "2026-02-30", 7, True, None, 1.5, [], ""]
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert read_date(value, zone=UTC) is None


@pytest.mark.parametrize("key", ["created", "Created", "date created", "creation-date"])
def test_the_names_that_people_give_it(key: str) -> None:
    assert created_of({"a": 1, key: "2026-03-14T00:00Z"}, zone=UTC) == 1773446400
    assert updated_of({key: "2026-03-14T00:00Z"}, zone=UTC) is None


def test_a_broken_one_gives_way_to_another() -> None:
    properties = {"updated": "{{now}}", "date modified": "2026-03-14T00:00Z"}
    assert updated_of(properties, zone=UTC) == 1773446400


@given(st.one_of(st.text(), st.integers(), st.none(), st.floats()))
def test_anything_can_be_read(value: object) -> None:
    read_date(value, zone=UTC)
