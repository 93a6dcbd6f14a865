"""A digest within a note: a block of ours between two comments, and nothing else touched.

The opening comment holds a digest of the text that we wrote. While it fits, the text is ours
and may be replaced; once somebody edited it, it is theirs, and stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vaultskillet.core import markdown
from vaultskillet.core.model import Edit, digest_of

_NAME: Final = "homeskillet:digest"
_CLOSING: Final = f"%% /{_NAME} %%"
_DIGEST_CHARS: Final = 8

_BLOCK: Final = re.compile(
    rf"(?:^|(?<=\n))%% {_NAME} (?P<key>[^\n%]+) (?P<digest>[0-9a-f]{{{_DIGEST_CHARS}}}) %%"
    rf"[ \t]*\r?\n(?P<text>(?:(?!%% {_NAME} ).)*?)%% /{_NAME} %%",
    re.DOTALL,
)
_WITH_GAP: Final = re.compile(rf"(?:(?:\r?\n){{2}}|\A){_BLOCK.pattern}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A block that stands in a note; the span is in characters of its text."""

    start: int
    end: int
    text: str
    is_ours: bool
    """Nobody edited it."""


def write_block(key: str, text: str, *, newline: str = "\n") -> str:
    r"""Put a text between the two comments.

    Args:
        key: names the digest and its period; one line without `%`.
        text: Markdown with `\n`.
        newline: as the note has them.
    """
    text = text.strip("\n")
    whole = f"%% {_NAME} {key} {_digest(text)} %%\n\n{text}\n\n{_CLOSING}"
    return whole.replace("\n", newline)


def find_blocks(body: str, key: str) -> list[Found]:
    """Give the blocks of a digest and period that stand in a text, in order."""
    return [
        Found(
            match.start(),
            match.end(),
            text := match["text"].replace("\r\n", "\n").strip("\n"),
            is_ours=_digest(text) == match["digest"],
        )
        for match in _BLOCK.finditer(body)
        if match["key"] == key
    ]


def without_blocks(body: str) -> str:
    r"""Give a text as it was before we put blocks into it, whoever edited them since.

    >>> without_blocks("One.\n\n" + write_block("weekly 2026-W11", "Two.") + "\nThree.")
    'One.\nThree.'
    """
    return _WITH_GAP.sub("", body) if _NAME in body else body


def plan_block(
    content: str, key: str, text: str, *, heading: str = "", level: int = 2
) -> Edit | None:
    """Plan how a digest gets into a note; what is there already as it should be stays.

    Our own block is replaced. Where the last one was edited, the new one goes below it. A first
    one goes to the end of the section under the heading; where there is no such heading, it
    goes with its own to the end of the note.

    Args:
        content: of the note, all of it, as text.
        key: names the digest and its period.
        text: Markdown.
        heading: of the section, plain; empty: the end of the note.
        level: of a heading of ours.
    """
    newline = "\r\n" if "\r\n" in content else "\n"
    found = find_blocks(content, key)
    if found and found[-1].is_ours:
        last = found[-1]
        with_heading = _begins_with_heading(last.text, heading)
        new = write_block(key, _headed(text, heading, level) if with_heading else text)
        new = new.replace("\n", newline)
        if content[last.start : last.end] == new:
            return None
        return _edit(content, last.start, last.end, new)
    if found:
        return _insert(content, found[-1].end, write_block(key, text, newline=newline), newline)
    at = _end_of_section(content, heading) if heading else None
    if at is None:
        text = _headed(text, heading, level) if heading else text
        at = len(content.rstrip("\r\n \t"))
    return _insert(content, at, write_block(key, text, newline=newline), newline)


def _begins_with_heading(text: str, heading: str) -> bool:
    first, _, _ = text.partition("\n")
    return bool(heading) and first.startswith("#") and first.lstrip("# ") == heading


def _headed(text: str, heading: str, level: int) -> str:
    return f"{'#' * level} {heading}\n\n{text}"


def _insert(content: str, at: int, block: str, newline: str) -> Edit:
    gap = newline * 2 if content[:at].strip() else ""
    return _edit(content, at if gap else 0, at if gap else 0, gap + block)


def _edit(content: str, start: int, end: int, new: str) -> Edit:
    before = content[start:end].encode()
    return Edit(len(content[:start].encode()), before, new.encode())


def _end_of_section(content: str, heading: str) -> int | None:
    """Give where the text under a heading ends; None where there is no such heading."""
    headings = markdown.read(content).headings
    wanted = heading.casefold()
    for at, one in enumerate(headings):
        if one.text.casefold() == wanted:
            after = (next_.start for next_ in headings[at + 1 :] if next_.level <= one.level)
            end = next(after, len(content))
            for block in _BLOCK.finditer(content):  # a heading may well stand in one of ours
                if block.start() < end < block.end():
                    end = block.end()
            return len(content[:end].rstrip("\r\n \t"))
    return None


def _digest(text: str) -> str:
    return digest_of(text.encode())[:_DIGEST_CHARS]
