"""The journal: every write, recorded before it happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultskillet.core.model import EditNote, NotePath, Plan, RunId, digest_of
from vaultskillet.core.splice import splice
from vaultskillet.ports import JournalEntry
from vaultskillet.store.codec import (
    edits_from_blob,
    edits_to_blob,
    ownership_from_text,
    ownership_to_text,
    to_json_list,
)
from vaultskillet.store.database import Database, Row, Value

_INTEND = """
INSERT INTO journal
    (run, at, path, expects, after, edits, source, owned_after, owned_before)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT ownership FROM ledger WHERE path = ?), ''))
"""

_SELECT = """
SELECT id, run, at, path, expects, after, edits, owned_before, owned_after, source, state
FROM journal """

_UNSETTLED = f"{_SELECT} WHERE state = 'intended' ORDER BY id"

_ENTRIES = f"""{_SELECT}
WHERE state IN ('done', 'undone')
    AND (:paths IS NULL OR path IN (SELECT value FROM json_each(:paths)))
    AND (:run IS NULL OR run = :run)
    AND (:since IS NULL OR at >= :since)
ORDER BY id DESC
"""  # noqa: S608 - a constant of ours

_SETTLE = "UPDATE journal SET state = ? WHERE id = ? AND state = 'intended'"

_UNDO = "UPDATE journal SET state = 'undone' WHERE id = ? AND state = 'done'"

_PRUNE = """
DELETE FROM journal WHERE state != 'intended' AND id IN (
    SELECT id FROM (
        SELECT id, at, sum(length(edits)) OVER (ORDER BY id DESC) AS bytes FROM journal
    ) WHERE at < ? OR bytes > ?
)
"""


class SqliteJournal:
    """The `Journal` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(self, plans: Sequence[Plan], *, run: RunId, now: float) -> list[int]:
        """Record that these plans are about to be written; see `Journal`."""
        rows = [row for plan in plans for row in _rows(plan, run, now)]
        with self._database.transaction():
            return [self._database.execute(_INTEND, row).lastrowid or 0 for row in rows]

    def settle(self, *, done: Sequence[int], void: Sequence[int]) -> None:
        """Record what became of intended entries."""
        states = [("done", entry) for entry in done] + [("void", entry) for entry in void]
        self._database.executemany(_SETTLE, states)

    def unsettled(self) -> list[JournalEntry]:
        """Give the entries that are still `intended`, oldest first."""
        return [_read(row) for row in self._database.query(_UNSETTLED)]

    def entries(
        self,
        *,
        paths: Sequence[NotePath] | None = None,
        run: RunId | None = None,
        since: float | None = None,
    ) -> list[JournalEntry]:
        """Give the entries that are `done` or `undone`, newest first."""
        wanted = {"paths": to_json_list(paths), "run": run, "since": since}
        return [_read(row) for row in self._database.query(_ENTRIES, wanted)]

    def mark_undone(self, ids: Sequence[int]) -> None:
        """Record that these, which were `done`, were taken back."""
        self._database.executemany(_UNDO, [(entry,) for entry in ids])

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the history of a renamed note follow it."""
        self._database.execute("UPDATE journal SET path = ? WHERE path = ?", (new, old))

    def prune(self, *, before: float, keep_bytes: int) -> int:
        """Drop the oldest entries; give how many; see `Journal`."""
        return self._database.execute(_PRUNE, (before, keep_bytes)).rowcount


def _rows(plan: Plan, run: RunId, now: float) -> Iterator[Sequence[Value]]:
    content = plan.note.content
    for write in plan.writes:
        content = splice(content, write.edits)
        yield (
            run,
            now,
            write.path,
            write.expects,
            digest_of(content),
            edits_to_blob(write.edits),
            plan.note.source,
            ownership_to_text(plan.ownership),
            write.path,
        )


def _read(row: Row) -> JournalEntry:
    entry, run, at, path, expects, after, edits, owned_before, owned_after, source, state = row
    return JournalEntry(
        id=entry,
        run=run,
        at=at,
        write=EditNote(path, expects, edits_from_blob(edits)),
        after=after,
        owned_before=ownership_from_text(owned_before),
        owned_after=ownership_from_text(owned_after),
        source=source,
        state=state,
    )
