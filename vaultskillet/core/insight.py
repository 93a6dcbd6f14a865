"""Insights: what a note claims, asks and asks for, each borne out by the note's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vaultskillet.core import markdown, redact
from vaultskillet.core.harmless import clean_line, clean_markdown
from vaultskillet.core.headings import HeadingName, name_over
from vaultskillet.core.markdown import Block, Document
from vaultskillet.core.model import Reply, SafeText
from vaultskillet.core.reply import parse_object
from vaultskillet.core.terms import words_of
from vaultskillet.errors import ReplyError

MAX_QUOTE_CHARS: Final = 300
_FIRST_WITHOUT_BLANKS: Final = "\u0e00"
"""From here on stand the scripts that are written without blanks: Thai, Chinese, Japanese."""
MIN_QUOTE_WORDS: Final = 3
"""A shorter quote stands in nearly every note and bears nothing out, unless it is a whole block."""

MOST: Final = {"claims": 7, "questions": 5, "actions": 7, "connections": 5}
"""So many points of each kind are kept."""
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
        "claims": _list_of(MOST["claims"], "text", "quote"),
        "questions": _list_of(MOST["questions"], "text", "quote"),
        "actions": _list_of(MOST["actions"], "text", "quote"),
        "connections": _list_of(MOST["connections"], "note", "text", "quote"),
    },
    "required": list(MOST),
    "additionalProperties": False,
}
"""JSON schema of a reply: of each point its text, and the words of the note that bear it out."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is said, and where the note bears it out."""

    text: str
    quote: str
    heading: HeadingName | None = None
    """Under which the quote stands."""
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
    document = markdown.read(text)
    points = {
        key: tuple(_points(said.get(key, []), reply, document, filters))[:most]
        for key, most in MOST.items()
    }
    named = {normal_words(name): name for name in others}
    connections = (
        replace(point, note=named[normal_words(point.note)])
        for point in points.pop("connections")
        if normal_words(point.note) in named
    )
    return Insight(**points, connections=tuple(connections))


def _points(
    said: object, reply: Reply, document: Document, filters: redact.Policy
) -> Iterator[Point]:
    if not isinstance(said, list):
        raise ReplyError(f"{reply.model} gave points that are no list")
    find = _finder(document)
    seen = set()
    for one in said:
        if not isinstance(one, dict):
            raise ReplyError(f"{reply.model} gave a point that is no object")
        text, quote, note = (str(one.get(key) or "") for key in ("text", "quote", "note"))
        block = find(quote)
        clean = _clean(text, filters) if block else None
        borne = _clean(quote, filters) if block else None
        if block and clean and borne and normal_words(clean) not in seen:
            seen.add(normal_words(clean))
            yield Point(clean, borne, name_over(document, block.start), note)


def _clean(text: str, filters: redact.Policy) -> str | None:
    """Give a text as a harmless line of Markdown: without links, tags, fields and block ids."""
    return clean_line(clean_markdown(text, resolves=lambda _: False, filters=filters), filters)


def _finder(document: Document) -> Callable[[str], Block | None]:
    """Give what finds the block that holds a quote."""
    blocks = [(block, f" {normal_words(block.prose)} ") for block in document.blocks]

    def find(quote: str) -> Block | None:
        plain = _plain(quote)
        if len(words_of(plain)) < MIN_QUOTE_WORDS:
            whole = f" {normal_words(plain)} "
            return next((block for block, text in blocks if text == whole != "  "), None)
        wanted = _whole_words(plain)
        return next((block for block, text in blocks if wanted in text), None)

    return find


_MARKS: Final = re.compile(r"[*_=~`>#\[\]|]+")
_NO_WORD: Final = re.compile(r"[\W_]+")


def _plain(quote: str) -> str:
    """Give a quote without the marks of Markdown that a model may have copied."""
    return " ".join(block.prose for block in markdown.read(quote).blocks) or _MARKS.sub(" ", quote)


def normal_words(text: str) -> str:
    """Give words alone: how a quote is spaced, cased and punctuated makes no difference."""
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _whole_words(text: str) -> str:
    """Give words so that no part of a word is taken for one, where words have blanks at all."""
    words = normal_words(text)
    return f"{_edge(words[:1])}{words}{_edge(words[-1:])}"


def _edge(letter: str) -> str:
    return " " if letter < _FIRST_WITHOUT_BLANKS else ""
