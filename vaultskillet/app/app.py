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
from typing import TYPE_CHECKING, Self, assert_never

from vaultskillet import history
from vaultskillet.app.accounts import Accounts
from vaultskillet.app.cadence import timetable_of
from vaultskillet.app.digests import Digests, courier_of, digest_kit_of, zone_of
from vaultskillet.app.embedding import inspect_embedder
from vaultskillet.app.engines import Engines
from vaultskillet.app.upkeep import errands_of
from vaultskillet.config import Config
from vaultskillet.core.model import (
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Priority,
    RunId,
    Skipped,
    Tier,
    Written,
)
from vaultskillet.core.settle import Settler
from vaultskillet.daemon import Daemon, Tempo
from vaultskillet.engines.budget import DAY_S
from vaultskillet.engines.estimate import EstimatingEngine
from vaultskillet.engines.metrics import prometheus_text
from vaultskillet.errors import ConfigError
from vaultskillet.history import Undone
from vaultskillet.intake import Intake
from vaultskillet.neighbours import find_related
from vaultskillet.orphans import find_orphans
from vaultskillet.ports.engine import Finding
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.ports.runs import RunCounts
from vaultskillet.ports.vault import Watcher
from vaultskillet.report import (
    ModelEstimate,
    NoteResult,
    RelatedNote,
    RunReport,
    diff_of_edits,
)
from vaultskillet.schedule import Timetable
from vaultskillet.shelf import Shelf
from vaultskillet.stale import Part, find_stale
from vaultskillet.standing import Setup, Status, stand
from vaultskillet.trip import Kit
from vaultskillet.vault.vault import DiskVault
from vaultskillet.worker import Pace, Worker

if TYPE_CHECKING:
    from vaultskillet.evaluation.scores import Evaluation

OVERTAKEN_TRIES = 3
"""How often `run --once` goes back to notes that changed while it worked on them."""

OVERTAKEN_S = 1.0
"""How long it lets them rest before."""

