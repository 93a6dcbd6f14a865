"""Insights: what a note claims, asks and asks for, each borne out by the note's own words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import Final

from vaultskillet.core import markdown, redact
from vaultskillet.core.harmless import clean_line
from vaultskillet.core.markdown import Block, Document, Kind
from vaultskillet.core.model import Reply, SafeText
from vaultskillet.core.reply import parse_object
from vaultskillet.core.summary import MIN_WORDS, sentences_of
from vaultskillet.core.terms import words_of
from vaultskillet.errors import ReplyError

MAX_QUOTE_CHARS: Final = 300
MIN_QUOTE_WORDS: Final = 3
"""A shorter quote stands in nearly every note, and bears nothing out."""

_MOST: Final = {"claims": 7, "questions": 5, "actions": 7, "connections": 5}
_TEXT: Final = {"type": "string", "maxLength": MAX_QUOTE_CHARS}


def _list_of(most: int, *names: str) -> Mapping[str, object]:
    return {
        "type": "array",
        "maxItems": most,
        "items": {
            "type": "object",
            "properties": dict.fromkeys(names, _TEXT),
            "required": list(names),
            "additionalProperties": False,
        },
    }


INSIGHT_SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "claims": _list_of(_MOST["claims"], "text", "quote"),
        "questions": _list_of(_MOST["questions"], "text", "quote"),
        "actions": _list_of(_MOST["actions"], "text", "quote"),
        "connections": _list_of(_MOST["connections"], "note", "text", "quote"),
    },
    "required": list(_MOST),
    "additionalProperties": False,
}
"""JSON schema of a reply: of each point its text, and the words of the note that bear it out."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is said, and where the note bears it out."""

    text: str
    quote: str
    heading: str = ""
    """Under which the quote stands; empty where it stands under none."""
    note: str = ""
    """The other note, as it was named to the engine, where the point connects two."""


