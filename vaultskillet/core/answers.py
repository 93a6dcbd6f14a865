"""Answers to requests: what their notes are called, and which request one answers."""

from __future__ import annotations

from collections.abc import Callable

from vaultskillet.core import frontmatter, markdown
from vaultskillet.core.links import inner_of
from vaultskillet.core.model import SafeText
from vaultskillet.core.naming import note_name
from vaultskillet.core.properties import find_value
from vaultskillet.errors import FrontmatterError

ANSWERS = "Answers"
INSIGHTS = "Insights"
"""Where they go, below our own folder."""


def answer_name(request: SafeText) -> str:
    """Give the name of the note that answers a request: the request's own words.

    >>> answer_name(SafeText("Compare **A** with [[B|b]]: why?"))
    'Compare A with b why'
    """
    prose = " ".join(block.prose for block in markdown.read(request).blocks)
    return note_name(prose, otherwise="Answer")


def insight_name(title: SafeText) -> str:
    """Give the name of the note with the insights of another."""
    return note_name(f"{title} - insights", otherwise="Insights")


def is_about(
    content: bytes, *, request: SafeText | None, leads_to_source: Callable[[str], bool]
) -> bool:
    """Say whether a note of ours is about another, and answers a request.

    Its template may be the user's own: where it has no `source`, any link to the other note will
    do.

    Args:
        content: of the note of ours.
        request: what it must quote; None: it need answer none.
        leads_to_source: says whether a link, without its brackets, leads to the other note.
    """
    try:
        parsed = frontmatter.read(content)
    except FrontmatterError:
        return False
    if not any(map(leads_to_source, _sources(parsed))):
        return False
    return request is None or _words(request) in _words(parsed.body)


def _sources(parsed: frontmatter.Parsed) -> list[str]:
    """Give the links, without brackets, of which one leads to the note that it is about."""
    source = find_value(parsed.properties, "source")
    if source is not None:
        items = [source]
    else:
        links = (f"[[{link.target}]]" for link in markdown.read(parsed.body).wikilinks)
        items = [*parsed.properties.values(), *links]
    return [inner for item in items if isinstance(item, str) and (inner := inner_of(item))]


def _words(text: str) -> str:
    """Give a text on one line, without the marks of a quote."""
    return " ".join(word for word in text.split() if word != ">")
