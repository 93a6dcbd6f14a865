"""What a text says to a question, in its own sentences; nothing where it says nothing.

A question's words that say something are looked for in the sentences and in the headings over
them. Words that many sentences hold count for little, and a word that one quote holds counts for
less in the next, so that a question after two things gets a sentence of each. A link in the
question says where to look: the text of that note stands under its title.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter
from typing import Final

from vaultskillet.core import markdown
from vaultskillet.core.function_words import FUNCTION_WORDS
from vaultskillet.core.markdown import Block, Document, Heading, Kind, Spanning
from vaultskillet.core.model import NotePath, title_of
from vaultskillet.core.sentences import leans, sentences_of
from vaultskillet.core.terms import spelt_words_of

LEAST_SHARE: Final = 0.4
"""Of a question's words so many must stand in the text, or it does not speak of that."""
HEADING_SHARE: Final = 0.5
"""What a word is worth to a sentence that stands under it."""
AGAIN: Final = 0.4
"""What a word is still worth once a quote holds it."""
LEAST_WORTH: Final = 0.35
"""A further quote is worth so much of the best one."""
LEANING_WEIGHT: Final = 0.6
QUESTION_WEIGHT: Final = 0.5
LEAST_WORDS: Final = 2
"""A sentence with less only names a thing."""
TABLE_WEIGHT: Final = 0.5
"""The cells of a table, one after the other, are no sentence."""
SOLID_WORDS: Final = 25
"""A sentence that is longer holds a word by chance."""

_NUMBER: Final = re.compile(r"\d{2,}")
_QUESTION: Final = re.compile(r"[?？؟]\W*\Z")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a text."""

    text: str
    heading: str
    """Over it; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """What a text says to a question."""

    said: tuple[Quote, ...] = ()
    """In the order of the text."""
    silent: tuple[str, ...] = ()
    """Titles of notes that the question links to, and that say nothing to it."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    heading: str
    note: str
    """The title of the linked note whose text it stands in; empty for any other."""
    words: frozenset[str]
    over: frozenset[str]
    """Words of the headings over it."""
    weight: float
    """How well it stands alone; 1 at best."""


def telling_words(text: str) -> list[str]:
    """Give the words and numbers of a text that say what it is about, each once, in order.

    >>> telling_words("How do I prune the roses, and when?")
    ['prune', 'roses']
    """
    found = [*spelt_words_of(text), *_NUMBER.findall(text)]
    return list(dict.fromkeys(word for word in found if word not in FUNCTION_WORDS))


def quote_text(question: str, document: Document, *, most: int) -> Quotes:
    """Give the sentences of a text that say the most to a question.

    Args:
        question: in Markdown.
        document: the text, read; what the question links to stands in it, each note under its
            title.
        most: quotes; more where more notes are linked to, since each that speaks has one.
    """
    links = markdown.read(question).wikilinks
    linked = dict.fromkeys(title_of(NotePath(one.target)) for one in links)
    all_sentences = list(_sentences(document, linked))
    notes = [name for name in linked if any(one.note == name for one in all_sentences)]
    asked = telling_words(_without(links, question) if notes else question)
    sentences = [one for one in all_sentences if len(one.words) >= LEAST_WORDS]
    worth = _worth_of(asked, sentences)
    if len(worth) < LEAST_SHARE * len(asked):
        return Quotes()
    if not asked:  # "Compare [[A]] with [[B]]": what stands best alone of each
        worth, most = [dict.fromkeys(range(len(sentences)), 1.0)], 0
    chosen = list(_choose(sentences, worth, notes, most))
    said = tuple(Quote(sentences[at].text, sentences[at].heading) for at in sorted(chosen))
    speaking = {sentences[at].note for at in chosen}
    silent = tuple(name for name in notes if name not in speaking)
    return Quotes(said, silent) if said else Quotes()


def _without(links: Sequence[Spanning], question: str) -> str:
    for link in sorted(links, key=attrgetter("start"), reverse=True):
        question = question[: link.start] + " " + question[link.end :]
    return question


def _sentences(document: Document, linked: Collection[str]) -> Iterator[_Sentence]:
    headings = iter(document.headings)
    upcoming = next(headings, None)
    over: list[Heading] = []
    titles = {name.casefold(): name for name in linked}
    note = ""
    for block in document.blocks:
        while upcoming and upcoming.start <= block.start:
            over = [one for one in over if one.level < upcoming.level] + [upcoming]
            note = titles.get(upcoming.text.casefold(), note) if upcoming.level == 1 else note
            upcoming = next(headings, None)
        if not block.heading_level:
            yield from _sentences_of(block, over, note)


def _sentences_of(block: Block, over: Sequence[Heading], note: str) -> Iterator[_Sentence]:
    above = frozenset(word for one in over for word in telling_words(one.text))
    for text in sentences_of(block.prose):
        words = telling_words(text)
        weight = LEANING_WEIGHT if leans(text) else 1.0
        weight *= QUESTION_WEIGHT if _QUESTION.search(text) else 1.0
        weight *= TABLE_WEIGHT if block.kind is Kind.TABLE else 1.0
        weight /= max(1.0, len(words) / SOLID_WORDS)
        heading = over[-1].text if over else ""
        yield _Sentence(text, heading, note, frozenset(words), above, weight)


def _worth_of(asked: Sequence[str], sentences: Sequence[_Sentence]) -> list[Mapping[int, float]]:
    """Give what each word that is asked for is worth where it stands; none that stands nowhere."""
    vocabulary = {word for one in sentences for word in (*one.words, *one.over)}
    found: list[Mapping[int, float]] = []
    for word in asked:
        alike = {other for other in vocabulary if _are_alike(word, other)}
        holding = {at for at, one in enumerate(sentences) if alike & one.words}
        under = {at for at, one in enumerate(sentences) if alike & one.over} - holding
        if holding or under:
            rarity = math.log1p(len(sentences) / (len(holding) or len(under)))
            worth = dict.fromkeys(holding, rarity)
            found.append(worth | dict.fromkeys(under, HEADING_SHARE * rarity))
    return found


def _choose(
    sentences: Sequence[_Sentence],
    worth: Sequence[Mapping[int, float]],
    notes: Sequence[str],
    most: int,
) -> Iterator[int]:
    """Choose sentences: one of each note, then the one that adds the most, and so on."""
    left = dict(enumerate(sentences))
    fresh = [1.0] * len(worth)
    best = 0.0
    for note in (*notes, *repeat("", most - len(notes))):
        gains = {
            at: one.weight
            * sum(new * of.get(at, 0.0) for new, of in zip(fresh, worth, strict=True))
            for at, one in left.items()
            if not note or one.note == note
        }
        at = max(gains, key=lambda at: (gains[at], -at), default=-1)
        if at < 0 or gains[at] <= (0.0 if note else LEAST_WORTH * best):
            continue
        best = max(best, gains[at])
        yield at
        said = left.pop(at).text
        left = {at: one for at, one in left.items() if one.text != said}
        if not note:
            fresh = [new * (AGAIN if at in of else 1) for new, of in zip(fresh, worth, strict=True)]


def _are_alike(one: str, other: str) -> bool:
    """Say whether two words are forms of one, as far as their endings tell.

    What begins alike and differs in at most two and three letters at the end: "delete" and
    "deleting", but not "internal" and "interest".
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    return same >= 4 and len(short) - same <= 2 and len(long) - same <= 3  # noqa: PLR2004 - as said
