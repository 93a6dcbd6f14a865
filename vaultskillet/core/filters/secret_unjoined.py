"""Values that no sign joins to their name: XML, SQL, calls, netrc, "the password X"."""

from __future__ import annotations

import re
from itertools import islice
from typing import assert_never

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import FIRST_UNSPACED
from vaultskillet.core.filters.secret_names import Name, Sort, is_other, is_telling
from vaultskillet.core.filters.secret_values import (
    Place,
    is_chance,
    is_coined,
    is_hash,
    is_made_up,
    is_password,
    is_random,
    is_scrambled,
    is_secret,
    is_strong_password,
    is_token,
    is_unmistakable,
    told_value,
    value_span,
)

_ELEMENT = re.compile(r"(?:[ \t][^<>\n]{0,80})?>(?P<value>[^<>\s]{4,200})</")
_NAMED_ELEMENT = re.compile(
    r"[\"'][^<>\n]{0,60}>(?:\s{0,20}<(?:value|string)>)?(?P<value>[^<>\s]{4,200})</"
)
_NEXT_ELEMENT = re.compile(
    r"(?:</\w{1,10}>){1,2}\s{0,20}(?:<\w{1,10}>){1,2}(?P<value>[^<>\s]{4,200})</"
)
_ATTRIBUTE = re.compile(
    r"[\"'][ \t]{1,4}value=(?P<quote>[\"'])(?P<value>[^\s'\"<>]{4,300})(?P=quote)"
)
_CALL = re.compile(r"\((?P<quote>[\"'])(?P<value>[^\s'\"]{6,300})(?P=quote)\)")
_NEXT = re.compile(
    r"[*_]{0,2}(?P<gap>[ \t]{0,4}\n(?:[ \t]?>){1,3}[ \t]?"
    r"(?:(?:```|~~~)[a-z]{0,12}\n(?:[ \t]?>){1,3}[ \t]?)?"
    r"|[ \t]{0,4}\n{1,2}(?:```|~~~)[a-z]{0,12}\n|[ \t]{1,4}[0578][ \t]{1,4}|\s{1,40})"
    r"(?P<open>\*\*|__|[\"'`“„«‘]|\|\|)?(?P<value>[^\s\"'`|<>“”„«»‘’]{3,300})"
    r"(?P<close>[\"'`“”»’]|\|\|)?"
)
_GRAPHIC = re.compile(r"[!-~]{6,64}")
_COMMAND_BEFORE = re.compile(
    r"(?:^|[\s`])(?:ENV|ARG|SetEnv|setenv|setx|fastcgi_param|enable)[ \t]+\Z|-{1,2}\Z"
)
_COMMAND_CHARS = 20
_FILE = re.compile(r"[./~-]|[\w./-]+\.(?:pem|key|txt|json|crt|pub|ya?ml|gpg)\Z")
_LOGIN_BEFORE = re.compile(
    r"(?:login|user|username|account|machine|admin)[ \t:]+\S{1,64}\s+(?:(?:and|mit|with)[ \t]+)?\Z",
    re.IGNORECASE,
)
_LOGIN_CHARS = 120
_ASKING_SQL = frozenset({"identified by", "requirepass"})
_HEX_TOKEN = re.compile(r"[0-9a-f]{32,128}", re.IGNORECASE)
_LEAST_BARE_CHARS = 20
_WORD_AND_DIGITS = re.compile(
    r"[^\W\d_]{3,20}\d{1,6}|(?=\D{1,30}\d)[^\W_]{1,16}(?:[-.][^\W_]{1,16}){1,4}"
    r"|[^\W\d_]{3,20}\d{3,5}[^\W\d_]{2,6}"
)
_WORD_AND_YEAR = re.compile(r"(?=[A-Z]{0,3}[a-z])[^\W\d_]{3,20}\d{2,4}")
_BRACKETED_BEFORE = re.compile(r"(?<!\S)(?P<value>[^\s\"'`*]{6,64})[\"'`*]{0,3}[ ]\(\Z")
_LINE_END = re.compile(r"[`*_]{0,2}[ \t]*(?:\n|\Z)")
_HEADING_CHARS = 80
_CLAUSE_END = re.compile(r"[.!,;)\"'*]{0,3}[ \t]*(?:\n|\Z)")

