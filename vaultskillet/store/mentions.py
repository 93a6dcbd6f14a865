"""Which notes a text mentions, by their names."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from vaultskillet.store.counters import Statistics
from vaultskillet.store.database import Database
from vaultskillet.store.recent import Recent
from vaultskillet.store.wording import ALONE, Wording, pair

SEVERAL_WORDS = 0.12
"""A name of several words is less often meant as mere words."""
KEPT = 8192
"""Words whose names are kept at hand, twice."""

_ByPair = dict[int, list[tuple[bytes, int]]]
"""Two words of a name in a row -> the name, packed, and the note that bears it. Of a thousand notes
called "Meeting with" somebody only those are compared of whom the text speaks."""


class Names:
    """The names of notes, titles and aliases, in the database."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._by_rarest = Recent(self._read, most=KEPT)

    def put(self, names: Mapping[int, Sequence[Sequence[int]]], statistics: Statistics) -> None:
        """Replace the names of notes, each given as its hashed words.

        A name is found by its rarest word: few texts hold that one, so few names are compared.
        """
        self.forget(names)
        self._database.executemany(
            "INSERT INTO index_names VALUES (?, ?, ?)",
            [
                (note, max(words, key=statistics.rarity), array("q", words).tobytes())
                for note, some in names.items()
                for words in some
                if words
            ],
        )

    def forget(self, notes: Mapping[int, object]) -> None:
        """Drop the names of notes."""
        self._database.executemany(
            "DELETE FROM index_names WHERE note = ?", [(note,) for note in notes]
        )

    def mentioned(self, text: Wording, statistics: Statistics) -> dict[int, float]:
        """Give the notes whose name stands in a text, each with how telling the name is, 0 to 1."""
        bearers: dict[bytes, list[int]] = defaultdict(list)
        found = self._by_rarest.of(text.words).values()
        standing = text.standing(set[int]().union(*found))
        for by_pair in found:
            for some in standing.intersection(by_pair):
                for name, note in by_pair[some]:
                    bearers[name].append(note)
        weights: dict[int, float] = {}
        for name, notes in bearers.items():
            if text.holds(name):
                words = array("q", name)
                telling = max(statistics.rarities_of(words)) + SEVERAL_WORDS * (len(words) > 1)
                weight = min(1.0, telling) / len(notes) ** 0.5
                for note in notes:
                    weights[note] = max(weight, weights.get(note, 0.0))
        return weights

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._by_rarest.forget()

    def _read(self, words: Collection[int]) -> dict[int, _ByPair]:
        """Give the names of which each of these words is the rarest."""
        names: dict[int, _ByPair] = {}
        for rarest, note, packed in self._database.query(
            "SELECT rarest, note, words FROM index_names "
            "WHERE rarest IN (SELECT value FROM json_each(?))",
            (json.dumps(list(words)),),
        ):
            by_pair = names.setdefault(rarest, {})
            by_pair.setdefault(_pair_with(rarest, array("q", packed)), []).append((packed, note))
        return names


def _pair_with(word: int, name: Sequence[int]) -> int:
    """Give a word of a name with one next to it."""
    if len(name) == 1:
        return ALONE
    at = min(name.index(word), len(name) - 2)
    return pair(name[at], name[at + 1])
