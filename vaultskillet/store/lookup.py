"""What is like a note, and what speaks for a link or a tag there."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from vaultskillet.core.likeness import Needed, nearness
from vaultskillet.core.model import Evidence, Features, NotePath, TagEvidence
from vaultskillet.core.terms import link_term, words_of
from vaultskillet.store.cosines import score, strongest
from vaultskillet.store.counters import Statistics
from vaultskillet.store.rows import Row, folder_of
from vaultskillet.store.tables import Tables
from vaultskillet.store.wording import Wording

NEIGHBOURS = 15
"""Similar notes that vote on a note's tags and links; 10 to 25 do equally well."""
STRANGERS = 0.005
"""Votes that are always against, so that fifteen notes which hardly share a word with a note do not
agree on its tags; one neighbour at a cosine of .07 weighs as much."""
LEAST_VOTERS = 5
"""Where fewer notes are tagged, the rest of them count as not bearing a tag."""
LOOKED_AT = 60
"""Similar notes that are looked at."""
REMEMBERED = 64
"""Notes of which the most similar ones are kept at hand: a batch is asked for tags, then for links,
and a batch has fewer."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A note that is asked about, and the notes that share telling terms with it."""

    features: Features
    statistics: Statistics
    text: Wording
    cosines: Mapping[int, float]
    """With the most similar notes, the best first; itself excluded."""
    meanings: Mapping[int, float]
    """How much nearer than most the notes are that are nearest by their embeddings."""


class Lookup:
    """Reads the tables to find what is like a note."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._asked = OrderedDict[int, Asking]()

    def ask(self, features: Features) -> Asking:
        """Find the most similar notes, or find them again where nothing changed since."""
        statistics = self._tables.latest()
        asking = self._asked.get(id(features))
        if asking is None or asking.statistics is not statistics:
            scores = score(features, self._tables.postings, statistics)
            own = self._tables.rows.id_of(features.path) or 0
            scores.pop(own, None)
            asking = Asking(
                features,
                statistics,
                Wording(features.words),
                strongest(scores, LOOKED_AT),
                self._tables.embeddings.nearest(own, limit=LOOKED_AT),
            )
            self._asked[id(features)] = asking  # which it holds, so that the id stays its own
            if len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
        return asking

    def forget_recent(self) -> None:
        """Keep nothing at hand, since something changed."""
        self._asked.clear()
        self._tables.forget_recent()

    # --- links ---

    def evidence(self, asking: Asking, needed: Needed) -> dict[NotePath, Evidence]:
        """Give what speaks for a link to each note for which as much as is needed does."""
        graph = self._tables.graph
        path, cosines, meanings = asking.features.path, asking.cosines, asking.meanings
        mentions = self._tables.names.mentioned(asking.text, asking.statistics)
        backlinks = graph.linking_to(link_term(path))
        votes = self._vote_on_links(asking)
        spoken_for = {*meanings, *mentions, *backlinks}
        found = self._found(path, spoken_for.union(cosines), votes, needed)
        bearing = Counter([row.name for row in found.values()])
        likely = [
            (note, row)
            for note, row in found.items()
            if row.name in votes or cosines.get(note, 0.0) >= needed.cosine or note in spoken_for
        ]
        popularity = graph.popularity({row.name for _, row in likely})
        most = math.log1p(max(1, asking.statistics.notes))
        own = folder_of(path)
        evidence = {}
        for note, row in likely:
            alike = bearing[row.name]
            evidence[row.path] = Evidence(
                min(1.0, cosines.get(note, 0.0)),
                mentions.get(note, 0.0),
                note in backlinks,
                votes.get(row.name, 0.0) / alike,
                _nearness(own, row.folder),
                min(1.0, math.log1p(popularity.get(row.name, 0) / alike) / most),
                meanings.get(note, 0.0),
            )
        return evidence

    def _found(
        self, path: NotePath, notes: Collection[int], votes: Mapping[int, float], needed: Needed
    ) -> dict[int, Row]:
        """Give those notes that may be named in one, of these ids, or of names with votes.

        A name with too few votes to count alone counts where a note was found that has it.
        """
        table = self._tables.rows
        rows = table.of(notes)
        names = {name for name, share in votes.items() if share >= needed.votes}
        names.update(row.name for row in rows.values() if row.name in votes)
        named = {note for some in table.named(names).values() for note in some}
        rows.update(table.of(named.difference(rows)))
        return {note: row for note, row in rows.items() if row.listed and row.path != path}

    def _vote_on_links(self, asking: Asking) -> dict[int, float]:
        """Give the share of the votes that each name gets from the most similar notes."""
        own = link_term(asking.features.path)
        voters = dict(list(asking.cosines.items())[:NEIGHBOURS])
        total = STRANGERS + sum(cosine * cosine for cosine in voters.values())
        votes: dict[int, float] = defaultdict(float)
        for note, targets in self._tables.graph.targets(voters).items():
            share = voters[note] ** 2 / total
            for target in targets:
                votes[target] += share
        votes.pop(own, None)
        return votes

    # --- tags ---

    def tag_evidence(self, asking: Asking) -> dict[str, TagEvidence]:
        """Give what speaks for each tag, folded, for which anything does."""
        votes = self._vote_on_tags(asking)
        vocabulary = self._tables.vocabulary
        names = [word for name in asking.features.names for word in (*words_of(name), 0)]
        in_text, in_names = vocabulary.mentioned(asking.text), vocabulary.mentioned(Wording(names))
        return {
            tag: TagEvidence(*votes.get(tag, (0.0, 0.0)), tag in in_names, tag in in_text)
            for tag in {*votes, *in_text}
        }

    def _vote_on_tags(self, asking: Asking) -> dict[str, tuple[float, float]]:
        """Give each tag's share of the votes of the nearest tagged notes, and their agreement."""
        rows = self._tables.rows.of(asking.cosines)
        voters = [
            (rows[note].tags, cosine * cosine)
            for note, cosine in asking.cosines.items()
            if note in rows and rows[note].tags
        ][:NEIGHBOURS]
        votes: dict[str, list[float]] = defaultdict(list)
        for tags, vote in voters:
            for tag in tags:
                votes[tag].append(vote)
        total = sum(vote for _, vote in voters) + STRANGERS
        most = max(LEAST_VOTERS, len(voters))
        return {tag: (sum(cast) / total, (len(cast) - 1) / most) for tag, cast in votes.items()}


@lru_cache(maxsize=1 << 12)
def _nearness(one: str, other: str) -> float:
    """Give how much of two folders is the same; there are far fewer of them than of notes."""
    return nearness(f"{one}/" if one else "", f"{other}/" if other else "")
