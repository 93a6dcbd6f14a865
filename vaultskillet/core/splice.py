"""Put planned edits into the bytes of a note, and take them out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    Digest,
    Edit,
    EditNote,
    Overtaken,
    Ownership,
    Plan,
    RemoveNote,
    Write,
    digest_of,
)


class MisplacedEditError(ValueError):
    """An edit does not fit the bytes it is to change: the plan was made for others."""


def splice(content: bytes, edits: Sequence[Edit]) -> bytes:
    """Give the bytes after the edits; what lies between them is as it was.

    >>> splice(b"a: 1", [Edit(3, b"1", b"2")])
    b'a: 2'

    Raises:
        MisplacedEditError: an edit's `before` does not stand at its place, or the edits
            are out of order or overlap.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in edits:
        if edit.start < done or content[edit.start : edit.end] != edit.before:
            raise MisplacedEditError(f"an edit does not fit at byte {edit.start}")
        pieces += (content[done : edit.start], edit.after)
        done = edit.end
    return b"".join((*pieces, content[done:]))


def invert(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Give the edits that take these back.

    >>> splice(b"a: 2", invert([Edit(3, b"1", b"2")]))
    b'a: 1'
    """
    inverted = []
    shift = 0
    for edit in edits:
        inverted.append(Edit(edit.start + shift, edit.after, edit.before))
        shift += len(edit.after) - len(edit.before)
    return tuple(inverted)


def compose(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Give the edits that do at once what two lists of edits do one after the other.

    Edits that do not overlap stay as they are, so that each can still be told apart.

    >>> compose([Edit(0, b"a", b"bc")], [Edit(1, b"c", b"d"), Edit(2, b"", b"!")])
    (Edit(start=0, before=b'a', after=b'bd'), Edit(start=1, before=b'', after=b'!'))

    Args:
        first: edits of some bytes.
        second: edits of what the first make of them.
    """
    made = [(undone.start, undone.end, 0, undone) for undone in invert(first)]
    asked = [(edit.start, edit.end, 1, edit) for edit in second]
    groups: list[list[tuple[int, int, int, Edit]]] = []
    reach = -1
    for one in sorted([*made, *asked], key=lambda one: one[:3]):
        if one[0] >= reach:
            groups.append([])
        groups[-1].append(one)
        reach = max(reach, one[1])
    composed: list[Edit] = []
    shift = 0
    for group in groups:
        edit, grown = _unite(group)
        composed += [replace(edit, start=edit.start - shift)] if edit.before != edit.after else []
        shift += grown
    return tuple(composed)


def _unite(group: Sequence[tuple[int, int, int, Edit]]) -> tuple[Edit, int]:
    """Make one edit of edits that overlap; say also by how much the first ones had grown it."""
    start, end = group[0][0], max(one[1] for one in group)
    between = bytearray(end - start)
    for at, stop, _, edit in group:
        between[at - start : stop - start] = edit.before
    sides = [
        splice(
            bytes(between),
            [replace(one[3], start=one[0] - start) for one in group if one[2] == side],
        )
        for side in (0, 1)
    ]
    return Edit(start, *sides), len(between) - len(sides[0])


def apply(write: Write, content: bytes | None) -> bytes | Overtaken | None:
    """Give what a write makes of a note.

    Args:
        write: edits of it, all of it, or none of it any more.
        content: what is there now; None: nothing.

    Returns:
        What is there then, None where that is nothing; or `Overtaken` where what is there now
        is not what the write expects. To make what is there already is fine.

    Raises:
        MisplacedEditError: the edits are not of this content.
    """
    found = ABSENT if content is None else digest_of(content)
    if isinstance(write, CreateNote):
        if content in (None, write.content):
            return write.content
        return Overtaken("a file of that name is there already")
    if content is None or found != write.expects:
        return Overtaken("it changed since it was read")
    return None if isinstance(write, RemoveNote) else splice(content, write.edits)


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a plan, and how its note stands afterwards."""

    write: EditNote | CreateNote
    after: Digest
    source: Digest
    ownership: Ownership


def steps_of(plan: Plan | CreateNote) -> Iterator[Step]:
    """Give the writes of a plan one by one, or that of a note that belongs to no other.

    In a new note nothing is owned and there is no source: it is ours as a whole.

    Raises:
        MisplacedEditError: a write does not fit the note that it was planned on.
    """
    if isinstance(plan, CreateNote):
        yield Step(plan, digest_of(plan.content), Digest(""), Ownership())
        return
    content = plan.note.content
    for write in plan.writes:
        if isinstance(write, CreateNote):
            yield from steps_of(write)
        else:
            content = splice(content, write.edits)
            yield Step(write, digest_of(content), plan.note.source, plan.ownership)
