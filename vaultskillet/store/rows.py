"""What is kept of each note in a row of its own: how it is called, and its tags."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from vaultskillet.core.model import NotePath
from vaultskillet.store.database import Database
from vaultskillet.store.recent import Recent

KEPT = 1 << 16
"""Rows kept at hand, twice: each takes about half a kilobyte. Of 100,000 notes all find a place;
where a sixth did, a look-up took a third longer."""


class Row(NamedTuple):
    """A note, to those who ask for others."""

    path: NotePath
    folder: str
    name: int
    """The hash that a link to it has, too."""
    listed: bool
    """Whether others may name it."""
    tags: tuple[str, ...]
    """Folded, each once."""


class Rows:
    """The rows in the database, by id."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._rows = Recent(self._read, most=KEPT)
        self._named = Recent(self._read_named, most=KEPT)

    def of(self, notes: Iterable[int]) -> Mapping[int, Row]:
        """Give the rows of these notes."""
        return self._rows.of(notes)

    def named(self, names: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
        """Give the notes that have each of these names; a name that none has is absent."""
        return self._named.of(names)

    def id_of(self, path: NotePath) -> int | None:
        """Give the id of a note; None where it is not known."""
        found = self._database.query("SELECT id FROM index_notes WHERE path = ?", (path,))
        return found[0][0] if found else None

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._rows.forget()
        self._named.forget()

    def _read(self, notes: Collection[int]) -> dict[int, Row]:
        return {
            note: Row(NotePath(path), folder_of(path), name, bool(listed), _folded(tags))
            for note, path, name, listed, tags in self._database.query(
                "SELECT id, path, name, listed, tags FROM index_notes "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(notes)),),
            )
        }

    def _read_named(self, names: Collection[int]) -> dict[int, tuple[int, ...]]:
        notes: dict[int, list[int]] = defaultdict(list)
        for name, note in self._database.query(
            "SELECT name, id FROM index_notes WHERE name IN (SELECT value FROM json_each(?))",
            (json.dumps(list(names)),),
        ):
            notes[name].append(note)
        return {name: tuple(some) for name, some in notes.items()}


def folder_of(path: str) -> str:
    """Give the folder of a note; empty for the vault's root."""
    return sys.intern(path.rpartition("/")[0])


def _folded(tags: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.casefold() for tag in json.loads(tags)))
