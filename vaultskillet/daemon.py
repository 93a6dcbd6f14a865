"""What runs until it is stopped: watch and sweep on one thread, work on another."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vaultskillet.core.model import Job, Outcome, Written
from vaultskillet.core.settle import REST_S
from vaultskillet.digests.desk import Desk
from vaultskillet.errors import EngineError, StoreError, VaultError
from vaultskillet.intake import Intake
from vaultskillet.paging import PageKeeper
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Standby
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Watcher
from vaultskillet.schedule import Cadence, Timetable
from vaultskillet.standing import WATCH_PROBLEM
from vaultskillet.worker import Worker

log = logging.getLogger(__name__)

SWEEP = "sweep"
"""The one sort of scheduled work that is not done on the working thread."""

DIGESTS = "digests"
"""Scheduled work that makes digests due; each waits for a sweep, to tell of all there is."""

STOP_S = 4.0
"""How long a stop waits for the batch under way; to be killed in one is safe."""

OUT_OF_REACH_S = 15.0
"""How long to rest when the vault or the state cannot be reached."""

LEAST_WAIT_S = 0.05
"""A job that is due by the clock may need a moment more by the queue's reckoning."""

LONGEST_WAIT_S = 60.0
"""How long a job waits at most that another process made due, or that the clock held back."""

GATHER_S = 0.05
"""How long hints are gathered once one came: a burst is taken in at a few goes."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How often, and how fast."""

    notes_per_minute: int | None
    """At most so many notes are written; None: as fast as they come."""


