"""Where certain words stand in a text: the cheap sieve in front of every expression."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

_SURROGATE = re.compile("[\ud800-\udfff]")

FIRST_UNSPACED = "\u0e00"
"""From here on, most scripts put no blanks between words."""

Places = Mapping[str, Sequence[int]]
"""A literal -> where it begins, in order; one that does not occur may be missing."""


class Sieve:
    """Finds many literals in one pass, however many they are.

    A search for each of them would cost a millisecond a megabyte and literal: with some two
    hundred of them, most of the time that redaction may take.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self._literals = tuple(dict.fromkeys(literals))
        self._automaton = AhoCorasick(list(self._literals), implementation=Implementation.DFA)

    def places(self, text: str) -> Places:
        """Give where each of the literals stands; overlaps count."""
        places: dict[str, list[int]] = defaultdict(list)
        for index, start, _ in self._matches(text, overlapping=True):
            places[self._literals[index]].append(start)
        return places

    def holds_any(self, text: str) -> bool:
        """Tell whether any of the literals stands in a text."""
        return bool(self._matches(text, overlapping=False))

    def _matches(self, text: str, *, overlapping: bool) -> list[tuple[int, int, int]]:
        find = self._automaton.find_matches_as_indexes
        try:
            return find(text, overlapping=overlapping)
        except UnicodeEncodeError:  # halves of surrogate pairs, which have no UTF-8
            return find(_SURROGATE.sub("\ufffd", text), overlapping=overlapping)


def fold(text: str) -> str:
    """Give a text in lower case, every character in its place.

    Of all characters only the Turkish capital İ grows when it is lowered, which would move
    every span behind it.
    """
    return text.replace("İ", "i").lower()


@lru_cache(maxsize=1)
def folded_note(text: str) -> str:
    """Give a whole text as `fold` does, once for all that look into it one after the other."""
    return fold(text)


def occurrences(places: Places, literals: Collection[str]) -> Iterator[tuple[int, str]]:
    """Give where each of the literals stands, one literal after the other."""
    fewer, more = (literals, places) if len(literals) < len(places) else (places, literals)
    for literal in fewer:
        if literal in more:
            for at in places[literal]:
                yield at, literal


def begins_word(text: str, at: int) -> bool:
    """Tell whether what stands somewhere begins a word, as far as its script parts them."""
    is_joined = at > 0 and (text[at - 1].isalnum() or text[at - 1] in "/.@\\-_")
    return not is_joined or text[at] >= FIRST_UNSPACED or text[at] == " "


def words(listing: str) -> frozenset[str]:
    """Give the words of a listing as a set."""
    return frozenset(listing.split())
