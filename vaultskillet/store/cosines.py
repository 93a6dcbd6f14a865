"""Which notes share telling terms with one, and how much of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

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
    impacts = []
    squares = 0.0
    rarities = statistics.rarities_of(features.terms)
    for (term, weight), rarity in zip(features.terms.items(), rarities, strict=True):
        strength = weight * rarity
        squares += strength * strength
        impacts.append((strength * rarity, term))
    impacts.sort(reverse=True)
    strongest = impacts[:POSTED]
    lists = postings.lists([term for _, term in strongest])
    scores: dict[int, float] = {}
    left = MAX_SCORED
    length = math.sqrt(squares) or 1.0
    for impact, term in strongest:
        if term not in lists:
            continue
        notes, weights = lists[term]
        factor = impact / length
        for note, weight in zip(notes, weights, strict=True):
            if note in scores:
                scores[note] += factor * weight
            else:
                scores[note] = factor * weight
        left -= len(notes)
        if left <= 0:
            break
    return scores


def strongest(scores: Mapping[int, float], limit: int) -> dict[int, float]:
    """Give the greatest scores, in their order; of equal ones those that were found first."""
    # Comparing bare numbers, and few pairs, is several times quicker than comparing all pairs.
    least = sorted(scores.values(), reverse=True)[:limit][-1] if scores else 0.0
    enough = [(score, note) for note, score in scores.items() if score >= least]
    enough.sort(key=lambda item: -item[0])
    return {note: score for score, note in enough[:limit]}
