"""Call lines: the rest of the line that a tag of ours stands on, and where a link goes there.

All of it takes time in proportion to the text, whatever the text: a note may hold a tag of ours
a hundred thousand times on one line, or the marks of anything else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Final

from vaultskillet.core.markdown import Block, Comment, Document, Kind, Span, Spanning, Tag, Wikilink

_FIELD: Final = r"""(?:
    [📅🗓⏳⌛🛫➕✅❌]\ufe0f?[ \t]*\d{4}-\d\d-\d\d    # a date
    | [🔺⏫🔼🔽⏬]\ufe0f?                          # a priority
    | 🔁\ufe0f?[ \t]*[a-zA-Z0-9,!\ ]+              # how often
    | 🏁\ufe0f?[ \t]*[a-zA-Z]+                     # what then
    | [🆔⛔]\ufe0f?[ \t]*[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*
    | \[[a-zA-Z]+::[^\[\]\n]*\] | \([a-zA-Z]+::[^()\n]*\)
)"""
# The fields of the plug-in Tasks, which reads them from a line's end and stops at other text.
_TASK_FIELDS: Final = re.compile(rf"{_FIELD}(?:[ \t]+(?:{_FIELD}|\#[^\s\#]+))*[ \t]*\Z", re.VERBOSE)
_LONGEST_FIELDS: Final = 300
"""In characters; bounds the search from a line's end, as the next one does."""
_LONGEST_ID: Final = 100
_BLOCK_ID: Final = re.compile(r"[ \t]\^[A-Za-z0-9-]+\Z")
"""Obsidian reads one at a block's end; on an earlier line it may be one once the text is cut."""
_CLOSING_HASHES: Final = re.compile(r"[ \t]#+\Z")
_NEWLINE: Final = re.compile(r"[\r\n]")
_PIPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\|")
_QUOTED: Final = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*>")

_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Line:
    """A tag of ours, and the rest of its line."""

    tag: Tag
    asked: Span
    """What stands between the tag and what ends the line or begins another call."""
    place: int
    """Where a link goes."""
    in_table: bool
    links_behind: Span
    """The links right behind the tag."""
    links_at_end: Span
    """The links that stand where ours would."""


def lines_of(tags: Sequence[Tag], body: str, document: Document) -> Iterator[Line]:
    """Give the lines of the tags that stand in no quote.

    Args:
        tags: some of the document's, in order.
        body: the text.
        document: the same, read.
    """
    if not tags:
        return
    reading = _Reading(body, document)
    ends = [*(tag.start for tag in tags[1:]), len(body)]
    for tag, after in zip(tags, ends, strict=True):
        block = _block_at(document.blocks, tag.start)
        if block is not None and not reading.is_quoted(block, tag.start):
            yield reading.line(block, tag, after)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where one line, or a table's cell, ends."""

    end: int
    """Of the line's own text."""
    place: int
    """Where a link at its end goes."""
    links: Span
    """Those that stand there."""


class _Reading:
    """A note's text while the lines of its calls are read; nothing is looked at twice."""

    def __init__(self, body: str, document: Document) -> None:
        self._body = body
        self._document = document
        self._breaks = [found.start() for found in _NEWLINE.finditer(body)]
        links = [link for link in document.wikilinks if not link.is_embed]
        self._link_at: dict[int, Wikilink] = {link.start: link for link in links}
        self._link_until: dict[int, Wikilink] = {link.end: link for link in links}
        self._ends: dict[int, _Ends] = {}
        self._quotes: dict[int, int] = {}
        self._pipes: dict[int, list[int]] = {}

    @cached_property
    def _constructs(self) -> list[Spanning]:
        """What may span lines, so that a line's end lies within it."""
        document = self._document
        constructs: Sequence[Spanning] = (
            *document.code, *document.comments, *document.math, *document.links,
            *document.wikilinks, *document.template_code,
        )  # fmt: skip
        return sorted(constructs, key=_start)

    def is_quoted(self, block: Block, place: int) -> bool:
        """Say whether a place stands on a quote's line, and the quote is no callout.

        A line without `>` under a quote is a part of it by Markdown's rules, but whoever writes
        one there hardly means that: most likely the blank line is missing.
        """
        if block.callout:
            return False
        start = self._line_start(place)
        if start not in self._quotes:
            quoted = _QUOTED.match(self._body, start)
            self._quotes[start] = quoted.end() if quoted else len(self._body)
        return self._quotes[start] <= place

    def line(self, block: Block, tag: Tag, after: int) -> Line:
        """Give the line of a tag, which ends where the next one stands, if not before."""
        in_table = block.kind is Kind.TABLE
        ends = self._ends_of_cell(tag.end) if in_table else self._ends_of_line(block, tag)
        place, end, links = ends.place, min(ends.end, after), ends.links
        # Where fields of a task stand before the tag, the link goes before the fields.
        are_fields_first = ends.place < tag.end <= ends.end and bool(
            self._body[ends.place : ends.end].strip(" \t")
        )
        if not are_fields_first:
            place, end = max(tag.end, place), max(tag.end, min(place, after))
            links = links if place == ends.place else Span(place, place)
        return Line(
            tag=tag,
            asked=Span(tag.end, end),
            place=place,
            in_table=in_table,
            links_behind=self._links_behind(tag),
            links_at_end=links,
        )

    def _ends_of_line(self, block: Block, tag: Tag) -> _Ends:
        start = self._line_start(tag.start)
        if start not in self._ends:
            self._ends[start] = self._ends_of(block, start)
        return self._ends[start]

    def _ends_of(self, block: Block, start: int) -> _Ends:
        body = self._body
        line_end = self._line_end(start)
        end = self._rstrip(start, line_end)
        if block_id := _BLOCK_ID.search(body, max(start, end - _LONGEST_ID), end):
            end = self._rstrip(start, block_id.start())
        if block.kind is Kind.HEADING and (hashes := _CLOSING_HASHES.search(body, start, end)):
            end = self._rstrip(start, hashes.start())
        slashes = end - start - len(body[start:end].rstrip("\\"))
        if slashes % 2 and line_end < block.end:  # a backslash that breaks the line
            end = self._rstrip(start, end - 1)
        place = end
        if block.kind is Kind.TASK:
            first = max(start, end - _LONGEST_FIELDS)
            fields = _TASK_FIELDS.search(body, first, end)
            place = fields.start() if fields else end
        place = self._rstrip(start, self._outside(start, place))
        return _Ends(end, place, self._links_until(place))

    def _ends_of_cell(self, place: int) -> _Ends:
        start = self._line_start(place)
        if start not in self._pipes:
            row = _PIPE.finditer(self._body, start, self._line_end(start))
            self._pipes[start] = [pipe.end() - 1 for pipe in row]
        pipes = self._pipes[start]
        at = bisect_left(pipes, place)
        whole = pipes[at] if at < len(pipes) else self._line_end(place)
        if whole not in self._ends:
            end = self._rstrip(pipes[at - 1] + 1 if at else start, whole)
            self._ends[whole] = _Ends(end, end, self._links_until(end))
        return self._ends[whole]

    def _outside(self, start: int, place: int) -> int:
        """Give a place that lies in no construct: one that spans lines may hold this."""
        for at in range(bisect_left(self._constructs, start, key=_start), len(self._constructs)):
            one = self._constructs[at]
            if one.start >= place:
                break
            if place < one.end or (place == one.end and self._never_closes(one)):
                return one.start
        return place

    def _never_closes(self, one: Spanning) -> bool:
        """Say whether a construct runs on over what is put at its end: a comment does."""
        return isinstance(one, Comment) and not self._body.endswith("%%", one.start + 2, one.end)

    def _links_until(self, place: int) -> Span:
        """Give the links that end at a place, each with a blank before it."""
        start = place
        while link := self._link_until.get(start):
            if self._body[link.start - 1 : link.start] not in (" ", "\t"):
                break
            start = self._rstrip(0, link.start)
        return Span(start, place)

    def _links_behind(self, tag: Tag) -> Span:
        end = tag.end
        while link := self._link_at.get(self._lstrip(end)):
            end = link.end
        return Span(tag.end, end)

    def _line_start(self, place: int) -> int:
        at = bisect_left(self._breaks, place)
        return self._breaks[at - 1] + 1 if at else 0

    def _line_end(self, place: int) -> int:
        at = bisect_left(self._breaks, place)
        return self._breaks[at] if at < len(self._breaks) else len(self._body)

    def _rstrip(self, start: int, end: int) -> int:
        while end > start and self._body[end - 1] in " \t":
            end -= 1
        return end

    def _lstrip(self, start: int) -> int:
        while self._body[start : start + 1] in (" ", "\t"):
            start += 1
        return start


def _block_at(blocks: Sequence[Block], place: int) -> Block | None:
    at = bisect_right(blocks, place, key=_start) - 1
    return blocks[at] if at >= 0 and place < blocks[at].end else None
