"""The queue: one row a note, however often it changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultskillet.core.model import Job, NotePath, Priority
from vaultskillet.ports.queue import Buried, Delayed, QueueCounts
from vaultskillet.store.codec import to_json_list
from vaultskillet.store.database import Database, Value

_RAISE_GENERATION = "UPDATE queue_generation SET last = last + 1"

_DROP_BURIED = "DELETE FROM queue WHERE path = ? AND buried_at IS NOT NULL"

_PUT = """
INSERT INTO queue (path, generation, priority, since, not_before, forced)
SELECT :path, last, :priority, max(:now, :not_before), :not_before, iif(:force, last, 0)
FROM queue_generation WHERE true
ON CONFLICT (path) DO UPDATE SET
    generation = excluded.generation,
    priority = min(priority, excluded.priority),
    since = iif(leased, excluded.since, max(since, excluded.not_before)),
    not_before = iif(
        excluded.forced, excluded.not_before, max(not_before, excluded.not_before)
    ),
    forced = max(forced, excluded.forced)
"""

_DUE = """
SELECT path, generation, priority, attempts, forced FROM queue
WHERE buried_at IS NULL AND not_before <= :now AND leased_until <= :now
    AND priority <= :most
    AND (:only IS NULL OR path IN (SELECT value FROM json_each(:only)))
ORDER BY priority, since, path LIMIT :limit
"""

_LEASE = "UPDATE queue SET leased = generation, leased_until = ? WHERE path = ?"

_FINISH = "DELETE FROM queue WHERE path = ? AND generation = ?"

# Only for a job whose generation rose: what was asked before is done or given up by now.
_RENEW = """
UPDATE queue SET leased = 0, leased_until = 0, attempts = 0, because = '',
    forced = iif(forced > leased, forced, 0)
WHERE path = ? AND leased = ? AND generation > leased
"""

_GIVE_BACK = """
UPDATE queue SET leased = 0, leased_until = 0, because = :because,
    since = max(since, :not_before), not_before = max(not_before, :not_before)
WHERE path = :path AND leased = :generation
"""

_RETRY = """
UPDATE queue SET attempts = attempts + 1 WHERE path = ? AND leased = ?
"""

_BURY = """
UPDATE queue SET leased = 0, leased_until = 0, attempts = attempts + 1,
    buried_at = ?, because = ?
WHERE path = ? AND leased = ? AND generation = leased
"""

_RECOVER = "UPDATE queue SET leased = 0, leased_until = 0 WHERE leased"

_BRING_FORWARD = """
UPDATE queue SET since = min(since - :by, :latest),
    not_before = min(not_before - :by, :latest), leased_until = min(leased_until - :by, :latest)
WHERE :by > 0 OR max(since, not_before, leased_until) > :latest
"""

_HASTEN = """
UPDATE queue SET not_before = :now WHERE not_before > :now AND not_before < :before
"""

_REVIVE = """
UPDATE queue SET buried_at = NULL, because = '', attempts = 0, since = :now, not_before = 0
WHERE buried_at IS NOT NULL
    AND (:only IS NULL OR path IN (SELECT value FROM json_each(:only)))
"""

_COUNT = """
SELECT coalesce(sum(buried_at IS NULL AND leased_until <= :now), 0),
    coalesce(sum(leased_until > :now), 0), coalesce(sum(buried_at IS NOT NULL), 0)
