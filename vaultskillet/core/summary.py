"""A note in its own words: one or two of its sentences, or none where none would do.

The choice rests on what people's own descriptions have in common with their notes: they say
what stands near the top and holds words of the title and words that the note comes back to, in a
sentence of some length, rather in a paragraph than in a list or a quotation. Word frequency alone
and graphs do worse.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from vaultskillet.core.markdown import Block, Document, Kind
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

# A full stop after one of these ends no sentence. Single letters, and words with a stop inside
# ("e.g", "z.B"), are known without a list.
_ABBREVIATIONS = frozenset(
    """
    abb abs adv al apr art aug bd bsp bzw ca cap cf chap co corp dec dept dott dr ed edd eds eq
    esp est etc evtl exp feb fig figs gen ggf hrsg inc incl jan jr jul jun lt ltd mar max min mme
    mr mrs ms mt nb no nos nov nr num núm oct okt op orig par pp prof pt resp sec sen sep sept
    sig sog sr sra srta st str tab tel usw vgl vol vs zzgl гл др им напр нач обл пр проф рис см
    ст стр табл тел тыс ул
    """.split()  # noqa: SIM905 - as a list it would be eighty lines
)
_CLOSING = "\"'”’»›)]）】」』》"
_IN_CLASS = re.escape(_CLOSING)
_WIDE = "。！？｡"
"""Stops that need no blank after them; the others do."""
# Begins with one set of characters, which `re` looks for several times faster than for two.
_STOP = re.compile(
    rf"[{_WIDE}.!?…؟۔।॥](?:(?<=[{_WIDE}])[{_WIDE}{_IN_CLASS}]*"
    rf"|(?<![{_WIDE}])[.!?…؟۔।॥]*[{_IN_CLASS}*_]*(?=\s|$))"
)
_OPENING = re.compile(r"[(\[\"'“«]")
_NEXT = re.compile(r"\s*(\S)")
_WORD_CHARS = 40
"""Most words are shorter; of a longer one more of the text is looked at."""


# Template code, and imports as they stand at the top of MDX.
_CODE_OPENERS = ("{{", "{%", "<%", "{:")
_IMPORT = re.compile(r"(?:im|ex)port\b.*\bfrom ['\"]")
_TITLE_FIELD = re.compile(r"\{\{[^{}]*\btitle[^{}]*\}\}")
_ENDS = frozenset(".!?…。！？｡؟۔।॥")
_LEADS = frozenset(":：")
_ASKS = frozenset("?？؟")
_ITEMS = frozenset({Kind.LIST_ITEM, Kind.TASK})
_ASIDES = _ITEMS | {Kind.QUOTE}


_GIST_CALLOUTS = frozenset({"abstract", "summary", "tldr"})

_JOINING = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})
_FLAGS_LAST = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")


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


def sentences_of(prose: str) -> list[str]:
    """Split plain text into whole sentences; what has no end is one, too.

    >>> sentences_of("Ask Dr. J. Doe, e.g. by mail. She knows!")
    ['Ask Dr. J. Doe, e.g. by mail.', 'She knows!']
    """
    return list(_sentences(prose))


def cut(text: str, max_chars: int) -> str:
    """Shorten a text at a word, or between characters where words have no blanks.

    >>> cut("one two three", 9)
    'one two…'
    """
    if len(text) <= max_chars:
        return text
    end = max_chars - 1
    blank = text.rfind(" ", 0, end + 1)
    if blank > max_chars // 2:
        end = blank
    else:
        while end > 0 and _joins(text, end):
            end -= 1
    return text[:end].rstrip(" ,;:、，；：—–-") + "…"


def _joins(text: str, at: int) -> bool:
    """Say whether the character there is shown as one with the one before it."""
    if text[at - 1] == "\u200d" or unicodedata.category(text[at]) in _JOINING:
        return True
    # A flag is a pair of letters, and flags may stand in a row.
    flags = _FLAGS_LAST.search(text, 0, at)
    return bool(flags and len(flags[0]) % 2 and _FLAG_LETTER.match(text, at))


def _joined(sentences: Sequence[_Sentence], at: int) -> str:
    """Give a short sentence with the one that follows it in its paragraph, if they fit."""
    short = sentences[at]
    if at + 1 < len(sentences) and sentences[at + 1].block == short.block:
        blank = "" if short.text[-1] in "。！？｡" else " "
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
            last = text.rstrip(_CLOSING)[-1:]
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


def _sentences(prose: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(prose):
        if _is_end(prose, stop):
            yield prose[start : stop.end()].strip()
            start = stop.end()
    rest = prose[start:].strip()
    if rest:
        yield rest


def _is_end(prose: str, stop: re.Match[str]) -> bool:
    after = _NEXT.match(prose, stop.end())
    if after and after[1].islower():
        return False
    if stop[0][0] != ".":
        return True
    word = _last_word(prose, stop.start()).casefold()
    if word.isdigit():
        return len(word) > 2  # noqa: PLR2004 - "am 3. Mai", "1. First", but "in 2019. Then"
    return len(word) != 1 and "." not in word and word not in _ABBREVIATIONS


def _last_word(text: str, end: int) -> str:
    """Give the word that ends there, without what opens before it."""
    if not end or text[end - 1].isspace():
        return ""
    start = max(0, end - _WORD_CHARS)
    pieces = text[start:end].rsplit(None, 1)
    if start and len(pieces) == 1:
        pieces = text[:end].rsplit(None, 1)
    return _OPENING.split(pieces[-1])[-1]
