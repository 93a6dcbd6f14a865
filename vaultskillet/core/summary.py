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
from itertools import takewhile

from vaultskillet.core.markdown import Block, Document, Kind
from vaultskillet.core.sentences import CLOSING, LEADS, WIDE, cut, leans, sentences_of
from vaultskillet.core.terms import words_in_turn, words_of

MAX_CHARS = 300
TOP_CHARS = 8000
"""A summary comes from the top of a note; what begins later is not looked at."""
LOOKED_AT = 8
"""Sentences from the top; a summary is not made of later ones."""
MIN_PROSE_CHARS = 40
"""A note with less says nothing that its title does not."""
WHOLE_NOTE = 0.8
"""A summary that is so much of the note repeats it."""
SHORT_BYTES = 60
"""A sentence so short is joined by the next one; in bytes, for a sign of Chinese says as much as
three letters."""
JOINED_BYTES = 160
"""Unless both together are longer."""

MIN_WORDS = 3
LEADING_WORDS = 6
"""With fewer a sentence that ends in a colon is but a label."""
NEW_WORDS = 2
"""What holds fewer beside those of the title only repeats it."""
SOLID_WORDS = 10
# Found by search over 1,500 descriptions of six English sites, and rounded. Searched anew over
# twelve, no others do better on a site left out, nor do regression or trees over 36 signs.
TITLE_WEIGHT = 2.5
RECURRING_WEIGHT = 0.75
ABOUT_WEIGHT = 1.0
ASIDE_WEIGHT = 0.6
SHORT_WEIGHT = 1.1
WHOLE_WEIGHT = 0.3
LEADING_WEIGHT = 0.45
QUESTION_WEIGHT = 0.5
LEANING_WEIGHT = 1.0
GIST_WEIGHT = 2.0
"""A judgement: an author who writes such a callout has said what the note is about."""

_ENDS = frozenset(".!?…。！？｡．؟۔।॥")
_LEADS = frozenset(LEADS)
_ASKS = frozenset("?？؟")
_ITEMS = frozenset({Kind.LIST_ITEM, Kind.TASK})
_ASIDES = _ITEMS | {Kind.QUOTE}
_GIST_CALLOUTS = frozenset({"abstract", "summary", "tldr"})

# Template code, directives, and imports as they stand at the top of MDX.
_CODE = re.compile(r"\{[{%:]|<%|\[!|:::")
_IMPORT = re.compile(r"(?:im|ex)port\b.*\bfrom ['\"]")
_TITLE_FIELD = re.compile(r"\{\{[^{}]*\btitle[^{}]*\}\}")

