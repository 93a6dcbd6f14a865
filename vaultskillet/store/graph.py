"""Which notes link to which, by name: a link counts whether or not there is such a note yet."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from vaultskillet.store.database import Database

MAX_BACKLINKS = 200
"""A note that more notes link to is linked by all sorts; these say little of it."""


class Graph:
    """The links in the database; notes are ids, targets are hashed names."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    def put(self, links: Mapping[int, Iterable[int]]) -> None:
        """Replace the links of notes."""
        old, new = self.targets(links), {note: set(some) for note, some in links.items()}
        gone = [(note, one) for note in links for one in old.get(note, set()) - new[note]]
        come = [(note, one) for note in links for one in new[note] - old.get(note, set())]
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

    def targets(self, notes: Iterable[int]) -> dict[int, set[int]]:
        """Give what each of these notes links to."""
        targets: dict[int, set[int]] = defaultdict(set)
        for note, target in self._database.query(
            "SELECT note, target FROM index_links WHERE note IN (SELECT value FROM json_each(?))",
            (json.dumps(list(notes)),),
        ):
            targets[note].add(target)
        return targets

    def linking_to(self, name: int) -> set[int]:
        """Give the notes that link to a name; none where too many do."""
        rows = self._database.query(
            "SELECT note FROM index_links WHERE target = ? LIMIT ?", (name, MAX_BACKLINKS + 1)
        )
        return {note for (note,) in rows} if len(rows) <= MAX_BACKLINKS else set()

    def count(self) -> int:
        """Count the links of all notes."""
        ((links,),) = self._database.query("SELECT links FROM index_state")
        return int(links)

    def popularity(self, names: Iterable[int]) -> dict[int, int]:
        """Give how many notes link to each of these names; those that none does are absent."""
        return dict(
            self._database.query(
                "SELECT name, links FROM index_targets "
                "WHERE name IN (SELECT value FROM json_each(?))",
                (json.dumps(list(names)),),
            )
        )
