"""Set the properties we own in a note, and leave every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from vaultskillet.core.insertion import add_items, set_text
from vaultskillet.core.model import Edit
from vaultskillet.core.properties import Tree, read_tree
from vaultskillet.core.removal import remove
from vaultskillet.core.replacement import replace_items
from vaultskillet.core.splice import splice
from vaultskillet.core.surgery import (
    AddItems,
    Gone,
    Patch,
    PropertyChange,
    Remove,
    ReplaceItems,
    SetText,
    Source,
    Surgery,
    find_entry,
    value_source,
)
from vaultskillet.errors import FrontmatterError

__all__ = [
    "AddItems",
    "Block",
    "Parsed",
    "PropertyChange",
    "Remove",
    "ReplaceItems",
    "SetText",
    "edit",
    "read",
    "source_of",
    "split",
]

_BOM: Final = b"\xef\xbb\xbf"
_FENCE_LIKE = re.compile(rb"\s*---(?!-)")


@dataclass(frozen=True, slots=True)
class Block:
    """Where a note's frontmatter stands: offsets in bytes."""

    opens: int
    """Of the opening fence: 3 after a byte order mark, else 0."""
    start: int
    """Of the first line between the fences."""
    end: int
    """Of the closing fence."""
    body: int
    """Of what follows the line of the closing fence."""
    newline: str
    """As the opening fence has it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A note's text, understood."""

    properties: Mapping[str, object]
    """Typed as Obsidian types them; empty where there is no frontmatter."""
    body: str
    """What follows the frontmatter, newlines as found."""
    body_start: int
    """In bytes."""
    newline: str
    """What ends the note's first line; a line feed where there is but one."""


def split(content: bytes) -> Block | None:
    r"""Find the frontmatter as Obsidian does; None where there is none.

    >>> split(b"---\ntitle: A\n---\nText")
    Block(opens=0, start=4, end=13, body=17, newline='\n')
    """
    opens = _start(content)
    if not content.startswith(b"---", opens):
        return None
    start = content.find(b"\n", opens) + 1
    if not start or not _is_fence(content[opens:start]):
        return None
    newline = "\r\n" if content.startswith(b"\r\n", start - 2) else "\n"
    at = start - 1
    while (at := content.find(b"\n---", at)) >= 0:
        end = at + 1
        body = content.find(b"\n", end) + 1 or len(content)
        if _is_fence(content[end:body]):
            return Block(opens, start, end, body, newline)
        at = end
    return None


def read(content: bytes) -> Parsed:
    """Read a note.

    Raises:
        FrontmatterError: it is not UTF-8, holds a NUL byte, or its frontmatter is not valid
            YAML, not a mapping, or holds the code of a template.
    """
    _check_text(content)
    block = split(content)
    if block is None:
        start = _start(content)
        return Parsed({}, content[start:].decode(), start, _newline(content))
    tree = _read_block(content, block)
    return Parsed(tree.values(), content[block.body :].decode(), block.body, block.newline)


def source_of(content: bytes, key: str) -> str | None:
    """Give what stands behind a property's colon; None where it is not there.

    This is what `Remove` wants as `was`: record it before the first edit of a property.

    Raises:
        FrontmatterError: the frontmatter cannot be read, or the property not be edited.
    """
    source = _source(content, split(content))
    entry = find_entry(source, key)
    return None if entry is None else value_source(source, entry)


def edit(content: bytes, changes: Sequence[PropertyChange]) -> tuple[Edit, ...]:
    """Plan changes to a note's properties as edits of its bytes.

    Where there is no frontmatter, a block is put before the first byte. The result of the
    edits was parsed: what they change reads as meant, everything else as before.

    Returns:
        The edits in order, none overlapping; none at all where nothing is to change.

    Raises:
        FrontmatterError: one of the changes cannot be made without risk; none is then.
    """
    _check_text(content)
    block = split(content)
    source = _source(content, block)
    surgeries = [plan for change in changes if (plan := _plan(source, change))]
    if not surgeries:
        return ()
    if len({plan.name.casefold() for plan in surgeries}) < len(surgeries):
        raise FrontmatterError("one property is to be changed twice")
    if block and (edits := _without_block(content, block, changes, surgeries)):
        return edits
    for expected, patches in _placements(source, surgeries):
        edits = _edits(block, source.text, patches) if block else _new_block(content, surgeries)
        if _is_right(content, block, edits, expected):
            return edits
    raise FrontmatterError("no change of the properties was found that leaves the others alone")


# --- reading ----------------------------------------------------------------------------


def _start(content: bytes) -> int:
    return len(_BOM) if content.startswith(_BOM) else 0


def _is_fence(line: bytes) -> bool:
    return line.removesuffix(b"\n").removesuffix(b"\r").rstrip(b" \t") == b"---"


def _newline(content: bytes) -> str:
    first = content.find(b"\n")
    return "\r\n" if first > 0 and content[first - 1 : first] == b"\r" else "\n"


