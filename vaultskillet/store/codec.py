"""How values stand in a column: stamps, ownership, edits, lists of paths."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from vaultskillet.core.model import Edit, Ownership, Stamp, make_stamp

# Made once: `json.dumps` would make it for each row.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def stamp_to_text(stamp: Stamp) -> str:
    """Write a stamp; as text, since some systems' inodes and dates exceed 64 bits."""
    return f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"


def stamp_from_text(text: str) -> Stamp:
    """Read what `stamp_to_text` wrote."""
    size, mtime_ns, inode = text.split()
    return Stamp(int(size), int(mtime_ns), int(inode))


def stamps_from_texts(texts: Iterable[str]) -> Iterator[Stamp]:
    """Read what `stamp_to_text` wrote, all of it at once: that takes a third of the time."""
    numbers = map(int, " ".join(texts).split())
    return map(make_stamp, zip(numbers, numbers, numbers, strict=True))


def ownership_to_text(ownership: Ownership) -> str:
    """Write an ownership; that of most notes is empty, and so is its text."""
    if ownership == Ownership():
        return ""
    parts: list[object] = [dict(ownership.values), dict(ownership.vetoed), sorted(ownership.theirs)]
    return _to_json([*parts, dict(ownership.links)] if ownership.links else parts)


def ownership_from_text(text: str) -> Ownership:
    """Read what `ownership_to_text` wrote."""
    if not text:
        return Ownership()
    values, vetoed, theirs, *links = json.loads(text)
    return Ownership(
        values={key: v if isinstance(v, str) else tuple(v) for key, v in values.items()},
        vetoed={key: tuple(items) for key, items in vetoed.items()},
        theirs=frozenset(theirs),
        links=links[0] if links else {},
    )


def edits_to_blob(edits: Iterable[Edit]) -> bytes:
    """Write edits; bytes that are no UTF-8 pass unchanged."""
    parts = [(edit.start, _text(edit.before), _text(edit.after)) for edit in edits]
    return _bytes(_to_json(parts))


def edits_from_blob(blob: bytes) -> tuple[Edit, ...]:
    """Read what `edits_to_blob` wrote."""
    return tuple(
        Edit(start, _bytes(before), _bytes(after))
        for start, before, after in json.loads(_text(blob))
    )


def to_json_list(items: Iterable[str] | None) -> str | None:
    """Write a list for `json_each`: one statement serves lists of every length."""
    return None if items is None else json.dumps(list(items))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
