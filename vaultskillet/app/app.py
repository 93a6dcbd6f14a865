"""What vaultskillet does for one vault when a person asks."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

from vaultskillet import history
from vaultskillet.app.accounts import Accounts
from vaultskillet.app.engines import Engines
from vaultskillet.core.model import (
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    RunId,
    Skipped,
    Tier,
    Written,
)
from vaultskillet.core.settle import Settler
from vaultskillet.daemon import WATCH_PROBLEM, Daemon, Tempo
from vaultskillet.engines.estimate import EstimatingEngine
from vaultskillet.engines.metrics import prometheus_text
from vaultskillet.errors import ConfigError
from vaultskillet.evaluation.evaluate import evaluate
from vaultskillet.evaluation.scores import Evaluation
from vaultskillet.intake import Intake
from vaultskillet.neighbours import find_related
from vaultskillet.pipeline import Kit
from vaultskillet.ports import Finding, JournalEntry, RoutedWrite, RunCounts, Watcher
from vaultskillet.report import (
    ModelEstimate,
    NoteResult,
    RelatedNote,
    RunReport,
    Status,
    diff_of_edits,
)
from vaultskillet.stale import Part, find_stale
from vaultskillet.worker import Pace, Worker

OVERTAKEN_TRIES = 3
"""How often `run --once` goes back to notes that changed while it worked on them."""

OVERTAKEN_S = 1.0
"""How long it lets them rest before."""

RUNS_SHOWN = 5
"""How many of the last runs `status` shows."""

Progress = Callable[[str, int, int], None]
"""Told of (phase, done, total) as work goes on."""


Choose = Callable[[dict[NotePath, NoteResult]], frozenset[NotePath] | None]
"""Makes the notes of a run due and names them; puts those that cannot be done into the results."""


class Mode(Enum):
    """What an App may do."""

    WORK = "work"
    """Read and write, alone: a second one is refused."""
    DRY = "dry"
    """All of it, but on copies in memory: nothing on disk changes."""
    ESTIMATE = "estimate"
    """As dry, and no model is asked: what it would take is counted."""
    LOOK = "look"
    """Only look."""
    UNDO = "undo"
    """Take back what was written, alone; no model is asked."""
    QUEUE = "queue"
    """Change the state beside a worker, which finds what is due there."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an App is made of."""

    root: Path
    """The vault's folder."""
    state: Path
    """The state database."""
    kit: Kit
    engines: Engines
    accounts: Accounts
    estimates: Mapping[Tier, EstimatingEngine]
    """What stands in the place of models that are not to be asked."""
    settler: Settler
    watcher: Watcher
    tempo: Tempo
    progress: Progress
    show_diffs: bool
    problems: tuple[str, ...]
    """What of the vault's own settings is not understood."""
    closing: ExitStack
    """What is to be closed in the end."""


