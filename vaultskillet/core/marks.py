"""Write into a note's text what became of its calls: two spans at most a call, nothing else."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate
from typing import Final

from vaultskillet.core import frontmatter, markdown
from vaultskillet.core.calls import Call, State
from vaultskillet.core.markdown import Block, Document, Spanning, Task
from vaultskillet.core.model import Edit, Note
from vaultskillet.core.splice import compose, splice
from vaultskillet.core.surgery import Patch, RenameItems
from vaultskillet.errors import FrontmatterError

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one call that stands in the text."""

    call: Call
    state: State
    link: str | None = None
    """To the answer, brackets included; None where its line needs none."""


def plan_marks(body: str, document: Document, marks: Sequence[Mark]) -> list[Patch] | None:
    """Plan to change each call's tag, and to put the links to answers where they belong.

    What is planned was read again: every block and construct is as before.

    Args:
        body: the note's.
        document: the body, read.
        marks: of calls that stand in the text.

    Returns:
        Patches of the body, in order, none overlapping; None where a link cannot be put on
        its line without changing how something else reads.
    """
    if not marks:
        return []
    for at_tag in (False, True):
        patches = _join(_patches(marks, at_tag=at_tag))
        after = markdown.read(apply_patches(body, patches))
        links = sum(bool(mark.link) for mark in marks)
        if _reads_alike(document, after, patches, body=body, links=links):
            return patches
    return None


def plan_edits(
    note: Note, document: Document, marks: Sequence[Mark], front: tuple[Edit, ...]
) -> tuple[Edit, ...] | None:
    """Plan all edits of a note: those of its properties, and what became of its calls.

    Args:
        note: the note.
        document: its body, read.
        marks: of calls in the text and in the frontmatter.
        front: edits of the frontmatter.

    Returns:
        Edits of the note's bytes, in order; None where a link has no place.

    Raises:
        FrontmatterError: the tag of a call in the frontmatter cannot be changed safely.
    """
    patches = plan_marks(note.body, document, marks)
    if patches is None:
        return None
    names = {m.call.tag: m.call.marked(m.state) for m in marks if m.call.span is None}
    if names:
        renames = frontmatter.edit(splice(note.content, front), [RenameItems("tags", names)])
        if not renames:
            raise FrontmatterError(f"the tag {', '.join(names)} stands where it cannot be changed")
        front = compose(front, renames)
    return (*front, *_byte_edits(note, patches))


def _byte_edits(note: Note, patches: Sequence[Patch]) -> Iterator[Edit]:
    """Turn patches of the body into edits of the note's bytes."""
    offset = len(note.content) - len(note.body.encode())
    at = 0
    for patch in patches:
        offset += len(note.body[at : patch.start].encode())
        before = note.body[patch.start : patch.end].encode()
        yield Edit(offset, before, patch.text.encode())
        offset += len(before)
        at = patch.end


def apply_patches(text: str, patches: Sequence[Patch]) -> str:
    """Give the text after the patches, which are in order."""
    pieces: list[str] = []
    at = 0
    for patch in patches:
        pieces += (text[at : patch.start], patch.text)
        at = patch.end
    return "".join([*pieces, text[at:]])


def _patches(marks: Sequence[Mark], *, at_tag: bool) -> Iterator[Patch]:
    for mark in marks:
        call = mark.call
        if call.span is None:
            continue
        yield Patch(call.span.start, call.span.end, f"#{call.marked(mark.state)}")
        if mark.link:
            place = call.span.end if at_tag else call.place
            link = mark.link.replace("|", "\\|") if call.in_table else mark.link
            yield Patch(place, place, f" {link}")


def _join(patches: Iterator[Patch]) -> list[Patch]:
    """Put patches in order; several at one place, as two links on a line, become one."""
    joined: list[Patch] = []
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        last = joined[-1] if joined else None
        if last and last.start == last.end == patch.start == patch.end:
            joined[-1] = Patch(last.start, last.end, last.text + patch.text)
        else:
            joined.append(patch)
    return joined


# --- does it read as before? ------------------------------------------------------------


def _reads_alike(
    before: Document, after: Document, patches: Sequence[Patch], *, body: str, links: int
) -> bool:
    """Say whether all that was there is there still, and nothing but so many links was added."""
    shift = _Shift(patches)
    for field in fields(Document):
        old: Sequence[Spanning] = getattr(before, field.name)
        new: Sequence[Spanning] = [
            one for one in getattr(after, field.name) if not shift.is_inserted(one.start)
        ]
        if len(old) != len(new) or not all(map(shift.is_same, old, new)):
            return False
    if len(after.wikilinks) != len(before.wikilinks) + links:
        return False
    # A construct that no span tells of, such as HTML, would fall apart into words of text. A
    # tag at a line's end is no word of it, and becomes one once a link stands behind it.
    added = tuple({word for patch in patches for word in _WORD.findall(patch.text)})
    strange = _words(after) - _words(before) - _words_of_constructs(before, body)
    return all(word.startswith(added) or word.endswith(added) for word in strange)


def _words(document: Document) -> set[str]:
    return {word for block in document.blocks for word in _WORD.findall(block.prose)}


def _words_of_constructs(document: Document, body: str) -> set[str]:
    """Give the words of what is found again as it was, such as tags."""
    constructs: Sequence[Spanning] = (
        *document.tags, *document.links, *document.wikilinks, *document.inline_fields,
    )  # fmt: skip
    return {word for one in constructs for word in _WORD.findall(body[one.start : one.end])}


class _Shift:
    """Where the places of a text come to lie once patches are applied."""

    def __init__(self, patches: Sequence[Patch]) -> None:
        self._starts = [patch.start for patch in patches]
        self._ends = [patch.end for patch in patches]
        grown = [len(patch.text) - (patch.end - patch.start) for patch in patches]
        self._sums = [0, *accumulate(grown)]
        self._inserted = [
            (patch.start + shift, patch.start + shift + len(patch.text))
            for patch, shift in zip(patches, self._sums, strict=False)
            if patch.start == patch.end
        ]

    def is_inserted(self, place: int) -> bool:
        """Say whether a place of the new text lies in what was put between."""
        return any(start <= place < end for start, end in self._inserted)

    def is_same(self, old: Spanning, new: Spanning) -> bool:
        """Say whether a construct is the same one, wherever it lies now."""
        start = self._start(old.start)
        ends = (self._end(old.end), self._start(old.end))
        return new.start == start and new.end in ends and _traits(old) == _traits(new)

    def _start(self, place: int) -> int:
        """Give where a construct begins that began here: what is inserted here goes before."""
        return place + self._sums[bisect_right(self._ends, place)]

    def _end(self, place: int) -> int:
        """Give where a construct ends that ended here: what is inserted here goes after."""
        return place + self._sums[bisect_left(self._starts, place)]


def _traits(span: Spanning) -> object:
    match span:
        case Block(kind=kind, depth=depth, heading_level=level, callout=callout):
            return (kind, depth, level, callout)
        case Task(status=status):
            return status
        case _:
            return type(span)