_DIGIT = re.compile(r"\d")
_BELONGING = re.compile(
    r"(?<!\w)(?:the|a|my|our|your|of|for|on|at|in|by|via|from|with|der|die|das|dem|den|des|für|von|auf|am"
    r"|im|bei|le|la|les|du|de|pour|sur|el|del|para|en|il|per|su|o|do|da|no|na|het|van|voor|op|till|på"
    r"|för|til|for|dla|do|pro|для|от|на|user|account"
    r"|login|benutzer|utilisateur|usuario|machine|host|change|due)[ \"'`*]{1,3}\Z",
    re.IGNORECASE,
)
"""Before a name these say whose password it is."""
_BELONGING_CHARS = 14
_NEAR_WORD = re.compile(r"(?:(?<=[ \t])|(?<=[ \t][\"'`]))[^\s\"'`|<>]{8,64}")
_NEAR_WORDS = 4
_NEAR_WORDS_BEFORE = 8
_NEAR_CHARS = 120
_BEFORE_CHARS = 110
_AS_ONE = re.compile(
    r"[\"'`*]{0,3} (?:as|als|comme|como|come|is|ist|est|es|è|é|är|er|jest|to|je) "
    r"(?:(?:the|my|your|our|a|new|das|la|le|mot|de) ){0,3}(?:[\w-]{1,16} )?\Z",
    re.IGNORECASE,
)
_AS_ONE_CHARS = 48
_BEFORE_AS = re.compile(r"(?<![^\s\"'`*(])(?P<value>[^\s\"'`*]{6,64})\Z")


def find_unjoined(text: str, name: Name) -> Span | None:
    """Find the value of a name that no sign follows."""
    after = text[name.end : name.end + 1]
    found: re.Match[str] | None = None
    if after == ">" or text[max(0, name.start - 1) : name.start] == "<":
        found = _ELEMENT.match(text, name.end)
    elif after and after in "\"'":
        found = _ATTRIBUTE.match(text, name.end) or _NAMED_ELEMENT.match(text, name.end)
    if found and is_secret(found["value"], name.sort, Place.ASSIGNED):
        return found.span("value")
    if after == "(":
        return _called(text, name)
    if after == "<":
        return _in_next_element(text, name)
    is_unspaced = after.isascii() and text[name.start] >= FIRST_UNSPACED
    if is_unspaced and after.isalnum():
        return _unspaced(text, name)
    span = _next(text, name) if after.isspace() or after in "*_" else None
    if span or name.sort is not Sort.PASSWORD:
        return span
    return _given_before(text, name) or _strong_nearby(text, name.start, name.end)


def _unspaced(text: str, name: Name) -> Span | None:
    """Find what follows a name in a script without blanks: `密码abc123`."""
    found = _GRAPHIC.match(text, name.end)
    value = found[0].rstrip(".,;:)") if found else ""
    is_one = name.sort is Sort.PASSWORD and _is_bare_password(text, name.end, value, gap=" ")
    return (name.end, name.end + len(value)) if is_one or is_strong_password(value) else None


def _called(text: str, name: Name) -> Span | None:
    """Find what a program passes on: `set_password("x")`."""
    found = _CALL.match(text, name.end)
    if found is None:
        return None
    value = found["value"]
    is_one = (
        is_unmistakable(value)
        if name.sort is Sort.PASSWORD
        else is_token(value, least_chars=16) and not is_hash(value)
    )
    return found.span("value") if is_one or is_random(value) else None


def _in_next_element(text: str, name: Name) -> Span | None:
    """Find the value in `<td>Password</td><td>x</td>`."""
    found = _NEXT_ELEMENT.match(text, name.end)
    if found and is_secret(found["value"], name.sort, Place.LABELLED):
        return found.span("value")
    return None


def _next(text: str, name: Name) -> Span | None:
    found = _NEXT.match(text, name.end)
    if found is None:
        return None
    value = told_value(found)
    mark = found["open"] or ""
    if mark in {'"', "'", "`"}:
        place = Place.SAID if name.text.lower() == "pass" else Place.ASSIGNED  # "pass `it` on"
        is_one = found["close"] == mark and is_secret(value, name.sort, place)
    elif mark:
        is_one = any(map(str.isdigit, value)) and is_secret(value, name.sort, Place.SAID)
    else:
        is_one = _is_bare_value(text, name, value, gap=found["gap"])
    return value_span(found, value) if is_one else None


def _is_bare_value(text: str, name: Name, value: str, *, gap: str) -> bool:
    """Judge what stands behind nothing but blanks."""
    if is_random(value) or _is_login(text, name, value):
        return True
    if _is_heading_of(text, name, value, gap=gap) or _is_bold_label(text, name, value, gap=gap):
        return name.sort is not Sort.KEY and is_secret(value, name.sort, Place.LABELLED)
    before = max(0, name.start - _COMMAND_CHARS)
    if " " in gap and _COMMAND_BEFORE.search(text, before, name.start):
        return not _FILE.match(value) and is_secret(value, name.sort, Place.LABELLED)
    return _is_said_value(text, name, value, gap=gap)


