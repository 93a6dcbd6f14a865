"""When notes were made and changed, by the quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterable

from vaultskillet.core.model import NotePath
from vaultskillet.core.touch import Touch, Touched
from vaultskillet.store.database import Database

_SLOT_S = 900
"""Every time zone differs from UTC by a multiple of this, so no slot lies in two days."""

_PUT = """
INSERT INTO activity (path, slot, at, seen, words, finished) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (path, slot) DO UPDATE SET
    at = max(at, excluded.at), seen = excluded.seen, words = excluded.words,
    finished = excluded.finished
"""

_BETWEEN = """
WITH touched AS (
    SELECT path, max(at) AS at FROM activity
    WHERE at < :ends AND (at >= :starts OR (seen > :late_since AND seen > 0)) GROUP BY path
    UNION ALL
    SELECT path, born FROM births WHERE born >= :starts AND born < :ends
)
SELECT
    touched.path, max(touched.at),
    (SELECT born FROM births WHERE births.path = touched.path),
    (SELECT words FROM activity WHERE activity.path = touched.path AND at < :ends
        ORDER BY slot DESC LIMIT 1),
    (SELECT words FROM activity WHERE activity.path = touched.path ORDER BY slot LIMIT 1),
    (SELECT words FROM activity WHERE activity.path = touched.path AND at < :starts
        AND NOT (seen > :late_since AND seen > 0) ORDER BY slot DESC LIMIT 1),
    (SELECT finished FROM activity WHERE activity.path = touched.path AND at < :starts
        AND NOT (seen > :late_since AND seen > 0) ORDER BY slot DESC LIMIT 1)
FROM touched GROUP BY touched.path ORDER BY 2 DESC, 1
"""

_MOMENTS = """
SELECT at FROM activity WHERE at >= :starts AND at < :ends
UNION SELECT born FROM births WHERE born >= :starts AND born < :ends
"""

_NEVER = 9e15
"""Later than any moment."""


class SqliteActivity:
    """The `Activity` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, touches: Iterable[Touch]) -> None:
        """Remember changes; of several within a quarter of an hour, the last."""
        touches = list(touches)
        with self._database.transaction():
            self._database.executemany(
                _PUT,
                [
                    (one.path, int(one.at // _SLOT_S), one.at, one.seen, one.words, one.finished)
                    for one in touches
                ],
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO births VALUES (?, ?)",
                [(one.path, one.born) for one in touches if one.born is not None],
            )

    def between(
        self, starts: float, ends: float, *, late_since: float | None = None
    ) -> list[Touched]:
        """Give the notes that were made or changed in a stretch of time, the latest first."""
        late = _NEVER if late_since is None else late_since
        rows = self._database.query(_BETWEEN, {"starts": starts, "ends": ends, "late_since": late})
        return [
            Touched(
                path=NotePath(path),
                at=at,
                born=born,
                words=then if then is not None else first or 0,
                words_before=before,
                finished_before=bool(finished),
            )
            for path, at, born, then, first, before, finished in rows
        ]

    def moments(self, starts: float, ends: float) -> list[float]:
        """Give all that is known of when notes were made or changed, in no order."""
        rows = self._database.query(_MOMENTS, {"starts": starts, "ends": ends})
        return [moment for (moment,) in rows]

    def paths(self) -> set[NotePath]:
        """Give every note that something is known of."""
        return {path for (path,) in self._database.query("SELECT DISTINCT path FROM activity")}

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep its past; what stood there is replaced."""
        if old == new:
            return
        with self._database.transaction():
            self.forget([new])
            for table in ("activity", "births"):
                self._database.execute(
                    f"UPDATE {table} SET path = ? WHERE path = ?",  # noqa: S608 - our own names
                    (new, old),
                )

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        gone = [(path,) for path in paths]
        with self._database.transaction():
            self._database.executemany("DELETE FROM activity WHERE path = ?", gone)
            self._database.executemany("DELETE FROM births WHERE path = ?", gone)
