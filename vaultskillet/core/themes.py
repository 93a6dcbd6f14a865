"""Themes: which notes of a period belong together, and what a group of them is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vaultskillet.core.model import NotePath
from vaultskillet.core.theme_names import Member, Rarity, name_theme

LEAST_NOTES: Final = 3
"""Two notes that are alike are a pair of notes, no theme."""
LEAST_LIKENESS: Final = 0.13
"""Groups whose notes are less alike than this, on average, stay apart."""
LINKED: Final = 0.05
"""What a link from one to the other adds to the likeness of two notes: notes that link to all
and sundry are no theme."""
MOST_THEMES: Final = 6
MOST_NOTES: Final = 300
"""More are not grouped: the work grows with the square of their number."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that belong together."""

    name: str
    paths: tuple[NotePath, ...]
    """The most typical first."""


def find_themes(members: Sequence[Member], *, rarity: Rarity) -> tuple[Group, ...]:
    """Group notes that are alike, the largest group first; most notes may be in none.

    Args:
        members: the notes of a period.
        rarity: how rare each of some hashed words is in the vault, 0 to 1.
    """
    looked_at = members[:MOST_NOTES]
    alike = _likenesses(looked_at)
    clusters = [group for group in _cluster(len(looked_at), alike) if len(group) >= LEAST_NOTES]
    clusters.sort(key=lambda group: (-len(group), group))
    themes = []
    names: set[str] = set()
    for group in clusters[:MOST_THEMES]:
        ordered = sorted(group, key=lambda one: (-_closeness(one, group, alike), one))
        inside = [looked_at[one] for one in ordered]
        name = name_theme(inside, looked_at, rarity, taken=names)
        names.add(name)
        themes.append(Group(name, tuple(member.path for member in inside)))
    return tuple(themes)


Alike = Mapping[tuple[int, int], float]
"""The likeness of two notes, the lower number first; nothing for 0."""


def _likenesses(members: Sequence[Member]) -> Alike:
    places = {member.path: at for at, member in enumerate(members)}
    alike: dict[tuple[int, int], float] = defaultdict(float)
    for at, member in enumerate(members):
        for path, score in member.likeness.items():
            if path in places and places[path] != at:
                pair = _pair(at, places[path])
                alike[pair] = max(alike[pair], score)
    linked = {
        _pair(at, places[path])
        for at, member in enumerate(members)
        for path in member.links
        if path in places and places[path] != at
    }
    for pair in linked:
        alike[pair] += LINKED
    return alike


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _cluster(count: int, alike: Alike) -> list[list[int]]:
    """Join the two groups that are most alike on average, until none are alike enough."""
    groups: dict[int, list[int]] = {at: [at] for at in range(count)}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    for (one, other), score in alike.items():
        sums[one][other] = sums[other][one] = score
    while True:
        best, pair = LEAST_LIKENESS, None
        for one, row in sums.items():
            for other, total in row.items():
                average = total / (len(groups[one]) * len(groups[other]))
                if one < other and average >= best and (pair is None or average > best):
                    best, pair = average, (one, other)
        if pair is None:
            return list(groups.values())
        kept, gone = pair
        groups[kept] = sorted(groups[kept] + groups.pop(gone))
        for other, total in sums.pop(gone).items():
            del sums[other][gone]
            if other != kept:
                sums[kept][other] = sums[other][kept] = sums[kept].get(other, 0.0) + total


def _closeness(one: int, group: Iterable[int], alike: Alike) -> float:
    return sum(alike.get(_pair(one, other), 0.0) for other in group if other != one)
