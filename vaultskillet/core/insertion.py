"""Plan to set texts and to add items, in the style of the YAML text that they go into.

What is planned here is a proposal: `vaultskillet.core.frontmatter` parses the result before
anything comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from vaultskillet.core.properties import QUOTES, Entry, Node, items_of
from vaultskillet.core.scalars import write_scalar
from vaultskillet.core.surgery import (
    AddItems,
    Patch,
    SetText,
    Source,
    Surgery,
    after_colon,
    find_entry,
    line_start,
    next_line,
    value_end,
)
from vaultskillet.errors import FrontmatterError

# --- setting a text ---------------------------------------------------------------------

_EMPTY_SOURCES: Final = ("", "null", "Null", "NULL", "~", '""', "''")


def set_text(source: Source, change: SetText) -> Surgery | None:
    """Plan to give a property a text; None where it has it.

    Raises:
        FrontmatterError: it cannot be done safely.
    """
    entry = find_entry(source, change.key)
    if entry is None:
        name, value = write_scalar(change.key), new_scalar(source, change.value)
        lines = f"{_root_indent(source)}{name}: {value}{source.newline}"
        return Surgery(change.key, change.value, lines=lines)
    node = entry.node
    if node.value == change.value:
        return None
    if not _is_empty(source, node) and node.value != change.replaces:
        raise FrontmatterError(f"'{entry.name}' holds what somebody else wrote")
    scalar = new_scalar(source, change.value, style=node.style)
    return Surgery(entry.name, change.value, (_replace_value(source, entry, scalar),))


def _is_empty(source: Source, node: Node) -> bool:
    return source.text[node.start : node.end] in _EMPTY_SOURCES


def _replace_value(source: Source, entry: Entry, written: str) -> Patch:
    """Put a value on the line of its name, in place of what stands there."""
    if entry.node.start == entry.node.end:
        at = after_colon(source, entry)
        return Patch(at, at, " " + written)
    return Patch(entry.node.start, value_end(source, entry.node), written)


def _root_indent(source: Source) -> str:
    """Give the white space before the names of properties."""
    if not source.tree.entries:
        if source.text.strip():
            raise FrontmatterError("the block holds comments only")
        return ""
    first = source.tree.entries[0].start
    indent = source.text[line_start(source, first) : first]
    if indent.strip(" "):
        raise FrontmatterError("the first property does not begin its line")
    return indent


# --- adding items -----------------------------------------------------------------------

_ITEM_PREFIX = re.compile(r"( *)-( *)")
_SEPARATOR = re.compile(r"\s*,\s*")
_WORD = re.compile(r"#?[^\s!\"#$%&'()*+,.:;<=>?@^`{|}~\[\]\\]+")
_LINK = re.compile(r"\[\[[^\[\]]+\]\]")


def add_items(source: Source, change: AddItems) -> Surgery | None:
    """Plan to add items in the style of those that are there; None where all are.

    Raises:
        FrontmatterError: it cannot be done safely.
    """
    entry = find_entry(source, change.key)
    items = absent_items(change.items, items_of(entry.node.value) if entry else [])
    if not items:
        return None
    if entry is None:
        head = f"{_root_indent(source)}{write_scalar(change.key)}:{source.newline}"
        return Surgery(change.key, items, lines=head + _new_list(source, items))
    return _extend(source, entry, items)


def _extend(source: Source, entry: Entry, items: list[str]) -> Surgery:
    """Add items to a property that is there, whatever shape it has."""
    node = entry.node
    if node.start == node.end:
        at = next_line(source, node.end)
        return Surgery(entry.name, items, (Patch(at, at, _new_list(source, items)),))
    if _is_empty(source, node):
        flow = f"[{', '.join(new_scalar(source, item, flow=True) for item in items)}]"
        return Surgery(entry.name, items, (_replace_value(source, entry, flow),))
    if isinstance(node.value, list):
        return (_extend_flow if node.style == "flow" else _extend_block)(source, entry, items)
    if isinstance(node.value, str) and node.style in ("", *QUOTES):
        return _extend_string(source, entry, items)
    raise FrontmatterError(f"'{entry.name}' is neither a list nor one line of text")


def absent_items(items: Sequence[str], present: Sequence[str]) -> list[str]:
    """Give the items that are not present, each once."""
    seen = {_sameness(item) for item in present}
    absent: dict[str, str] = {}
    for item in items:
        if _sameness(item) not in seen:
            absent.setdefault(_sameness(item), item)
    return list(absent.values())


def _sameness(item: str) -> str:
    return item.removeprefix("#").casefold()


def _new_list(source: Source, items: Sequence[str]) -> str:
    """Write a block list in the style of the block's other lists."""
    indent, gap = _root_indent(source) + "  ", " "
    for entry in source.tree.entries:
        for item in entry.node.items if entry.node.style == "block" else ():
            if prefix := item_prefix(source, item):
                indent, gap = prefix
    lines = (f"{indent}-{gap}{new_scalar(source, item)}{source.newline}" for item in items)
    return "".join(lines)