def _check_text(content: bytes) -> None:
    if b"\0" in content:
        raise FrontmatterError("the note holds a NUL byte: it is no text")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FrontmatterError(f"the note is not UTF-8 (line {line})") from error


def _read_block(content: bytes, block: Block) -> Tree:
    return read_tree(content[block.start : block.end].decode(), first_line=2)


def _source(content: bytes, block: Block | None) -> Source:
    if block is None:
        return Source("", Tree(), _newline(content))
    text = content[block.start : block.end].decode()
    return Source(text, read_tree(text, first_line=2), block.newline)


# --- editing ----------------------------------------------------------------------------


def _plan(source: Source, change: PropertyChange) -> Surgery | None:
    if source.tree.flow:
        raise FrontmatterError("the properties are written as JSON")
    if any(source.text.startswith(("&", "*", "!"), entry.start) for entry in source.tree.entries):
        # Where such a mark ends before a colon, Obsidian's parser and this one differ.
        raise FrontmatterError("the name of a property has an anchor, an alias or a type")
    match change:
        case SetText():
            return set_text(source, change)
        case AddItems():
            return add_items(source, change)
        case ReplaceItems():
            return replace_items(source, change)
        case Remove():
            return remove(source, change)
        case _:
            assert_never(change)


def _new_block(content: bytes, surgeries: Sequence[Surgery]) -> tuple[Edit, ...]:
    """Put a block before the first byte."""
    start = _start(content)
    if _FENCE_LIKE.match(content, start):
        raise FrontmatterError("the note begins with '---' but has no frontmatter")
    fence = f"---{_newline(content)}"
    lines = "".join(plan.lines for plan in surgeries)
    return (Edit(start, b"", f"{fence}{lines}{fence}".encode()),)


def _without_block(
    content: bytes, block: Block, changes: Sequence[PropertyChange], surgeries: Sequence[Surgery]
) -> tuple[Edit, ...]:
    """Remove a block of ours in which nothing is left; nothing where that is not so."""
    ours = any(isinstance(change, Remove) and change.block for change in changes)
    cuts = [patch for surgery in surgeries for patch in surgery.patches]
    text = content[block.start : block.end].decode()
    if not ours or any(surgery.value is not Gone for surgery in surgeries):
        return ()
    if sum(cut.end - cut.start for cut in cuts) < len(text):
        return ()
    rest = content[block.body :]
    if _FENCE_LIKE.match(rest) or rest.startswith(_BOM):
        return ()
    return (Edit(block.opens, content[block.opens : block.body], b""),)


def _placements(
    source: Source, surgeries: Sequence[Surgery]
) -> Iterator[tuple[list[tuple[str, object]], list[Patch]]]:
    """Give what the properties are to be, and the patches for that, best place first."""
    patches = sorted((patch for plan in surgeries for patch in plan.patches), key=_start_of)
    changed = {plan.name: plan.value for plan in surgeries if not plan.lines}
    kept = [
        (entry.name, changed.get(entry.name, entry.node.value))
        for entry in source.tree.entries
        if changed.get(entry.name) is not Gone
    ]
    new = [(plan.name, plan.value) for plan in surgeries if plan.lines]
    lines = "".join(plan.lines for plan in surgeries)
    if not lines:
        yield kept, patches
        return
    text_ends = source.text.find("\n", len(source.text.rstrip())) + 1
    for place in (text_ends, len(source.text)):
        yield [*kept, *new], sorted([*patches, Patch(place, place, lines)], key=_start_of)
    yield [*new, *kept], [Patch(0, 0, lines), *patches]


def _start_of(patch: Patch) -> int:
    return patch.start


def _edits(block: Block, text: str, patches: Sequence[Patch]) -> tuple[Edit, ...]:
    """Turn patches of the block's text into edits of the note's bytes, joining neighbours."""
    edits: list[Edit] = []
    for patch in patches:
        start = block.start + len(text[: patch.start].encode())
        before, after = text[patch.start : patch.end].encode(), patch.text.encode()
        if edits and edits[-1].end >= start:
            last = edits.pop()
            start, before, after = last.start, last.before + before, last.after + after
        edits.append(Edit(start, before, after))
    return tuple(edits)


def _is_right(
    content: bytes, block: Block | None, edits: Sequence[Edit], expected: list[tuple[str, object]]
) -> bool:
    """Say whether the edits give the properties that are expected, and the same text."""
    start = _start(content)
    after = splice(content, edits)
    new = split(after)
    return (
        new is not None
        and after[: new.opens] == content[:start]
        and after[new.body :] == content[block.body if block else start :]
        and _reads(after, new, expected)
    )


def _reads(content: bytes, block: Block, expected: list[tuple[str, object]]) -> bool:
    try:
        tree = _read_block(content, block)
    except FrontmatterError:
        return False
    # `repr` tells 1 from True and from 1.0, which are equal, and compares the order too.
    return repr([(entry.name, entry.node.value) for entry in tree.entries]) == repr(expected)