# An author who writes so says what the note is for. The first begins with letters as they are,
# which `re` finds thirty times faster than in either case; the second stands at the start alone.
_ABOUT = re.compile(
    r"his(?<=\b[Tt]his) (?:[\w-]+ ){0,2}(?:article|book|chapter|course|document|essay|guide|note"
    r"|page|paper|post|recipe|section|talk|tutorial)\b"
)
_ABOUT_ELSEWHERE = re.compile(
    r"(?:\w{1,4} )?(?:[Dd]iese[mrs]?|[Cc]e|[Cc]et(?:te)?|(?:[Ee]|[Nn]e)st[ae]|[Qq]uest[ao]) "
    r"(?:[\w-]+ ){0,2}(?:Anleitung|Artikel|Beitrag|Buch|Kapitel|Leitfaden|Notiz|Rezept|Seite"
    r"|article|chapitre|guide|livre|note|page|recette|section|tutoriel"
    r"|artículo|capítulo|guía|libro|nota|página|receta|sección|tutorial"
    r"|artigo|guia|livro|receita|seção|articolo|capitolo|guida|pagina|ricetta|sezione)\b"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    number: int
    """One more than that of the sentence right before it in its block."""
    score: float


def summarise(document: Document, *, title: str) -> str | None:
    """Give one or two whole sentences of a note, 300 characters at most, or None.

    A single sentence that is longer is cut at a word, which `…` shows; it also stands for what
    a sentence with a colon at its end leads to.

    Args:
        document: the note's text, redacted, then read.
        title: what people call the note.
    """
    blocks = list(takewhile(lambda block: block.start < TOP_CHARS, document.blocks))
    if sum(len(block.prose) for block in blocks if block.fit) < MIN_PROSE_CHARS:
        return None
    headline = next((one.text for one in document.headings if one.level == 1), "")
    sentences = list(_scored(blocks, (title, headline)))
    if not sentences:
        return None
    at = max(range(len(sentences)), key=lambda one: sentences[one].score)
    summary = _joined(sentences, at)
    length = sum(block.end - block.start for block in document.blocks if not block.heading_level)
    if len(summary) >= WHOLE_NOTE * length:
        summary = sentences[at].text if len(sentences) > 1 else ""
    if summary[-1:] in _LEADS:
        summary = summary[:-1] + "…"
    return cut(summary, MAX_CHARS) or None


def _joined(sentences: Sequence[_Sentence], at: int) -> str:
    """Give a sentence; a short one with the one right behind it, if that fits and ends there."""
    here, *rest = sentences[at : at + 2]
    if len(here.text.encode()) < SHORT_BYTES:
        for after in rest:
            both = f"{here.text}{'' if here.text[-1] in WIDE else ' '}{after.text}"
            follows = after.number == here.number + 1 and both[-1] not in _LEADS
            if follows and len(both.encode()) <= JOINED_BYTES:
                return both
    return here.text


def _scored(blocks: Sequence[Block], names: Sequence[str]) -> Iterator[_Sentence]:
    """Give the sentences from the top that could stand alone, each with how well it would.

    Args:
        blocks: of the note's top.
        names: what the note is called, the title first.
    """
    named = [set(words) for words in map(words_of, names) if words]
    counts = Counter(words_in_turn(block.prose for block in blocks))
    recurring = {word: math.log(count) for word, count in counts.items() if count > 1}
    place = number = 0
    for block in blocks:
        if not block.fit:
            continue
        number += 1
        for text in sentences_of(_TITLE_FIELD.sub(lambda _: names[0], block.prose)):
            number += 1
            words = words_of(text)
            last = text.rstrip(CLOSING)[-1:]
            if not _stands_alone(block, text, words, last=last, named=named):
                continue
            shares = [len(name.intersection(words)) / len(name) for name in named]
            recurrences = [recurring[word] for word in words if word in recurring]
            score = _score(block, text, last=last, words=len(words), place=place)
            score += TITLE_WEIGHT * max(shares, default=0.0)
            score += RECURRING_WEIGHT * sum(recurrences) / len(words)
            yield _Sentence(text, number, score)
            place += 1
            if place == LOOKED_AT:
                return


def _stands_alone(
    block: Block, text: str, words: Sequence[int], *, last: str, named: Sequence[set[int]]
) -> bool:
    """Say whether a sentence tells anything without what stands around it."""
    if len(words) < (LEADING_WORDS if last in _LEADS else MIN_WORDS):
        return False
    if any(len(set(words) - name) < NEW_WORDS for name in named):
        return False  # it says what the note is called, and no more
    if block.kind in _ITEMS and last not in _ENDS and last not in _LEADS:
        return False  # one thing of a list does not stand for all
    return not (_CODE.search(text) or _IMPORT.match(text))


def _score(block: Block, text: str, *, last: str, words: int, place: int) -> float:
    """Score how a sentence is made and where it stands, whatever its words.

    Args:
        block: where it stands.
        text: the sentence.
        last: its last character but for what closes it.
        words: how many it has.
        place: how many sentences stand before it.
    """
    about = bool(_ABOUT.search(text) or _ABOUT_ELSEWHERE.match(text))
    return (
        ABOUT_WEIGHT * about
        - LEANING_WEIGHT * (place > 0 and not about and leans(text))
        + WHOLE_WEIGHT * (last in _ENDS)
        - LEADING_WEIGHT * (last in _LEADS)
        - QUESTION_WEIGHT * (last in _ASKS)
        - ASIDE_WEIGHT * (block.kind in _ASIDES)
        + GIST_WEIGHT * (block.callout in _GIST_CALLOUTS)
        - SHORT_WEIGHT * max(0, SOLID_WORDS - words) / SOLID_WORDS
        - math.log1p(place)
    )
