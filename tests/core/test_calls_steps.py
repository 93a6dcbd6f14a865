"""Calls are read in steps that grow with the text, and no faster, whatever the text."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from vaultskillet.core import call_lines, calls, markdown

TAG = "homeskillet"
SMALL, LARGE = 600, 2_400
SLACK = 1.4  # a step that is quadratic shows as a factor of 4 on top of the 4 for the size
FILES = {call_lines.__file__, calls.__file__}

TABLE = "| a | b |\n| --- | --- |\n| "
HOSTILE = [
    "#homeskillet ", "#homeskillet\n", "- #homeskillet ", "- [ ] #homeskillet 📅 2026-01-02 ",
    "#homeskillet\n\n", "#homeskillet [[a]] ", "[[a]] #homeskillet ", "#homeskillet ^a ",
    "#homeskillet %% ", "#homeskillet ` ", "#homeskillet $", "#homeskillet [[", "#homeskillet \\",
    "> [!a] #homeskillet ", "## #homeskillet # ", "#homeskillet/done [[a]] [[a]] ",
    "#homeskillet <% a %> ", "#homeskillet [a](b) ", "#homeskillet  \t", "- - #homeskillet ",
]  # fmt: skip
BEHIND = ["", " [[a]]" * 100, " " * 1_000, " 📅 2026-01-02" * 50, "- " * 500]


class Text(str):
    """A text that counts the characters that are copied out of it, or searched in it."""

    __slots__ = ("looked_at",)
    looked_at: int

    def __getitem__(self, at: Any) -> str:  # noqa: ANN401 - as str has it
        piece = super().__getitem__(at)
        self.looked_at += len(piece)
        return piece

    def rfind(self, *args: Any) -> int:  # noqa: ANN401 - as str has it
        self.looked_at += (
            len(range(*slice(*args[1:]).indices(len(self)))) if args[1:] else len(self)
        )
        return super().rfind(*args)


def steps(piece: str, size: int, before: str, behind: str) -> int:
    """Count the lines of code that run, and the characters that are copied."""
    body = before + (piece * size)[:size] + behind
    document = markdown.read(body)
    text = Text(body)
    text.looked_at = lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - as sys has it
        nonlocal lines
        if frame.f_code.co_filename not in FILES:
            return None
        lines += event == "line"
        return trace

    old = sys.gettrace()
    sys.settrace(trace)
    try:
        calls.read_calls({}, text, document, tag=TAG)
        calls.less_calls(text, document, tag=TAG)
        calls.less_requests(text, document, tag=TAG)
    finally:
        sys.settrace(old)
    return lines + text.looked_at


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", TABLE], ids=["plain", "table"])
def test_steps_grow_with_the_text_and_no_faster(piece: str, before: str) -> None:
    small, large = (steps(piece, size, before, "") for size in (SMALL, LARGE))
    assert large <= LARGE / SMALL * SLACK * small


@pytest.mark.parametrize("behind", BEHIND, ids=["plain", "links", "blanks", "fields", "dashes"])
def test_what_ends_a_line_is_looked_at_once(behind: str) -> None:
    alone, before_it = (
        steps("#homeskillet ", SMALL, "", ""),
        steps("#homeskillet ", SMALL, "", behind),
    )
    assert before_it <= alone + 60 * max(len(behind), 100)
