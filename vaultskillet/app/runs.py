"""Runs that come to an end: everything that is due, some notes, or what an older recipe made."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from vaultskillet.app.digests import Digests
from vaultskillet.app.parts import Parts
from vaultskillet.core.model import (
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Priority,
    Proposed,
    Skipped,
    Written,
)
from vaultskillet.core.page import is_page
from vaultskillet.errors import ConfigError
from vaultskillet.intake import Intake, SweepReport
from vaultskillet.paging import PageKeeper
from vaultskillet.ports.runs import RunCounts
from vaultskillet.report import NoteResult, RunReport, diff_of_edits
from vaultskillet.shelf import Shelf
from vaultskillet.stale import Part, find_stale
from vaultskillet.trip import Kit
from vaultskillet.worker import Worker

OVERTAKEN_TRIES = 3
"""How often `run --once` goes back to notes that changed while it worked on them."""

OVERTAKEN_S = 1.0
"""How long it lets them rest before."""

IMPATIENCE_S = 600.0
"""What waits no longer than this for its engine, `run --once` tries at once: the person who asks
may have mended it. What waits longer was told when to come again."""

Choose = Callable[[dict[NotePath, NoteResult]], frozenset[NotePath] | None]
"""Makes the notes of a run due and names them; puts those that cannot be done into the results."""


class Runs:
    """The runs of one App, and what they have in common with its daemon."""

    def __init__(
        self, parts: Parts, intake: Intake, worker: Worker, digests: Digests, page: PageKeeper
    ) -> None:
        self._parts = parts
        self._kit = parts.kit
        self._intake = intake
        self._worker = worker
        self._digests = digests
        self._page = page

    def run_once(self) -> RunReport:
        """Sweep the vault and do everything that is due.

        Raises:
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """
        now = self._kit.clock.now()
        self._kit.store.queue.hasten(now=now, before=now + IMPATIENCE_S)
        return self._run(self._choose_all)

    def _choose_all(self, _results: dict[NotePath, NoteResult]) -> None:
        """Have all done that is due; before, embed what never was, which that is compared with."""
        if self._kit.vault is self._parts.vault:  # else it is only tried
            self.embed_all()

    def embed_all(self) -> None:
        """Embed the notes that never were, if notes are embedded at all."""
        if self._kit.meanings is not None:
            self._kit.meanings.catch_up(progress=self.progress("embedding"))

    def process(self, paths: Sequence[NotePath]) -> RunReport:
        """Do these notes now, changed or not; the rest of what is due stays due.

        Raises:
            ConfigError: one of them is not in the vault.
            VaultError: the vault is not there.
            StoreError: the state cannot be read or written.
            EngineError: something is due, and the engine cannot be made ready for it.
        """

        def demand(results: dict[NotePath, NoteResult]) -> frozenset[NotePath]:
            wanted = frozenset(path for path in paths if self.is_note(path, results))
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
        sweep = self._intake.sweep(settle=False, progress=self.progress("learning"))
        results: dict[NotePath, NoteResult] = {}
        has_page = self._has_page(sweep)
        if has_page:
            self._page.hear()
        wanted = choose(results)
        try:
            self._warm_up()
            self._drain(results, only=wanted)
            if wanted is None and not self._parts.estimates:
                self._make_digests(results)
            if has_page:
                self._page.keep()
        finally:
            ended = kit.clock.now()
            kit.store.runs.end(kit.run, at=ended, counts=_counts(results.values()))
        left = kit.store.queue.counts(now=ended)
        return RunReport(
            run=kit.run,
            results=tuple(results[path] for path in sorted(results)),
            skipped=tuple(sorted([*sweep.skipped, *sweep.left], key=lambda one: one.path)),
            unchanged=len(sweep.unchanged - results.keys()),
            buried=left.buried,
            waiting=left.waiting,
            elapsed_s=ended - started,
        )

    def _has_page(self, sweep: SweepReport) -> bool:
        """Say whether what waits for review is to be told in the vault, or still is."""
        if self._kit.vault is not self._parts.vault:  # it is only tried
            return False
        policy = self._kit.policy
        is_there = any(is_page(one.path, policy.output_folder) for one in sweep.skipped)
        return is_there or (policy.review and self._page.is_kept())

    def _make_digests(self, results: dict[NotePath, NoteResult]) -> None:
        """Make the digests that are due, and send what is to be sent."""
        for result in self._digests.desk.make_due():
            if (path := result.made.path) is not None and not result.made.because:
                results[path] = NoteResult(path, "written", diff=self._diff(path))
        for job in self._digests.desk.failed():
            name = NotePath(f"digest {job.book.name} {job.period.id}")
            results[name] = NoteResult(name, "failed", job.because)
        if self._kit.vault is self._parts.vault:  # else it is only tried
            self._digests.courier.carry()

    def _warm_up(self) -> None:
        """Make the engines ready, where something is due and they are to be asked."""
        due = self._kit.store.queue.next_due()
        if due is not None and due <= self._kit.clock.now() and not self._parts.estimates:
            self._parts.engines.warm_up()

    def is_note(self, path: NotePath, results: dict[NotePath, NoteResult]) -> bool:
        """Say whether a note may be worked on; why one is left alone goes into the results.

        Raises:
            ConfigError: there is no such note.
        """
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
                    results[job.path] = self.result(job, outcome)
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

    def result(self, job: Job, outcome: Outcome) -> NoteResult:
        """Say what became of a job, for a person."""
        told = result_of(job.path, outcome)
        if not isinstance(outcome, Written):
            return told
        return replace(told, because=self._failures(job), diff=self._diff(job.path))

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
        shelf = shelf_of(self._kit)
        for entry in self._kit.store.journal.entries(run=self._kit.run):
            path = entry.write.path
            if path not in results and entry.state == "done" and shelf.is_ours(path):
                results[path] = NoteResult(path, "written", diff=self._diff(path))

    def progress(self, phase: str) -> Callable[[int, int], None]:
        """Give what tells how far a phase is."""
        return lambda done, total: self._parts.progress(phase, done, total)


def result_of(path: NotePath, outcome: Outcome) -> NoteResult:
    """Say what became of a note, for a person."""
    match outcome:
        case Written():
            return NoteResult(path, "written")
        case Proposed():
            return NoteResult(path, "proposed")
        case Left(because=because):
            return NoteResult(path, "left", because)
        case Overtaken(because=because):
            return NoteResult(path, "overtaken", because)
        case Failed(error=error):
            return NoteResult(path, "failed", str(error))
    assert_never(outcome)


def _counts(results: Iterable[NoteResult]) -> RunCounts:
    tally = Counter(result.outcome for result in results)
    return RunCounts(**{what: tally[what] for what in ("written", "left", "failed", "proposed")})


def shelf_of(kit: Kit) -> Shelf:
    """Give the shelf of our own notes."""
    return Shelf(kit.vault, kit.store, folder=kit.policy.output_folder)
