"""Secrets: keys, tokens, passwords, private keys, by their shape, their place or their name."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vaultskillet.core.filters import (
    secret_beside,
    secret_lockable,
    secret_names,
    secret_openings,
    secret_places,
    secret_prose,
    secret_sayings,
    secret_unnamed,
)
from vaultskillet.core.filters.finding import Finding, Span
from vaultskillet.core.filters.literals import Places, Sieve, folded_note, occurrences
from vaultskillet.core.filters.secret_assignments import find_assigned, find_in_columns
from vaultskillet.core.filters.secret_beside import find_beside
from vaultskillet.core.filters.secret_lockable import find_in_lockable
from vaultskillet.core.filters.secret_openings import find_openings
from vaultskillet.core.filters.secret_places import (
    find_in_commands,
    find_in_files,
    find_in_headers,
    find_in_pgpass,
    find_in_sources,
    find_in_urls,
)
from vaultskillet.core.filters.secret_prose import find_in_prose
from vaultskillet.core.filters.secret_sayings import find_in_sayings
from vaultskillet.core.filters.secret_shapes import shapes_in
from vaultskillet.core.filters.secret_unnamed import find_marked, find_unnamed
from vaultskillet.core.filters.secret_values import is_shape_only

_BLOB_CHARS = 120
_BLOB_BEFORE = re.compile(r"[A-Za-z0-9+/]{120}")

_KEY_CHARS = 16_000
_PEM_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_LINE = re.compile(
    r"[ \t>|\"'`]*(?:[A-Za-z0-9+/=]{16,}|[A-Z][\w-]+: .*)?[\"',\\+` \t]*(?:\n|\\n|\Z)"
)
_REST_OF_LINE = re.compile(r"[ \t]{0,4}[(\[][^\n]{0,60}\n")
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/]{24,}")
_PRIVATE_KEY = "private key"
_PUTTY = "putty-user-key-file-"
_PUTTY_END = re.compile(r"Private-(?:MAC|Hash): *[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class SecretFilter:
    """Finds secrets."""

    name: str = "secret"

    def find(self, text: str) -> Iterator[Finding]:
        """Find secrets; see `vaultskillet.core.filters.finding.Filter`."""
        places = _SIEVE.places(folded_note(text))
        for rule, literals in _RULES:
            if literals and literals.isdisjoint(places):
                continue
            for start, end in rule(text, places):
                yield Finding("secret", start, end)


def _find_shaped(text: str, _places: Places) -> Iterator[Span]:
    for start, end in shapes_in(text):
        is_in_blob = _BLOB_BEFORE.match(text, max(0, start - _BLOB_CHARS), start)
        if not is_in_blob and not is_shape_only(text[start:end]):
            yield start, end


def _find_private_keys(text: str, places: Places) -> Iterator[Span]:
    done, ends = 0, [end.end() for end in _PEM_END.finditer(text)] if _PRIVATE_KEY in places else []
    for at, _ in occurrences(places, (_PRIVATE_KEY,)):
        begin = _PEM_BEGIN.search(text, max(done, at - 48), at + 24)
        if begin is None:
            continue
        done = _end_of_key(text, begin.end(), ends)
        if _KEY_MATERIAL.search(text, begin.end(), done):
            yield begin.start(), done
    for at, _ in occurrences(places, (_PUTTY,)):
        end = _PUTTY_END.search(text, at, at + _KEY_CHARS)
        if end:
            yield at, end.end()


def _end_of_key(text: str, start: int, ends: Sequence[int]) -> int:
    """Give where a private key ends; one whose end is missing ends with its last line of key."""
    following = bisect_right(ends, start)
    if following < len(ends) and ends[following] <= start + _KEY_CHARS:
        return ends[following]
    rest = _REST_OF_LINE.match(text, start)
    at = rest.end() if rest else start
    while at < len(text) and (line := _PEM_LINE.match(text, at)) and line.end() > at:
        at = line.end()
    return at


Rule = Callable[[str, Places], Iterator[Span]]
# Each rule with the words of which one has to stand in a text; with none, it is always asked.
_RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (_find_shaped, frozenset()),
    (_find_private_keys, frozenset((_PRIVATE_KEY, _PUTTY))),
    (find_in_urls, frozenset(secret_places.IN_URLS)),
    (find_in_headers, frozenset(secret_places.IN_HEADERS)),
    (find_in_commands, frozenset(secret_places.IN_COMMANDS)),
    (find_in_pgpass, frozenset()),
    (find_in_files, frozenset(secret_places.IN_FILES)),
    (find_in_sources, frozenset(secret_places.IN_SOURCES)),
    (find_in_prose, frozenset(secret_prose.LITERALS)),
    (find_unnamed, frozenset(secret_unnamed.LITERALS)),
    (find_marked, frozenset()),
    (find_beside, frozenset(secret_beside.LITERALS)),
    (find_in_sayings, frozenset(secret_sayings.LITERALS)),
    (find_openings, frozenset(secret_openings.LITERALS)),
    (find_in_lockable, frozenset(secret_lockable.LITERALS)),
    (find_assigned, frozenset(secret_names.LITERALS)),
    (find_in_columns, frozenset()),
)
_SIEVE = Sieve(sorted(literal for _, literals in _RULES for literal in literals))