def item_prefix(source: Source, item: Node) -> tuple[str, str] | None:
    """Give the blanks before and after the dash of an item, if they are all its line has."""
    line = source.text[line_start(source, item.start) : item.start]
    match = _ITEM_PREFIX.fullmatch(line)
    return (match[1], match[2] or " ") if match else None


def _extend_block(source: Source, entry: Entry, items: list[str]) -> Surgery:
    nodes = checked_items(entry)
    prefixes = [prefix for node in nodes if (prefix := item_prefix(source, node))]
    if not prefixes or any(node.style == "block" for node in nodes):
        raise FrontmatterError(f"the list '{entry.name}' is written in an unusual way")
    indent, gap = prefixes[-1]
    style, added = _as_last(entry, items)
    last = value_end(source, nodes[-1])
    at = next_line(source, last)
    scalars = (new_scalar(source, item, style=style) for item in added)
    lines = "".join(f"{indent}-{gap}{scalar}{source.newline}" for scalar in scalars)
    return Surgery(entry.name, _old_items(entry) + added, (Patch(at, at, lines),))


def _extend_flow(source: Source, entry: Entry, items: list[str]) -> Surgery:
    nodes = checked_items(entry)
    if any(node.style in ("block", "flow") for node in nodes):
        raise FrontmatterError(f"the list '{entry.name}' holds lists; is a link not quoted?")
    style, added = _as_last(entry, items)
    scalars = [new_scalar(source, item, style=style, flow=True) for item in added]
    if not nodes:
        at = entry.node.start + 1
        return Surgery(entry.name, added, (Patch(at, at, ", ".join(scalars)),))
    at = nodes[-1].end
    between = source.text[nodes[-2].end : nodes[-1].start] if len(nodes) > 1 else ""
    separator = between if _SEPARATOR.fullmatch(between) else ", "
    text = "".join(separator + scalar for scalar in scalars)
    return Surgery(entry.name, _old_items(entry) + added, (Patch(at, at, text),))


def checked_items(entry: Entry) -> tuple[Node, ...]:
    """Give the items of a list, none of which is an alias: their places tell."""
    nodes = entry.node.items
    if any(b.start < a.end for a, b in pairwise(nodes)) or (
        nodes and nodes[0].start < entry.node.start
    ):
        raise FrontmatterError(f"the list '{entry.name}' holds an alias")
    return nodes


def _old_items(entry: Entry) -> list[object]:
    return [node.value for node in entry.node.items]


def _as_last(entry: Entry, items: list[str]) -> tuple[str, list[str]]:
    """Give the quotes of a list's last text, and our items with `#` where that has one."""
    for node in reversed(entry.node.items):
        if isinstance(node.value, str):
            return node.style, _hashed_like(node.value, entry, items)
    return "", items


def _hashed_like(text: str, entry: Entry, items: list[str]) -> list[str]:
    if text.startswith("#") and entry.name.casefold() in ("tags", "tag"):
        return ["#" + item.removeprefix("#") for item in items]
    return items


def _extend_string(source: Source, entry: Entry, items: list[str]) -> Surgery:
    """Extend tags that stand in one string, or make a list of a single item."""
    node = entry.node
    text = str(node.value)
    is_tags = entry.name.casefold() in ("tags", "tag")
    parts = re.split(r",\s*" if "," in text else r"\s+", text)
    added = _hashed_like(parts[-1], entry, items)
    if len(parts) == 1 and (_WORD if is_tags else _LINK).fullmatch(text):
        scalars = (new_scalar(source, item, style=node.style, flow=True) for item in added)
        end = value_end(source, node)
        ends = Patch(node.start, node.start, "["), Patch(end, end, f", {', '.join(scalars)}]")
        return Surgery(entry.name, [text, *added], ends)
    if (
        not is_tags
        or not all(map(_WORD.fullmatch, added))
        or not ("," in text or all(map(_WORD.fullmatch, parts)))
    ):
        raise FrontmatterError(f"'{entry.name}' is a text that is no list of items")
    commas = re.findall(r",\s*", text)
    separator = (", " if commas[-1].strip(",") else ",") if commas else " "
    tail = "".join(separator + item for item in added)
    if text.endswith(","):
        tail = tail.removeprefix(",")
    at = value_end(source, node) - len(node.style)
    return Surgery(entry.name, text + tail, (Patch(at, at, tail),))


# --- writing scalars --------------------------------------------------------------------


def new_scalar(source: Source, text: str, *, style: str = "", flow: bool = False) -> str:
    """Write a scalar with the quotes that the block uses."""
    nodes = [node for entry in source.tree.entries for node in (entry.node, *entry.node.items)]
    styles = {node.style for node in nodes}
    prefer = "'" if "'" in styles and '"' not in styles else '"'
    return write_scalar(text, style=style, prefer=prefer, flow=flow)