FROM queue
"""

_NEXT_DUE = "SELECT min(max(not_before, leased_until)) FROM queue WHERE buried_at IS NULL"

_DELAYED = """
SELECT path, attempts, because, not_before FROM queue
WHERE buried_at IS NULL AND because != '' AND leased_until <= ? ORDER BY path
"""

_BURIED = """
SELECT path, attempts, because, buried_at FROM queue WHERE buried_at IS NOT NULL ORDER BY path
"""


class SqliteQueue:
    """The `Queue` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        paths: Iterable[NotePath],
        *,
        priority: Priority,
        now: float,
        not_before: float = 0.0,
        force: bool = False,
    ) -> None:
        """Make notes due; see `Queue`."""
        same: dict[str, Value] = {
            "priority": priority,
            "now": now,
            "not_before": not_before,
            "force": force,
        }
        rows = [same | {"path": path} for path in paths]
        if not rows:
            return
        with self._database.transaction():
            self._database.execute(_RAISE_GENERATION)
            self._database.executemany(_DROP_BURIED, [(row["path"],) for row in rows])
            self._database.executemany(_PUT, rows)

    def lease(
        self,
        limit: int,
        *,
        now: float,
        lease_s: float,
        only: frozenset[NotePath] | None = None,
        most: Priority = Priority.BACKFILL,
    ) -> list[Job]:
        """Take up to `limit` due jobs; see `Queue`."""
        wanted = {"now": now, "only": to_json_list(only), "limit": limit, "most": most}
        with self._database.transaction():
            jobs = [
                Job(path, generation, Priority(priority), attempts, force=bool(forced))
                for path, generation, priority, attempts, forced in self._database.query(
                    _DUE, wanted
                )
            ]
            self._database.executemany(_LEASE, [(now + lease_s, job.path) for job in jobs])
        return jobs

    def done(self, jobs: Sequence[Job]) -> None:
        """Finish leased jobs; see `Queue`."""
        keys = [(job.path, job.generation) for job in jobs]
        with self._database.transaction():
            self._database.executemany(_FINISH, keys)
            self._database.executemany(_RENEW, keys)

    def again(self, jobs: Sequence[Job], *, not_before: float, because: str) -> None:
        """Give leased jobs back without counting a failure."""
        rows = [_given_back(job, not_before, because) for job in jobs]
        self._database.executemany(_GIVE_BACK, rows)

    def retry(self, job: Job, *, not_before: float, because: str) -> None:
        """Give a leased job back and count a failure."""
        with self._database.transaction():
            self._database.execute(_RETRY, (job.path, job.generation))
            self._database.execute(_GIVE_BACK, _given_back(job, not_before, because))

    def bury(self, job: Job, *, now: float, because: str) -> None:
        """Count a failure and give a leased job up; see `Queue`."""
        with self._database.transaction():
            self._database.execute(_RENEW, (job.path, job.generation))
            self._database.execute(_BURY, (now, because, job.path, job.generation))

    def recover(self) -> int:
        """Make every leased job due again; give how many."""
        return self._database.execute(_RECOVER).rowcount

    def bring_forward(self, *, by: float, latest: float) -> None:
        """Let all that waits come due sooner; see `Queue`."""
        self._database.execute(_BRING_FORWARD, {"by": by, "latest": latest})

    def hasten(self, *, now: float, before: float) -> None:
        """Make due now what would come due before some time; see `Queue`."""
        self._database.execute(_HASTEN, {"now": now, "before": before})

    def revive(self, paths: Iterable[NotePath] | None, *, now: float) -> int:
        """Make buried jobs due again (None: all); give how many."""
        return self._database.execute(_REVIVE, {"now": now, "only": to_json_list(paths)}).rowcount

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Drop the jobs of notes that are gone."""
        self._database.executemany("DELETE FROM queue WHERE path = ?", [(p,) for p in paths])

    def counts(self, *, now: float) -> QueueCounts:
        """Count the jobs."""
        ((waiting, leased, buried),) = self._database.query(_COUNT, {"now": now})
        return QueueCounts(waiting=waiting, leased=leased, buried=buried)

    def next_due(self) -> float | None:
        """Give the earliest time at which a job may be leased; see `Queue`."""
        ((at,),) = self._database.query(_NEXT_DUE)
        return None if at is None else float(at)

    def delayed(self, *, now: float) -> list[Delayed]:
        """List what was given back and is not under way, by path."""
        return [Delayed(*row) for row in self._database.query(_DELAYED, (now,))]

    def buried(self) -> list[Buried]:
        """List what was given up, by path."""
        return [Buried(*row) for row in self._database.query(_BURIED)]


def _given_back(job: Job, not_before: float, because: str) -> dict[str, Value]:
    return {
        "path": job.path,
        "generation": job.generation,
        "not_before": not_before,
        "because": because,
    }
