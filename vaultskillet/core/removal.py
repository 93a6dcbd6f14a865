"""Plan to take out of the properties what we wrote, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from vaultskillet.core.properties import Entry, Node, items_of, read_mapping
from vaultskillet.core.surgery import (
    Gone,
    Patch,
    Remove,
    Source,
    Surgery,
    after_colon,
    find_entry,
    line_start,
    next_line,
    value_end,
)
from vaultskillet.errors import FrontmatterError

_COMMENT = re.compile(r"(?<=\s)#.*")


def remove(source: Source, change: Remove) -> Surgery | None:
    """Plan to take out a text or items; None where they are no longer there.

    Raises:
        FrontmatterError: ours cannot be told from the user's.
    """
    entry = find_entry(source, change.key)
    if entry is None:
        return None
    if isinstance(change.value, str):
        return _remove_text(source, entry, change)
    return _remove_items(source, entry, change)


def _remove_text(source: Source, entry: Entry, change: Remove) -> Surgery | None:
    if entry.node.value != change.value:
        return None
    if change.was is None:
        return Surgery(entry.name, Gone, (_whole_lines(source, entry),))
    return _put_back(source, entry, change.was)


def _remove_items(source: Source, entry: Entry, change: Remove) -> Surgery | None:
    node, ours = entry.node, [*change.value, *("#" + item for item in change.value)]
    texts = node.value if isinstance(node.value, list) else items_of(node.value)
    rest = [text for text in texts if text not in ours]
    if not rest and change.was is None:  # also where a later write's part went before
        return Surgery(entry.name, Gone, (_whole_lines(source, entry),))
    if rest == texts:
        return None
    if node.style == "block":
        lines = tuple(item_line(source, item) for item in node.items if item.value in ours)
        return Surgery(entry.name, rest or None, lines)
    if change.was is not None and _stands_for(change.was, rest):
        return _put_back(source, entry, change.was)
    if node.style == "flow" and rest:
        return Surgery(entry.name, rest, cut_from_flow(source, node.items, ours))
    raise FrontmatterError(f"'{entry.name}' was edited since")


def _stands_for(was: str, rest: list[object]) -> bool:
    before = _value_of(was)
    return rest in (before, [before], items_of(before))


def _value_of(written: str) -> object:
    return read_mapping(f"k:{written}\n")["k"]


def _put_back(source: Source, entry: Entry, was: str) -> Surgery:
    """Write a value as it was written before."""
    whole = Patch(after_colon(source, entry), value_end(source, entry.node), was)
    commented = whole.end if entry.node.style == "flow" else entry.node.start
    comments = _COMMENT.findall(source.text, whole.start, commented)
    if any(comment not in was for comment in comments):
        raise FrontmatterError(f"a comment stands in the value of '{entry.name}'")
    return Surgery(entry.name, _value_of(was), (whole,))


def cut_from_flow(source: Source, items: Sequence[Node], ours: list[str]) -> tuple[Patch, ...]:
    """Cut items with the comma before them; at the list's begin, with the one after."""
    kept = [at for at, item in enumerate(items) if item.value not in ours]
    head, gaps = kept[0], pairwise(kept)
    cuts = [(items[0].start, items[head].start)] if head else []
    cuts += [(items[a].end, items[b - 1].end) for a, b in gaps if b - a > 1]
    if kept[-1] + 1 < len(items):
        cuts.append((items[kept[-1]].end, items[-1].end))
    if any(_COMMENT.search(source.text, *cut) for cut in cuts):
        raise FrontmatterError("a comment stands among the items")
    return tuple(Patch(start, end, "") for start, end in cuts)


def item_line(source: Source, item: Node) -> Patch:
    """Cut the line of an item, which must hold nothing else."""
    start, end = line_start(source, item.start), next_line(source, item.end)
    if source.text[start : item.start].strip(" ") != "-" or source.text[item.end : end].strip():
        raise FrontmatterError("something else stands on the line of an item")
    return Patch(start, end, "")


def _whole_lines(source: Source, entry: Entry) -> Patch:
    """Cut a property with its lines, which must hold nothing else."""
    start, colon = line_start(source, entry.start), after_colon(source, entry)
    last = value_end(source, entry.node)
    end = next_line(source, last)
    between = source.text[colon : entry.node.start]
    if entry.node.style == "block":
        lines = [item_line(source, item) for item in entry.node.items]
        tiled = [next_line(source, colon), *(line.end for line in lines[:-1])]
        between = source.text[colon : tiled[0]]
        alone = tiled == [line.start for line in lines]
    else:
        alone = entry.node.style != "flow" or "\n" not in source.text[entry.node.start : last]
    around = source.text[start : entry.start] + between + source.text[last:end]
    if around.strip() or not alone:
        raise FrontmatterError(f"something else stands beside '{entry.name}'")
    return Patch(start, end, "")
