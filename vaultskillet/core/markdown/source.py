"""Where a parser's positions lie in the text that was read.

markdown-it knows one kind of newline, and hands out the text of a block with the markers
of lists and quotes cut from the left of each line. Both are undone here. What makes it
exact: a line that was handed out is blanks and the *right* part of the line in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_CONTROLS = "\0\1\2\3"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_NEWLINE = re.compile(r"\r\n?|\n")


class Source:
    """A text and its lines."""

    def __init__(self, text: str) -> None:
        if any(mark in text for mark in _CONTROLS):
            text = _CONTROL.sub("\ufffd", text)
        self.text = text
        """As given, but that U+FFFD stands for NUL, as CommonMark has it, and for our marks."""
        has_returns = "\r" in text
        self.normal = _NEWLINE.sub("\n", text) if has_returns else text
        """What the parser reads: a line feed for every newline."""
        self.starts, self.ends = _lines_of(text)
        self._normal_starts = self.starts
        if has_returns and "\r\n" in text:
            self._normal_starts = [0]
            for start, end in zip(self.starts, self.ends, strict=True):
                self._normal_starts.append(self._normal_starts[-1] + end - start + 1)
            self._normal_starts.pop()

    def at(self, position: int) -> int:
        """Give the place in the text of a position in `normal`."""
        if self._normal_starts is self.starts:
            return position
        line = bisect_right(self._normal_starts, position) - 1
        return self.starts[line] + position - self._normal_starts[line]

    def line_start(self, place: int) -> int:
        """Give where the line that holds a place in the text begins."""
        return self.starts[bisect_right(self.starts, place) - 1]

    def end_of(self, start: int, lines: list[int]) -> int:
        """Give where the block that starts there and has these lines ends."""
        end = self.ends[min(lines[1], len(self.ends)) - 1]
        return start + len(self.text[start:end].rstrip(" \t\r\n"))


def _lines_of(text: str) -> tuple[list[int], list[int]]:
    """Give where each line begins and ends."""
    if "\r" in text:
        newlines = list(_NEWLINE.finditer(text))
        starts = [0, *(newline.end() for newline in newlines)]
        return starts, [*(newline.start() for newline in newlines), len(text)]
    ends: list[int] = []
    at = -1
    for line in text.split("\n"):
        at += len(line) + 1
        ends.append(at)
    return [0, *[end + 1 for end in ends[:-1]]], ends


class Origin:
    """Maps positions in a block's content to the text."""

    __slots__ = ("_shifts", "_starts")

    def __init__(self, starts: list[int], shifts: list[int]) -> None:
        self._starts = starts
        self._shifts = shifts

    def at(self, position: int) -> int:
        """Give the place in the text of the character at a position."""
        if len(self._starts) == 1:
            return position + self._shifts[0]
        return position + self._shifts[bisect_right(self._starts, position) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the span in the text of a span, which must not be empty."""
        if len(self._starts) == 1:
            shift = self._shifts[0]
            return start + shift, end + shift
        return self.at(start), self.at(end - 1) + 1

    def after(self, count: int) -> Origin:
        """Give the origin of the same content without its first characters."""
        return Origin(
            [start - count for start in self._starts],
            [shift + count for shift in self._shifts],
        )


def origin_at(place: int) -> Origin:
    """Give the origin of content that stands in one piece."""
    return Origin([0], [place])


def origin_of_lines(source: Source, first: int, lines: str, content: str) -> Origin:
    """Give the origin of content trimmed from lines, cut on the left, from the first on."""
    lead = lines.index(content)
    if "\n" not in lines:
        return origin_at(source.ends[first] - len(lines) + lead)
    starts: list[int] = []
    shifts: list[int] = []
    position = -lead
    for number, line in enumerate(lines.split("\n"), first):
        starts.append(position)
        shifts.append(source.ends[number] - len(line) - position)
        position += len(line) + 1
    return Origin(starts, shifts)


def origin_of_cell(place: int, content: str) -> Origin:
    """Give the origin of a table's cell, whose pipes are escaped in the text only."""
    starts = [0]
    shifts = [place]
    for pipe in re.finditer(r"\|", content):
        place += 1
        starts.append(pipe.start())
        shifts.append(place)
    return Origin(starts, shifts)
