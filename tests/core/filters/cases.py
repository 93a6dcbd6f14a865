"""The labelled notes that redaction is measured on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from vaultskillet.core.filters.finding import Finding

FOLDER = Path(__file__).parent.parent.parent / "data" / "redaction"


@dataclass(frozen=True, slots=True)
class Case:
    """A note and what is sensitive in it."""

    group: str
    text: str
    wanted: tuple[Finding, ...]
    """None in a trap: a note that only looks as if it held something."""
    is_hard: bool

    @property
    def values(self) -> list[str]:
        """What must not be left in the note."""
        return [self.text[found.start : found.end] for found in self.wanted]


def read_cases(name: str) -> list[Case]:
    """Read a set: one note a line, its text in pieces, each piece plain or marked with a kind.

    A secret is stored in fragments, so that no scanner takes an invented key for a real one.
    """
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [_case_of(json.loads(line)) for line in lines]


def _case_of(row: dict[str, object]) -> Case:
    text, wanted = "", []
    pieces = row["text"]
    assert isinstance(pieces, list)
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        ((kind, fragments),) = piece.items()
        value = "".join(fragments)
        wanted.append(Finding(kind, len(text), len(text) + len(value)))
        text += value
    return Case(str(row["group"]), text, tuple(wanted), bool(row.get("hard")))


CASES = read_cases("cases.jsonl")
HELD_OUT = read_cases("held_out.jsonl")
FRESH = read_cases("fresh.jsonl")
APART = read_cases("apart.jsonl")
