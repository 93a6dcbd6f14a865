"""How rare each term is in the vault: an array of counters that all terms share by their hash.

It takes 1 MB whatever the vault holds. Where two terms share a counter, both look slightly less
rare than they are, no more.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vaultskillet.store.database import Database

COUNTERS = 1 << 18
LAST_COUNTER = COUNTERS - 1
PAGE = 1 << 10
"""Counters that are written together: 4 KB, a page of the database."""
SMALL = 4096
"""Counters that are changed without writing the pages: those of a dozen notes."""
MOST_PENDING = 64
"""Such changes that wait; they are read with the pages."""
COMMON = 0.3
"""A term in a larger share of the notes is taken for a stop word."""
COMMON_AT_LEAST = 20
"""But not while fewer notes have it: a small vault may well be about one thing."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many notes there are, and how many have a term."""

    version: int
    notes: int
    counts: array[int]
    rarities: dict[int, float] = field(default_factory=dict)
    """What was worked out already, by the number of notes: few numbers, asked for very often."""

    def rarity(self, term: int) -> float:
        """Give 1 for a term of one note, near 0 for one of all; stop words have 0.

        It is the inverse document frequency over its greatest value: so what was weighed when
        the vault was small stays comparable with what is weighed when it is large.
        """
        return self.rarities_of((term,))[0]

    def rarities_of(self, terms: Iterable[int]) -> list[float]:
        """Give the rarity of each of these terms; for many that is quicker."""
        known, having = self.rarities, self.having(terms)
        for some in set(having).difference(known):
            known[some] = self._rarity(some)
        return [known[some] for some in having]

    def having(self, terms: Iterable[int]) -> list[int]:
        """Give how many notes have each of these terms."""
        counts = self.counts
        return [counts[term & LAST_COUNTER] for term in terms]

    def _rarity(self, having: int) -> float:
        if having > max(COMMON_AT_LEAST, COMMON * self.notes):
            return 0.0
        return math.log1p(self.notes / max(1, having)) / math.log1p(max(1, self.notes))


class Counters:
    """The counters in the database; read again only when they moved."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._known: Statistics | None = None

    def latest(self) -> Statistics:
        """Give the statistics as they stand in the database."""
        ((version, notes),) = self._database.query("SELECT version, notes FROM index_state")
        if self._known is None or self._known.version != version:
            self._known = Statistics(version, notes, self._read())
        return self._known

    def _read(self) -> array[int]:
        counts = array("I", bytes(4 * COUNTERS))
        for page, packed in self._database.query("SELECT page, counts FROM index_counters"):
            counts[page * PAGE : (page + 1) * PAGE] = array("I", packed)
        for slots, changes in self._database.query(
            "SELECT slots, changes FROM index_recounts ORDER BY version"
        ):
            _add(counts, zip(array("I", slots), array("i", changes), strict=True))
        return counts

    def recount(
        self, old: Statistics, added: int, terms: Iterable[tuple[Iterable[int], int]]
    ) -> Statistics:
        """Add to the counters of some terms; what was known before stays as it was."""
        change: Counter[int] = Counter()
        for some, by in terms:
            slots = [term & LAST_COUNTER for term in some]
            if by > 0:
                change.update(slots)
            else:
                change.subtract(slots)
        counts = old.counts[:]
        _add(counts, change.items())
        new = Statistics(old.version + 1, old.notes + added, counts)
        self._database.execute(
            "UPDATE index_state SET version = ?, notes = ?", (new.version, new.notes)
        )
        self._save(new, change)
        self._known = new
        return new

    def _save(self, new: Statistics, change: Mapping[int, int]) -> None:
        """Keep a small change beside the pages, and now and then write these, all of them."""
        ((pending,),) = self._database.query("SELECT count(*) FROM index_recounts")
        if len(change) <= SMALL and pending < MOST_PENDING:
            slots, changes = array("I", change), array("i", change.values())
            self._database.execute(
                "INSERT INTO index_recounts VALUES (?, ?, ?)",
                (new.version, slots.tobytes(), changes.tobytes()),
            )
            return
        self._database.execute("DELETE FROM index_recounts")
        self._database.executemany(
            "INSERT OR REPLACE INTO index_counters VALUES (?, ?)",
            [
                (start // PAGE, new.counts[start : start + PAGE].tobytes())
                for start in range(0, COUNTERS, PAGE)
            ],
        )

    def turn(self) -> None:
        """Let those who keep what they read know that something changed, though no number did."""
        self.recount(self.latest(), 0, ())


def _add(counts: array[int], change: Iterable[tuple[int, int]]) -> None:
    for slot, by in change:
        # Never below 0: statistics that are off by one must not stop a note.
        counts[slot] = max(0, counts[slot] + by)
