"""The sieve in front of the expressions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.filters.literals import fold, occurrences, words


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_lowers() -> None:
    assert fold("Pa\u0130SS") == "paiss"


def test_occurrences_come_literal_by_literal() -> None:
    assert list(occurrences("abcab", ("b", "ab", "x"))) == [
        (1, "b"),
        (4, "b"),
        (0, "ab"),
        (3, "ab"),
    ]


def test_words_are_split_at_blanks() -> None:
    assert words(" a b\nb ") == {"a", "b"}
