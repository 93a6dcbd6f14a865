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

from vaultskillet.core.likeness import expected_precision, nearness, relatedness
from vaultskillet.core.model import Evidence, Features, NotePath, Similar, TagCandidate
from vaultskillet.core.terms import link_term, words_of
from vaultskillet.store.counters import Counters, Statistics
from vaultskillet.store.database import Database
from vaultskillet.store.graph import Graph
from vaultskillet.store.mentions import Names
from vaultskillet.store.postings import Change, Postings
from vaultskillet.store.vocabulary import Vocabulary

POSTED = 128
"""Terms that a note is posted under, and that a note is looked up by. With half as many, a
tenth of the links that are found are lost."""
MAX_SCORED = 2000
"""Postings that one look-up reads, strongest terms first."""
NEIGHBOURS = 15
"""Similar notes that vote on a note's tags and links; 10 to 25 do equally well."""
STRANGERS = 0.005
"""Votes that are always against, so that fifteen notes which hardly share a word with a note do not
agree on its tags; one neighbour at a cosine of .07 weighs as much."""
LOOKED_AT = 60
"""Similar notes that are looked at."""
LEAST_PRECISION = 0.025
"""A tag that is less likely right is not worth a look."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a note."""

    id: int
    tags: list[str]
    terms: array[int]


@dataclass(frozen=True, slots=True)
class Scored:
    """The notes that share telling terms with one, as long as nothing changes."""

    features: Features
    version: int
    cosines: Mapping[int, float]
    """Of the most similar ones, the best first."""


