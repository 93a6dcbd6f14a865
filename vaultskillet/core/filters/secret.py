"""Secrets: keys, tokens, passwords, private keys, by their shape, their place or their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vaultskillet.core.filters.finding import Finding, Span
from vaultskillet.core.filters.literals import fold, occurrences
from vaultskillet.core.filters.secret_assignments import find_assigned, find_in_columns
from vaultskillet.core.filters.secret_places import (
    find_in_commands,
    find_in_files,
    find_in_headers,
    find_in_urls,
)
from vaultskillet.core.filters.secret_prose import find_in_prose
from vaultskillet.core.filters.secret_shapes import LONG, SHAPE
from vaultskillet.core.filters.secret_values import is_shape_only

_SHAPE_CHARS = 18
_BLOB = re.compile(r"[A-Za-z0-9+/]{300,}={0,2}")

_KEY_CHARS = 16_000
_PEM_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_LINE = re.compile(
    r"[ \t>|\"'`]*(?:[A-Za-z0-9+/=]{16,}|[A-Z][\w-]+: .*)?[\"',\\+` \t]*(?:\n|\\n|\Z)"
)
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/]{24,}")
_PUTTY = "PuTTY-User-Key-File-"
_PUTTY_END = re.compile(r"Private-(?:MAC|Hash): *[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class SecretFilter:
    """Finds secrets."""

    name: str = "secret"

    def find(self, text: str) -> Iterator[Finding]:
        """Find secrets; see `vaultskillet.core.filters.finding.Filter`."""
        folded = fold(text)
        for rule in _RULES:
            for start, end in rule(text, folded):
                yield Finding("secret", start, end)


def _find_shaped(text: str, _folded: str) -> Iterator[Span]:
    at = 0
    for word in [word for word in text.split() if len(word) >= _SHAPE_CHARS]:
        at = text.index(word, at)
        for run in LONG.finditer(text, at, at + len(word)):
            if not _BLOB.fullmatch(text, run.start(), run.end()):
                yield from _shapes_in(text, run.start(), run.end())
        at += len(word)


def _shapes_in(text: str, start: int, end: int) -> Iterator[Span]:
    for found in SHAPE.finditer(text, start, end):
        if not is_shape_only(found[0]):
            yield found.span()


def _find_private_keys(text: str, _folded: str) -> Iterator[Span]:
    done = 0
    for at, _ in occurrences(text, ("PRIVATE KEY",)):
        begin = _PEM_BEGIN.search(text, max(done, at - 48), at + 24)
        if begin is None:
            continue
        done = _end_of_key(text, begin.end())
        if _KEY_MATERIAL.search(text, begin.end(), done):
            yield begin.start(), done
    for at, _ in occurrences(text, (_PUTTY,)):
        end = _PUTTY_END.search(text, at, at + _KEY_CHARS)
        if end:
            yield at, end.end()


def _end_of_key(text: str, start: int) -> int:
    """Give where a private key ends; one whose end is missing ends with its last line of key."""
    for at, _ in occurrences(text[start : start + _KEY_CHARS], ("END ",)):
        end = _PEM_END.search(text, start + at - 6, start + at + 70)
        if end:
            return end.end()
    at = start
    while at < len(text) and (line := _PEM_LINE.match(text, at)) and line.end() > at:
        at = line.end()
    return at


_RULES: tuple[Callable[[str, str], Iterator[Span]], ...] = (
    _find_shaped,
    _find_private_keys,
    find_in_urls,
    find_in_headers,
    find_in_commands,
    find_in_files,
    find_in_prose,
    find_assigned,
    find_in_columns,
)
