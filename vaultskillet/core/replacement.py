"""Plan to put items of ours in a list in place of others of ours, or to take some out."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core.insertion import (
    absent_items,
    add_items,
    checked_items,
    item_prefix,
    new_scalar,
)
from vaultskillet.core.properties import Entry, Node, items_of
from vaultskillet.core.removal import cut_from_flow, item_line
from vaultskillet.core.surgery import (
    AddItems,
    Patch,
    ReplaceItems,
    Source,
    Surgery,
    find_entry,
    next_line,
    value_end,
)
from vaultskillet.errors import FrontmatterError


def replace_items(source: Source, change: ReplaceItems) -> Surgery | None:
    """Plan to replace, take out and add items; None where nothing is to be done.

    A new item that is in the list already takes nobody's place: the old one goes.

    Raises:
        FrontmatterError: it cannot be done safely.
    """
    entry = find_entry(source, change.key)
    there = items_of(entry.node.value) if entry else []
    if entry is None or not any(item in there for item in change.items):
        return add_items(source, AddItems(change.key, change.add)) if change.add else None
    if not isinstance(entry.node.value, list):
        raise FrontmatterError(f"'{entry.name}' was edited since")
    nodes = checked_items(entry)
    fates = _fates(nodes, change)
    kept = [node.value if fate is node else fate for node, fate in fates if fate is not None]
    added = absent_items(change.add, items_of(kept))
    if entry.node.style == "flow":
        patches = _in_flow(source, entry, fates, added)
    else:
        patches = _in_block(source, fates, added)
    return Surgery(entry.name, ([*kept, *added] or _nothing(entry)), patches)


Fate = Node | str | None
"""What becomes of an item: it stays, becomes another, or goes."""


def _fates(nodes: Sequence[Node], change: ReplaceItems) -> list[tuple[Node, Fate]]:
    present = [str(node.value) for node in nodes if not _is_replaced(node, change)]
    fates: list[tuple[Node, Fate]] = []
    for node in nodes:
        fate: Fate = node
        if _is_replaced(node, change):
            wanted = change.items[str(node.value)]
            fate = wanted if wanted and absent_items([wanted], present) else None
            present.append(wanted or "")
            fate = node if fate == node.value else fate
        fates.append((node, fate))
    return fates


def _is_replaced(node: Node, change: ReplaceItems) -> bool:
    return isinstance(node.value, str) and node.value in change.items


def _nothing(entry: Entry) -> object:
    """Give how an emptied list reads."""
    return [] if entry.node.style == "flow" else None


def _in_block(
    source: Source, fates: Sequence[tuple[Node, Fate]], added: Sequence[str]
) -> tuple[Patch, ...]:
    patches = []
    for node, fate in fates:
        if fate is None:
            patches.append(item_line(source, node))
        elif isinstance(fate, str):
            patches.append(_instead(source, node, fate))
    if added:
        prefix = item_prefix(source, fates[-1][0])
        if prefix is None:
            raise FrontmatterError("the list is written in an unusual way")
        indent, gap = prefix
        last = fates[-1][0]
        at = next_line(source, value_end(source, last))
        scalars = (new_scalar(source, item, style=last.style) for item in added)
        lines = "".join(f"{indent}-{gap}{scalar}{source.newline}" for scalar in scalars)
        patches.append(Patch(at, at, lines))
    return tuple(patches)


def _in_flow(
    source: Source, entry: Entry, fates: Sequence[tuple[Node, Fate]], added: Sequence[str]
) -> tuple[Patch, ...]:
    nodes = [node for node, _ in fates]
    scalars = [new_scalar(source, item, style=nodes[-1].style, flow=True) for item in added]
    if all(fate is None for _, fate in fates):
        whole = Patch(nodes[0].start, nodes[-1].end, ", ".join(scalars))
        if "\n" in source.text[whole.start : whole.end]:
            raise FrontmatterError(f"the list '{entry.name}' runs over several lines")
        return (whole,)
    gone = [str(node.value) for node, fate in fates if fate is None]
    patches = [
        _instead(source, node, fate, flow=True) for node, fate in fates if isinstance(fate, str)
    ]
    patches += cut_from_flow(source, nodes, gone) if gone else ()
    if scalars:
        end = nodes[-1].end
        patches.append(Patch(end, end, "".join(f", {scalar}" for scalar in scalars)))
    return tuple(patches)


def _instead(source: Source, node: Node, item: str, *, flow: bool = False) -> Patch:
    written = new_scalar(source, item, style=node.style, flow=flow)
    return Patch(node.start, value_end(source, node), written)