class Daemon:
    """Watches a vault and works on what changed."""

    def __init__(
        self,
        *,
        intake: Intake,
        worker: Worker,
        watcher: Watcher,
        store: Store,
        clock: Clock,
        tempo: Tempo,
        standby: Standby,
        timetable: Callable[[Callable[[str], None]], Timetable],
        desk: Desk,
        page: PageKeeper | None,
        errands: Callable[[Callable[[str], None]], Mapping[str, Callable[[], object]]],
        on_outcome: Callable[[Job, Outcome], None],
    ) -> None:
        """Make a daemon; `run` starts it.

        Args:
            intake: finds out what changed.
            worker: does what is due.
            watcher: tells of changes.
            store: the state.
            clock: the time.
            tempo: how often to sweep, and how fast to write.
            standby: the engines, which hold memory and more while they are used.
            timetable: makes the schedule, given what to tell which work is due.
            desk: makes the digests that are due.
            page: tells in the vault what waits for review; None: nothing does.
            errands: gives other work, by name, done on the working thread, given what to tell
                which of it is due.
            on_outcome: told of each job that was done, on the working thread.
        """
        self._intake = intake
        self._worker = worker
        self._watcher = watcher
        self._store = store
        self._clock = clock
        self._tempo = tempo
        self._standby = standby
        self._timetable = timetable
        self._desk = desk
        self._page = page
        self._asked: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._on_outcome = on_outcome
        self._awaited = 0
        """The sweep that digests wait for."""
        self._stopping = threading.Event()
        self._due = threading.Event()
        self._errands = errands(self._ask)

    def run(self) -> bool:
        """Watch, sweep and work until `stop` is called.

        Returns:
            Whether the batch under way came to its end; if not, a thread still works on it.
        """
        cadence = Cadence(self._timetable(self._ask))
        self._call_sweep()
        self._start_watching()
        cadence.start()
        working = threading.Thread(target=self._work, name="worker", daemon=True)
        working.start()
        while True:
            wait_s = self._take_in()
            if self._stopping.is_set():  # asked only now: `stop` sets it before it wakes
                break
            self._intake.wake.wait(wait_s)
            self._stopping.wait(GATHER_S)
        self._due.set()
        cadence.stop()
        self._watcher.stop()
        working.join(STOP_S)
        return not working.is_alive()

    def stop(self) -> None:
        """End `run` after the batch under way; not for signal handlers, since it locks."""
        self._stopping.set()
        self._intake.wake.set()

    def _ask(self, work: str) -> None:
        """Have one sort of work done soon; called by the schedule."""
        if work == SWEEP:
            self._intake.call_sweep()
        else:
            self._asked.put(work)
            self._due.set()

    def _call_sweep(self) -> None:
        """Have the vault swept before a digest is made."""
        self._intake.call_sweep()
        self._awaited = self._intake.called

    def _start_watching(self) -> None:
        """Watch; where that is not possible, the cadence still sweeps, and `status` knows."""
        problem = ""
        try:
            self._watcher.start(self._intake.hint, self._intake.call_sweep)
        except VaultError as error:
            problem = f"changes are found by sweeping only: {error}"
            log.warning(problem)
        try:
            if (self._store.get_meta(WATCH_PROBLEM) or "") != problem:
                self._store.put_meta(WATCH_PROBLEM, problem)
        except StoreError as error:
            log.warning("out of reach", extra={"because": str(error)})

    def _take_in(self) -> float | None:
        """Take in what is due; give the seconds until there may be more, None: when woken."""
        try:
            self._intake.tick()
        except (VaultError, StoreError) as error:
            log.warning("out of reach, will be tried again", extra={"because": str(error)})
            return OUT_OF_REACH_S
        except Exception:
            log.exception("a fault in vaultskillet; what was due still is")
            return OUT_OF_REACH_S
        self._due.set()
        due = self._intake.next_due()
        return None if due is None else max(0.0, due - self._clock.monotonic())

    def _work(self) -> None:
        self._warm_up()
        while True:
            self._due.clear()
            if self._stopping.is_set():  # asked only now: `run` sets it before it wakes
                return
            batch: Sequence[tuple[Job, Outcome]] = ()
            wait_s = OUT_OF_REACH_S
            try:
                batch = self._step()
                wait_s = self._wait_after(batch)
                for job, outcome in batch:
                    self._on_outcome(job, outcome)
            except StoreError as error:
                if self._stopping.is_set():  # `run` did not wait for this batch
                    return
                log.warning("out of reach, will be tried again", extra={"because": str(error)})
            except Exception:
                log.exception("a fault in vaultskillet; what was due still is")
            if not batch:
                self._due.wait(wait_s)
            elif wait_s:
                self._worker.rest(wait_s)

    def _step(self) -> Sequence[tuple[Job, Outcome]]:
        """Do some of all that is due; give the notes, none where none is due."""
        self._run_errands()
        if self._intake.swept >= self._awaited:
            self._desk.step()
        if self._page:
            self._page.hear()
        batch = self._worker.step()
        if self._page and not batch:
            self._page.keep()
        return batch

    def _run_errands(self) -> None:
        """Do what the schedule asked for since the last time, each sort of work once."""
        asked = set()
        while not self._asked.empty():
            asked.add(self._asked.get())
        for work in asked:
            self._errands[work]()
            if work == DIGESTS:  # what changed while nothing ran, or a moment ago, is news still
                self._call_sweep()

    def _warm_up(self) -> None:
        try:
            self._standby.warm_up()
        except (EngineError, StoreError) as error:
            log.warning("not ready; notes will wait for it", extra={"because": str(error)})
        except Exception:
            log.exception("a fault in vaultskillet; notes will wait for the engine")

    def _wait_after(self, batch: Sequence[tuple[Job, Outcome]]) -> float:
        """Give how long to wait, in seconds, unless something falls due before."""
        limit = self._tempo.notes_per_minute
        if batch:
            written = sum(isinstance(outcome, Written) for _, outcome in batch)
            return written * 60 / limit if limit else 0.0
        idle_s = self._standby.release_idle()
        due = self._store.queue.next_due()
        if due is not None:
            due = max(due, self._worker.held_until)
            # At rest the worker looks up now and then: somebody may wait for something.
            due = max(due, min(self._worker.rests_until, self._clock.now() + REST_S))
        due_s = LONGEST_WAIT_S if due is None else max(LEAST_WAIT_S, due - self._clock.now())
        waits = [due_s, LONGEST_WAIT_S if idle_s is None else idle_s]
        digest_at = self._desk.waits_until()
        if digest_at is not None and self._intake.swept >= self._awaited:
            waits.append(max(LEAST_WAIT_S, digest_at - self._clock.now()))
        return min(LONGEST_WAIT_S, *waits)
