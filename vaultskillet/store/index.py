"""What the notes are about, in SQLite: similar notes and fitting tags, at a bounded cost.

A note is *posted* under its strongest terms only, and a term that very many notes have keeps no
list, for it tells nothing: so what is written for a note and what is read for one both stay the
same however large the vault is.
"""

from __future__ import annotations

import json
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import mul, neg

from vaultskillet.core.likeness import expected_precision, needed, relatedness
from vaultskillet.core.model import (
    Digest,
    Embedding,
    Features,
    NotePath,
    Similar,
    TagCandidate,
)
from vaultskillet.core.terms import link_term, words_of
from vaultskillet.store.cosines import POSTED
from vaultskillet.store.counters import Statistics
from vaultskillet.store.database import Database
from vaultskillet.store.lookup import Lookup
from vaultskillet.store.postings import Change
from vaultskillet.store.tables import Tables

LEAST_PRECISION = 0.015
"""A tag that is less likely right is not worth a look."""
LEAST_OF_BEST = 0.02
"""Nor is one that is so much less likely than the best."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the index keeps of a note to know it again."""

    id: int
    tags: list[str]
    terms: array[int]


class SqliteIndex:
    """The index in the state database; see the port for what holds."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._tables = Tables(database)
        self._lookup = Lookup(self._tables)

    # --- writing ---

    def put(self, features: Sequence[Features]) -> None:
        """Insert or replace notes; quickest in batches of hundreds."""
        latest = {one.path: one for one in features}
        if not latest:
            return
        self._lookup.forget_recent()
        with self._database.transaction():
            self._database.executemany(
                "INSERT OR IGNORE INTO index_notes (path, tags, terms) VALUES (?, '[]', x'')",
                [(path,) for path in latest],
            )
            rows = self._rows(latest)
            statistics = self._tables.counters.latest()
            added = sum(not row.terms for row in rows.values())
            statistics = self._tables.counters.recount(
                statistics,
                added,
                [(row.terms, -1) for row in rows.values()]
                + [(one.terms, 1) for one in latest.values()],
            )
            changes: dict[int, Change] = defaultdict(Change)
            for path, row in rows.items():
                _post(changes, row, latest[path], statistics)
            self._tables.postings.change(changes)
            self._tables.vocabulary.change(
                (row.tags for row in rows.values()), (one.tags for one in latest.values())
            )
            ids = {row.id: latest[path] for path, row in rows.items()}
            self._tables.names.put(
                {note: list(map(words_of, one.names)) for note, one in ids.items()}, statistics
            )
            self._tables.graph.put({note: map(link_term, one.links) for note, one in ids.items()})
            self._save_rows(rows, latest)

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        self._lookup.forget_recent()
        with self._database.transaction():
            rows = self._rows(paths)
            if not rows:
                return
            self._tables.counters.recount(
                self._tables.counters.latest(),
                -len(rows),
                [(row.terms, -1) for row in rows.values()],
            )
            changes: dict[int, Change] = defaultdict(Change)
            for row in rows.values():
                for term in row.terms[:POSTED]:
                    changes[term].removed.add(row.id)
            self._tables.postings.change(changes)
            self._tables.vocabulary.change((row.tags for row in rows.values()), ())
            ids = {row.id: () for row in rows.values()}
            self._tables.names.forget(ids)
            self._tables.graph.put(ids)
            self._tables.embeddings.forget(ids)
            self._database.executemany(
                "DELETE FROM index_notes WHERE id = ?", [(note,) for note in ids]
            )

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep what is known of it."""
        with self._database.transaction():
            if old != new and self._rows([old]):
                self.forget([new])
                self._lookup.forget_recent()
                self._tables.counters.turn()
                self._database.execute(
                    "UPDATE index_notes SET path = ?, name = ? WHERE path = ?",
                    (new, link_term(new), old),
                )

    def put_embeddings(self, embeddings: Mapping[NotePath, Embedding]) -> None:
        """Insert or replace embeddings of notes that are in the index."""
        self._lookup.forget_recent()
        with self._database.transaction():
            rows = self._rows(embeddings)
            self._tables.embeddings.put({row.id: embeddings[path] for path, row in rows.items()})
            self._tables.counters.turn()

    # --- asking ---

    def not_embedded(self, digests: Mapping[NotePath, Digest]) -> list[NotePath]:
        """Give those of these notes in the index whose embedding has another digest, or none."""
        ids = {path: row.id for path, row in self._rows(digests).items()}
        known = self._tables.embeddings.digests(ids.values())
        return [path for path, note in ids.items() if known.get(note) != digests[path]]

    def never_embedded(self, model: str, *, limit: int | None) -> list[NotePath]:
        """Give notes in the index that no model of this name embedded; None: all of them."""
        return [
            NotePath(path)
            for (path,) in self._database.query(
                "SELECT path FROM index_notes LEFT JOIN index_embeddings "
                "ON note = id AND model = ? WHERE note IS NULL ORDER BY path LIMIT ?",
                (model, -1 if limit is None else limit),
            )
        ]

    def similar(self, features: Features, *, limit: int, least: float = 0.0) -> tuple[Similar, ...]:
        """Give the notes most like one, best first; itself and unlisted ones excluded.

        Args:
            features: what the one is about.
            limit: how many at most.
            least: the score below which none is wanted: the higher, the sooner it is answered.
        """
        asking = self._lookup.ask(features)
        links_a_note = self._tables.graph.count() / max(1, asking.statistics.notes)
        evidence = self._lookup.evidence(
            asking,
            lambda popularity: needed(least, links_a_note=links_a_note, popularity=popularity),
        )
        scores = [
            (relatedness(each, links_a_note=links_a_note), path) for path, each in evidence.items()
        ]
        best = sorted((one for one in scores if one[0] >= least), reverse=True)[:limit]
        return tuple(Similar(path, score, evidence[path]) for score, path in best)

    def unlisted(self, paths: Iterable[NotePath]) -> frozenset[NotePath]:
        """Give those of these notes that no other note may name."""
        rows = self._database.query(
            "SELECT path FROM index_notes "
            "WHERE path IN (SELECT value FROM json_each(?)) AND NOT listed",
            (json.dumps(list(paths)),),
        )
        return frozenset(NotePath(path) for (path,) in rows)

    def tag_candidates(self, features: Features, *, limit: int) -> tuple[TagCandidate, ...]:
        """Give the vault's tags that fit a note, best first; its own tags excluded."""
        asking = self._lookup.ask(features)
        own = {tag.casefold() for tag in features.tags}
        scores = {
            tag: expected_precision(evidence)
            for tag, evidence in self._lookup.tag_evidence(asking).items()
            if tag not in own
        }
        least = max(LEAST_PRECISION, LEAST_OF_BEST * max(scores.values(), default=0.0))
        likely = [item for item in scores.items() if item[1] >= least]
        best = nlargest(limit, likely, key=lambda item: (item[1], item[0]))
        spelt = self._tables.vocabulary.spellings([tag for tag, _ in best])
        return tuple(TagCandidate(spelt[tag], score) for tag, score in best if tag in spelt)

    def rarities(self, terms: Sequence[int]) -> list[float]:
        """Give how rare each term is in the vault: 1 where one note has it, 0 where most do."""
        return self._tables.counters.latest().rarities_of(terms)

    def tag_counts(self) -> Mapping[str, int]:
        """Give each tag of the vault, in its most common spelling, and how many notes bear it."""
        return self._tables.vocabulary.counts()

    # --- rows ---

    def _rows(self, paths: Iterable[NotePath]) -> dict[NotePath, Kept]:
        return {
            NotePath(path): Kept(note, json.loads(tags), array("q", terms))
            for note, path, tags, terms in self._database.query(
                "SELECT id, path, tags, terms FROM index_notes "
                "WHERE path IN (SELECT value FROM json_each(?))",
                (json.dumps(list(paths)),),
            )
        }

    def _save_rows(
        self, rows: Mapping[NotePath, Kept], features: Mapping[NotePath, Features]
    ) -> None:
        self._database.executemany(
            "UPDATE index_notes SET tags = ?, terms = ?, listed = ?, name = ? WHERE id = ?",
            [
                (
                    json.dumps(features[path].tags, ensure_ascii=False),
                    row.terms.tobytes(),
                    features[path].listed,
                    link_term(path),
                    row.id,
                )
                for path, row in rows.items()
            ],
        )


def _post(
    changes: dict[int, Change], row: Kept, features: Features, statistics: Statistics
) -> None:
    """Note down where a note was posted and where it is to be; its terms become the new ones."""
    for term in row.terms[:POSTED]:
        changes[term].removed.add(row.id)
    rarities = statistics.rarities_of(features.terms)
    weights = features.terms.values()
    strengths = map(mul, map(neg, weights), rarities)
    strongest = sorted(zip(strengths, features.terms, weights, strict=True))
    against = [strength for strength, _, _ in strongest]
    length = math.sqrt(sum(map(mul, against, against))) or 1.0
    note = row.id
    for _, term, weight in strongest[:POSTED]:
        changes[term].added[note] = weight / length
    row.terms[:] = array("q", [term for _, term, _ in strongest])
