"""What a person is told: of a run, of taking back, of the state of things."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from vaultskillet.core.model import Edit, NotePath, RunId, Skipped
from vaultskillet.core.splice import invert, splice
from vaultskillet.digests.desk import DigestState
from vaultskillet.ports import Buried, Delayed, QueueCounts, RouteCounts, Run
from vaultskillet.schedule import EntryState


@dataclass(frozen=True, slots=True)
class NoteResult:
    """What became of one note."""

    path: NotePath
    """Of a digest that failed, which has none: its name and period."""
    outcome: str
    """`written`, `left`, `overtaken`, `failed` or `undone`."""
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
class Wait:
    """Why calls of a model wait, and until when."""

    because: str
    until: float
    """Seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True)
class TierState:
    """What one model holds and waits for."""

    engine: str
    model: str
    memory_bytes: int = 0
    allocations: int = 0
    """Of GPUs elsewhere."""
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the engines hold and wait for, as the process that works told last."""

    at: float = 0.0
    """Seconds since 1970 (UTC); 0: none ever told."""
    tiers: Mapping[str, TierState] = field(default_factory=dict)
    budget: Wait | None = None


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What one model was ever asked."""

    calls: int = 0
    failures: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0


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
class BudgetUse:
    """One limit of the day's budget, and what of it is spent."""

    what: str
    """`calls`, `tokens` or `money`."""
    spent: float
    limit: float


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


@dataclass(frozen=True, slots=True)
class Unsent:
    """A digest that waits to be sent."""

    name: str
    period: str
    channel: str
    attempts: int
    because: str


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
    failed: tuple[tuple[NotePath, str], ...]
    """Notes in which a tag says that a request failed, and why, by path."""
    delayed: tuple[Delayed, ...]
    """Jobs that wait for another try, and why, by path."""
    buried: tuple[Buried, ...]
    runs: tuple[Run, ...]
    """Newest first."""
    routes: tuple[RouteCounts, ...]
    """What became of what was written, by the route that led to it."""
    stale: Mapping[str, int]
    """Part of the recipe -> how many notes were done by another one."""
    engine_state: EngineState
    use: Mapping[str, ModelUse]
    """Tier -> what it was ever asked."""
    budget: tuple[BudgetUse, ...]
    """Of today (UTC); empty: there is no limit."""
    schedule: tuple[EntryState, ...]
    digests: tuple[DigestState, ...]
    unsent: tuple[Unsent, ...]
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
