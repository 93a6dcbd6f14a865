"""Which route each write came about by, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultskillet.core.model import Category, Complexity, Fate, NotePath, RunId, Tier
from vaultskillet.ports.routes import RouteCounts, RoutedWrite
from vaultskillet.store.database import Database, Row

_PUT = "INSERT OR REPLACE INTO routes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

_OF = """
SELECT path, run, at, tier, model, category, complexity, because, fate FROM routes
WHERE path = ? ORDER BY at DESC, run DESC
"""

# What was taken back stays so, whatever the user did to the note.
_EDITED = """
UPDATE routes SET fate = 'edited' WHERE path = ?1 AND fate = 'kept' AND run =
    (SELECT run FROM routes WHERE path = ?1 ORDER BY at DESC, run DESC LIMIT 1)
"""

_COUNTS = """
SELECT tier, category, sum(fate = 'kept'), sum(fate = 'edited'), sum(fate = 'undone') FROM routes
GROUP BY tier, category ORDER BY tier, category
"""


class SqliteRoutes:
    """The `Routes` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, writes: Sequence[RoutedWrite]) -> None:
        """Record writes; one of the same note and run is replaced."""
        self._database.executemany(_PUT, map(_columns, writes))

    def of(self, path: NotePath) -> list[RoutedWrite]:
        """Give the writes to a note, newest first."""
        return [_read(row) for row in self._database.query(_OF, (path,))]

    def mark_edited(self, paths: Iterable[NotePath]) -> None:
        """Record that the user changed what was written last to these notes."""
        self._database.executemany(_EDITED, [(path,) for path in paths])

    def mark_undone(self, path: NotePath, run: RunId) -> None:
        """Record that what a run wrote to a note was taken back."""
        self._database.execute(
            "UPDATE routes SET fate = 'undone' WHERE path = ? AND run = ?", (path, run)
        )

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the writes to a renamed note follow it."""
        self._database.execute("UPDATE OR REPLACE routes SET path = ? WHERE path = ?", (new, old))

    def counts(self) -> list[RouteCounts]:
        """Count the fates, by tier and category in the order of their names."""
        return [
            RouteCounts(Tier(tier), Category(category), *fates)
            for tier, category, *fates in self._database.query(_COUNTS)
        ]

    def prune(self, *, before: float) -> int:
        """Drop what is older than this; give how many."""
        return self._database.execute("DELETE FROM routes WHERE at < ?", (before,)).rowcount


def _columns(write: RoutedWrite) -> Row:
    return (
        write.path,
        write.run,
        write.at,
        write.tier,
        write.model,
        write.category,
        write.complexity,
        write.because,
        write.fate,
    )


def _read(row: Row) -> RoutedWrite:
    path, run, at, tier, model, category, complexity, because, fate = row
    return RoutedWrite(
        path=path,
        run=run,
        at=at,
        tier=Tier(tier),
        model=model,
        category=Category(category),
        complexity=Complexity(complexity),
        because=because,
        fate=Fate(fate),
    )
