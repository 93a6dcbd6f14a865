"""Save from a damaged database what tells our words in the notes from their authors'."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from vaultskillet.core.model import Digest, Stamp
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.store.codec import edits_from_blob, ownership_from_text
from vaultskillet.store.database import Database, Row
from vaultskillet.store.ledger import SqliteLedger

UNREAD = Stamp(0, 0, 0), Digest("")
"""Stamp and digest of what must be read anew: the index that knew it is lost."""

_JOURNAL = (
    "id", "run", "at", "path", "expects", "after", "edits", "owned_before", "owned_after",
    "source", "state",
)  # fmt: skip

_LEDGER = ("path", "source", "outcome", "because", "run", "at", "ownership")

_STATES = {"intended", "done", "void", "undone"}

_INSERT = f"""
INSERT OR IGNORE INTO journal ({", ".join(_JOURNAL)}) VALUES ({", ".join("?" * len(_JOURNAL))})
"""  # noqa: S608 - constants of ours


def salvage(damaged: Path, database: Database) -> tuple[int, int]:
    """Copy the rows of ledger and journal that can still be read into a new database.

    All else is made anew from the vault. A row that makes no sense is left out.

    Args:
        damaged: the database that was set aside; it is only read.
        database: the new one, empty.

    Returns:
        How many notes and how many writes are known again.
    """
    address = f"{damaged.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source:
        source.text_factory = lambda text: text.decode("utf-8", "replace")
        rows = _read(source, "ledger", _LEDGER)
        writes = list(filter(_is_write, _read(source, "journal", _JOURNAL)))
    notes = [note for note in map(_note, rows) if note]
    with database.transaction():
        SqliteLedger(database).put(notes)
        database.executemany(_INSERT, writes)
    return len(notes), len(writes)


def _read(source: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> list[Row]:
    """Read a table from both ends, up to where it is damaged."""
    rows: dict[object, Row] = {}
    for order in ("ASC", "DESC"):
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]} {order}"  # noqa: S608 - constants of ours
        try:
            for row in source.execute(query):
                if row[0] in rows and order == "DESC":
                    break
                rows[row[0]] = row
        except sqlite3.Error:
            continue
    return list(rows.values())


def _note(row: Row) -> LedgerRow | None:
    """Read a row of the ledger; its note is to be read anew."""
    try:
        path, source, outcome, because, run, at, ownership = row
        stamp, raw = UNREAD
        return LedgerRow(
            path=path,
            stamp=stamp,
            raw=raw,
            source=None if outcome == PROPOSED else source,  # what was proposed is lost
            outcome=str(outcome),
            because=str(because),
            run=run,
            at=float(at),
            ownership=ownership_from_text(ownership),
        )
    except (ValueError, TypeError, AttributeError):
        return None


def _is_write(row: Row) -> bool:
    """Say whether a row of the journal can be read."""
    *_, edits, before, after, _source, state = row
    try:
        edits_from_blob(edits)
        ownership_from_text(before)
        ownership_from_text(after)
    except (ValueError, TypeError, AttributeError):
        return False
    return state in _STATES