class App:
    """What vaultskillet does for one vault; a context manager that closes what it opened."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kit = parts.kit
        kit = parts.kit
        self._intake = Intake(
            kit.vault,
            kit.store,
            kit.clock,
            parts.settler,
            own_properties=kit.policy.write.property_names,
            tag=kit.policy.tag,
        )
        self._worker = Worker(
            kit,
            Pace(),
            jitter=random.Random(),  # noqa: S311 - no secret
            is_restless=self._intake.is_restless,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._parts.closing.close()

    def run_once(self) -> RunReport:
        """Sweep the vault and do everything that is due.

        Raises:
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """
        return self._run(lambda _results: None)

    def process(self, paths: Sequence[NotePath]) -> RunReport:
        """Do these notes now, changed or not; the rest of what is due stays due.

        Raises:
            ConfigError: one of them is not in the vault.
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """

        def demand(results: dict[NotePath, NoteResult]) -> frozenset[NotePath]:
            wanted = frozenset(path for path in paths if self._is_note(path, results))
            self._intake.demand(sorted(wanted))
            return wanted

        return self._run(demand)

    def rerun(self, part: Part) -> RunReport:
        """Do the notes anew that a recipe made which is no longer in use; nothing else.

        Raises:
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """

        def renew(_results: dict[NotePath, NoteResult]) -> frozenset[NotePath]:
            stale = find_stale(self._kit.store.ledger.rows(), self._kit.policy.digests, part)
            self._intake.renew(stale)
            return frozenset(stale)

        return self._run(renew)

    def _run(self, choose: Choose) -> RunReport:
        """Sweep, and do what is chosen then; None: all that is due."""
        kit, started = self._kit, self._kit.clock.now()
        kit.store.runs.start(kit.run, at=started)
        sweep = self._intake.sweep(settle=False, progress=self._progress("learning"))
        results: dict[NotePath, NoteResult] = {}
        wanted = choose(results)
        try:
            self._warm_up()
            self._drain(results, only=wanted)
        finally:
            ended = kit.clock.now()
            kit.store.runs.end(kit.run, at=ended, counts=_counts(results.values()))
        left = kit.store.queue.counts(now=ended)
        return RunReport(
            run=kit.run,
            results=tuple(results[path] for path in sorted(results)),
            skipped=tuple(sorted([*sweep.skipped, *sweep.left], key=lambda one: one.path)),
            unchanged=sweep.unchanged,
            buried=left.buried,
            waiting=left.waiting,
            elapsed_s=ended - started,
        )

    def _warm_up(self) -> None:
        """Make the engines ready, where something is due and they are to be asked."""
        due = self._kit.store.queue.next_due()
        if due is not None and due <= self._kit.clock.now() and not self._parts.estimates:
            self._parts.engines.warm_up()

    def _is_note(self, path: NotePath, results: dict[NotePath, NoteResult]) -> bool:
        match self._kit.vault.find(path):
            case None:
                raise ConfigError(f"{path}: there is no such note in the vault")
            case Skipped(because=because):
                results[path] = NoteResult(path, "left", because)
                return False
            case _:
                return True

    def _drain(
        self, results: dict[NotePath, NoteResult], *, only: frozenset[NotePath] | None
    ) -> None:
        """Do all that is due; a note that changed meanwhile gets a few more tries."""
        queue, clock = self._kit.store.queue, self._kit.clock
        for _ in range(OVERTAKEN_TRIES):
            total = len(only) if only is not None else queue.counts(now=clock.now()).waiting
            done = 0
            while batch := self._worker.step(only=only):
                for job, outcome in batch:
                    results[job.path] = self._result(job, outcome)
                done += len(batch)
                self._parts.progress("writing", done, max(total, done))
            overtaken = [path for path in results if results[path].outcome == "overtaken"]
            if not overtaken:
                return
            time.sleep(OVERTAKEN_S)
            self._intake.demand(overtaken)

    def _result(self, job: Job, outcome: Outcome) -> NoteResult:
        match outcome:
            case Written():
                return NoteResult(job.path, "written", diff=self._diff(job.path))
            case Left(because=because):
                return NoteResult(job.path, "left", because)
            case Overtaken(because=because):
                return NoteResult(job.path, "overtaken", because)
            case Failed(error=error):
                return NoteResult(job.path, "failed", str(error))
        assert_never(outcome)

    def _diff(self, path: NotePath) -> str:
        """Give what this run wrote to a note, where that is wanted."""
        if not self._parts.show_diffs:
            return ""
        entry = self._kit.store.journal.entries(paths=[path], run=self._kit.run)[0]
        return diff_of_edits(path, self._kit.vault.read(path).content, entry.write.edits)

    def _progress(self, phase: str) -> Callable[[int, int], None]:
        return lambda done, total: self._parts.progress(phase, done, total)

    def daemon(self, on_result: Callable[[NoteResult], None]) -> Daemon:
        """Give what watches, sweeps and works until it is stopped.

        Args:
            on_result: told of each note, from the working thread.
        """
        parts = self._parts
        return Daemon(
            intake=self._intake,
            worker=self._worker,
            watcher=parts.watcher,
            store=self._kit.store,
            clock=self._kit.clock,
            tempo=parts.tempo,
            standby=parts.engines,
            on_outcome=lambda job, outcome: on_result(self._result(job, outcome)),
        )

    # --- looking, and taking back ---

    def status(self) -> Status:
        """Tell how things stand."""
        store = self._kit.store
        rows = list(store.ledger.rows())
        left = [(row.path, row.because) for row in rows if row.outcome in ("left", "unwatched")]
        skipped = [(one.path, one.because) for one in store.ledger.skipped()]
        return Status(
            vault=str(self._parts.root),
            state=str(self._parts.state),
            engines={tier: engine.model_id for tier, engine in self._kit.engines.items()},
            notes=dict(Counter(row.outcome for row in rows)),
            queue=store.queue.counts(now=self._kit.clock.now()),
            left=tuple(sorted([*left, *skipped])),
            buried=tuple(store.queue.buried()),
            runs=tuple(store.runs.last(RUNS_SHOWN)),
            routes=tuple(store.routes.counts()),
            stale={
                str(part): len(find_stale(rows, self._kit.policy.digests, part))
                for part in (Part.PROMPT, Part.MODEL)
            },
            engine_state=self._parts.accounts.state(),
            use=self._parts.accounts.use(),
            budget=self._parts.engines.budget(),
            problems=tuple(filter(None, [store.get_meta(WATCH_PROBLEM), *self._parts.problems])),
        )

    def metrics(self) -> str:
        """Give what the engines ever did, in Prometheus's text format."""
        return prometheus_text(self._parts.accounts.counts())

    def inspect_engines(self) -> Iterator[tuple[Tier, Finding]]:
        """Look whether the engines would work, without loading a model."""
        return self._parts.engines.inspect()

    def estimates(self) -> list[ModelEstimate]:
        """Give what a run asked of each model, where none was really asked."""
        return self._parts.engines.price(self._parts.estimates)

    def history(self, path: NotePath | None) -> list[JournalEntry]:
        """Give what was written, newest first: to one note, or to all."""
        return self._kit.store.journal.entries(paths=None if path is None else [path])

    def related(self, path: NotePath, *, limit: int) -> list[RelatedNote]:
        """Give the notes most like one, best first, by the vault as it is now.

        Raises:
            ConfigError: there is no such note.
            VaultError: the vault is not there, or the note cannot be read.
        """
        self._intake.sweep(settle=False, progress=self._progress("learning"))
        results: dict[NotePath, NoteResult] = {}
        if not self._is_note(path, results):
            raise ConfigError(f"{path}: is left alone ({results[path].because})")
        return find_related(path, self._kit, limit=limit)

    def evaluate(self, *, limit: int) -> Evaluation:
        """Measure how good all of it is on this vault; the state must be one to throw away.

        Raises:
            VaultError: the vault is not there.
        """
        self._intake.sweep(settle=False, progress=self._progress("learning"))
        return evaluate(self._kit, limit=limit, progress=self._parts.progress)

    def routes(self, path: NotePath) -> dict[RunId, RoutedWrite]:
        """Give by which route what each run wrote to a note came about."""
        return {write.run: write for write in self._kit.store.routes.of(path)}

    def undo(
        self, paths: Sequence[NotePath] | None, *, run: RunId | None, since: float | None
    ) -> list[NoteResult]:
        """Take back what was written: to these notes, in this run, since this time."""
        entries = self._kit.store.journal.entries(paths=paths, run=run, since=since)
        undone = history.undo(entries, self._kit.vault, self._kit.store, now=self._kit.clock.now())
        return [
            NoteResult(one.path, "undone" if one.ok else "failed", one.because) for one in undone
        ]

    def retry(self, paths: Sequence[NotePath] | None) -> int:
        """Revive the jobs that were given up, all or these; give how many."""
        return self._kit.store.queue.revive(paths, now=self._kit.clock.now())


def _counts(results: Iterable[NoteResult]) -> RunCounts:
    tally = Counter(result.outcome for result in results)
    return RunCounts(written=tally["written"], left=tally["left"], failed=tally["failed"])
