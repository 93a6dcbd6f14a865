"""Tables in Markdown: the cells that stand under a heading of interest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_DELIMITER_ROW = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ROWS = 500
_CELLS = 40

Span = tuple[int, int]


def cells_under(text: str, is_wanted: Callable[[str], bool]) -> Iterator[Span]:
    """Give the spans of the cells whose column heading is wanted, without the blanks around."""
    if "|" not in text or "-|" not in text.replace(" ", "").replace(":", ""):
        return
    lines = list(_lines(text))
    for number in range(1, len(lines)):
        start, end = lines[number]
        if "-" not in text[start:end] or not _DELIMITER_ROW.match(text[start:end]):
            continue
        headings = _cells(text, lines[number - 1])
        wanted = [i for i, (a, b) in enumerate(headings) if is_wanted(text[a:b])]
        if not wanted or len(headings) < 2:  # noqa: PLR2004 - one column is a heading with a rule
            continue
        for row in lines[number + 1 : number + 1 + _ROWS]:
            if "|" not in text[row[0] : row[1]]:
                break
            cells = _cells(text, row)
            yield from (cells[i] for i in wanted if i < len(cells) and cells[i][0] < cells[i][1])


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _cells(text: str, line: Span) -> list[Span]:
    start, end = line
    row = text[start:end]
    start += len(row) - len(row.lstrip(" \t>"))
    start += text.startswith("|", start)
    cells = []
    while start < end and len(cells) < _CELLS:
        bar = text.find("|", start, end)
        stop = end if bar < 0 else bar
        cell = text[start:stop]
        left = start + len(cell) - len(cell.lstrip())
        cells.append((left, max(left, left + len(cell.strip()))))
        start = stop + 1
    return cells
