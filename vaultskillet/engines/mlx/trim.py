"""A note cut down to what a model can read, by tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

GAP = "[…]"
"""Stands where something was left out."""
_HEAD_SHARE = 0.25
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_WORD = re.compile(r"\w{3,}")
_JOINERS = {"\u200c", "\u200d"}


def trim(text: str, *, title: str, room: int, count: Callable[[str], int]) -> str:
    """Give as much of a note as fits, in its order.

    Its head is kept first, then its headings, then the parts most like its title. Parts are
    paragraphs; what is left out leaves a mark.

    Args:
        text: the note.
        title: what it is about.
        room: how many tokens it may take.
        count: counts the tokens of a text.
    """
    if count(text) <= room:
        return text
    parts = list(_parts(text))
    costs = [count(part + "\n\n") for part in parts]
    gap_cost = count(f"{GAP}\n\n")
    kept = set[int]()
    left = room - gap_cost  # at first all is one gap
    for index in _by_worth(parts, title, head=_head_size(costs, room)):
        closed = (index == 0 or index - 1 in kept) + (index + 1 == len(parts) or index + 1 in kept)
        cost = costs[index] + (1 - closed) * gap_cost
        if cost <= left:
            kept.add(index)
            left -= cost
    whole = _joined(parts, kept)
    if not kept or count(whole) > room:
        return cut(text, room=room, count=count)
    if 0 not in kept:  # the first paragraph alone is too long: some of it is worth more
        head = cut(parts[0], room=room - count(whole) - gap_cost, count=count)
        return f"{head}\n\n{whole}" if head else whole
    return whole


def cut(text: str, *, room: int, count: Callable[[str], int]) -> str:
    """Give the longest beginning that fits, never ending inside a character."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    while 0 < low < len(text) and _joins(text[low - 1], text[low]):
        low -= 1
    return text[:low]


def _parts(text: str) -> Iterator[str]:
    """Split at blank lines and before headings, but never inside a code fence."""
    part: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        if not fence and part and (not line.strip() or _is_heading(line)):
            yield "\n".join(part)
            part = []
        if line.strip() or fence:
            part.append(line)
    if part:
        yield "\n".join(part)


def _is_heading(line: str) -> bool:
    return re.match(r"#{1,6} ", line) is not None


def _head_size(costs: list[int], room: int) -> int:
    """Give how many parts make up the head: a share of the room, one part at least."""
    total = 0
    for index, cost in enumerate(costs):
        total += cost
        if total > room * _HEAD_SHARE:
            return max(index, 1)
    return len(costs)


def _by_worth(parts: list[str], title: str, *, head: int) -> list[int]:
    """Order the parts by what is kept first."""
    wanted = _words(title) | _words(parts[0] if parts else "")

    def worth(index: int) -> tuple[int, float, int]:
        if index < head:
            return (0, 0.0, index)
        if _is_heading(parts[index]):
            return (1, 0.0, index)
        words = _words(parts[index])
        likeness = len(words & wanted) / (len(words) or 1) ** 0.5
        return (2, -likeness, index)

    return sorted(range(len(parts)), key=worth)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _joined(parts: list[str], kept: set[int]) -> str:
    """Put the kept parts together, with a mark for each gap."""
    pieces: list[str] = []
    for index, part in enumerate(parts):
        if index in kept:
            pieces.append(part)
        elif pieces[-1:] != [GAP]:
            pieces.append(GAP)
    return "\n\n".join(pieces)


def _joins(before: str, after: str) -> bool:
    """Say whether two code points may belong to one character."""
    return (
        unicodedata.combining(after) != 0
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or after in _JOINERS
        or before in _JOINERS
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
    )
