"""Lease a batch, send it on its trip, and see to what becomes of each job."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from vaultskillet.core.model import (
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Priority,
    Proposed,
    Written,
)
from vaultskillet.core.settle import REST_S
from vaultskillet.deciding import refresh, settle_decided
from vaultskillet.errors import (
    DiskFullError,
    EngineError,
    EngineUnavailableError,
    QuotaError,
    StoreError,
    VaultskilletError,
    WriteError,
)
from vaultskillet.following import follow_moves
from vaultskillet.history import recover
from vaultskillet.pipeline import process
from vaultskillet.relink import relink
from vaultskillet.trip import UNCHANGED, Kit

LONGEST_WAIT_S = 26 * 3600.0
"""Longer than any wait within a day: what seems to wait longer was queued by a wrong clock."""

JUMP_S = 2.0
"""A clock that is set back by less than this is merely being trimmed."""

RESTLESS = "it changes still"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker goes about its jobs. Times are in seconds."""

    batch: int = 32
    lease_s: float = 900.0
    overtaken_s: float = 30.0
    """How long a note rests that changed while it was worked on."""
    engine_rest_s: float = 60.0
    """How long a note waits for an engine that does not say when it will be back."""
    longest_engine_rest_s: float = 3600.0
    """How long it waits at most before the engine is asked again: a person may have mended it."""
    first_retry_s: float = 30.0
    """Doubles with each failure, with jitter."""
    longest_retry_s: float = 600.0
    """How long it gets at most, for a note that is tried until the disk has room. So long a person
    who mended it waits in the daemon; `run --once` does not."""
    max_attempts: int = 5


