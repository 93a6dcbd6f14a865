"""The ledger: what is known of each note, and what the last sweep left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from vaultskillet.core.links import file_key
from vaultskillet.core.model import Digest, NotePath, Skipped, Stamp, Tier
from vaultskillet.ports.ledger import LedgerRow, MadeBy, Tally
from vaultskillet.store.codec import (
    ownership_from_text,
    ownership_to_text,
    stamp_from_text,
    stamp_to_text,
    stamps_from_texts,
    to_json_list,
)
from vaultskillet.store.database import Database, Row

_PAGE = 1000

_COLUMNS = (
    "path, stamp, raw, source, tier, prompt, model, outcome, because, run, at, ownership, failed"
)

_GET = f"SELECT {_COLUMNS} FROM ledger WHERE path IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant of ours

_NEXT_PAGE = f"SELECT {_COLUMNS} FROM ledger WHERE path > ? ORDER BY path LIMIT {_PAGE}"  # noqa: S608 - constants of ours

# Not `name`: what does not change costs no write of its index.
_SETS = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS.split(", ")[1:])

_PUT = f"""
INSERT INTO ledger ({_COLUMNS}, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET {_SETS}
"""  # noqa: S608 - constants of ours

_NAMED = """
SELECT path FROM ledger WHERE name IN (SELECT value FROM json_each(:names))
UNION SELECT path FROM skipped WHERE name IN (SELECT value FROM json_each(:names))
"""

_LINKING_TO = """
SELECT DISTINCT path FROM ledger_links
WHERE target IN (SELECT value FROM json_each(?)) ORDER BY path
"""

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
        rows = self._database.query("SELECT path, stamp FROM ledger")
        stamps = stamps_from_texts([stamp for _, stamp in rows])
        return dict(zip([path for path, _ in rows], stamps, strict=True))

    def put(self, rows: Sequence[LedgerRow]) -> None:
        """Insert or replace rows."""
        with self._database.transaction():
            self._database.executemany(_PUT, map(_columns, rows))
            self._save_links(rows)

    def move(self, old: NotePath, new: NotePath) -> None:
        """Give the row of a renamed note its new path; a row that stood there is replaced.

        Links of ours to the note lead to its new path from now on.
        """
        with self._database.transaction():
            if old == new or not (rows := self.get([old])):
                return
            self.forget([old, new])
            self.put([replace(rows[old], path=new)])
            bearers = self.get(self.linking_to([old])).values()
            self.put([_led_on(row, old, new) for row in bearers])

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove rows of notes that are gone."""
        gone = [(path,) for path in paths]
        with self._database.transaction():
            self._database.executemany("DELETE FROM ledger WHERE path = ?", gone)
            self._database.executemany("DELETE FROM ledger_links WHERE path = ?", gone)

    def named(self, keys: Iterable[str]) -> list[NotePath]:
        """Give the notes whose file has one of these names, those left alone included."""
        return [path for (path,) in self._database.query(_NAMED, {"names": to_json_list(keys)})]

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        """Give the notes in which a link of ours leads to one of these, by path."""
        return [path for (path,) in self._database.query(_LINKING_TO, (to_json_list(targets),))]

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

    def tally(self) -> Tally:
        """Count the rows, and name those that a person should look at."""
        query = self._database.query
        recipes = query("SELECT tier, prompt, model, count(*) FROM ledger GROUP BY 1, 2, 3")
        return Tally(
            outcomes=dict(query("SELECT outcome, count(*) FROM ledger GROUP BY 1")),
            left=tuple(
                query(
                    "SELECT path, because FROM ledger "
                    "WHERE outcome IN ('left', 'unwatched') ORDER BY path"
                )
            ),
            failed=tuple(query("SELECT path, failed FROM ledger WHERE failed <> '' ORDER BY path")),
            recipes={
                MadeBy(tier and Tier(tier), prompt, model): notes
                for tier, prompt, model, notes in recipes
            },
        )

    def put_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Replace the list of what the last sweep left alone; the same list writes nothing."""
        new = {_readable(item.path): item.because for item in skipped}.items()
        with self._database.transaction():
            old = set(self._database.query("SELECT path, because FROM skipped"))
            self._database.executemany(
                "DELETE FROM skipped WHERE path = ? AND because = ?", old - new
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO skipped (path, because, name) VALUES (?, ?, ?)",
                [(path, because, file_key(path)) for path, because in new - old],
            )

    def skipped(self) -> list[Skipped]:
        """Give what the last sweep left alone, by path."""
        rows = self._database.query("SELECT path, because FROM skipped ORDER BY path")
        return [Skipped(*row) for row in rows]

    def _save_links(self, rows: Sequence[LedgerRow]) -> None:
        self._database.executemany(
            "DELETE FROM ledger_links WHERE path = ?", [(row.path,) for row in rows]
        )
        self._database.executemany(
            "INSERT OR IGNORE INTO ledger_links VALUES (?, ?)",
            [(row.path, target) for row in rows for target in row.ownership.links.values()],
        )


def _columns(row: LedgerRow) -> Row:
    return (
        row.path,
        stamp_to_text(row.stamp),
        row.raw,
        row.source,
        row.tier,
        row.prompt,
        row.model,
        row.outcome,
        row.because,
        row.run,
        row.at,
        ownership_to_text(row.ownership),
        row.failed,
        file_key(row.path),
    )


def _led_on(row: LedgerRow, old: NotePath, new: NotePath) -> LedgerRow:
    """Let the links of ours in a note follow another note to its new path."""
    links = row.ownership.links.items()
    led = {link: new if target == old else target for link, target in links}
    return replace(row, ownership=replace(row.ownership, links=led))


def _read(row: Row) -> LedgerRow:
    path, stamp, raw, source, tier, prompt, model, outcome, because, run, at, owned, failed = row
    return LedgerRow(
        path=path,
        stamp=stamp_from_text(stamp),
        raw=raw,
        source=source,
        tier=None if tier is None else Tier(tier),
        prompt=prompt,
        model=model,
        outcome=outcome,
        because=because,
        run=run,
        at=at,
        ownership=ownership_from_text(owned),
        failed=failed,
    )


def _readable(path: str) -> str:
    """Spell out what is no Unicode: such a name may be why the file is left alone."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
