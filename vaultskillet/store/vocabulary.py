"""The vault's tags: how each is spelt, how many notes bear it, and which a text mentions."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vaultskillet.core.model import Features
from vaultskillet.core.tags import is_proposable, tag_phrase
from vaultskillet.core.terms import words_of
from vaultskillet.store.database import Database
from vaultskillet.store.mentions import places_of, stands_in


class Vocabulary:
    """The tags in the database."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    def change(self, old: Iterable[Sequence[str]], new: Iterable[Sequence[str]]) -> None:
        """Count the tags of notes anew, given what they bore and what they bear."""
        change = Counter(tag for tags in new for tag in set(tags))
        change.subtract(tag for tags in old for tag in set(tags))
        moved = {tag: by for tag, by in change.items() if by}
        phrases = {tag: words_of(tag_phrase(tag)) for tag in moved}
        self._database.executemany(
            "INSERT INTO index_tags VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (tag) DO UPDATE SET notes = notes + excluded.notes",
            [
                (
                    tag,
                    tag.casefold(),
                    by,
                    phrases[tag][0] if phrases[tag] else None,
                    array("q", phrases[tag]).tobytes(),
                )
                for tag, by in moved.items()
            ],
        )
        if moved:
            self._database.execute("DELETE FROM index_tags WHERE notes <= 0")

    def counts(self) -> Mapping[str, int]:
        """Give each tag, in its most common spelling, and how many notes bear it."""
        counts: Counter[str] = Counter()
        spelt: dict[str, str] = {}
        for tag, folded, notes in self._database.query(
            "SELECT tag, folded, notes FROM index_tags ORDER BY notes DESC, tag"
        ):
            counts[spelt.setdefault(folded, tag)] += notes
        return counts

    def mentioned(self, features: Features) -> tuple[set[str], set[str]]:
        """Give the tags, folded, whose words stand in a note's text, and in its names."""
        places = places_of(features.words)
        names = [word for name in features.names for word in (*words_of(name), 0)]
        name_places = places_of(names)
        in_text, in_names = set(), set()
        for folded, packed in self._database.query(
            "SELECT folded, words FROM index_tags WHERE first IN (SELECT value FROM json_each(?))",
            (json.dumps(list(places)),),
        ):
            phrase = array("q", packed)
            if stands_in(phrase, features.words, places):
                in_text.add(folded)
            if stands_in(phrase, names, name_places):
                in_names.add(folded)
        return in_text, in_names

    def spellings(self, folded: Sequence[str]) -> dict[str, str]:
        """Give the most common spelling of each of these tags that may be proposed."""
        return {
            fold: tag
            for fold, tag in self._database.query(
                "SELECT folded, tag FROM index_tags "
                "WHERE folded IN (SELECT value FROM json_each(?)) ORDER BY notes, tag DESC",
                (json.dumps(folded),),
            )
            if is_proposable(tag)
        }
