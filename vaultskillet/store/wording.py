"""The words of a text, hashed, and which phrases stand in it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import islice
from operator import sub

WORD_BYTES = 8

ALONE = 0
"""In the place of a pair, where a phrase is a single word: every text has it."""


def pair(one: int, next_one: int) -> int:
    """Give a number for two words, one after the other; few others have the same."""
    return one - next_one


class Wording:
    """A text as its hashed words, 0 where a phrase may not go across."""

    def __init__(self, words: Sequence[int]) -> None:
        self.words = set(words)
        self.words.discard(0)
        self._in_order = words
        self._packed = array("q", words).tobytes()

    def standing(self, pairs: set[int]) -> set[int]:
        """Give those of some pairs that may stand in it."""
        # A number each: that takes a third of the time of two in a tuple.
        here = map(sub, self._in_order, islice(self._in_order, 1, None))
        return pairs.intersection(here) | {ALONE}

    def holds(self, phrase: bytes) -> bool:
        """Say whether some words stand in it in a row.

        Args:
            phrase: the words, packed as an array of 64 bits each.
        """
        at = self._packed.find(phrase)
        while at % WORD_BYTES and at >= 0:
            at = self._packed.find(phrase, at + 1)
        return at >= 0
