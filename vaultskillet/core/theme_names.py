"""What a group of notes is called: in the words that their author has for it.

That is a tag that they share, else the folder in which they lie, else words of their titles; a
word of their texts only where a title has it, too, since what texts have in common is mostly
how people write. Where there is nothing of that, the most typical note stands for them all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vaultskillet.core.model import NotePath
from vaultskillet.core.tags import is_proposable
from vaultskillet.core.terms import hash_of

_SHARED: Final = 0.5
"""A tag stands for a theme if so many of its notes bear it."""
_IN_FOLDER: Final = 0.6
"""A folder does if so many of its notes lie there."""
_IN_TITLES: Final = 0.4
_IN_TEXTS: Final = 0.7
"""A word names a theme that stands in so many of its titles, or else texts."""
_LEAST_RARITY: Final = 0.25
"""A word that half of the vault uses names nothing,"""
_LEAST_RARITY_IN_TITLES: Final = 0.1
"""though one that titles have may be frequent."""
_SECOND: Final = 0.6
"""A second word is named if it tells nearly as much as the first."""
_NAME_WORDS: Final = 2

# Scripts that have blanks between words; of others no word can be cut out to name a theme.
_WORD: Final = re.compile(r"(?:(?![\u0e00-\u0eff\u3005-\u9fff\uac00-\ud7a3])[^\W\d_]){3,24}")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")

Rarity = Callable[[Sequence[int]], Sequence[float]]
"""Says how rare each of some hashed words is in the vault, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Member:
    """A note that may belong to a theme."""

    path: NotePath
    title: str
    text: str
    """What it says, redacted."""
    tags: tuple[str, ...]
    likeness: Mapping[NotePath, float] = field(default_factory=dict)
    """To other notes, 0 to 1: the words that they have in common."""
    links: frozenset[NotePath] = frozenset()
    """The notes that it links to."""


def name_theme(
    inside: Sequence[Member], everyone: Sequence[Member], rarity: Rarity, *, taken: set[str]
) -> str:
    """Name a theme.

    Args:
        inside: its notes, the most typical first.
        everyone: the notes of the period, these among them.
        rarity: of words in the vault.
        taken: names that other themes have.
    """
    for name_of in (_shared_tag, _shared_folder):
        name = name_of(inside, everyone)
        if name and name not in taken:
            return name
    in_titles = _shared_words(
        inside, everyone, _title_words, rarity, least=_IN_TITLES, rare=_LEAST_RARITY_IN_TITLES
    )
    titles = {word for member in inside for word in _title_words(member)}
    in_texts = _shared_words(
        inside, everyone, _all_words, rarity, least=_IN_TEXTS, rare=_LEAST_RARITY
    )
    for words in (in_titles, [word for word in in_texts if word in titles]):
        name = _join(words, inside)
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
        tags = {tag.casefold(): tag for tag in member.tags if is_proposable(tag)}
        for tag in filter(_LETTERS.search, tags.values()):
            counts[tag.casefold()] += 1
            spelt.setdefault(tag.casefold(), tag)
    return counts, spelt


def _shared_folder(inside: Sequence[Member], everyone: Sequence[Member]) -> str | None:
    """Give the name of the folder in which most of these notes lie and few others do."""
    here = Counter(folder for member in inside for folder in _folders(member.path))
    anywhere = Counter(folder for member in everyone for folder in _folders(member.path))
    others = len(everyone) - len(inside)
    fit = [
        folder
        for folder, count in here.items()
        if count >= _IN_FOLDER * len(inside)
        and count / len(inside) > 2 * (anywhere[folder] - count) / max(1, others)
        and _LETTERS.search(folder.rpartition("/")[2])
    ]
    best = max(fit, key=lambda folder: (here[folder], folder.count("/"), folder), default=None)
    return None if best is None else best.rpartition("/")[2]


def _folders(path: NotePath) -> Iterable[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _shared_words(
    inside: Sequence[Member],
    everyone: Sequence[Member],
    words_of: Callable[[Member], set[str]],
    rarity: Rarity,
    *,
    least: float,
    rare: float,
) -> list[str]:
    """Give the telling words that most of these notes share and others do not, best first."""
    here = Counter(word for member in inside for word in words_of(member))
    anywhere = Counter(word for member in everyone for word in words_of(member))
    others = len(everyone) - len(inside)
    shared = [word for word, count in here.items() if count >= max(2, least * len(inside))]
    rarities = dict(zip(shared, rarity([hash_of(word) for word in shared]), strict=True))
    scores = {}
    for word in shared:
        share = here[word] / len(inside)
        elsewhere = (anywhere[word] - here[word]) / others if others else 0.0
        if rarities[word] >= rare and share > 2 * elsewhere:
            scores[word] = rarities[word] * (share - elsewhere)
    chosen: list[str] = []
    for word in sorted(scores, key=lambda word: (-scores[word], word)):
        is_weak = chosen and scores[word] < _SECOND * scores[chosen[0]]
        if not is_weak and not any(_is_form(word, other) for other in chosen):
            chosen.append(word)
        if len(chosen) == _NAME_WORDS:
            break
    return chosen


def _join(words: Sequence[str], inside: Sequence[Member]) -> str:
    """Write words as the titles do: together and in their order where they stand so there."""
    titles = " / ".join(member.title for member in inside)
    for one, other in (words, words[::-1]) if len(words) == _NAME_WORDS else ():
        phrase = re.search(rf"(?i)\b{re.escape(one)}[ -]{re.escape(other)}\b", titles)
        if phrase:
            return phrase[0].replace("-", " ")
    return ", ".join(_spelt(word, titles) for word in words)


def _spelt(word: str, titles: str) -> str:
    """Give a word in the spelling that titles have most often."""
    found = re.findall(rf"(?i)(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", titles)
    return Counter(found).most_common(1)[0][0] if found else word


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
