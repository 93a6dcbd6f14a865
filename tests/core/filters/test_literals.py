"""The sieve in front of the expressions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.filters.literals import Sieve, fold, occurrences, words


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_lowers() -> None:
    assert fold("Pa\u0130SS") == "paiss"


def test_a_sieve_finds_literals_that_overlap() -> None:
    assert Sieve(("b", "ab", "x")).places("abcab") == {"ab": [0, 3], "b": [1, 4]}


def test_places_are_characters_not_bytes() -> None:
    assert Sieve(("b",)).places("\u00e4\u5bc6b") == {"b": [2]}


def test_occurrences_come_literal_by_literal() -> None:
    places = {"ab": [0, 3], "b": [1], "x": [9]}
    assert list(occurrences(places, ("b", "ab"))) == [(1, "b"), (0, "ab"), (3, "ab")]


@given(st.text(alphabet="ab\u00e4"), st.lists(st.text(alphabet="ab\u00e4", min_size=1), min_size=1))
def test_a_sieve_misses_nothing(text: str, literals: list[str]) -> None:
    places = Sieve(literals).places(text)
    for literal in literals:
        starts = [i for i in range(len(text)) if text.startswith(literal, i)]
        assert places.get(literal, []) == starts


def test_words_are_split_at_blanks() -> None:
    assert words(" a b\nb ") == {"a", "b"}
