"""Recognise a summary as written by vaultskillet, on whatever machine, by how it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vaultskillet.core.frontmatter import AddItems, SetText, edit, split
from vaultskillet.core.note import find_key, list_items
from vaultskillet.core.splice import splice
from vaultskillet.errors import FrontmatterError


def bears_trace(
    content: bytes, properties: Mapping[str, object], *, key: str, own: Collection[str]
) -> bool:
    """Say whether a text property stands in a note just as we would have put it there.

    What we add stands last. So all from the property's line on is cut off and written anew:
    if the very bytes come out, it was our hand, or one that writes as we do.

    Args:
        content: the note.
        properties: its frontmatter.
        key: the property that tells, such as `summary`.
        own: names of all properties that we write.
    """
    block, name = split(content), find_key(properties, key)
    if block is None or name is None:
        return False
    names = list(properties)
    added = names[names.index(name) :]
    cut = content.rfind(b"\n" + name.encode() + b":", block.opens, block.end) + 1
    if not cut or not {one.casefold() for one in added} <= {one.casefold() for one in own}:
        return False
    blank = len(content[cut : block.end].rstrip())  # blank lines stay last
    end = content.find(b"\n", cut + blank, block.end) + 1
    whole = cut == block.start and end == block.end  # the block is ours, too
    opens, ends = (block.opens, block.body) if whole else (cut, end)
    bare = content[:opens] + content[ends:]
    changes = [_change(one, properties[one]) for one in added]
    try:
        return splice(bare, edit(bare, changes)) == content
    except FrontmatterError:
        return False


def _change(key: str, value: object) -> SetText | AddItems:
    return SetText(key, value) if isinstance(value, str) else AddItems(key, list_items(value))
