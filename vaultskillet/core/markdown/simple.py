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
_SIGN = re.compile(r"[\n#!\[\\`*_~<$&:=%^]")


class Mention(NamedTuple):
    """A wikilink or a tag in a content; a tuple since it is made in a fraction of the time."""

    start: int
    end: int
    inner: str
    """Between the brackets, or behind the `#`."""


def read_simple(content: str) -> list[str | Mention] | None:
    """Give the texts, line breaks and mentions of a content; None where it is not simple."""
    parts: list[str | Mention] = []
    done = 0
    for sign in _SIGN.finditer(content):
        begin = sign.start()
        if begin < done:
            continue  # in a mention
        match sign[0]:
            case "\n":
                parts += (content[done:begin].rstrip(" "), "\n")
                done = _behind_blanks(content, begin + 1)
                continue
            case "#":
                mention = _tag(content, begin)
                if mention is None:
                    continue
            case ":" | "=" | "%" | "^" if not _PAIR.match(content, begin):
                continue
            case "!" if not content.startswith("[", begin + 1):
                continue
            case "!" | "[":
                mention = _wikilink(content, begin)
            case _:
                return None
        if mention is None:
            return None
        parts += (content[done:begin], mention)
        done = mention.end
    parts.append(content[done:])
    return parts


def _behind_blanks(content: str, at: int) -> int:
    while content.startswith((" ", "\t"), at):
        at += 1
    return at


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
    if match is None or not match[1].strip() or _PAIR.search(match[1]):
        return None
    return Mention(begin, match.end(), match[1])
