"""A quick way through content in which only wikilinks, tags and line breaks mean anything.

Most blocks of most notes are such. What is read here is what markdown-it's inline parser and
our rules for it read, in a fraction of the time; all other content is left to them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vaultskillet.core.markdown.inline_rules import TAG, WIKILINK

# Content with one of these in it may hold what is not read here. Whatever else the rules begin
# with is mere text without them.
_PAIR = re.compile(r":(?::|//)|==|%%|\^\[")
_SIGN = re.compile(r"[\n#!\[\\`*_~<$&]")


class Mention(NamedTuple):
    """A wikilink or a tag in a content; a tuple since it is made in a fraction of the time."""

    start: int
    end: int
    inner: str
    """Between the brackets, or behind the `#`."""


def read_simple(content: str) -> list[str | Mention] | None:
    """Give the texts, line breaks and mentions of a content; None where it is not simple."""
    if _PAIR.search(content):
        return None
    parts: list[str | Mention] = []
    done = at = 0
    while sign := _SIGN.search(content, at):
        begin = sign.start()
        at = begin + 1
        match sign[0]:
            case "\n":
                parts += (content[done:begin].rstrip(" "), "\n")
                while content.startswith((" ", "\t"), at):
                    at += 1
                done = at
                continue
            case "#":
                mention = _tag(content, begin)
                if mention is None:
                    continue
            case "!" if not content.startswith("[", at):
                continue
            case "!" | "[":
                mention = _wikilink(content, begin)
            case _:
                return None
        if mention is None:
            return None
        parts += (content[done:begin], mention)
        done = at = mention.end
    parts.append(content[done:])
    return parts


def _tag(content: str, begin: int) -> Mention | None:
    if begin and not content[begin - 1].isspace():
        return None
    match = TAG.match(content, begin)
    name = match[1].rstrip("/") if match else ""
    if not name or name.isdecimal():
        return None
    return Mention(begin, begin + 1 + len(name), name)


def _wikilink(content: str, begin: int) -> Mention | None:
    match = WIKILINK.match(content, begin + (content[begin] == "!"))
    if match is None or not match[1].strip():
        return None
    return Mention(begin, match.end(), match[1])