def _is_said_value(text: str, name: Name, value: str, *, gap: str) -> bool:
    match name.sort:
        case Sort.KEY:
            return False
        case Sort.TOKEN:
            if is_strong_password(value):
                return True
            is_one = bool(_HEX_TOKEN.fullmatch(value)) or not is_hash(value)
            is_long = is_token(value, least_chars=_LEAST_BARE_CHARS)
            return is_one and is_long and is_telling(text, name)
        case Sort.PASSWORD:
            return _is_bare_password(text, name.end + len(gap), value, gap=gap)
    assert_never(name.sort)


def _is_heading_of(text: str, name: Name, value: str, *, gap: str) -> bool:
    """Tell whether a value makes a line under its name: under a heading, quoted, in a fence."""
    if "\n" not in gap or not _LINE_END.match(text, name.end + len(gap) + len(value)):
        return False
    line = text.rfind("\n", max(0, name.start - _HEADING_CHARS), name.start) + 1
    return not gap.isspace() or text.startswith("#", line)


def _is_bold_label(text: str, name: Name, value: str, *, gap: str) -> bool:
    """Tell whether a value ends the line that its name begins in bold: `**API key** value`."""
    is_bold = text.startswith(("**", "__"), name.end)
    return is_bold and bool(_LINE_END.match(text, name.end + 2 + len(gap) + len(value)))


def _is_bare_password(text: str, start: int, value: str, *, gap: str) -> bool:
    is_mixed = is_scrambled(value) or is_strong_password(value)
    if is_mixed or (gap != " " and is_token(value) and not is_hash(value)):
        return True
    is_last = _CLAUSE_END.match(text, start + len(value)) is not None
    shape = _WORD_AND_DIGITS if is_last else _WORD_AND_YEAR
    is_made = is_coined(value) if is_last else is_made_up(value)
    is_made = is_made and not is_other(value.partition("-")[0])
    return (is_made or bool(shape.fullmatch(value))) and is_password(value, Place.SAID)


def _is_login(text: str, name: Name, value: str) -> bool:
    """Tell netrc's `login x password y`, and what databases are told in the same way."""
    if name.sort is not Sort.PASSWORD or not is_password(value, Place.LABELLED):
        return False
    is_command = name.text.lower() in _ASKING_SQL
    before = max(0, name.start - _LOGIN_CHARS)
    return is_command or bool(_LOGIN_BEFORE.search(text, before, name.start))


def _given_before(text: str, name: Name) -> Span | None:
    """Find the value in "use X as the password" and in "X (password)"."""
    first = max(0, name.start - _BEFORE_CHARS)
    as_one = _AS_ONE.search(text, max(0, name.start - _AS_ONE_CHARS), name.start)
    found = _BEFORE_AS.search(text, first, as_one.start()) if as_one else None
    if found is None and text.startswith(")", name.end):
        found = _BRACKETED_BEFORE.search(text, first, name.start)
    if found and any(map(str.isdigit, found["value"])) and is_password(found["value"], Place.SAID):
        return found.span("value")
    return None


def _strong_nearby(text: str, start: int, end: int) -> Span | None:
    """Find what can only be a password in the words around its name."""
    newline = text.find("\n", end, end + _NEAR_CHARS)
    after = _NEAR_WORD.finditer(text, end, end + _NEAR_CHARS if newline < 0 else newline)
    first = max(0, start - _NEAR_CHARS, text.rfind("\n", max(0, start - _NEAR_CHARS), start) + 1)
    before = list(_NEAR_WORD.finditer(text, first, start))[-_NEAR_WORDS_BEFORE:]
    for word in (*islice(after, _NEAR_WORDS), *before):
        if not _DIGIT.search(word[0]):
            continue
        value = word[0].strip("*_(),;:").rstrip(".")
        is_after = (value.isalnum() and is_chance(value)) or _ends_clause(
            text, end, word.start(), value
        )
        if is_strong_password(value) or (is_after and word.start() > end):
            left = text.index(value, word.start())
            return left, left + len(value)
    return None


def _ends_clause(text: str, end: int, start: int, value: str) -> bool:
    """Tell what people make up at the end of a clause: "the password for the zip, Maple4417"."""
    left = text.index(value, start)
    if not is_coined(value) or is_other(text[end:left]):
        return False
    is_last = _CLAUSE_END.match(text, left + len(value)) or text[left + len(value)] in ",;"
    return bool(is_last) and not _BELONGING.search(text, max(0, left - _BELONGING_CHARS), left)
