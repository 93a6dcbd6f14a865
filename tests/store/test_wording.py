from __future__ import annotations

from array import array
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.store.wording import ALONE, Wording, pair

WORDS = st.lists(st.sampled_from([0, 1, 256, 1 << 56, -1]))
"""Such that one's bytes lie across two others."""


@given(WORDS, st.lists(st.sampled_from([1, 256, 1 << 56, -1]), min_size=1, max_size=3))
def test_a_phrase_stands_where_its_words_do_in_a_row(text: list[int], phrase: list[int]) -> None:
    stands = any(text[at : at + len(phrase)] == phrase for at in range(len(text)))
    assert Wording(text).holds(array("q", phrase).tobytes()) is stands


@given(WORDS, WORDS)
def test_a_pair_may_stand_where_its_words_do_in_a_row(text: list[int], others: list[int]) -> None:
    here = {pair(*two) for two in pairwise(text)}
    asked = here | {pair(*two) for two in pairwise(others)}
    assert Wording(text).standing(asked) == here | {ALONE}
