"""Which notes link to which, by name: a link counts whether or not there is such a note yet."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from vaultskillet.store.database import Database
from vaultskillet.store.recent import Recent

MAX_BACKLINKS = 200
"""A note that more notes link to is linked by all sorts; these say little of it."""
KEPT = 1 << 16
"""Notes whose links are kept at hand, twice, and as many targets with how often they are linked."""


class Graph:
    """The links in the database; notes are ids, targets are hashed names."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._targets = Recent(self._read_targets, most=KEPT)
        self._popularity = Recent(self._read_popularity, most=KEPT)
        self._count: int | None = None

    def put(self, links: Mapping[int, Iterable[int]]) -> None:
        """Replace the links of notes."""
        known = self._read_targets(links)
        old = {note: set(known.get(note, ())) for note in links}
        new = {note: set(some) for note, some in links.items()}
        gone = [(note, one) for note in links for one in old[note] - new[note]]
        come = [(note, one) for note in links for one in new[note] - old[note]]
        self._database.executemany("DELETE FROM index_links WHERE note = ? AND target = ?", gone)
        self._database.executemany("INSERT INTO index_links VALUES (?, ?)", come)
        change = Counter(target for _, target in come)
        change.subtract(target for _, target in gone)
        moved = [(target, by) for target, by in change.items() if by]
        if not moved:
            return
        self._database.execute("UPDATE index_state SET links = links + ?", (len(come) - len(gone),))
        self._database.executemany(
            "INSERT INTO index_targets VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET links = links + excluded.links",
            moved,
        )
        if gone:
            self._database.executemany(
                "DELETE FROM index_targets WHERE name = ? AND links <= 0",
                [(target,) for target, by in moved if by < 0],
            )

    def targets(self, notes: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
        """Give what each of these notes links to; one that links to nothing is absent."""
        return self._targets.of(notes)

    def linking_to(self, name: int) -> set[int]:
        """Give the notes that link to a name; none where too many do."""
        rows = self._database.query(
            "SELECT note FROM index_links WHERE target = ? LIMIT ?", (name, MAX_BACKLINKS + 1)
        )
        return {note for (note,) in rows} if len(rows) <= MAX_BACKLINKS else set()

    def count(self) -> int:
        """Count the links of all notes."""
        if self._count is None:
            ((self._count,),) = self._database.query("SELECT links FROM index_state")
        return self._count

    def popularity(self, names: Iterable[int]) -> Mapping[int, int]:
        """Give how many notes link to each of these names; those that none does are absent."""
        return self._popularity.of(names)

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._targets.forget()
        self._popularity.forget()
        self._count = None

    def _read_targets(self, notes: Collection[int]) -> dict[int, tuple[int, ...]]:
        targets: dict[int, list[int]] = defaultdict(list)
        for note, target in self._database.query(
            "SELECT note, target FROM index_links WHERE note IN (SELECT value FROM json_each(?))",
            (json.dumps(list(notes)),),
        ):
            targets[note].append(target)
        return {note: tuple(some) for note, some in targets.items()}

    def _read_popularity(self, names: Collection[int]) -> dict[int, int]:
        return dict(
            self._database.query(
                "SELECT name, links FROM index_targets "
                "WHERE name IN (SELECT value FROM json_each(?))",
                (json.dumps(list(names)),),
            )
        )
