"""What is like a note, and what speaks for a link or a tag there."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from vaultskillet.core.likeness import Needed, nearness
from vaultskillet.core.model import Evidence, Features, NotePath, TagEvidence
from vaultskillet.core.terms import link_term, words_of
from vaultskillet.store.cosines import score, strongest
from vaultskillet.store.counters import Statistics
from vaultskillet.store.rows import Row, folder_of
from vaultskillet.store.tables import Tables
from vaultskillet.store.wording import Wording

NEIGHBOURS = 15
"""Similar notes that vote on a note's links; 10 to 25 do equally well."""
STRANGERS = 0.005
"""Votes that are always against, so that fifteen notes which hardly share a word with a note do not
agree on its tags; one neighbour at a cosine of .07 weighs as much."""
LOOKED_AT = 60
"""Similar notes that are looked at for links."""

TAG_VOTERS = 25
"""Similar notes that vote on a note's tags; with 15, one in 200 of those found is lost."""
LEAST_VOTERS = 5
"""Where fewer notes are tagged, the rest of them count as not bearing a tag."""
DOUBT = 2
"""Notes in the same folder that count as not bearing a tag, so that one alone proves little."""
BARE_LIKENESS = 0.1
"""A note without tags counts where its cosine is so much of the greatest."""
LOOKED_AT_FOR_TAGS = 150
"""Similar notes that are looked at, where few are tagged."""
READ_AT_ONCE = 30
"""Of these, until enough of them are tagged."""
REMEMBERED = 64
"""Notes of which the most similar ones are kept at hand: a batch is asked for tags, then for links,
and a batch has fewer."""


Need = Callable[[float], Needed]


@dataclass(frozen=True, slots=True)
class Asking:
    """A note that is asked about, and the notes that share telling terms with it."""

    features: Features
    statistics: Statistics
    text: Wording
    alike: Mapping[int, float]
    """The cosine with each similar note, the best first; itself excluded."""
    cosines: Mapping[int, float]
    """The first of these, which are looked at for links."""
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
            alike = strongest(scores, LOOKED_AT_FOR_TAGS)
            asking = Asking(
                features,
                statistics,
                Wording(features.words),
                alike,
                dict(islice(alike.items(), LOOKED_AT)),
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

    def evidence(self, asking: Asking, need: Need) -> dict[NotePath, Evidence]:
        """Give what speaks for a link to each note for which as much as is needed does.

        Args:
            asking: for whom.
            need: gives what is needed, given a popularity that none of the notes exceeds.
        """
        graph, table = self._tables.graph, self._tables.rows
        path, cosines, meanings = asking.features.path, asking.cosines, asking.meanings
        mentions = self._tables.names.mentioned(asking.text, asking.statistics)
        backlinks = graph.linking_to(link_term(path))
        votes = self._vote_on_links(asking)
        likely = self._likely(asking, mentions, votes, need(1.0))
        rows = self._listed(path, likely.union(meanings, backlinks))
        popularity = graph.popularity({row.name for row in rows.values()})
        most = math.log1p(max(1, asking.statistics.notes))
        popular = min(1.0, math.log1p(max(popularity.values(), default=0)) / most)
        more = {*meanings, *mentions, *backlinks}
        # Where only words in common speak for a note, and none is popular, it takes more of them.
        least = need(popular).cosine
        rows = {
            note: row
            for note, row in rows.items()
            if note in more or row.name in votes or cosines[note] >= least
        }
        names = {row.name for row in rows.values()}
        # What speaks for a name is shared by all that bear it and that anything speaks for.
        found = more.union(cosines)
        namesakes = [
            note
            for name, notes in table.named(names).items()
            if len(notes) > 1
            for note in notes
            if name in votes or note in found
        ]
        rows.update(self._listed(path, namesakes))
        bearing = Counter([row.name for row in rows.values()])
        own = folder_of(path)
        evidence = {}
        for note, row in rows.items():
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

    def _listed(self, path: NotePath, notes: Iterable[int]) -> dict[int, Row]:
        """Give those of these notes that may be named in one."""
        rows = self._tables.rows.of(notes)
        return {note: row for note, row in rows.items() if row.listed and row.path != path}

    def _likely(
        self,
        asking: Asking,
        mentions: Mapping[int, float],
        votes: Mapping[int, float],
        needed: Needed,
    ) -> set[int]:
        """Give the notes for which one thing speaks as much as is needed, or two things do."""
        cosines = asking.cosines
        likely = {note for note, cosine in cosines.items() if cosine >= needed.cosine}
        likely.update(
            note
            for note, mention in mentions.items()
            if mention >= needed.mention or note in cosines
        )
        for name, notes in self._tables.rows.named(votes).items():
            if votes[name] >= needed.votes:
                likely.update(notes)
            else:
                likely.update(note for note in notes if note in cosines or note in mentions)
        return likely

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
        names = [word for name in asking.features.names for word in (*words_of(name), 0)]
        mentioned = self._tables.vocabulary.mentioned
        in_text = mentioned(asking.text, asking.statistics)
        in_names = mentioned(Wording(names), asking.statistics) if in_text else {}
        return {
            tag: TagEvidence(*votes.get(tag, (0.0, 0.0)), tag in in_names, in_text.get(tag, 0.0))
            for tag in {*votes, *in_text}
        }

    def _vote_on_tags(self, asking: Asking) -> dict[str, tuple[float, float]]:
        """Give each tag's share of votes, and how many of those in the note's folder bear it.

        A note without tags has no vote. But where it is like this one and stands beside it, their
        author may want none: it counts as not bearing what others in the folder bear.
        """
        folder = folder_of(asking.features.path)
        least = BARE_LIKENESS * next(iter(asking.alike.values()), 0.0)
        votes: dict[str, float] = defaultdict(float)
        beside: list[str] = []
        here = voters = 0
        total = 0.0
        for row, cosine in self._similar(asking.alike):
            is_here = row.folder == folder
            if tags := row.tags:
                voters += 1
                vote = cosine * cosine
                total += vote
                for tag in tags:
                    votes[tag] += vote
                if is_here:
                    here += 1
                    beside += tags
                if voters == TAG_VOTERS:
                    break
            elif is_here and cosine >= least:
                here += 1
        total = STRANGERS + total * max(1.0, LEAST_VOTERS / max(1, voters))
        bearing, count = Counter(beside), here + DOUBT
        return {tag: (vote / total, bearing[tag] / count) for tag, vote in votes.items()}

    def _similar(self, cosines: Mapping[int, float]) -> Iterator[tuple[Row, float]]:
        """Give the rows of similar notes, reading not many more of them than are asked for."""
        notes = list(cosines)
        for start in range(0, len(notes), READ_AT_ONCE):
            some = notes[start : start + READ_AT_ONCE]
            rows = self._tables.rows.of(some)
            for note in some:
                if note in rows:
                    yield rows[note], cosines[note]


@lru_cache(maxsize=1 << 12)
def _nearness(one: str, other: str) -> float:
    """Give how much of two folders is the same; there are far fewer of them than of notes."""
    return nearness(f"{one}/" if one else "", f"{other}/" if other else "")
