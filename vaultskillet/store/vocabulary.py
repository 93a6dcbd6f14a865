"""The vault's tags: how each is spelt, how many notes bear it, and which a text mentions."""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from vaultskillet.core.tags import is_proposable, tag_phrase
from vaultskillet.core.terms import words_of
from vaultskillet.store.counters import Statistics
from vaultskillet.store.database import Database
from vaultskillet.store.recent import Recent
from vaultskillet.store.wording import Wording

KEPT = 8192
"""Words whose tags are kept at hand, twice, and as many tags with how they are spelt."""


class Vocabulary:
    """The tags in the database."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._by_first = Recent(self._read, most=KEPT)
        self._spellings = Recent(self._read_spellings, most=KEPT)

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

    def mentioned(self, text: Wording, statistics: Statistics) -> dict[str, float]:
        """Give the tags, folded, whose words stand in a text, each with how telling they are.

        That is how many of the other notes that have these words bear the tag, 0 to 1.
        """
        bearing: Counter[str] = Counter()
        having: dict[str, int] = {}
        for tags in self._by_first.of(text.words).values():
            for folded, phrase, notes in tags:
                if text.holds(phrase):
                    bearing[folded] += notes
                    having[folded] = min(statistics.having(array("q", phrase))) - 1
        return {tag: min(1.0, notes / max(1, having[tag])) for tag, notes in bearing.items()}

    def spellings(self, folded: Sequence[str]) -> dict[str, str]:
        """Give the most common spelling of each of these tags that may be proposed."""
        return self._spellings.of(folded)

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._by_first.forget()
        self._spellings.forget()

    def _read_spellings(self, folded: Collection[str]) -> dict[str, str]:
        return {
            fold: tag
            for fold, tag in self._database.query(
                "SELECT folded, tag FROM index_tags "
                "WHERE folded IN (SELECT value FROM json_each(?)) ORDER BY notes, tag DESC",
                (json.dumps(list(folded)),),
            )
            if is_proposable(tag)
        }

    def _read(self, words: Collection[int]) -> dict[int, list[tuple[str, bytes, int]]]:
        """Give the tags that begin with each of these words, and how many notes bear each."""
        tags: dict[int, list[tuple[str, bytes, int]]] = defaultdict(list)
        for first, folded, packed, notes in self._database.query(
            "SELECT first, folded, words, notes FROM index_tags "
            "WHERE first IN (SELECT value FROM json_each(?))",
            (json.dumps(list(words)),),
        ):
            tags[first].append((folded, packed, notes))
        return tags
