"""Which notes are posted under a term, and how much of each the term makes up."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from vaultskillet.store.database import Database
from vaultskillet.store.recent import Recent

MAX_POSTINGS = 256
"""Notes that a term lists; beyond, it lists none."""
KEPT = 8192
"""Lists kept at hand, twice; on average they have some twenty notes."""

List: TypeAlias = "tuple[array[int], array[float]]"
"""Notes, and what the term makes up of each."""


@dataclass(slots=True)
class Change:
    """What becomes of one term's list."""

    removed: set[int] = field(default_factory=set)
    added: dict[int, float] = field(default_factory=dict)


class Postings:
    """The lists in the database."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._lists = Recent(self._read, most=KEPT)

    def lists(self, terms: Iterable[int]) -> Mapping[int, List]:
        """Give the notes of each of these terms that has a list, and their weights."""
        return self._lists.of(terms)

    def change(self, changes: Mapping[int, Change]) -> None:
        """Take notes off some lists and put notes on."""
        lists = self._packed(changes)
        changed = {
            # In the order of the table, so that each of its pages is visited once.
            term: _changed(packed, changes[term])
            for term in sorted(changes)
            if (packed := lists.get(term, b"")) is not None
        }
        self._database.executemany(
            "INSERT INTO index_postings VALUES (?, ?) "
            "ON CONFLICT (term) DO UPDATE SET notes = excluded.notes",
            changed.items(),
        )

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._lists.forget()

    def _read(self, terms: Collection[int]) -> dict[int, List]:
        return {
            term: _unpacked(packed)
            for term, packed in self._packed(terms).items()
            if packed is not None
        }

    def _packed(self, terms: Collection[int]) -> dict[int, bytes | None]:
        return dict(
            self._database.query(
                "SELECT term, notes FROM index_postings "
                "WHERE term IN (SELECT value FROM json_each(?))",
                (json.dumps(list(terms)),),
            )
        )


def _changed(packed: bytes, change: Change) -> bytes | None:
    """Give a term's list after a change; None where it grew too long to be of use."""
    if not change.removed:
        return _appended(packed, change.added)
    notes, weights = _unpacked(packed)
    kept = {
        note: weight
        for note, weight in zip(notes, weights, strict=True)
        if note not in change.removed
    }
    kept |= change.added
    if len(kept) > MAX_POSTINGS:
        return None
    return array("I", kept).tobytes() + array("f", kept.values()).tobytes()


def _appended(packed: bytes, added: Mapping[int, float]) -> bytes | None:
    """Give a list with notes that do not stand in it yet; most of a first pass is that."""
    half = len(packed) // 2
    if half // 4 + len(added) > MAX_POSTINGS:
        return None
    notes, weights = array("I", added).tobytes(), array("f", added.values()).tobytes()
    return packed[:half] + notes + packed[half:] + weights


def _unpacked(packed: bytes) -> List:
    half = len(packed) // 2
    return array("I", packed[:half]), array("f", packed[half:])
