"""Tables, in Markdown or delimited: the cells that stand under a heading of interest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from vaultskillet.core.filters.finding import Span

_DELIMITER = re.compile(r"-:?[ \t]{0,40}\|")
_DELIMITER_ROW = re.compile(r"[ \t>]*\|?(?:[ \t]*:?-+:?[ \t]*(?:\||$))+[ \t]*")
_COLUMNS = 40
_HEADINGS = (
    r"(?P<head>[^,;\t\n|]{1,24}+(?P<mark>[,;\t])[^,;\t\n|]{1,24}+"
    r"(?:(?P=mark)[^,;\t\n|]{1,24}+){0,20}+)(?=\n[^\n])"
)
_FIRST_HEADINGS = re.compile(r"(?:```[a-z]{0,8}\n)?" + _HEADINGS)
_LATER_HEADINGS = re.compile(r"\n(?:\n|```[a-z]{0,8}\n)" + _HEADINGS)


T = TypeVar("T")


def cells_under(text: str, kind_of: Callable[[str], T | None]) -> Iterator[tuple[Span, T]]:
    """Give the cells, without the blanks around, whose column's heading is of some kind.

    Args:
        text: Markdown.
        kind_of: tells what a heading announces, or None.
    """
    yield from _delimited_cells(text, kind_of)
    seen = 0
    for at in _delimiters_in(text):
        if at < seen:
            continue
        start, end = _line_at(text, at)
        seen = end
        if start == 0 or not _DELIMITER_ROW.fullmatch(text, start, end):
            continue
        headings = _cells(text, *_line_at(text, start - 1))
        kinds = [kind_of(text[slice(*heading)]) for heading in headings]
        wanted = [(i, kind) for i, kind in enumerate(kinds) if kind is not None]
        while wanted and (row := _row_at(text, end + 1)):
            end = seen = row[1]
            cells = _cells(text, *row)
            for i, kind in wanted:
                if i < len(cells) and cells[i][0] < cells[i][1]:
                    yield cells[i], kind


# Two filters ask for the columns of each note, one after the other.
@lru_cache(maxsize=1)
def _delimiters_in(text: str) -> tuple[int, ...]:
    return tuple(delimiter.start() for delimiter in _DELIMITER.finditer(text))


@lru_cache(maxsize=1)
def _headings_in(text: str) -> tuple[re.Match[str], ...]:
    first = _FIRST_HEADINGS.match(text)
    return (*([first] if first else []), *_LATER_HEADINGS.finditer(text))


def _delimited_cells(text: str, kind_of: Callable[[str], T | None]) -> Iterator[tuple[Span, T]]:
    """Give such cells of rows parted by commas, semicolons or tabs, as many a row as headings.

    Headings are the first line of a text, a paragraph or a fence.
    """
    for found in _headings_in(text):
        mark, headings = found["mark"], found["head"].split(found["mark"])
        end = found.end()
        if text.count(mark, *_line_at(text, end + 1)) != len(headings) - 1:
            continue
        kinds = [kind_of(heading) for heading in headings]
        while any(kind is not None for kind in kinds) and end < len(text):
            start, end = _line_at(text, end + 1)
            cells = text[start:end].split(mark)
            if len(cells) != len(headings):
                break
            for cell, kind in zip(cells, kinds, strict=True):
                if kind is not None and cell.strip():
                    left = start + len(cell) - len(cell.lstrip())
                    yield (left, left + len(cell.strip())), kind
                start += len(cell) + 1


def _row_at(text: str, start: int) -> Span | None:
    if start >= len(text):
        return None
    line = _line_at(text, start)
    return line if text.find("|", *line) >= 0 else None


def _line_at(text: str, position: int) -> Span:
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end


def _cells(text: str, start: int, end: int) -> list[Span]:
    row = text[start:end]
    start += len(row) - len(row.lstrip(" \t>"))
    start += text.startswith("|", start)
    cells: list[Span] = []
    while start < end and len(cells) < _COLUMNS:
        bar = text.find("|", start, end)
        stop = end if bar < 0 else bar
        cell = text[start:stop]
        left = start + len(cell) - len(cell.lstrip())
        cells.append((left, max(left, left + len(cell.strip()))))
        start = stop + 1
    return cells
