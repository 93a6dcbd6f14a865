"""A note's insights by its own words alone: what can be said of it without a model."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vaultskillet.core import markdown
from vaultskillet.core.insight import MOST, normal_words
from vaultskillet.core.markdown import Block, Document, Kind
from vaultskillet.core.model import NotePath, title_of
from vaultskillet.core.quoting import telling_words
from vaultskillet.core.sentences import leans, sentences_of
from vaultskillet.core.terms import words_of

_TODO: Final = re.compile(r"\b(?:TODO|FIXME|ACTION)\b[:\s]")
_QUESTION: Final = re.compile(r"[?？؟]\W*\Z")
_LEADS_ON: Final = re.compile(r"[:：]\W*\Z")
_BOLD: Final = ("**", "__")
_DONE: Final = frozenset("xX-")
MAX_CLAIMS: Final = 3
MIN_CLAIM_WORDS: Final = 5
TITLE_WEIGHT: Final = 2
"""A word of the title, or of a heading, counts as if it stood so often in the text."""
LIST_WEIGHT: Final = 0.7
"""What stands in a list is rather a part of something than a claim."""
AGAIN: Final = 0.5
"""What a word is still worth once a claim holds it."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    block: Block
    is_last: bool
    """In its block, and that is no line in bold, as a title over the text that answers it."""


def extract_insight(text: str, *, title: str, others: Sequence[str]) -> str:
    """Give what a note says by its own words alone, as JSON of the schema.

    Claims are whole sentences that share the most telling words with the rest of it. Questions
    are those that nothing in their paragraph answers, actions the open tasks; a connection is a
    sentence that links to the other note, or names it.

    Args:
        text: the note's Markdown.
        title: its title.
        others: names of notes that are like it.
    """
    document = markdown.read(text)
    sentences = list(_sentences_of(document, text))
    texts = [one.text for one in sentences]
    questions = [one.text for one in sentences if one.is_last and _QUESTION.search(one.text)]
    tasks = [one.text for one in document.tasks if one.status not in _DONE and one.text]
    todos = [one for one in texts if _TODO.search(one)]
    named = [title, *(heading.text for heading in document.headings)]
    said = {
        "claims": _quoted(_central([one for one in sentences if _is_claim(one)], texts, named)),
        "questions": _quoted(dict.fromkeys(questions))[: MOST["questions"]],
        "actions": _quoted(dict.fromkeys([*tasks, *todos]))[: MOST["actions"]],
        "connections": list(_connections(document, sentences, others))[: MOST["connections"]],
    }
    return json.dumps(said, ensure_ascii=False)


def _sentences_of(document: Document, text: str) -> Iterator[_Sentence]:
    for block in document.prose_blocks():
        sentences = sentences_of(block.prose)
        for at, sentence in enumerate(sentences, start=1):
            is_last = at == len(sentences) and not text.startswith(_BOLD, block.start)
            yield _Sentence(sentence, block, is_last)


def _is_claim(sentence: _Sentence) -> bool:
    text = sentence.text
    return not (
        sentence.block.kind in (Kind.TASK, Kind.QUOTE)
        or _QUESTION.search(text)
        or _LEADS_ON.search(text)
        or _TODO.search(text)
        or leans(text)
        or len(words_of(text)) < MIN_CLAIM_WORDS
    )


def _central(
    sentences: Sequence[_Sentence], texts: Sequence[str], named: Sequence[str]
) -> list[str]:
    """Give the sentences that share the most with the others, in the order of the text."""
    counts = Counter(word for text in texts for word in telling_words(text))
    counts.update(dict.fromkeys((w for text in named for w in telling_words(text)), TITLE_WEIGHT))
    worth = {word: float(count - 1) for word, count in counts.items()}
    left = {at: telling_words(one.text) for at, one in enumerate(sentences)}
    best: list[int] = []
    while left and len(best) < MAX_CLAIMS:
        scores = {
            at: sum(worth[word] for word in words)
            * (LIST_WEIGHT if sentences[at].block.kind is Kind.LIST_ITEM else 1.0)
            / (len(words) + 8)
            for at, words in left.items()
        }
        at = max(left, key=lambda at: (scores[at], -at))
        best.append(at)
        for word in left.pop(at):
            worth[word] *= AGAIN
    return [sentences[at].text for at in sorted(best)]


def _connections(
    document: Document, sentences: Sequence[_Sentence], others: Sequence[str]
) -> Iterator[Mapping[str, str]]:
    """Give the sentences that link to other notes, or name them."""
    for name in others:
        linking = [one for one in sentences if _links_to(document, one, name)]
        if linking:
            yield {"note": name, "text": "The note links to it.", "quote": linking[0].text}
            continue
        naming = [one for one in sentences if _names(name, one.text)]
        if naming:
            yield {"note": name, "text": "The note names it.", "quote": naming[0].text}


def _links_to(document: Document, sentence: _Sentence, name: str) -> bool:
    block = sentence.block
    return any(
        block.start <= link.start < block.end
        and title_of(NotePath(link.target)).casefold() == name.casefold()
        and f" {normal_words(link.alias or link.target)} " in f" {normal_words(sentence.text)} "
        for link in document.wikilinks
    )


def _names(name: str, text: str) -> bool:
    """Say whether a sentence names a note.

    A single word may mean just what it says: it counts only where it is spelt as the name is.
    """
    if f" {normal_words(name)} " not in f" {normal_words(text)} ":
        return False
    return len(words_of(name)) > 1 or (name[:1].isupper() and f" {name}" in text)


def _quoted(texts: Sequence[str] | Mapping[str, None]) -> list[Mapping[str, str]]:
    return [{"text": text, "quote": text} for text in texts]
