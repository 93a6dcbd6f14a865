"""Themes: which notes of a period belong together, and what a group of them is called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vaultskillet.core.model import NotePath
from vaultskillet.core.tags import is_proposable
from vaultskillet.core.terms import hash_of

LEAST_NOTES: Final = 3
"""Two notes that are alike are a pair of notes, no theme."""
LEAST_LIKENESS: Final = 0.12
"""Groups whose notes are less alike than this, on average, stay apart."""
LINKED: Final = 0.15
"""What a link from one to the other adds to the likeness of two notes."""
MOST_THEMES: Final = 6
MOST_NOTES: Final = 300
"""More are not grouped: the work grows with the square of their number."""

_SHARED: Final = 0.5
"""A tag stands for a theme if so many of its notes bear it."""
_LEAST_RARITY: Final = 0.25
"""A word that half of the vault uses names nothing."""
_IN_TITLES: Final = 0.4
_IN_TEXTS: Final = 0.7
"""A word names a theme that stands in so many of its titles, or else texts."""
_SECOND: Final = 0.6
"""A second word is named if it tells nearly as much as the first."""
_NAME_WORDS: Final = 2

# Scripts that have blanks between words; of others no word can be cut out to name a theme.
_WORD: Final = re.compile(r"(?:(?![\u0e00-\u0eff\u3005-\u9fff\uac00-\ud7a3])[^\W\d_]){3,24}")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Member:
    """A note that may belong to a theme."""

    path: NotePath
    title: str
    text: str
    """What it says, redacted."""
    tags: tuple[str, ...]
    likeness: Mapping[NotePath, float] = field(default_factory=dict)
    """To other notes, 0 to 1, as the index has it."""
    links: frozenset[NotePath] = frozenset()
    """The notes that it links to."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that belong together."""

    name: str
    paths: tuple[NotePath, ...]
    """The most typical first."""


def find_themes(
    members: Sequence[Member], *, rarity: Callable[[Sequence[int]], Sequence[float]]
) -> tuple[Group, ...]:
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
        name = _name(inside, looked_at, rarity, taken=names)
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


def _name(
    inside: Sequence[Member],
    everyone: Sequence[Member],
    rarity: Callable[[Sequence[int]], Sequence[float]],
    *,
    taken: set[str],
) -> str:
    """Name a theme by a tag that its notes share, else by words, else by its most typical note."""
    tag = _shared_tag(inside, everyone)
    if tag is not None and tag not in taken:
        return tag
    for words_of, least in ((_title_words, _IN_TITLES), (_all_words, _IN_TEXTS)):
        name = ", ".join(_shared_words(inside, everyone, words_of, rarity, least=least))
        if name and name not in taken:
            return name
    return inside[0].title


def _shared_tag(inside: Sequence[Member], everyone: Sequence[Member]) -> str | None:
    """Give the tag that most of these notes bear and few others do."""
    here, spelt = _tag_counts(inside)
    anywhere, _ = _tag_counts(everyone)
    wide = _SHARED * len(everyone) if len(everyone) > 2 * len(inside) else len(everyone) + 1
    fit = [
        tag
        for tag, count in here.items()
        if count >= _SHARED * len(inside) and count > 1 and anywhere[tag] < wide
    ]
    best = max(fit, key=lambda tag: (here[tag] ** 2 / anywhere[tag], tag), default=None)
    return None if best is None else spelt[best]


def _tag_counts(members: Sequence[Member]) -> tuple[Counter[str], dict[str, str]]:
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for member in members:
        for tag in {tag.casefold(): tag for tag in member.tags if is_proposable(tag)}.values():
            counts[tag.casefold()] += 1
            spelt.setdefault(tag.casefold(), tag)
    return counts, spelt


def _shared_words(
    inside: Sequence[Member],
    everyone: Sequence[Member],
    words_of: Callable[[Member], set[str]],
    rarity: Callable[[Sequence[int]], Sequence[float]],
    *,
    least: float,
) -> list[str]:
    """Give the telling words that most of these notes share and others do not, best first."""
    here = Counter(word for member in inside for word in words_of(member))
    anywhere = Counter(word for member in everyone for word in words_of(member))
    others = len(everyone) - len(inside)
    shared = [word for word, count in here.items() if count >= max(2, least * len(inside))]
    rare = dict(zip(shared, rarity([hash_of(word) for word in shared]), strict=True))
    scores = {}
    for word in shared:
        share = here[word] / len(inside)
        elsewhere = (anywhere[word] - here[word]) / others if others else 0.0
        if rare[word] >= _LEAST_RARITY and share > 2 * elsewhere:
            scores[word] = rare[word] * (share - elsewhere)
    chosen: list[str] = []
    for word in sorted(scores, key=lambda word: (-scores[word], word)):
        is_weak = chosen and scores[word] < _SECOND * scores[chosen[0]]
        if not is_weak and not any(_is_form(word, other) for other in chosen):
            chosen.append(word)
        if len(chosen) == _NAME_WORDS:
            break
    return chosen


def _title_words(member: Member) -> set[str]:
    title = _HUMP.sub(" ", member.title)
    return {word.casefold() for word in _WORD.findall(title)}


def _all_words(member: Member) -> set[str]:
    words = {word.casefold() for word in _WORD.findall(member.text)}
    return words | _title_words(member)


def _is_form(word: str, other: str) -> bool:
    """Say whether two words are likely forms of one: compost, composting."""
    stem = min(len(word), len(other), 5)
    return word[:stem] == other[:stem]
