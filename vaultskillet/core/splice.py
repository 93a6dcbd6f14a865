"""Put planned edits into the bytes of a note, and take them out again."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core.model import Edit


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
