"""What a person is told: of a run, of its cost, of taking back."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from vaultskillet.core.model import Edit, NotePath, RunId, Skipped
from vaultskillet.core.splice import invert, splice


@dataclass(frozen=True, slots=True)
class NoteResult:
    """What became of one note."""

    path: NotePath
    """Of a digest that failed, which has none: its name and period."""
    outcome: str
    """`written`, `proposed`, `rejected`, `left`, `overtaken`, `failed` or `undone`."""
    because: str = ""
    """Of a note that was written: why requests in it failed, if any did."""
    diff: str = ""
    """Unified diff; empty where none was asked for, or nothing was written."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of all notes of a run."""

    run: RunId
    results: tuple[NoteResult, ...]
    skipped: tuple[Skipped, ...]
    unchanged: int
    buried: int
    """Notes given up, in this run or earlier: `status` names them."""
    waiting: int
    """Notes that are due still."""
    elapsed_s: float

    def count(self, outcome: str) -> int:
        """Count the notes with an outcome."""
        return sum(result.outcome == outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """What waits to be set in a note."""

    number: int
    path: NotePath
    at: float
    """Seconds since 1970 (UTC)."""
    summary: str | None
    tags: tuple[str, ...]
    category: str | None
    related: tuple[NotePath, ...]
    """The notes that it would link to."""


@dataclass(frozen=True, slots=True)
class RelatedNote:
    """A note that is like another."""

    path: NotePath
    score: float
    """0 to 1: how likely it is that an author who links would link them."""
    because: str
    """What speaks for it."""
    link: str | None
    """What would be written; None: no link can lead there."""
    is_linked: bool
    """The author links to it already."""
    is_ours: bool
    """We linked to it at some time."""
    is_enough: bool
    """It is related enough to be named."""


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """What a run would ask of one model."""

    tier: str
    engine: str
    model: str
    calls: int
    prompt_tokens: int
    """About so many."""
    reply_tokens: int
    """At most so many."""
    money: float | None
    """At most so much; None: its prices are not known, or it costs none."""


@dataclass(frozen=True, slots=True)
class DigestReport:
    """What became of a digest that a person asked for."""

    name: str
    period: str
    outcome: str
    """`written`, `empty` or `left`."""
    because: str
    path: NotePath | None
    text: str
    """Markdown."""
    hint: str


def diff_of(path: NotePath, before: bytes, after: bytes) -> str:
    """Give the unified diff between two states of a note."""
    lines = difflib.unified_diff(
        before.decode("utf-8", "replace").splitlines(keepends=True),
        after.decode("utf-8", "replace").splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
        n=2,
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end\n" for line in lines
    )


def diff_of_edits(path: NotePath, after: bytes, edits: tuple[Edit, ...]) -> str:
    """Give the unified diff of edits that led to these bytes."""
    return diff_of(path, splice(after, invert(edits)), after)
