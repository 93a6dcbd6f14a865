"""Which notes and tags a text mentions, by their names."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence

from vaultskillet.store.counters import Statistics
from vaultskillet.store.database import Database

SEVERAL_WORDS = 0.12
"""A name of several words is less often meant as mere words."""


class Names:
    """The names of notes, titles and aliases, in the database."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

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

    def mentioned(self, words: Sequence[int], statistics: Statistics) -> dict[int, float]:
        """Give the notes whose name stands in a text, each with how telling the name is, 0 to 1."""
        places = places_of(words)
        bearers: dict[bytes, list[int]] = defaultdict(list)
        for note, name in self._database.query(
            "SELECT note, words FROM index_names WHERE rarest IN (SELECT value FROM json_each(?))",
            (json.dumps(list(places)),),
        ):
            bearers[name].append(note)
        weights: dict[int, float] = {}
        for packed, notes in bearers.items():
            name = array("q", packed)
            if stands_in(name, words, places):
                telling = max(map(statistics.rarity, name)) + SEVERAL_WORDS * (len(name) > 1)
                weight = min(1.0, telling) / len(notes) ** 0.5
                for note in notes:
                    weights[note] = max(weight, weights.get(note, 0.0))
        return weights


def places_of(words: Sequence[int]) -> dict[int, list[int]]:
    """Give where each word stands."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        if word:
            places[word].append(place)
    return places


def stands_in(
    phrase: Sequence[int], words: Sequence[int], places: Mapping[int, Sequence[int]]
) -> bool:
    """Say whether some words stand in a text in a row."""
    found = [places.get(word) for word in phrase]
    if not all(found):
        return False
    if len(phrase) == 1:
        return True
    length, wanted = len(phrase), tuple(phrase)
    seldom = min(range(length), key=lambda at: len(found[at] or ()))
    return any(
        tuple(words[place - seldom : place - seldom + length]) == wanted
        for place in found[seldom] or ()
        if place >= seldom
    )
