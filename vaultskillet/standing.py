"""How things stand with a vault, for people; imports little, since `status` is asked often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vaultskillet.core.model import NotePath
from vaultskillet.core.prompt import RecipeDigests
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.digests import DigestState
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.ports.queue import Buried, Delayed, QueueCounts
from vaultskillet.ports.routes import RouteCounts
from vaultskillet.ports.runs import Run
from vaultskillet.ports.store import Store
from vaultskillet.schedule import EntryState
from vaultskillet.stale import Part, count_stale

RUNS_SHOWN = 5
"""How many of the last runs are told of."""

WATCH_PROBLEM = "watch problem"
"""Under this name the working process keeps why it cannot watch."""


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
class BudgetUse:
    """One limit of the day's budget, and what of it is spent."""

    what: str
    """`calls`, `tokens` or `money`."""
    spent: float
    limit: float


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
    proposals: int
    """How many wait for a person's verdict."""
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


@dataclass(frozen=True, slots=True)
class Setup:
    """What a configuration comes to, as far as it tells how things stand."""

    engines: Mapping[str, str]
    """Tier -> what runs it."""
    digests: RecipeDigests
    """Of the recipe in use."""
    budget: tuple[BudgetUse, ...]
    schedule: tuple[EntryState, ...]
    reports: tuple[DigestState, ...]
    orphans: Mapping[NotePath, str]
    """Notes of ours whose own subject is gone or renamed, and what to do."""
    problems: Iterable[str]
    """What of the vault's own settings is not understood."""


def stand(
    setup: Setup,
    store: Store,
    *,
    clock: Clock,
    vault: str,
    state: str,
    engine_state: EngineState,
    use: Mapping[str, ModelUse],
) -> Status:
    """Tell how things stand.

    Args:
        setup: what the configuration comes to.
        store: the state.
        clock: the time.
        vault: its folder.
        state: its database.
        engine_state: what the engines told last.
        use: what each model was ever asked.
    """
    tally = store.ledger.tally()
    skipped = {one.path: one.because for one in store.ledger.skipped()}
    skipped.update(setup.orphans)
    return Status(
        vault=vault,
        state=state,
        engines=setup.engines,
        notes=tally.outcomes,
        proposals=tally.outcomes.get(PROPOSED, 0),
        queue=store.queue.counts(now=clock.now()),
        left=tuple(sorted([*tally.left, *skipped.items()])),
        failed=tally.failed,
        delayed=tuple(store.queue.delayed(now=clock.now())),
        buried=tuple(store.queue.buried()),
        runs=tuple(store.runs.last(RUNS_SHOWN)),
        routes=tuple(store.routes.counts()),
        stale={
            str(part): count_stale(tally.recipes, setup.digests, part)
            for part in (Part.PROMPT, Part.MODEL)
        },
        engine_state=engine_state,
        use=use,
        budget=setup.budget,
        schedule=setup.schedule,
        digests=setup.reports,
        unsent=tuple(
            Unsent(one.book.name, one.period, one.channel, one.attempts, one.because)
            for one in store.outbox.waiting()
        ),
        problems=tuple(filter(None, [store.get_meta(WATCH_PROBLEM), *setup.problems])),
    )
