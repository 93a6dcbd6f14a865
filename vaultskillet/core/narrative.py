"""What a model says of a period: asked in shares that fit its context, and verified.

Map: each share of the notes is told in a few statements, each with the numbers of its notes.
Reduce: the statements of all shares are told in fewer, each with the numbers of those it rests
on, until they fit into one share. A statement is kept only if the notes that it names bear it
out: it must share words with them, and hold no figure that they do not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vaultskillet.core import redact
from vaultskillet.core.harmless import without_thought
from vaultskillet.core.model import NotePath, SafeText
from vaultskillet.core.pieces import Piece, inert_line
from vaultskillet.core.prompt import estimate_tokens
from vaultskillet.core.terms import words_of

MOST_STATEMENTS: Final = 6
"""That a share is told in, and in the end the whole."""
MOST_CHARS: Final = 280
MOST_NOTES: Final = 4
"""That one statement names."""

_LEAST_SHARED: Final = 0.3
"""Of a statement's telling words, so many must stand in what its notes say."""
_LEAST_WORDS: Final = 2

_WORD: Final = re.compile(r"[^\W\d_]+")
_LONG: Final = 4
_FIGURE: Final = re.compile(r"\d+")
_FENCE: Final = re.compile(r"\A\s*```[a-z]*\s*\n(.*?)\n?```\s*\Z", re.DOTALL)

SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "statements": {
            "type": "array",
            "maxItems": MOST_STATEMENTS,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": MOST_CHARS},
                    "from": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
                },
                "required": ["text", "from"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["statements"],
    "additionalProperties": False,
}
"""JSON schema of a reply, to map and to reduce alike."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a statement may rest on: a note's line, or an earlier statement."""

    text: SafeText
    notes: tuple[NotePath, ...]
    evidence: str
    """All that its notes say, to hold a statement against."""


def sources_of(pieces: Iterable[Piece], filters: redact.Policy) -> list[Source]:
    """Give what a model is to know of the notes; one without a line is told by its title."""
    sources = []
    for piece in pieces:
        title = inert_line(piece.title, filters) or ""
        said = f"{title}: {piece.line}" if piece.line else title
        if said:
            evidence = f"{piece.title} {piece.line or ''} {piece.text}"
            sources.append(Source(redact.redact(said, filters).text, (piece.path,), evidence))
    return sources


def shares_of(sources: Sequence[Source], *, tokens: int) -> Iterator[list[Source]]:
    """Cut sources into shares that fit into a number of tokens, by estimate."""
    share: list[Source] = []
    taken = 0
    for source in sources:
        size = estimate_tokens(source.text) + 4  # its number and its newline
        if share and taken + size > tokens:
            yield share
            share, taken = [], 0
        share.append(source)
        taken += size
    if share:
        yield share


def numbered(share: Sequence[Source]) -> SafeText:
    """Write a share as a model sees it: a line each, numbered from 1."""
    return SafeText("\n".join(f"[{at}] {source.text}" for at, source in enumerate(share, 1)))


def read_statements(
    reply: str, share: Sequence[Source], filters: redact.Policy
) -> list[Source] | None:
    """Read the statements of a reply that their notes bear out.

    Args:
        reply: what the model said.
        share: what it was shown, in the order of its numbers.
        filters: what is redacted.

    Returns:
        The statements, each a source for the next round; None where the reply is not the JSON
        that was asked for.

    Raises:
        RedactionError: a filter failed.
    """
    said = _parse(reply)
    if said is None:
        return None
    kept: list[Source] = []
    for text, numbers in said[:MOST_STATEMENTS]:
        rests_on = [share[at - 1] for at in dict.fromkeys(numbers) if 1 <= at <= len(share)]
        line = inert_line(text, filters, max_chars=MOST_CHARS)
        if line is None or not rests_on or not _is_borne_out(line, rests_on):
            continue
        notes = tuple(dict.fromkeys(path for source in rests_on for path in source.notes))
        evidence = " ".join(source.evidence for source in rests_on)
        if all(source.text != line for source in kept):
            kept.append(Source(SafeText(line), notes[:MOST_NOTES], evidence))
    return kept


def _parse(reply: str) -> list[tuple[str, list[int]]] | None:
    text = without_thought(reply)
    fenced = _FENCE.match(text)
    try:
        said = json.loads(fenced[1] if fenced else text)
        statements = said["statements"]
        return [(str(one["text"]), [int(at) for at in one["from"]]) for one in statements]
    except (ValueError, TypeError, KeyError):
        return None


def _telling_words(text: str) -> set[int]:
    """Give the words that are no mere "the" or "is": the longer ones, and all of other scripts."""
    long = (word for word in _WORD.findall(text) if len(word) >= _LONG or not word.isascii())
    return set(words_of(" ".join(long)))


def _is_borne_out(line: str, rests_on: Sequence[Source]) -> bool:
    evidence = " ".join(source.evidence for source in rests_on)
    words = _telling_words(line)
    shared = words & _telling_words(evidence)
    if len(shared) < max(min(_LEAST_WORDS, len(words)), _LEAST_SHARED * len(words), 1):
        return False
    return set(_FIGURE.findall(line)) <= set(_FIGURE.findall(evidence))
