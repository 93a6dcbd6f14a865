"""What Obsidian adds to CommonMark's blocks, as rules for markdown-it.

Comments, math and template code that run over several lines, and footnotes' definitions.
Those that end on the line they begin on are left to the inline rules.
"""

# ruff: noqa: FBT001 - markdown-it calls a rule with (state, start_line, end_line, silent)

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

_CLOSER = {"%%": "%%", "$$": "$$", "<%": "%>"}
BLOCK_TOKEN = {"%%": "comment_block", "$$": "math_block", "<%": "template_block"}
_DEFINITION = re.compile(r"\[\^([^\[\]\s#]+)\]:[ \t]*")

DEEPEST = 60
"""How deep blocks may stand in one another; each list takes two levels."""


def obsidian_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a comment, math, template code or a footnote's definition."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    opener = state.src[begin : begin + 2]
    if state.is_code_block(start_line):
        return False
    if opener in _CLOSER:
        return _run(state, start_line, end_line, opener=opener, silent=silent)
    if opener == "[^" and state.level < DEEPEST:
        return _definition(state, start_line, end_line, silent=silent)
    return False


def _run(state: StateBlock, start_line: int, end_line: int, *, opener: str, silent: bool) -> bool:
    """Read from an opener to its closer on a later line."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    closer = _CLOSER[opener]
    if state.src.find(closer, begin + 2, state.eMarks[start_line]) >= 0:
        return False
    # A search that failed once need not be made again from a line it has passed.
    unclosed = state.env.setdefault("unclosed", {})
    container = closer, state.blkIndent, end_line
    line = unclosed.get(container, -1)
    place = -1
    if start_line >= line:
        line, place = _find_closer(state, start_line + 1, end_line, closer)
    if place < 0:
        unclosed[container] = line
        if opener != "%%":
            return False
    if silent:
        return True
    token = state.push(BLOCK_TOKEN[opener], "", 0)
    state.line = line
    if place < 0:
        end = state.eMarks[line - 1]
    else:
        end = place + 2
        if state.src[end : state.eMarks[line]].strip():
            _begin_line_at(state, line, end)
        else:
            state.line = line + 1
    token.map = [start_line, state.line]
    token.meta = {"start": begin, "end": begin + len(state.src[begin:end].rstrip())}
    return True


def _find_closer(state: StateBlock, line: int, end_line: int, closer: str) -> tuple[int, int]:
    """Give the line and place of the closer, or the line where the block ends and -1."""
    while line < end_line:
        begin = state.bMarks[line] + state.tShift[line]
        if begin < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            break
        place = state.src.find(closer, begin, state.eMarks[line])
        if place >= 0:
            return line, place
        line += 1
    return line, -1


def _begin_line_at(state: StateBlock, line: int, place: int) -> None:
    """Let the rest of a line be read as a line of its own."""
    rest = state.src[place : state.eMarks[line]]
    state.bMarks[line] = place
    state.tShift[line] = len(rest) - len(rest.lstrip(" \t"))
    state.sCount[line] = state.blkIndent


def _definition(state: StateBlock, start_line: int, end_line: int, *, silent: bool) -> bool:
    """Read a footnote's definition: a container, whose further lines are indented by four."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    label = _DEFINITION.match(state.src, begin, state.eMarks[start_line])
    if label is None:
        return False
    if silent:
        return True
    kept = state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line]
    opening = state.push("footnote_open", "", 1)
    opening.map = [start_line, end_line]
    opening.meta = {"start": begin, "label": label[1]}
    state.blkIndent += 4
    _begin_line_at(state, start_line, label.end())
    state.md.block.tokenize(state, start_line, end_line)
    state.blkIndent -= 4
    state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line] = kept
    state.push("footnote_close", "", -1)
    opening.map = [start_line, state.line]
    return True
