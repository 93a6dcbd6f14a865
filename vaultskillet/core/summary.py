"""A note in its own words: one or two of its sentences, or none where none would do.

The choice rests on what people's own descriptions have in common with their notes: they say
what stands near the top and holds words of the title and words that the note comes back to, in a
sentence of some length, rather in a paragraph than in a list or a quotation. Word frequency alone
and graphs do worse.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from vaultskillet.core.markdown import Block, Document, Kind
from vaultskillet.core.sentences import CLOSING, LEADS, WIDE, cut, sentences_of
from vaultskillet.core.terms import words_in_turn, words_of

MAX_CHARS = 300
MIN_PROSE_CHARS = 40
"""A note with less says nothing that its title does not."""
WHOLE_NOTE = 0.8
"""A summary that is so much of the note repeats it."""
SHORT_CHARS = 20
"""A sentence so short is joined by the next one."""
LOOKED_AT = 15
"""Sentences from the top; a summary is not made of later ones."""

MIN_WORDS = 3
SOLID_WORDS = 10
# Found by search over 1,500 descriptions of six English sites, and rounded. With one of them left
# out of the search, ROUGE-1 of that one is .04 less at most.
TITLE_WEIGHT = 2.5
RECURRING_WEIGHT = 0.75
ASIDE_WEIGHT = 0.6
SHORT_WEIGHT = 1.1
WHOLE_WEIGHT = 0.3
LEADING_WEIGHT = 0.45
QUESTION_WEIGHT = 0.5
GIST_WEIGHT = 2.0
"""A judgement: an author who writes such a callout has said what the note is about."""

# Template code, and imports as they stand at the top of MDX.
_CODE_OPENERS = ("{{", "{%", "<%", "{:")
_IMPORT = re.compile(r"(?:im|ex)port\b.*\bfrom ['\"]")
_TITLE_FIELD = re.compile(r"\{\{[^{}]*\btitle[^{}]*\}\}")
_ENDS = frozenset(".!?…。！？｡؟۔।॥")
_LEADS = frozenset(LEADS)
_ASKS = frozenset("?？؟")
_ITEMS = frozenset({Kind.LIST_ITEM, Kind.TASK})
_ASIDES = _ITEMS | {Kind.QUOTE}


_GIST_CALLOUTS = frozenset({"abstract", "summary", "tldr"})


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    block: int
    score: float


def summarise(document: Document, *, title: str) -> str | None:
    """Give one or two whole sentences of a note, 300 characters at most, or None.

    A single sentence that is longer is cut at a word, which `…` shows.

    Args:
        document: the note's text, redacted, then read.
        title: what people call the note.
    """
    prose = sum(len(block.prose) for block in document.prose_blocks())
    if prose < MIN_PROSE_CHARS:
        return None
    sentences = list(_scored(document, title))
    if not sentences:
        return None
    at = max(range(len(sentences)), key=lambda one: sentences[one].score)
    summary = sentences[at].text
    if len(summary) < SHORT_CHARS:
        summary = _joined(sentences, at)
    length = sum(block.end - block.start for block in document.blocks if not block.heading_level)
    if len(summary) >= WHOLE_NOTE * length:
        summary = sentences[at].text if len(sentences) > 1 else ""
    return cut(summary, MAX_CHARS) or None


def _joined(sentences: Sequence[_Sentence], at: int) -> str:
    """Give a short sentence with the one that follows it in its paragraph, if they fit."""
    short = sentences[at]
    if at + 1 < len(sentences) and sentences[at + 1].block == short.block:
        blank = "" if short.text[-1] in WIDE else " "
        both = short.text + blank + sentences[at + 1].text
        if len(both) <= MAX_CHARS:
            return both
    return short.text


def _scored(document: Document, title: str) -> Iterator[_Sentence]:
    """Give the sentences from the top that could stand alone, each with how well it would."""
    headline = next((one.text for one in document.headings if one.level == 1), "")
    named = [set(words_of(name)) for name in (title, headline) if name]
    counts = Counter(words_in_turn(block.prose for block in document.blocks))
    place = 0
    for number, block in enumerate(document.blocks):
        if not block.fit:
            continue
        for text in sentences_of(_TITLE_FIELD.sub(lambda _: title, block.prose)):
            words = words_of(text)
            if len(words) < MIN_WORDS or _is_code(text):
                continue
            last = text.rstrip(CLOSING)[-1:]
            if block.kind in _ITEMS and last not in _ENDS and last not in _LEADS:
                continue  # one thing of a list does not stand for all
            shares = [len(name.intersection(words)) / len(name) for name in named if name]
            score = _score(block, last, len(words), max(shares, default=0.0))
            score += RECURRING_WEIGHT * _recurrence(words, counts)
            yield _Sentence(text, number, score - math.log1p(place))
            place += 1
            if place == LOOKED_AT:
                return


def _is_code(text: str) -> bool:
    return any(opener in text for opener in _CODE_OPENERS) or _IMPORT.match(text) is not None


def _score(block: Block, last: str, words: int, title_share: float) -> float:
    """Score a sentence with so many words; `last` is its last character but for what closes it."""
    return (
        TITLE_WEIGHT * title_share
        + WHOLE_WEIGHT * (last in _ENDS)
        - LEADING_WEIGHT * (last in _LEADS)
        - QUESTION_WEIGHT * (last in _ASKS)
        - ASIDE_WEIGHT * (block.kind in _ASIDES)
        + GIST_WEIGHT * (block.callout in _GIST_CALLOUTS)
        - SHORT_WEIGHT * max(0, SOLID_WORDS - words) / SOLID_WORDS
    )


def _recurrence(words: Sequence[int], counts: Counter[int]) -> float:
    """Give how often the note comes back to the words of a sentence: a mean of logarithms."""
    here = Counter(words)
    return fmean([math.log1p(max(0, counts[word] - here[word])) for word in words])