class SqliteIndex:
    """The index in the state database; see the port for what holds."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        self._counters = Counters(database)
        self._postings = Postings(database)
        self._names = Names(database)
        self._graph = Graph(database)
        self._vocabulary = Vocabulary(database)
        self._last: Scored | None = None

    # --- writing ---

    def put(self, features: Sequence[Features]) -> None:
        """Insert or replace notes; quickest in batches of hundreds."""
        latest = {one.path: one for one in features}
        if not latest:
            return
        with self._database.transaction():
            self._database.executemany(
                "INSERT OR IGNORE INTO index_notes (path, tags, terms) VALUES (?, '[]', x'')",
                [(path,) for path in latest],
            )
            rows = self._rows(latest)
            statistics = self._counters.latest()
            added = sum(not row.terms for row in rows.values())
            statistics = self._counters.recount(
                statistics,
                added,
                [(row.terms, -1) for row in rows.values()]
                + [(one.terms, 1) for one in latest.values()],
            )
            changes: dict[int, Change] = defaultdict(Change)
            for path, row in rows.items():
                _post(changes, row, latest[path], statistics)
            self._postings.change(changes)
            self._vocabulary.change(
                (row.tags for row in rows.values()), (one.tags for one in latest.values())
            )
            ids = {row.id: latest[path] for path, row in rows.items()}
            self._names.put(
                {note: list(map(words_of, one.names)) for note, one in ids.items()}, statistics
            )
            self._graph.put({note: map(link_term, one.links) for note, one in ids.items()})
            self._save_rows(rows, latest)

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        with self._database.transaction():
            rows = self._rows(paths)
            if not rows:
                return
            self._counters.recount(
                self._counters.latest(), -len(rows), [(row.terms, -1) for row in rows.values()]
            )
            changes: dict[int, Change] = defaultdict(Change)
            for row in rows.values():
                for term in row.terms[:POSTED]:
                    changes[term].removed.add(row.id)
            self._postings.change(changes)
            self._vocabulary.change((row.tags for row in rows.values()), ())
            ids = {row.id: () for row in rows.values()}
            self._names.forget(ids)
            self._graph.put(ids)
            self._database.executemany(
                "DELETE FROM index_notes WHERE id = ?", [(note,) for note in ids]
            )

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep what is known of it."""
        with self._database.transaction():
            if old != new and self._rows([old]):
                self.forget([new])
                self._database.execute(
                    "UPDATE index_notes SET path = ?, name = ? WHERE path = ?",
                    (new, link_term(new), old),
                )

    # --- asking ---

    def similar(self, features: Features, *, limit: int) -> tuple[Similar, ...]:
        """Give the notes most like one, best first; itself and unlisted ones excluded."""
        evidence = self._evidence(features)
        links_a_note = self._graph.count() / max(1, self._counters.latest().notes)
        scores = {
            path: relatedness(each, links_a_note=links_a_note) for path, each in evidence.items()
        }
        best = nlargest(limit, scores.items(), key=lambda item: (item[1], item[0]))
        return tuple(Similar(path, score, evidence[path]) for path, score in best)

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
        shares = self._vote_on_tags(features)
        in_text, in_title = self._vocabulary.mentioned(features)
        own = {tag.casefold() for tag in features.tags}
        scores = {
            tag: expected_precision(
                shares.get(tag, 0.0), in_title=tag in in_title, in_text=tag in in_text
            )
            for tag in {*shares, *in_text} - own
        }
        likely = [item for item in scores.items() if item[1] >= LEAST_PRECISION]
        best = nlargest(limit, likely, key=lambda item: (item[1], item[0]))
        spelt = self._vocabulary.spellings([tag for tag, _ in best])
        return tuple(TagCandidate(spelt[tag], score) for tag, score in best if tag in spelt)

    def rarities(self, terms: Sequence[int]) -> list[float]:
        """Give how rare each term is in the vault: 1 where one note has it, 0 where most do."""
        statistics = self._counters.latest()
        return [statistics.rarity(term) for term in terms]

    def tag_counts(self) -> Mapping[str, int]:
        """Give each tag of the vault, in its most common spelling, and how many notes bear it."""
        return self._vocabulary.counts()

    # --- what speaks for a link, and for a tag ---

    def _evidence(self, features: Features) -> dict[NotePath, Evidence]:
        """Give what speaks for a link to each note for which anything does."""
        cosines = self._cosines(features)
        mentions = self._names.mentioned(features.words, self._counters.latest())
        backlinks = self._graph.linking_to(link_term(features.path))
        votes = self._vote_on_links(features, cosines)
        found = self._found(features.path, {*cosines, *mentions, *backlinks}, votes)
        popularity = self._graph.popularity({name for _, _, name in found})
        most = math.log1p(max(1, self._counters.latest().notes))
        bearing: dict[int, int] = defaultdict(int)
        for _, _, name in found:
            bearing[name] += 1
        return {
            path: Evidence(
                cosine=min(1.0, cosines.get(note, 0.0)),
                mention=mentions.get(note, 0.0),
                backlink=note in backlinks,
                votes=votes.get(name, 0.0) / bearing[name],
                nearness=nearness(features.path, path),
                popularity=min(1.0, math.log1p(popularity.get(name, 0) / bearing[name]) / most),
            )
            for note, path, name in found
        }

    def _found(
        self, asking: NotePath, notes: Iterable[int], names: Iterable[int]
    ) -> list[tuple[int, NotePath, int]]:
        """Give id, path and hashed name of the notes that may be named, of these ids or names."""
        rows = self._database.query(
            "SELECT id, path, name FROM index_notes WHERE listed AND path <> ? AND ("
            "id IN (SELECT value FROM json_each(?)) OR name IN (SELECT value FROM json_each(?)))",
            (asking, json.dumps(list(notes)), json.dumps(list(names))),
        )
        return [(note, NotePath(path), name) for note, path, name in rows]

    def _vote_on_links(self, features: Features, cosines: Mapping[int, float]) -> dict[int, float]:
        """Give the share of the votes that each name gets from the most similar notes."""
        own = link_term(features.path)
        voters = dict(list(cosines.items())[:NEIGHBOURS])
        total = STRANGERS + sum(cosine * cosine for cosine in voters.values())
        votes: dict[int, float] = defaultdict(float)
        for note, targets in self._graph.targets(voters).items():
            for target in targets - {own}:
                votes[target] += voters[note] ** 2 / total
        return votes

    def _vote_on_tags(self, features: Features) -> dict[str, float]:
        """Give the share of the votes that each tag gets from the nearest tagged notes.

        What a single note bears is no habit of the vault, however near that note is.
        """
        cosines = self._cosines(features)
        tags = {
            note: json.loads(text)
            for note, text in self._database.query(
                "SELECT id, tags FROM index_notes "
                "WHERE id IN (SELECT value FROM json_each(?)) AND tags <> '[]'",
                (json.dumps(list(cosines)),),
            )
        }
        voters = [(note, one * one) for note, one in cosines.items() if note in tags]
        votes: dict[str, list[float]] = defaultdict(list)
        for note, vote in voters[:NEIGHBOURS]:
            for tag in {tag.casefold() for tag in tags[note]}:
                votes[tag].append(vote)
        total = sum(vote for _, vote in voters[:NEIGHBOURS]) + STRANGERS
        return {tag: sum(cast) / total for tag, cast in votes.items() if len(cast) > 1}

    def _cosines(self, features: Features) -> Mapping[int, float]:
        """Give the cosine with the most similar notes, the best first; itself excluded."""
        statistics = self._counters.latest()
        last = self._last
        if last is None or last.features is not features or last.version != statistics.version:
            scores = self._scores(features, statistics)
            for (own,) in self._database.query(
                "SELECT id FROM index_notes WHERE path = ?", (features.path,)
            ):
                scores.pop(own, None)
            best = nlargest(LOOKED_AT, scores.items(), key=lambda item: item[1])
            last = self._last = Scored(features, statistics.version, dict(best))
        return last.cosines

    def _scores(self, features: Features, statistics: Statistics) -> dict[int, float]:
        """Give the cosine with each note that shares a telling term."""
        impacts = []
        squares = 0.0
        for term, weight in features.terms.items():
            rarity = statistics.rarity(term)
            squares += (weight * rarity) ** 2
            impacts.append((weight * rarity * rarity, term))
        strongest = nlargest(POSTED, impacts)
        lists = self._postings.lists([term for _, term in strongest])
        scores: dict[int, float] = {}
        left = MAX_SCORED
        length = math.sqrt(squares) or 1.0
        for impact, term in strongest:
            if term not in lists or left <= 0:
                continue
            notes, weights = lists[term]
            left -= len(notes)
            factor = impact / length
            for note, weight in zip(notes, weights, strict=True):
                scores[note] = scores.get(note, 0.0) + factor * weight
        return scores

    # --- rows ---

    def _rows(self, paths: Iterable[NotePath]) -> dict[NotePath, Row]:
        return {
            NotePath(path): Row(note, json.loads(tags), array("q", terms))
            for note, path, tags, terms in self._database.query(
                "SELECT id, path, tags, terms FROM index_notes "
                "WHERE path IN (SELECT value FROM json_each(?))",
                (json.dumps(list(paths)),),
            )
        }

    def _save_rows(
        self, rows: Mapping[NotePath, Row], features: Mapping[NotePath, Features]
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


def _post(changes: dict[int, Change], row: Row, features: Features, statistics: Statistics) -> None:
    """Note down where a note was posted and where it is to be; its terms become the new ones."""
    for term in row.terms[:POSTED]:
        changes[term].removed.add(row.id)
    strengths = {term: weight * statistics.rarity(term) for term, weight in features.terms.items()}
    length = math.sqrt(sum(strength**2 for strength in strengths.values())) or 1.0
    ordered = sorted(strengths, key=lambda term: (-strengths[term], term))
    for term in ordered[:POSTED]:
        changes[term].added[row.id] = features.terms[term] / length
    row.terms[:] = array("q", ordered)
