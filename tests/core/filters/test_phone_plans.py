"""Numbering plans."""

from __future__ import annotations

from vaultskillet.core.filters.phone_plans import (
    is_grouped_as_usual,
    is_long_enough,
    is_valid_abroad,
    region_of,
)


def test_a_number_belongs_to_the_first_region_in_which_it_is_valid() -> None:
    assert region_of("020 7946 0958", ("US", "GB")) == "GB"
    assert region_of("912 345 678", ("GB", "ES")) == "ES"


def test_a_number_that_is_valid_nowhere_has_no_region() -> None:
    assert region_of("1234", ("US", "GB")) is None


def test_a_region_that_does_not_exist_has_no_numbers() -> None:
    assert region_of("020 7946 0958", ("XX",)) is None


def test_groups_are_those_of_the_region() -> None:
    assert is_grouped_as_usual("06 12 34 56 78", "FR")
    assert not is_grouped_as_usual("061 234 56 78", "FR")
    assert not is_grouped_as_usual("", "FR")


def test_an_international_number_is_judged_by_its_country() -> None:
    assert is_valid_abroad("+44 20 7946 0958")
    assert is_valid_abroad("+44 (0)20 7946 0958")
    assert not is_valid_abroad("+999 20 7946 0958")


def test_a_digit_more_than_today_is_long_enough() -> None:
    assert is_long_enough("+52 1 55 4321 8765")
    assert not is_long_enough("+52 1 2 3")
