"""The ledger: what is known of each note, and what the last sweep left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vaultskillet.core.model import Digest, NotePath, Skipped, Stamp
from vaultskillet.ports import LedgerRow
from vaultskillet.store.codec import (
    ownership_from_text,
    ownership_to_text,
    stamp_from_text,
    stamp_to_text,
    to_json_list,
)
from vaultskillet.store.database import Database, Row

_PAGE = 1000

_COLUMNS = "path, stamp, raw, source, recipe, outcome, because, run, at, ownership, failed"

_GET = f"SELECT {_COLUMNS} FROM ledger WHERE path IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant of ours

_NEXT_PAGE = f"SELECT {_COLUMNS} FROM ledger WHERE path > ? ORDER BY path LIMIT {_PAGE}"  # noqa: S608 - constants of ours

_PUT = f"INSERT OR REPLACE INTO ledger ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant of ours

_WITH_RAW = """
SELECT raw, path FROM ledger WHERE raw IN (SELECT value FROM json_each(?)) ORDER BY path
"""


class SqliteLedger:
    """The `Ledger` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, paths: Iterable[NotePath]) -> dict[NotePath, LedgerRow]:
        """Give the rows of these notes; a note that is unknown is absent."""
        rows = self._database.query(_GET, (to_json_list(paths),))
        return {row[0]: _read(row) for row in rows}

    def stamps(self) -> dict[NotePath, Stamp]:
        """Give the stamp of every known note."""
        rows = self._database.each("SELECT path, stamp FROM ledger")
        return {path: stamp_from_text(stamp) for path, stamp in rows}

    def put(self, rows: Sequence[LedgerRow]) -> None:
        """Insert or replace rows."""
        self._database.executemany(_PUT, map(_columns, rows))

    def move(self, old: NotePath, new: NotePath) -> None:
        """Give the row of a renamed note its new path; a row that stood there is replaced."""
        self._database.execute("UPDATE OR REPLACE ledger SET path = ? WHERE path = ?", (new, old))

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove rows of notes that are gone."""
        self._database.executemany("DELETE FROM ledger WHERE path = ?", [(p,) for p in paths])

    def with_raw(self, raws: Iterable[Digest]) -> dict[Digest, tuple[NotePath, ...]]:
        """Find the notes that had these bytes when last seen, by path."""
        found: dict[Digest, list[NotePath]] = defaultdict(list)
        for raw, path in self._database.query(_WITH_RAW, (to_json_list(raws),)):
            found[raw].append(path)
        return {raw: tuple(paths) for raw, paths in found.items()}

    def unwatched(self) -> list[NotePath]:
        """Give the notes whose outcome is `unwatched`, by path."""
        rows = self._database.query(
            "SELECT path FROM ledger WHERE outcome = 'unwatched' ORDER BY path"
        )
        return [path for (path,) in rows]

    def rows(self) -> Iterator[LedgerRow]:
        """Give every row, by path; others may use the database meanwhile."""
        page = self._database.query(_NEXT_PAGE, ("",))
        while page:
            yield from map(_read, page)
            page = self._database.query(_NEXT_PAGE, (page[-1][0],))

    def put_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Replace the list of what the last sweep left alone; the same list writes nothing."""
        new = {_readable(item.path): item.because for item in skipped}.items()
        with self._database.transaction():
            old = set(self._database.query("SELECT path, because FROM skipped"))
            self._database.executemany(
                "DELETE FROM skipped WHERE path = ? AND because = ?", old - new
            )
            self._database.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?)", new - old)

    def skipped(self) -> list[Skipped]:
        """Give what the last sweep left alone, by path."""
        rows = self._database.query("SELECT path, because FROM skipped ORDER BY path")
        return [Skipped(*row) for row in rows]


def _columns(row: LedgerRow) -> Row:
    return (
        row.path,
        stamp_to_text(row.stamp),
        row.raw,
        row.source,
        row.recipe,
        row.outcome,
        row.because,
        row.run,
        row.at,
        ownership_to_text(row.ownership),
        row.failed,
    )


def _read(row: Row) -> LedgerRow:
    path, stamp, raw, source, recipe, outcome, because, run, at, ownership, failed = row
    return LedgerRow(
        path=path,
        stamp=stamp_from_text(stamp),
        raw=raw,
        source=source,
        recipe=recipe,
        outcome=outcome,
        because=because,
        run=run,
        at=at,
        ownership=ownership_from_text(ownership),
        failed=failed,
    )


def _readable(path: str) -> str:
    """Spell out what is no Unicode: such a name may be why the file is left alone."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