class Worker:
    """The only writer of the vault."""

    def __init__(
        self,
        kit: Kit,
        pace: Pace,
        *,
        jitter: random.Random,
        is_restless: Callable[[NotePath], bool],
    ) -> None:
        """Make a worker.

        Args:
            kit: what a trip works with.
            pace: how it goes about its jobs.
            jitter: spreads what is tried again.
            is_restless: says whether a note changes still; such a one waits.
        """
        self._kit = kit
        self._pace = pace
        self._jitter = jitter
        self._is_restless = is_restless
        self.held_until = 0.0
        """Until then `step` takes up nothing of its own accord; seconds since 1970 (UTC)."""
        self.rests_until = 0.0
        """Until then `step` takes up only what somebody waits for; seconds since 1970 (UTC)."""
        self._clock_ahead: float | None = None
        """Of the clock that never runs backwards, when both were last looked at; seconds."""
        self._in_doubt = False
        """Whether the state was out of reach before the last batch was recorded in it."""

    def step(self, *, only: frozenset[NotePath] | None = None) -> list[tuple[Job, Outcome]]:
        """Do one batch of what is due; an empty list says that nothing is.

        Args:
            only: lease no other notes than these.

        Raises:
            StoreError: the state cannot be read or written.
        """
        try:
            if self._in_doubt:
                recover(self._kit.vault, self._kit.store)
                self._kit.store.queue.recover()
                self._in_doubt = False
            self._mind_the_clock()
            return self._do_batch(only)
        except StoreError:
            self._in_doubt = True
            raise

    def _mind_the_clock(self) -> None:
        """Bring forward what waits, where the clock was set back."""
        now = self._kit.clock.now()
        ahead = now - self._kit.clock.monotonic()
        known = ahead if self._clock_ahead is None else self._clock_ahead
        back = known - ahead if known - ahead > JUMP_S else 0.0
        if back or self._clock_ahead is None:
            self._kit.store.queue.bring_forward(by=back, latest=now + LONGEST_WAIT_S)
            self.held_until -= back
        self._clock_ahead = ahead

    def _do_batch(self, only: frozenset[NotePath] | None) -> list[tuple[Job, Outcome]]:
        queue = self._kit.store.queue
        now = self._kit.clock.now()
        if only is None:
            follow_moves(self._kit)
            if now < self.held_until:
                return []
        leased = self._lease(only, now=now)
        held = [job for job in leased if self._is_restless(job.path)]
        queue.again(held, not_before=now + REST_S, because=RESTLESS)
        jobs = [job for job in leased if job not in held]
        done = list(zip(jobs, self._process(jobs), strict=True)) if jobs else []
        with self._kit.store.transaction():
            finished = [job for job, outcome in done if self._is_finished(job, outcome)]
            queue.done(finished)
        self._tell_who_waits([outcome for _, outcome in done])
        self._hold([outcome for _, outcome in done])
        return done

    def rest(self, seconds: float) -> None:
        """Take up nothing for so long but what somebody waits for."""
        self.rests_until = max(self.rests_until, self._kit.clock.now() + seconds)

    def _lease(self, only: frozenset[NotePath] | None, *, now: float) -> list[Job]:
        """Lease a batch; what somebody waits for is not held up by the rest of it."""
        queue, pace = self._kit.store.queue, self._pace
        urgent = queue.lease(
            pace.batch, now=now, lease_s=pace.lease_s, only=only, most=Priority.ON_DEMAND
        )
        if urgent or now < self.rests_until:
            return urgent
        return queue.lease(pace.batch, now=now, lease_s=pace.lease_s, only=only)

    def _tell_who_waits(self, outcomes: Sequence[Outcome]) -> None:
        """Log each reason to wait for an engine once, however many notes wait for it."""
        now = self._kit.clock.now()
        reasons = Counter(
            str(outcome.error)
            for outcome in outcomes
            if isinstance(outcome, Failed) and self._waits_until(outcome.error, now=now) is not None
        )
        for because, notes in reasons.items():
            told = {"notes": notes, "because": because}
            log.warning("notes wait for their engine", extra=told)

    def _hold(self, outcomes: Sequence[Outcome]) -> None:
        """Take up nothing more for a while where a full batch in vain waits for its engine.

        Else each of many notes would be read again and again while a server is away.
        """
        now = self._kit.clock.now()
        waits = [
            self._waits_until(outcome.error, now=now) if isinstance(outcome, Failed) else None
            for outcome in outcomes
        ]
        until = [wait for wait in waits if wait is not None]
        if len(until) == len(waits) == self._pace.batch:
            self.held_until = min(until)

    def _process(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Process a batch; where it breaks, find the job that breaks it."""
        try:
            outcomes = process(jobs, self._kit, max_attempts=self._pace.max_attempts)
            unchanged = [
                job.path for job, one in zip(jobs, outcomes, strict=True) if one == UNCHANGED
            ]
            others = self._see_to_unchanged(unchanged)
            return [others.get(job.path, one) for job, one in zip(jobs, outcomes, strict=True)]
        except StoreError:
            raise
        except Exception as error:
            if len(jobs) > 1:
                return [outcome for job in jobs for outcome in self._process([job])]
            log.exception("a note broke its trip", extra={"path": jobs[0].path})
            name = type(error).__name__
            return [
                Failed(VaultskilletError(f"a fault in vaultskillet ({name}); the log has more"))
            ]

    def _see_to_unchanged(self, paths: Sequence[NotePath]) -> dict[NotePath, Outcome]:
        """Do what was said of proposals for notes, keep others true, and mend links of ours."""
        if not paths:
            return {}
        rows = self._kit.store.ledger.get(paths)
        ended: dict[NotePath, Outcome] = {}
        for see_to in (settle_decided, refresh, relink):
            rest = {path: row for path, row in rows.items() if path not in ended}
            ended |= see_to(rest, self._kit)
        return ended

    def _is_finished(self, job: Job, outcome: Outcome) -> bool:
        """See to a job that is not finished; say whether it is."""
        queue, now = self._kit.store.queue, self._kit.clock.now()
        match outcome:
            case Written():
                log.info("written", extra={"path": job.path})
                return True
            case Proposed():
                log.info("proposed", extra={"path": job.path})
                return True
            case Left(because=because):
                log.debug("left alone", extra={"path": job.path, "because": because})
                return True
            case Overtaken(because=because):
                log.info("again later", extra={"path": job.path, "because": because})
                queue.again([job], not_before=now + self._pace.overtaken_s, because=because)
                return False
            case Failed(error=error):
                self._see_to_failure(job, error, now=now)
                return False
        assert_never(outcome)

    def _see_to_failure(self, job: Job, error: VaultskilletError, *, now: float) -> None:
        queue, because = self._kit.store.queue, str(error)
        if isinstance(error, WriteError):  # the disk may have taken it all the same
            recover(self._kit.vault, self._kit.store)
        until = self._waits_until(error, now=now)
        if until is not None:
            log.debug("waits for its engine", extra={"path": job.path, "because": because})
            queue.again([job], not_before=until, because=because)
            return
        is_last = job.attempts + 1 >= self._pace.max_attempts
        if isinstance(error, DiskFullError) or (error.transient and not is_last):
            wait_s = self._retry_s(job.attempts)
            log.warning("failed, will be tried again", extra={"path": job.path, "because": because})
            queue.retry(job, not_before=now + wait_s, because=because)
        else:
            log.warning("given up", extra={"path": job.path, "because": because})
            queue.bury(job, now=now, because=because)

    def _retry_s(self, attempts: int) -> float:
        """Give how long a job rests that failed, after so many tries before."""
        longest = self._pace.longest_retry_s
        doubled = self._pace.first_retry_s * 2.0 ** min(attempts, 32)
        return min(longest, doubled * self._jitter.uniform(0.5, 1.5))

    def _waits_until(self, error: VaultskilletError, *, now: float) -> float | None:
        """Give until when a job waits for its engine, which is no fault of the note."""
        if isinstance(error, EngineError) and error.until is not None and error.until > now:
            return min(error.until, now + self._pace.longest_engine_rest_s)
        if isinstance(error, EngineUnavailableError | QuotaError):
            return now + self._pace.engine_rest_s
        return None
