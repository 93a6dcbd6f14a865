"""The last runs, for `status`."""

from __future__ import annotations

from vaultskillet.core.model import RunId
from vaultskillet.ports.runs import Run, RunCounts
from vaultskillet.store.database import Database

_KEPT = 1000

_DROP_OLD = """
DELETE FROM runs WHERE run NOT IN (SELECT run FROM runs ORDER BY started DESC, run DESC LIMIT ?)
"""

_LAST = """
SELECT run, started, ended, written, left_alone, failed, proposed FROM runs
ORDER BY started DESC, run DESC LIMIT ?
"""


class SqliteRuns:
    """The `Runs` in a state database; it keeps the last thousand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, run: RunId, *, at: float) -> None:
        """Record that a run started."""
        with self._database.transaction():
            self._database.execute("INSERT INTO runs (run, started) VALUES (?, ?)", (run, at))
            self._database.execute(_DROP_OLD, (_KEPT,))

    def end(self, run: RunId, *, at: float, counts: RunCounts) -> None:
        """Record that a run ended, and what it did."""
        self._database.execute(
            "UPDATE runs SET ended = ?, written = ?, left_alone = ?, failed = ?, proposed = ? "
            "WHERE run = ?",
            (at, counts.written, counts.left, counts.failed, counts.proposed, run),
        )

    def last(self, limit: int) -> list[Run]:
        """Give the last runs, newest first."""
        return [
            Run(run, started, ended, RunCounts(*counts))
            for run, started, ended, *counts in self._database.query(_LAST, (limit,))
        ]
