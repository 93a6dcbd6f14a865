"""What is due of all digests: queued by the schedule, made one by one on the working thread."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from vaultskillet.core.periods import Beat, Period, Record, find_due, joined, next_due, period_at
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.digests.maker import Result, Wish, make
from vaultskillet.digests.write import NotRestedError
from vaultskillet.errors import ConfigError, EngineError, StoreError, VaultskilletError
from vaultskillet.ports.digests import DigestJob, DigestState

log = logging.getLogger(__name__)

REST_S = 60.0
"""How long a digest waits for a note of the user's to rest."""
RETRY_S = (60.0, 600.0, 3600.0, 6 * 3600.0)
"""How long it waits after each failure; after the last it is given up, which `status` tells."""
TELL_TRIES = 2
"""After so many failures of its model it goes without statements."""


class Desk:
    """All digests of a vault."""

    def __init__(self, specs: Sequence[Spec], kit: DigestKit) -> None:
        self._specs = {spec.book: spec for spec in specs}
        self._kit = kit
        self._told_of: set[str] = set()

    def enqueue_due(self) -> bool:
        """Queue what is due by now; say whether there is any work.

        Raises:
            StoreError: the state cannot be read or written.
        """
        moment = self._kit.moment()
        with self._kit.store.transaction():
            for spec in self._specs.values():
                self._enqueue(spec, moment)
        return any(not job.given_up for job in self._jobs())

    def _enqueue(self, spec: Spec, moment: datetime) -> None:
        books = self._kit.store.books
        made = books.made(spec.book)
        records = {period: one.record for period, one in made.items()}
        due = find_due(spec.rhythm, moment, since=self._since(spec, moment), records=records)
        for record in due.premature:
            books.put(spec.book, replace(made[record.id], record=record))
        books.enqueue([DigestJob(spec.book, period) for period in due.periods])
        if due.gave_up and spec.name not in self._told_of:
            self._told_of.add(spec.name)
            log.warning(
                "older digests were missed and are not made up for: `digest NAME --date D` does",
                extra={"digest": spec.name},
            )

    def _since(self, spec: Spec, moment: datetime) -> float:
        """Give when a digest was first asked for; a clock that was ahead then is corrected."""
        key = f"digest {spec.book.name} {spec.book.rhythm} since"
        now = moment.timestamp()
        known = self._kit.store.get_meta(key)
        if known is not None and float(known) <= now:
            return float(known)
        self._kit.store.put_meta(key, repr(now))
        return now

    def revive(self) -> None:
        """Try again what was given up: the configuration may have been mended."""
        for job in self._jobs():
            if job.given_up:
                self._put(replace(job, given_up=False, attempts=0, not_before=0.0))

    def step(self, *, rests: bool = True) -> Result | None:
        """Make the oldest digest that is due; None where none was made.

        Args:
            rests: let a note of the user's that changed a moment ago be.

        Raises:
            StoreError: the state cannot be read or written.
        """
        now = self._kit.clock.now()
        ready = [job for job in self._jobs() if not job.given_up and job.not_before <= now]
        if not ready:
            return None
        return self._make(ready[0], rests=rests)

    def _make(self, job: DigestJob, *, rests: bool) -> Result | None:
        wish = Wish(rests=rests, by_hand=False, must_tell=job.attempts < TELL_TRIES)
        try:
            result = make(self._specs[job.book], job.period, self._kit, wish)
        except NotRestedError:
            self._put(replace(job, not_before=self._kit.clock.now() + REST_S))
            return None
        except StoreError:
            raise
        except VaultskilletError as error:
            self._see_to_failure(job, error)
            return None
        except Exception as error:
            log.exception("a digest broke", extra={"digest": job.book.name})
            because = f"a fault in vaultskillet ({type(error).__name__}); the log has more"
            self._see_to_failure(job, VaultskilletError(because))
            return None
        self._kit.store.books.drop(job)
        made = result.made
        log.info(
            "digest",
            extra={"digest": job.book.name, "period": job.period.id, "outcome": made.outcome},
        )
        return result

    def _see_to_failure(self, job: DigestJob, error: VaultskilletError) -> None:
        now, because = self._kit.clock.now(), str(error)
        until = error.until if isinstance(error, EngineError) else None
        waits = error.transient and job.attempts < len(RETRY_S)
        log.warning(
            "a digest failed, will be tried again" if waits else "a digest failed, given up",
            extra={"digest": job.book.name, "period": job.period.id, "because": because},
        )
        later = max(now + RETRY_S[min(job.attempts, len(RETRY_S) - 1)], until or 0.0)
        self._put(
            replace(
                job,
                attempts=job.attempts + 1,
                not_before=later,
                because=because,
                given_up=not waits,
            )
        )

    def next_at(self) -> float | None:
        """Give when there is something to do the next time; seconds since 1970 (UTC)."""
        moment = self._kit.moment()
        coming = [self._next_due(spec, moment) for spec in self._specs.values()]
        times = [self.waits_until(), *coming, *self._overdue(moment)]
        return min((at for at in times if at is not None), default=None)

    def _overdue(self, moment: datetime) -> Iterator[float]:
        """Give since when digests are due that are not in the queue."""
        queued = {(job.book, job.period.id) for job in self._kit.store.books.jobs()}
        for spec in self._specs.values():
            since, records = self._since(spec, moment), self._records(spec)
            due = find_due(spec.rhythm, moment, since=since, records=records)
            for period in due.periods:
                if (spec.book, period.id) not in queued:
                    yield period.due

    def waits_until(self) -> float | None:
        """Give when something that is queued may be made; seconds since 1970 (UTC)."""
        return min((job.not_before for job in self._jobs() if not job.given_up), default=None)

    def _next_due(self, spec: Spec, moment: datetime) -> float | None:
        return next_due(spec.rhythm, moment, records=self._records(spec))

    def _records(self, spec: Spec) -> dict[str, Record]:
        made = self._kit.store.books.made(spec.book)
        return {period: one.record for period, one in made.items()}

    def _jobs(self) -> list[DigestJob]:
        """Give the jobs of the digests that are still asked for."""
        return [job for job in self._kit.store.books.jobs() if job.book in self._specs]

    def _put(self, job: DigestJob) -> None:
        self._kit.store.books.enqueue([job], anew=True)

    # --- for people ---

    def states(self) -> list[DigestState]:
        """Tell how things stand with each digest."""
        moment, jobs = self._kit.moment(), self._jobs()
        states = []
        for spec in self._specs.values():
            made = self._kit.store.books.made(spec.book).values()
            states.append(
                DigestState(
                    name=spec.name,
                    period=spec.book.rhythm,
                    next_at=self._next_due(spec, moment),
                    last=max(made, key=lambda one: one.record.id, default=None),
                    waiting=tuple(job for job in jobs if job.book == spec.book),
                )
            )
        return states

    def find_period(self, spec: Spec, day: date | None) -> Period:
        """Give the period that a day lies in, or the present one, with the bounds of the book.

        Raises:
            ConfigError: it has not begun yet.
        """
        moment = self._kit.moment()
        wanted = moment
        if day is not None:
            wanted = datetime.combine(day, time(), moment.tzinfo)
        period = period_at(spec.rhythm, wanted)
        if period is None:
            raise ConfigError(f"digest {spec.name}: its cron expression comes never again")
        is_coming = isinstance(spec.rhythm, Beat) and day is not None and wanted > moment
        if period.starts > moment.timestamp() or is_coming:
            raise ConfigError(f"digest {spec.name}: {period.id} is still to come")
        return joined(spec.rhythm, period, self._records(spec))

    def make_due(self) -> list[Result]:
        """Make all that is due by now, for a run that ends then.

        Raises:
            StoreError: the state cannot be read or written.
        """
        self.enqueue_due()
        self.revive()
        tries = len(self._jobs())
        results = [self.step(rests=False) for _ in range(tries)]
        return [result for result in results if result is not None]

    def failed(self) -> list[DigestJob]:
        """Give what is due and failed the last time it was tried, with the reason."""
        return [job for job in self._jobs() if job.because]

    def make_now(self, spec: Spec, period: Period) -> Result:
        """Make the digest of a period for a person who asks for it.

        Raises:
            VaultskilletError: as `make` does.
        """
        result = make(spec, period, self._kit, Wish(rests=False, by_hand=True, must_tell=False))
        self._kit.store.books.drop(DigestJob(spec.book, period))
        return result

    def queue_now(self, spec: Spec, period: Period) -> None:
        """Leave a digest to the process that works on the vault."""
        with self._kit.store.transaction():
            made = self._kit.store.books.made(spec.book).get(period.id)
            if made is not None:  # should the user have removed its note, it is wanted again now
                self._kit.store.books.put(spec.book, replace(made, path=None, because=""))
            self._put(DigestJob(spec.book, period))
