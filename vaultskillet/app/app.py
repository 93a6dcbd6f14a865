"""What vaultskillet does for one vault when a person asks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from vaultskillet.app.cadence import timetable_of
from vaultskillet.app.digests import Digests, courier_of, digest_kit_of, zone_of
from vaultskillet.app.embedding import inspect_embedder, models_of
from vaultskillet.app.parts import Parts
from vaultskillet.app.reviewing import Review
from vaultskillet.app.runs import Runs, shelf_of
from vaultskillet.app.upkeep import errands_of
from vaultskillet.core.model import NotePath, RunId, Tier
from vaultskillet.daemon import Daemon
from vaultskillet.engines.metrics import prometheus_text
from vaultskillet.errors import ConfigError
from vaultskillet.intake import Intake
from vaultskillet.neighbours import find_related
from vaultskillet.orphans import find_orphans
from vaultskillet.paging import PageKeeper
from vaultskillet.ports.engine import Finding
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.report import ModelEstimate, NoteResult, RelatedNote, RunReport
from vaultskillet.schedule import Timetable
from vaultskillet.stale import Part
from vaultskillet.standing import Setup, Status, stand
from vaultskillet.withdrawal import take_back
from vaultskillet.worker import Pace, Worker

if TYPE_CHECKING:
    from vaultskillet.evaluation.scores import Evaluation


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
        self._page = self._page_keeper(rests_s=0.0)
        self.review = Review(kit, self._page, parts.progress)
        self._runs = Runs(parts, self._intake, self._worker, self.digests, self._page)

    def _page_keeper(self, *, rests_s: float) -> PageKeeper:
        return PageKeeper(self._kit, rests_s=rests_s, is_restless=self._intake.is_restless)

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
        self._intake.sweep(settle=False, progress=self._runs.progress("learning"))

    def run_once(self) -> RunReport:
        """Sweep the vault and do everything that is due; see `Runs`."""
        return self._runs.run_once()

    def process(self, paths: Sequence[NotePath]) -> RunReport:
        """Do these notes now, changed or not; see `Runs`."""
        return self._runs.process(paths)

    def rerun(self, part: Part) -> RunReport:
        """Do the notes anew that a recipe made which is no longer in use; see `Runs`."""
        return self._runs.rerun(part)

    def daemon(self, on_result: Callable[[NoteResult], None]) -> Daemon:
        """Give what watches, sweeps and works until it is stopped.

        Args:
            on_result: told of each note, from the working thread.
        """
        parts, digests = self._parts, self.digests
        digests.desk.revive()
        page = self._page_keeper(rests_s=parts.config.watch.quiet_s)
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
            page=page if page.is_kept() else None,
            errands=lambda ask: errands_of(
                self._kit, self._intake, parts.engines, digests.desk, ask
            ),
            on_outcome=lambda job, outcome: on_result(self._runs.result(job, outcome)),
        )

    # --- looking, and taking back ---

    def status(self) -> Status:
        """Tell how things stand."""
        parts, kit = self._parts, self._kit
        setup = Setup(
            engines=models_of(parts.config, kit),
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
        own = [one.path for one in ledger.skipped() if shelf_of(self._kit).is_ours(one.path)]
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
        self.sweep()
        results: dict[NotePath, NoteResult] = {}
        if not self._runs.is_note(path, results):
            raise ConfigError(f"{path}: is left alone ({results[path].because})")
        return find_related(path, self._kit, limit=limit)

    def evaluate(self, *, limit: int) -> Evaluation:
        """Measure how good all of it is on this vault; the state must be one to throw away.

        Raises:
            VaultError: the vault is not there.
        """
        from vaultskillet.evaluation.evaluate import evaluate  # noqa: PLC0415 - seldom wanted

        self.sweep()
        self._runs.embed_all()
        return evaluate(self._kit, limit=limit, progress=self._parts.progress)

    def routes(self, path: NotePath) -> dict[RunId, RoutedWrite]:
        """Give by which route what each run wrote to a note came about."""
        return {write.run: write for write in self._kit.store.routes.of(path)}

    def undo(
        self, paths: Sequence[NotePath] | None, *, run: RunId | None, since: float | None
    ) -> list[NoteResult]:
        """Take back what was written: to these notes, in this run, since this time."""
        journal = self._kit.store.journal
        entries = journal.entries(paths=paths, run=run, since=since)
        undone = take_back(entries, self._kit, shelf_of(self._kit))
        if paths:  # a link that is taken back leaves its answer to nobody
            ok = {one.path for one in undone if one.ok}
            shelf = shelf_of(self._kit)
            answers = shelf.answers_to([entry for entry in entries if entry.write.path in ok])
            undone += take_back(journal.entries(paths=answers), self._kit, shelf)
        if self._page.is_kept():
            self._page.keep()
        return [
            NoteResult(one.path, "undone" if one.ok else "failed", one.because) for one in undone
        ]

    def retry(self, paths: Sequence[NotePath] | None) -> int:
        """Revive the jobs that were given up, all or these; give how many."""
        return self._kit.store.queue.revive(paths, now=self._kit.clock.now())