@dataclass(frozen=True, slots=True)
class Insight:
    """All points of a note that its own words bear out."""

    claims: tuple[Point, ...] = ()
    questions: tuple[Point, ...] = ()
    actions: tuple[Point, ...] = ()
    connections: tuple[Point, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything in it."""
        return bool(self.claims or self.questions or self.actions or self.connections)


def read_insight(
    reply: Reply, *, text: SafeText, others: Sequence[str], filters: redact.Policy
) -> Insight:
    """Read the insight out of a reply; what the text does not bear out is dropped.

    Args:
        reply: what the engine said.
        text: the note's text, as the engine saw it.
        others: names of the notes that it may connect this one with.
        filters: what is redacted from generated text.

    Raises:
        ReplyError: it is not the JSON that was asked for.
        RedactionError: a filter failed.
    """
    said = parse_object(reply)
    find = _finder(markdown.read(text))
    points = {
        key: tuple(_points(said.get(key, []), reply, find, filters))[:most]
        for key, most in _MOST.items()
    }
    named = {_normal(name): name for name in others}
    connections = (
        replace(point, note=named[_normal(point.note)])
        for point in points.pop("connections")
        if _normal(point.note) in named
    )
    return Insight(**points, connections=tuple(connections))


def _points(
    said: object,
    reply: Reply,
    find: Callable[[str], tuple[str, str] | None],
    filters: redact.Policy,
) -> Iterator[Point]:
    if not isinstance(said, list):
        raise ReplyError(f"{reply.model} gave points that are no list")
    seen = set()
    for one in said:
        if not isinstance(one, dict):
            raise ReplyError(f"{reply.model} gave a point that is no object")
        text, quote, note = (str(one.get(key) or "") for key in ("text", "quote", "note"))
        found = find(quote)
        clean = clean_line(text, filters) if found else None
        if found and clean and _normal(clean) not in seen:
            seen.add(_normal(clean))
            borne = clean_line(found[0], filters)
            heading = clean_line(found[1], filters) if found[1] else ""
            if borne:
                yield Point(clean, borne, heading or "", note)


def _finder(document: Document) -> Callable[[str], tuple[str, str] | None]:
    """Give what finds a quote in the text, and the heading over it."""
    blocks = [(block, f" {_normal(block.prose)} ") for block in document.blocks]

    def find(quote: str) -> tuple[str, str] | None:
        plain = _plain(quote)
        if len(words_of(plain)) < MIN_QUOTE_WORDS:
            return None
        wanted = _normal(plain)
        for block, text in blocks:
            if f" {wanted} " in text:
                return quote, _heading_over(document, block)
        return None

    return find


_MARKS: Final = re.compile(r"[*_=~`>#\[\]|]+")
_NO_WORD: Final = re.compile(r"[\W_]+")


def _plain(quote: str) -> str:
    """Give a quote without the marks of Markdown that a model may have copied."""
    return " ".join(block.prose for block in markdown.read(quote).blocks) or _MARKS.sub(" ", quote)


def _normal(text: str) -> str:
    """Give words alone: how a quote is spaced, cased and punctuated makes no difference."""
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _heading_over(document: Document, block: Block) -> str:
    over = [one.text for one in document.headings if one.start <= block.start]
    return over[-1] if over else ""


# --- without a model --------------------------------------------------------------------

_TODO: Final = re.compile(r"\b(?:TODO|FIXME|ACTION)\b[:\s]")
_QUESTION: Final = re.compile(r"[?？؟]\W*\Z")
_DONE: Final = frozenset("xX-")
MAX_CLAIMS: Final = 3


def extract_insight(text: str, *, title: str, others: Sequence[str]) -> str:
    """Give what a note says by its own words alone, as JSON of the schema.

    Claims are its sentences that share the most words with the rest of it, questions those
    that end as one, actions its open tasks; a connection is a sentence that names the other
    note.

    Args:
        text: the note's Markdown.
        title: its title.
        others: names of notes that are like it.
    """
    document = markdown.read(text)
    sentences = [
        (block, sentence)
        for block in document.prose_blocks()
        for sentence in sentences_of(block.prose)
    ]
    questions = [one for _, one in sentences if _QUESTION.search(one)]
    tasks = [one.text for one in document.tasks if one.status not in _DONE and one.text]
    todos = [one for _, one in sentences if _TODO.search(one)]
    plain = [one for block, one in sentences if _is_claim(block, one)]
    connections = [
        {"note": name, "text": f"It names {name}.", "quote": named}
        for name in others
        if (named := _naming(name, [one for _, one in sentences]))
    ]
    said = {
        "claims": _quoted(_central(plain, title)),
        "questions": _quoted(questions)[: _MOST["questions"]],
        "actions": _quoted(dict.fromkeys([*tasks, *todos]))[: _MOST["actions"]],
        "connections": connections[: _MOST["connections"]],
    }
    return json.dumps(said, ensure_ascii=False)


def _is_claim(block: Block, sentence: str) -> bool:
    is_text = block.kind not in (Kind.TASK, Kind.QUOTE)
    speaks = not _QUESTION.search(sentence) and not _TODO.search(sentence)
    return is_text and speaks and len(words_of(sentence)) >= MIN_WORDS


def _central(sentences: Sequence[str], title: str) -> list[str]:
    """Give the sentences that share the most with the others, in the order of the text."""
    words = [frozenset(words_of(one)) for one in sentences]
    counts: dict[int, int] = {}
    for one in [*words, frozenset(words_of(title))]:
        for word in one:
            counts[word] = counts.get(word, 0) + 1
    weights = [sum(counts[word] - 1 for word in one) / (len(one) + 4) for one in words]
    best = nlargest(MAX_CLAIMS, range(len(sentences)), key=lambda at: (weights[at], -at))
    return [sentences[at] for at in sorted(best)]


def _naming(name: str, sentences: Sequence[str]) -> str:
    """Give the first sentence that names a note; empty where none does."""
    wanted = f" {_normal(name)} "
    return next((one for one in sentences if wanted in f" {_normal(one)} "), "")


def _quoted(texts: Sequence[str] | Mapping[str, None]) -> list[Mapping[str, str]]:
    return [{"text": text, "quote": text} for text in texts]
