"""Which notes share telling terms with one, and how much of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import mul

from vaultskillet.core.model import Features
from vaultskillet.store.counters import Statistics
from vaultskillet.store.postings import Postings

POSTED = 128
"""Terms that a note is posted under, and that a note is looked up by. With half as many, a
tenth of the links that are found are lost."""
MAX_SCORED = 2000
"""Postings that one look-up reads, strongest terms first."""


def score(features: Features, postings: Postings, statistics: Statistics) -> dict[int, float]:
    """Give the cosine with each note that shares a telling term."""
    rarities = statistics.rarities_of(features.terms)
    strengths = list(map(mul, features.terms.values(), rarities))
    impacts = zip(map(mul, strengths, rarities), features.terms, strict=True)
    strongest = sorted(impacts, reverse=True)[:POSTED]
    lists = postings.lists([term for _, term in strongest])
    scores: dict[int, float] = {}
    known = scores.get
    left = MAX_SCORED
    length = math.sqrt(sum(map(mul, strengths, strengths))) or 1.0
    for impact, term in strongest:
        if term not in lists:
            continue
        notes, weights = lists[term]
        factor = impact / length
        for note, weight in zip(notes, weights, strict=True):
            scores[note] = known(note, 0.0) + factor * weight
        left -= len(notes)
        if left <= 0:
            break
    return scores


def strongest(scores: Mapping[int, float], limit: int) -> dict[int, float]:
    """Give the greatest scores, in their order; of equal ones those that were found first."""
    best = sorted(scores, key=scores.__getitem__, reverse=True)[:limit]
    return {note: scores[note] for note in best}
