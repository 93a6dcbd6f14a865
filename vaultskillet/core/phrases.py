"""Tags for a vault that has none to learn from: words that several of its titles share.

A tag gathers notes, so a word counts only where it names a group of notes: it stands in a few
titles, this note's among them, and this note's text keeps coming back to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from vaultskillet.core.model import TagCandidate

MAX_PHRASES = 2

LEAST_TITLES = 3
"""So many notes make a group."""
LARGEST_SHARE = 0.05
"""A word in a larger share of the titles says nothing of a note."""
LEAST_MENTIONS = 3
"""A text that names a word so often, beside its title, is about it."""
EXPECTED_PRECISION = 0.5
"""A guess: nothing in such a vault tells how its author would tag."""

_WORD: Final = re.compile(r"[^\W\d_]{5,}")


def count_title_words(titles: Iterable[str]) -> Counter[str]:
    """Count in how many titles each word stands, casefolded.

    >>> count_title_words(["Bread 1", "Bread and more bread"])["bread"]
    2
    """
    counts: Counter[str] = Counter()
    for title in titles:
        counts.update(set(_WORD.findall(title.casefold())))
    return counts


def find_phrases(
    title: str, prose: str, *, title_words: Mapping[str, int], titles: int
) -> tuple[TagCandidate, ...]:
    """Give the words of a title that would make good tags, the most mentioned first.

    Args:
        title: of the note.
        prose: its text.
        title_words: word -> in how many titles of the vault it stands.
        titles: how many notes the vault has.
    """
    mentions = Counter(_WORD.findall(prose.casefold()))
    most = max(LEAST_TITLES, LARGEST_SHARE * titles)
    words = [
        word
        for word in dict.fromkeys(_WORD.findall(title.casefold()))
        if LEAST_TITLES <= title_words.get(word, 0) <= most and mentions[word] >= LEAST_MENTIONS
    ]
    best = sorted(words, key=lambda word: -mentions[word])[:MAX_PHRASES]
    return tuple(TagCandidate(word, EXPECTED_PRECISION) for word in best)
