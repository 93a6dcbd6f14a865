"""Plan to give items of a list other names, where they stand and as they are quoted."""

from __future__ import annotations

import re

from vaultskillet.core.properties import QUOTES, Entry, Node
from vaultskillet.core.surgery import Patch, RenameItems, Source, Surgery, find_entry
from vaultskillet.errors import FrontmatterError

_ITEM = re.compile(r"[^\s,]+")


def rename_items(source: Source, change: RenameItems) -> Surgery | None:
    """Plan to rename items; None where none of them is there.

    Raises:
        FrontmatterError: one of them is written in a way that cannot be edited safely.
    """
    entry = find_entry(source, change.key)
    if entry is None:
        return None
    node = entry.node
    if isinstance(node.value, list):
        return _rename_in_list(source, entry, change)
    if not isinstance(node.value, str):
        return None
    value = _ITEM.sub(lambda item: _renamed(item[0], change), node.value)
    if value == node.value:
        return None
    written = _written(source, node, entry)
    patches = tuple(
        Patch(written.start + item.start(), written.start + item.end(), new)
        for item in _ITEM.finditer(node.value)
        if (new := _renamed(item[0], change)) != item[0]
    )
    return Surgery(entry.name, value, patches)


def _rename_in_list(source: Source, entry: Entry, change: RenameItems) -> Surgery | None:
    patches = []
    values: list[object] = []
    for item in entry.node.items:
        new = _renamed(item.value, change) if isinstance(item.value, str) else item.value
        values.append(new)
        if new != item.value:
            written = _written(source, item, entry)
            patches.append(Patch(written.start, written.end, str(new)))
    return Surgery(entry.name, values, tuple(patches)) if patches else None


def _renamed(item: str, change: RenameItems) -> str:
    bare = item.removeprefix("#")
    new = change.names.get(bare)
    return item if new is None else item[: len(item) - len(bare)] + new


def _written(source: Source, node: Node, entry: Entry) -> Patch:
    """Give where a text's own characters stand, inside its quotes."""
    quote = len(node.style) if node.style in QUOTES else 0
    start, end = node.start + quote, node.end - quote
    if source.text[start:end] != node.value:
        raise FrontmatterError(f"an item of '{entry.name}' is written in an unusual way")
    return Patch(start, end, "")
