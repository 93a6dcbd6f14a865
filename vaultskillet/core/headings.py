"""Headings: which one stands over a place of a text, and how a link names one.

Obsidian finds a heading by the source of its line, less punctuation and case; of several that
are called so it takes the first, unless the link names the headings above it, too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from vaultskillet.core.markdown import Document, Heading

_HASHES: Final = re.compile(r"\A[ \t]*#{1,6}(?=[ \t])|[ \t]#+[ \t]*\Z")
_UNDERLINE: Final = re.compile(r"[\r\n]+[ \t>]*(?:=+|-+)[ \t]*\Z")
_UNLINKABLE: Final = re.compile(r"[#^|\[\]:\\\r\n]|%%|<%|%>")
_PUNCTUATION: Final = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+")


@dataclass(frozen=True, slots=True)
class HeadingName:
    """Which heading of a note is meant, also where the note has changed a little since."""

    text: str
    """Plain, as people read it."""
    nth: int
    """Of those that read so; 0 for the first."""


def headings_over(document: Document, place: int) -> tuple[Heading, ...]:
    """Give the headings that a place of a text stands under, the outermost first."""
    over: list[Heading] = []
    for one in document.headings[: bisect_right(document.headings, place, key=_start)]:
        over = [*(above for above in over if above.level < one.level), one]
    return tuple(over)


def name_over(document: Document, place: int) -> HeadingName | None:
    """Give the heading right over a place; None where there is none, or it says nothing."""
    at = bisect_right(document.headings, place, key=_start) - 1
    if at < 0 or not document.headings[at].text:
        return None
    text = document.headings[at].text
    return HeadingName(text, sum(one.text == text for one in document.headings[:at]))


def subpath_of(name: HeadingName, body: str, document: Document) -> str:
    """Give what a link has after its `#` to lead to a heading; empty where that cannot be said.

    Args:
        name: of the heading.
        body: the note's text.
        document: the same, read.
    """
    named = [one for one in document.headings if one.text == name.text]
    if name.nth >= len(named):
        return ""
    heading = named[name.nth]
    keys = [_key(body, one) for one in document.headings]
    path: Sequence[Heading] = (heading,)
    if keys.index(_key(body, heading)) != document.headings.index(heading):
        path = headings_over(document, heading.start)
    texts = [" ".join(_UNLINKABLE.sub(" ", _source(body, one)).split()) for one in path]
    return "#".join(texts) if all(texts) else ""


_start = attrgetter("start")


def _source(body: str, heading: Heading) -> str:
    """Give the source of a heading's text, without what makes it one."""
    return _HASHES.sub("", _UNDERLINE.sub("", body[heading.start : heading.end])).strip()


def _key(body: str, heading: Heading) -> str:
    """Give what two headings have in common that a link cannot tell apart."""
    return _PUNCTUATION.sub(" ", _source(body, heading)).strip().casefold()
