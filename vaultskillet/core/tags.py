"""Tags: Obsidian's grammar, the vault's way of writing them, and which ones to give a note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from vaultskillet.core.model import TagCandidate

MAX_TAGS = 3
THRESHOLD = 0.4
"""Least expected precision. The third suggestion of a note is right half the time at best, and
a tag that is missing costs its reader less than one that is wrong."""

_FORBIDDEN = re.compile(r"[\u2000-\u206F\u2E00-\u2E7F'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s]")
_HEX_COLOUR = re.compile(r"[0-9a-f]{3,8}", re.IGNORECASE)
# What such a tag says, that work on the note is to be done or was, only its author knows.
_STATES = frozenset({
    "todo", "done", "wip", "draft", "drafts", "incomplete", "complete", "completed", "unfinished",
    "finished", "rough", "stub", "inbox", "fixme", "urgent", "later",
})  # fmt: skip
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATOR = re.compile(r"[-_\s]+")


class Case(StrEnum):
    """How the words of a tag begin."""

    LOWER = "lower"
    UPPER = "Upper"


@dataclass(frozen=True, slots=True)
class TagStyle:
    """How a vault writes a tag of several words."""

    separator: str = "-"
    """`-`, `_`, or nothing: then each word but the first has a hump (`machineLearning`)."""
    case: Case = Case.LOWER


def is_valid_tag(tag: str) -> bool:
    """Say whether Obsidian takes `#tag` for a tag, whole.

    >>> is_valid_tag("area/health"), is_valid_tag("1984"), is_valid_tag("two words")
    (True, False, False)
    """
    levels = tag.split("/")
    return all(levels) and not tag.isdigit() and not _FORBIDDEN.search(tag)


def is_proposable(tag: str) -> bool:
    """Say whether a tag may be given to a note: a valid one, no colour (`#c0ffee`), no state.

    >>> is_proposable("garden"), is_proposable("To-Do"), is_proposable("status/draft")
    (True, False, False)
    """
    if not is_valid_tag(tag) or _HEX_COLOUR.fullmatch(tag):
        return False
    return _squeezed(tag.rpartition("/")[2]) not in _STATES


def choose_tags(
    candidates: Iterable[TagCandidate], *, limit: int = MAX_TAGS, threshold: float = THRESHOLD
) -> tuple[str, ...]:
    """Give the few tags that are likely right, best first; none where unsure."""
    chosen: dict[str, str] = {}
    for candidate in sorted(candidates, key=lambda one: -one.score):
        if candidate.score < threshold or len(chosen) == limit:
            break
        if is_proposable(candidate.tag):
            chosen.setdefault(candidate.tag.casefold(), candidate.tag)
    return tuple(chosen.values())


def tag_phrase(tag: str) -> str:
    """Give a tag's own words, those of its last level, as they would stand in a text.

    >>> tag_phrase("area/machineLearning"), tag_phrase("to-read")
    ('machine Learning', 'to read')
    """
    return _SEPARATOR.sub(" ", _HUMP.sub(" ", tag.rpartition("/")[2])).strip()


def style_of(counts: Mapping[str, int]) -> TagStyle:
    """Learn how a vault writes its tags from each tag and how many notes bear it."""
    separators: Counter[str] = Counter()
    cases: Counter[Case] = Counter()
    for tag, notes in counts.items():
        own = tag.rpartition("/")[2]
        found = _SEPARATOR.search(own)
        if found or _HUMP.search(own):
            separators[found[0][0] if found else ""] += notes
        if own[:1].lower() != own[:1].upper():
            cases[Case.UPPER if own[0].isupper() else Case.LOWER] += notes
    plain = TagStyle()
    return TagStyle(
        separators.most_common(1)[0][0] if separators else plain.separator,
        cases.most_common(1)[0][0] if cases else plain.case,
    )


def spell_tag(phrase: str, counts: Mapping[str, int]) -> str:
    """Write a phrase as a tag: as the vault has it already, else in the vault's style.

    >>> spell_tag("Machine learning", {"machineLearning": 4, "maths": 9})
    'machineLearning'
    >>> spell_tag("deep work", {"machine_learning": 4, "maths": 9})
    'deep_work'
    """
    wanted = _squeezed(phrase)
    known = [tag for tag in counts if _squeezed(tag) == wanted]
    if known:
        return max(known, key=lambda tag: counts[tag])
    style = style_of(counts)
    return "/".join(_spell_level(level, style) for level in phrase.split("/"))


@lru_cache(maxsize=1 << 14)  # each tag of the vault is asked for once for every tag of a reply
def _squeezed(tag: str) -> str:
    return _SEPARATOR.sub("", tag).casefold()


def _spell_level(phrase: str, style: TagStyle) -> str:
    words = _FORBIDDEN.sub(" ", _SEPARATOR.sub(" ", phrase)).split()
    if style.case is Case.LOWER:
        words = [word.lower() for word in words]
    else:
        words = [word[:1].upper() + word[1:] for word in words]
    if not style.separator:
        words = words[:1] + [word[:1].upper() + word[1:] for word in words[1:]]
    return style.separator.join(words)
