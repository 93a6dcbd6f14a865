"""What a person is told: of a run, of taking back, of the state of things."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from vaultskillet.core.model import Edit, NotePath, RunId, Skipped
from vaultskillet.core.splice import invert, splice
from vaultskillet.ports import Buried, QueueCounts, Run


@dataclass(frozen=True, slots=True)
class NoteResult:
    """What became of one note."""

    path: NotePath
    outcome: str
    """`written`, `left`, `overtaken`, `failed` or `undone`."""
    because: str = ""
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
    elapsed_s: float

    def count(self, outcome: str) -> int:
        """Count the notes with an outcome."""
        return sum(result.outcome == outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand with a vault."""

    vault: str
    state: str
    engines: Mapping[str, str]
    """Tier -> what runs it."""
    notes: Mapping[str, int]
    """Outcome -> how many notes."""
    queue: QueueCounts
    left: tuple[tuple[NotePath, str], ...]
    """Notes and folders left alone, and why, by path."""
    buried: tuple[Buried, ...]
    runs: tuple[Run, ...]
    """Newest first."""
    problems: tuple[str, ...]
    """What a person should mend: watching that is not possible, settings not understood."""


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