IMPATIENCE_S = 600.0
"""What waits no longer than this for its engine, `run --once` tries at once: the person who asks
may have mended it. What waits longer was told when to come again."""

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
    config: Config
    vault: DiskVault
    """On disk, whatever `kit.vault` is."""
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
            filters=kit.policy.filters,
            privacy=kit.policy.privacy,
            zone=zone_of(parts.config),
        )
        digest_kit = digest_kit_of(
            parts.config,
            kit,
            parts.vault,
            is_restless=self._intake.is_restless,
            progress=parts.progress,
        )
        self.digests = Digests(parts.config, digest_kit, courier_of(parts.config, kit))
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

    def sweep(self) -> None:
        """Learn what changed, and no more.

        Raises:
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
        """
        self._intake.sweep(settle=False, progress=self._progress("learning"))

    def run_once(self) -> RunReport:
        """Sweep the vault and do everything that is due.

        Raises:
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """
        now = self._kit.clock.now()
        tomorrow = (now // DAY_S + 1) * DAY_S  # what waits for that has no budget left
        self._kit.store.queue.hasten(now=now, before=min(now + IMPATIENCE_S, tomorrow))
        return self._run(self._choose_all)

    def _choose_all(self, _results: dict[NotePath, NoteResult]) -> None:
        """Have all done that is due; before, embed what never was, which that is compared with."""
        if self._kit.vault is self._parts.vault:  # else it is only tried
            self._embed_all()

    def _embed_all(self) -> None:
        if self._kit.meanings is not None:
            self._kit.meanings.catch_up(progress=self._progress("embedding"))

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
            if wanted is None and not self._parts.estimates:
                self._make_digests(results)
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

    def _make_digests(self, results: dict[NotePath, NoteResult]) -> None:
        """Make the digests that are due, and send what is to be sent."""
        for result in self.digests.desk.make_due():
            if (path := result.made.path) is not None and not result.made.because:
                results[path] = NoteResult(path, "written", diff=self._diff(path))
        for job in self.digests.desk.failed():
            name = NotePath(f"digest {job.book.name} {job.period.id}")
            results[name] = NoteResult(name, "failed", job.because)
        if self._kit.vault is self._parts.vault:  # else it is only tried
            self.digests.courier.carry()

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
            asked = False
            while batch := self._worker.step(only=only):
                for job, outcome in batch:
                    results[job.path] = self._result(job, outcome)
                asked = asked or any(job.priority is Priority.ON_DEMAND for job, _ in batch)
                done += len(batch)
                self._parts.progress("writing", done, max(total, done))
            if asked:
                self._add_own_notes(results)
            overtaken = [path for path in results if results[path].outcome == "overtaken"]
            if not overtaken:
                return
            time.sleep(OVERTAKEN_S)
            self._intake.demand(overtaken)

    def _result(self, job: Job, outcome: Outcome) -> NoteResult:
        match outcome:
            case Written():
                return NoteResult(job.path, "written", self._failures(job), self._diff(job.path))
            case Left(because=because):
                return NoteResult(job.path, "left", because)
            case Overtaken(because=because):
                return NoteResult(job.path, "overtaken", because)
            case Failed(error=error):
                return NoteResult(job.path, "failed", str(error))
        assert_never(outcome)

    def _failures(self, job: Job) -> str:
        """Say why requests in a note failed, if they did."""
        if job.priority is not Priority.ON_DEMAND:
            return ""
        row = self._kit.store.ledger.get([job.path]).get(job.path)
        return row.failed if row else ""

    def _diff(self, path: NotePath) -> str:
        """Give what this run wrote to a note, where that is wanted."""
        if not self._parts.show_diffs:
            return ""
        entry = self._kit.store.journal.entries(paths=[path], run=self._kit.run)[0]
        return diff_of_edits(path, self._kit.vault.read(path).content, entry.write.edits)

    def _add_own_notes(self, results: dict[NotePath, NoteResult]) -> None:
        """Add the notes of our own that this run wrote for others."""
        shelf = self._shelf()
        for entry in self._kit.store.journal.entries(run=self._kit.run):
            path = entry.write.path
            if path not in results and entry.state == "done" and shelf.is_ours(path):
                results[path] = NoteResult(path, "written", diff=self._diff(path))

    def _shelf(self) -> Shelf:
        return Shelf(self._kit.vault, self._kit.store, folder=self._kit.policy.output_folder)

    def _progress(self, phase: str) -> Callable[[int, int], None]:
        return lambda done, total: self._parts.progress(phase, done, total)

    def daemon(self, on_result: Callable[[NoteResult], None]) -> Daemon:
        """Give what watches, sweeps and works until it is stopped.

        Args:
            on_result: told of each note, from the working thread.
        """
        parts, digests = self._parts, self.digests
        digests.desk.revive()
        return Daemon(
            intake=self._intake,
            worker=self._worker,
            watcher=parts.watcher,
            store=self._kit.store,
            clock=self._kit.clock,
            tempo=parts.tempo,
            standby=parts.engines,
            timetable=lambda ask: timetable_of(
                parts.config, self._kit, digests.desk, digests.courier, ask
            ),
            desk=digests.desk,
            errands=lambda ask: errands_of(
                self._kit, self._intake, parts.engines, digests.desk, ask
            ),
            on_outcome=lambda job, outcome: on_result(self._result(job, outcome)),
        )

    # --- looking, and taking back ---

    def status(self) -> Status:
        """Tell how things stand."""
        parts, kit = self._parts, self._kit
        setup = Setup(
            engines={tier: engine.model_id for tier, engine in kit.engines.items()},
            digests=kit.policy.digests,
            budget=parts.engines.budget(),
            schedule=tuple(self._timetable().states()),
            reports=tuple(self.digests.desk.states()),
            orphans=self._orphans(),
            problems=parts.problems,
        )
        return stand(
            setup,
            kit.store,
            clock=kit.clock,
            vault=str(parts.root),
            state=str(parts.state),
            engine_state=parts.accounts.state(),
            use=parts.accounts.use(),
        )

    def _orphans(self) -> Mapping[NotePath, str]:
        """Give the notes of ours whose own subject is gone or renamed, and what to do."""
        ledger = self._kit.store.ledger
        own = [one.path for one in ledger.skipped() if self._shelf().is_ours(one.path)]
        if not own or not ledger.tally().outcomes:  # no name is known yet
            return {}
        return find_orphans(own, self._kit.vault, ledger)

    def _timetable(self) -> Timetable:
        """Give the schedule as it stands, calling nothing."""
        digests = self.digests
        return timetable_of(
            self._parts.config, self._kit, digests.desk, digests.courier, lambda _work: None
        )

    def metrics(self) -> str:
        """Give what the engines ever did, in Prometheus's text format."""
        return prometheus_text(self._parts.accounts.counts())

    def inspect_engines(self) -> Iterator[tuple[Tier, Finding]]:
        """Look whether the engines would work, without loading a model."""
        return self._parts.engines.inspect()

    def inspect_embedder(self) -> Iterator[Finding]:
        """Look whether notes can be embedded, if they are to be."""
        return inspect_embedder(self._parts.config, self._kit.clock)

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
        from vaultskillet.evaluation.evaluate import evaluate  # noqa: PLC0415 - seldom wanted

        self._intake.sweep(settle=False, progress=self._progress("learning"))
        self._embed_all()
        return evaluate(self._kit, limit=limit, progress=self._parts.progress)

    def routes(self, path: NotePath) -> dict[RunId, RoutedWrite]:
        """Give by which route what each run wrote to a note came about."""
        return {write.run: write for write in self._kit.store.routes.of(path)}

    def undo(
        self, paths: Sequence[NotePath] | None, *, run: RunId | None, since: float | None
    ) -> list[NoteResult]:
        """Take back what was written: to these notes, in this run, since this time."""
        entries = self._kit.store.journal.entries(paths=paths, run=run, since=since)
        undone = self._undo(entries)
        if paths:  # a link that is taken back leaves its answer to nobody
            ok = {one.path for one in undone if one.ok}
            answers = self._shelf().answers_to(
                [entry for entry in entries if entry.write.path in ok]
            )
            undone += self._undo(self._kit.store.journal.entries(paths=answers)) if answers else []
        return [
            NoteResult(one.path, "undone" if one.ok else "failed", one.because) for one in undone
        ]

    def _undo(self, entries: Sequence[JournalEntry]) -> list[Undone]:
        now = self._kit.clock.now()
        return history.undo(entries, self._kit.vault, self._kit.store, now=now)

    def retry(self, paths: Sequence[NotePath] | None) -> int:
        """Revive the jobs that were given up, all or these; give how many."""
        return self._kit.store.queue.revive(paths, now=self._kit.clock.now())


def _counts(results: Iterable[NoteResult]) -> RunCounts:
    tally = Counter(result.outcome for result in results)
    return RunCounts(written=tally["written"], left=tally["left"], failed=tally["failed"])
