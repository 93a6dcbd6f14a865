"""The journal: every write, recorded before it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    Digest,
    Edit,
    EditNote,
    NotePath,
    Plan,
    RunId,
)
from vaultskillet.core.splice import Step, steps_of
from vaultskillet.ports.journal import JournalEntry
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

_WITH_AFTER = f"""{_SELECT}
WHERE state IN ('done', 'undone') AND after IN (SELECT value FROM json_each(?)) ORDER BY id
"""  # noqa: S608 - a constant of ours

_SETTLE = "UPDATE journal SET state = ? WHERE id = ? AND state = 'intended'"

_UNDO = "UPDATE journal SET state = 'undone' WHERE id = ? AND state = 'done'"

# When the first entry was made, and how large the whole database is, of which it is a part.
_FIRST = """
SELECT (SELECT at FROM journal ORDER BY id LIMIT 1), page_count * page_size
FROM pragma_page_count, pragma_page_size
"""

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

    def intend(self, plans: Sequence[Plan | CreateNote], *, run: RunId, now: float) -> list[int]:
        """Record what is about to be written; see `Journal`."""
        rows = [_row(step, run, now) for plan in plans for step in steps_of(plan)]
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

    def with_after(self, digests: Iterable[Digest]) -> dict[Digest, JournalEntry]:
        """Find the last write, `done` or `undone`, that led to each of these contents."""
        found = map(_read, self._database.query(_WITH_AFTER, (to_json_list(digests),)))
        return {entry.after: entry for entry in found}

    def mark_undone(self, ids: Sequence[int]) -> None:
        """Record that these, which were `done`, were taken back."""
        self._database.executemany(_UNDO, [(entry,) for entry in ids])

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the history of a renamed note follow it."""
        self._database.execute("UPDATE journal SET path = ? WHERE path = ?", (new, old))

    def prune(self, *, before: float, keep_bytes: int) -> int:
        """Drop the oldest entries; give how many; see `Journal`."""
        # Mostly there are none, which is told without reading the journal.
        ((first, size),) = self._database.query(_FIRST)
        if first is None or (first >= before and size <= keep_bytes):
            return 0
        return self._database.execute(_PRUNE, (before, keep_bytes)).rowcount


def _row(step: Step, run: RunId, now: float) -> Sequence[Value]:
    write = step.write
    return (
        run,
        now,
        write.path,
        write.expects,
        step.after,
        edits_to_blob(write.edits),
        step.source,
        ownership_to_text(step.ownership),
        write.path,
    )


def _read(row: Row) -> JournalEntry:
    entry, run, at, path, expects, after, blob, owned_before, owned_after, source, state = row
    edits = edits_from_blob(blob)
    return JournalEntry(
        id=entry,
        run=run,
        at=at,
        write=_read_write(path, expects, edits),
        after=after,
        owned_before=ownership_from_text(owned_before),
        owned_after=ownership_from_text(owned_after),
        source=source,
        state=state,
    )


def _read_write(path: NotePath, expects: Digest, edits: tuple[Edit, ...]) -> EditNote | CreateNote:
    if expects == ABSENT:
        return CreateNote(path, edits[0].after)
    return EditNote(path, expects, edits)
