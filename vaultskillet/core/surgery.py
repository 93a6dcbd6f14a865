"""What changes of properties and their plans are made of, and where things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaultskillet.core.properties import Entry, Node, Tree
from vaultskillet.errors import FrontmatterError


@dataclass(frozen=True, slots=True)
class SetText:
    """Give a property one line of text; a value of the user's is never replaced."""

    key: str
    value: str
    replaces: str | None = None
    """What we wrote last: only this, or nothing, may stand there."""


@dataclass(frozen=True, slots=True)
class AddItems:
    """Append to a list those items that it has not; case and `#` make no difference."""

    key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplaceItems:
    """Put items of ours in a list in place of others of ours, or take them out; then append."""

    key: str
    items: Mapping[str, str | None]
    """Item -> what takes its place; None: nothing."""
    add: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out what we wrote, where it still stands as we wrote it."""

    key: str
    value: str | tuple[str, ...]
    """The text we set, or the items we added."""
    was: str | None = None
    """What `value_source` gave before we wrote; None where there was no such property."""
    block: bool = False
    """The block was ours too: it goes when nothing is left in it."""


PropertyChange = SetText | AddItems | ReplaceItems | Remove


@dataclass(frozen=True, slots=True)
class Patch:
    """Replace the characters `text[start:end]`."""

    start: int
    end: int
    text: str


class Gone:
    """Stands for the value of a property that is removed."""


@dataclass(frozen=True, slots=True)
class Surgery:
    """What a change does to the text, and what the property is to read afterwards."""

    name: str
    value: object
    patches: tuple[Patch, ...] = ()
    lines: str = ""
    """A new property, for whoever knows a place."""


@dataclass(frozen=True, slots=True)
class Source:
    """A block's text, without fences; empty or ending with a newline."""

    text: str
    tree: Tree
    newline: str


def find_entry(source: Source, key: str) -> Entry | None:
    """Find a property however its name is cased; `tag` serves where there is no `tags`."""
    entries = _named(source.tree, key)
    if not entries and key.casefold() == "tags":
        entries = _named(source.tree, "tag")
    if not entries:
        return None
    if len(entries) > 1:
        raise FrontmatterError(f"'{entries[0].name}' and '{entries[1].name}' are both there")
    entry = entries[0]
    if source.text[entry.name_end : after_colon(source, entry) - 1].strip(" \t"):
        raise FrontmatterError(f"'{entry.name}' is written in a way that is not understood")
    if source.text.startswith(
        ("&", "!"), entry.node.start
    ):  # an alias begins where its anchor does
        raise FrontmatterError(f"'{entry.name}' has an anchor, an alias or a type")
    return entry


def value_source(source: Source, entry: Entry) -> str:
    """Give what stands between a property's colon and the end of its value."""
    return source.text[after_colon(source, entry) : value_end(source, entry.node)]


def _named(tree: Tree, key: str) -> list[Entry]:
    return [entry for entry in tree.entries if entry.name.casefold() == key.casefold()]


def after_colon(source: Source, entry: Entry) -> int:
    """Say where the colon behind a property's name ends."""
    return source.text.index(":", entry.name_end) + 1


def value_end(source: Source, node: Node) -> int:
    """Say where a value ends, without what the parser counts in after it."""
    if node.style == "block" and node.items:
        return value_end(source, node.items[-1])
    return node.start + len(source.text[node.start : node.end].rstrip())


def next_line(source: Source, at: int) -> int:
    """Say where the line after this one begins."""
    return source.text.index("\n", at) + 1


def line_start(source: Source, at: int) -> int:
    """Say where this line begins."""
    return source.text.rfind("\n", 0, at) + 1
