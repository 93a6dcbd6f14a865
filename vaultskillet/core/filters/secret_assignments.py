"""Secrets that a name announces: `api_key = ...`, `Password: ...`, "the password is ..."."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from vaultskillet.core.filters.columns import cells_under
from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.secret_names import Name, Sort, is_other, names_in, sort_of_heading
from vaultskillet.core.filters.secret_values import (
    Place,
    holds_credentials,
    is_password,
    is_random,
    is_strong_password,
    is_token,
)

_VALUE_CHARS = 400
_JUDGED_CHARS = 128

# The name's closing markup, perhaps "(prod)" or "for the NAS", then what parts name from value.
_JOIN = re.compile(
    r"[\"'`*_\])}~]{0,5}(?:\\\")?"
    r"(?:[ \t]{0,3}\([^()\n]{1,40}\)[*_]{0,3})?"
    r"(?P<words>(?:[ \t]{1,4}(?!(?:is|was|ist)\b)[^\s:=|\"`()\[\]<>]{1,24}){1,5}?)??"
    r"[*_]{0,3}[ \t\u00a0\u3000]{0,8}"
    r"(?P<sign>=>|:=|==?|[:：＝]=?|→|->|[–—-](?=[ \t])|は|是|为|為|는|은"
    r"|\b(?:is|was|ist|war|lautet|est|es|era|è|é|jest|er|är|to)\b(?:[ \t]+(?:now|jetzt"
    r"|still)\b)?[ \t]*:?)"
    r"(?:\*\*|__|[*_](?=\s))?[ \t\u00a0\u3000]{0,8}(?:\n[ \t>]{0,8}(?:[-*][ \t])?)?"
    r"(?P<open>(?:[frb](?=[\"']))?(?:\\[\"']|[\"'`*<(「『“„«‘]){0,5})"
)
_ELEMENT = re.compile(r"(?:[ \t][^<>\n]{0,80})?>(?P<value>[^<>\s]{4,200})</")
_ATTRIBUTE = re.compile(
    r"[\"'][ \t]{1,4}value=(?P<quote>[\"'])(?P<value>[^\s'\"<>]{4,300})(?P=quote)"
)
_QUOTED_NEXT = re.compile(r"[ \t]+(?P<quote>['\"`])(?P<value>[^\s'\"`]{3,128})(?P=quote)")
_WORD_NEXT = re.compile(r"\s{1,3}(?P<value>[^\s\"'`]{3,128})")
_LOGIN_BEFORE = re.compile(
    r"(?:login|user|username|account|machine|admin)[ \t:]+\S{1,64}\s+(?:(?:and|mit|with)[ \t]+)?\Z",
    re.IGNORECASE,
)
_NEAR_WORD = re.compile(r"(?<=[ \t])[^\s\"'`|<>]{8,64}")
_NEAR_WORDS = 4

_BEFORE_CHARS = 110
_BEFORE_AS = re.compile(
    r"(?<=[\s\"'`*])(?P<value>[^\s\"'`*]{6,64})[\"'`*]{0,3} (?:as|als|comme|como|come|is|ist"
    r"|est|es) "
    r"(?:(?:the|my|your|our|a|new|das|la|le|mot|de) ){0,3}(?:[\w-]{1,16} )?\Z",
    re.IGNORECASE,
)

_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "„": "“",
    "«": "»",
    "「": "」",
    "『": "』",
    "‘": "’",
}
_BARE = re.compile(r"[^\s\"'`<>|，。、；]{1,400}")
_BARE_IN_QUERY = re.compile(r"[^\s\"'`<>|&#)\]]{1,400}")
_PHRASE = re.compile(r"[^\W\d_]{2,12}(?:[ -][^\W\d_]{2,12}){2,23}(?=[.\"'`*]{0,3}[ \t]*(?:\n|\Z))")


def find_assigned(text: str, folded: str) -> Iterator[Span]:
    """Find the values that a telling name announces."""
    done = 0
    for name in sorted(names_in(text, folded), key=lambda name: name.start):
        if name.start < done:
            continue
        join = _JOIN.match(text, name.end)
        span = _joined(text, name, join) if join else None
        if span is None and name.sort is not Sort.KEY:
            span = _unjoined(text, name)
        if span:
            done = span[1]
            yield span


def find_in_columns(text: str, _folded: str) -> Iterator[Span]:
    """Find the cells of tables under a heading such as `Password`."""
    for sort in (Sort.PASSWORD, Sort.TOKEN):
        for start, end in cells_under(text, _is_heading_of(sort)):
            value = text[start:end].strip("`*_\"' ")
            if value and " " not in value and _is_secret(value, sort, Place.LABELLED):
                left = text.index(value, start)
                yield left, left + len(value)


def _is_heading_of(sort: Sort) -> Callable[[str], bool]:
    return lambda heading: sort_of_heading(heading) is sort


def _joined(text: str, name: Name, join: re.Match[str]) -> Span | None:
    sign, words, at = join["sign"], join["words"], join.end()
    if words and (is_other(words) or "=" in sign or name.sort is Sort.KEY):
        return None
    if text.startswith("//", at):
        return None
    quote = next((mark for mark in reversed(join["open"]) if mark in _QUOTES), "")
    in_query = text[max(0, name.start - 1) : name.start] in {"?", "&"}
    value = _quoted(text, at, quote) if quote else _bare(text, at, join["open"], in_query=in_query)
    if "phrase" in name.text.lower():
        phrase = _PHRASE.match(text, at)
        if phrase:
            return phrase.span()
    if not value or (" " in value and not (quote and name.sort is Sort.PASSWORD)):
        return None
    if " " in value and not is_strong_password(value):
        return None
    place = _place_of(sign, is_quoted=bool(quote), has_words=bool(words))
    return (at, at + len(value)) if _is_secret(value, name.sort, place) else None


def _place_of(sign: str, *, is_quoted: bool, has_words: bool) -> Place:
    is_said = sign[0].isalpha() or sign in "–—-" or has_words
    if is_quoted:
        return Place.LABELLED if is_said else Place.ASSIGNED
    if is_said:
        return Place.SAID
    return Place.ASSIGNED if "=" in sign else Place.LABELLED


def _quoted(text: str, at: int, quote: str) -> str:
    stop = text.find(_QUOTES[quote], at, at + _VALUE_CHARS)
    value = text[at:stop] if stop > at else ""
    return "" if "\n" in value else value.removesuffix("\\")


def _bare(text: str, at: int, opened: str, *, in_query: bool) -> str:
    """Give a value without quotes, less what Markdown or a sentence put behind it."""
    found = (_BARE_IN_QUERY if in_query else _BARE).match(text, at)
    value = found[0] if found else ""
    if "*" in opened:
        value = value.rstrip("*")
    shorter = None
    while value != shorter:
        shorter = value
        value = _without_tail(value)
    return value


def _without_tail(value: str) -> str:
    value = value.rstrip(".,;:").removesuffix("**").removesuffix("__").removesuffix("\\")
    for left, right in ("()", "[]", "{}"):
        if value.endswith(right) and value.count(left) < value.count(right):
            value = value[:-1]
    return value


def _is_secret(value: str, sort: Sort, place: Place) -> bool:
    judged = value[:_JUDGED_CHARS]
    if sort is Sort.PASSWORD:
        return is_password(judged, place)
    if sort is Sort.TOKEN:
        return is_token(judged, least_chars=12 if place is Place.SAID else 8)
    return place is not Place.SAID and (is_random(judged) or holds_credentials(value))


def _unjoined(text: str, name: Name) -> Span | None:
    """Find a value that no sign joins: XML, SQL's `PASSWORD 'x'`, netrc, "the password X"."""
    is_element = text[max(0, name.start - 1) : name.start] == "<"
    element = _ELEMENT.match(text, name.end) if is_element else None
    for found in (element, _ATTRIBUTE.match(text, name.end), _QUOTED_NEXT.match(text, name.end)):
        if found and _is_secret(found["value"], name.sort, Place.ASSIGNED):
            return found.span("value")
    word = _WORD_NEXT.match(text, name.end)
    value = word["value"].rstrip(".,;)") if word else ""
    if word and (is_random(value) or _is_login(text, name, value)):
        return word.start("value"), word.start("value") + len(value)
    if name.sort is not Sort.PASSWORD:
        return None
    return _given_before(text, name.start) or _strong_nearby(text, name.end)


def _given_before(text: str, start: int) -> Span | None:
    """Find the value in "use X as the password"."""
    found = _BEFORE_AS.search(text, max(0, start - _BEFORE_CHARS), start)
    if found and any(map(str.isdigit, found["value"])) and is_password(found["value"], Place.SAID):
        return found.span("value")
    return None


def _is_login(text: str, name: Name, value: str) -> bool:
    """Tell netrc's `login x password y`, and what databases are told in the same way."""
    if name.sort is not Sort.PASSWORD or not is_password(value, Place.LABELLED):
        return False
    is_command = name.text.lower() in {"identified by", "requirepass"}
    return is_command or bool(_LOGIN_BEFORE.search(text, max(0, name.start - 120), name.start))


def _strong_nearby(text: str, at: int) -> Span | None:
    line_end = text.find("\n", at, at + 120)
    end = at + 120 if line_end < 0 else line_end
    for word in islice(_NEAR_WORD.finditer(text, at, end), _NEAR_WORDS):
        value = word[0].strip("*_(),;:").rstrip(".")
        if is_strong_password(value):
            left = text.index(value, word.start())
            return left, left + len(value)
    return None
