"""Passwords that no name announces: what they look like, or what is done with them, tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters, digits

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, begins_word, occurrences
from vaultskillet.core.filters.secret_values import (
    is_chance,
    is_jumbled,
    is_made_up,
    is_mixed,
    told_value,
    value_span,
)

_VALUE = r"[\"'`*“„«»]{0,3}[ \t]?(?P<value>[^\s\"'`|<>“”«»]{8,64})"
_ENTERED = re.compile(
    r"(?:set|changed?|reset|switched)"
    r" (?:it|this|that|mine|his|hers|theirs|(?:the|my|our|his|her|their) [\w-]{2,16}) (?:back )?to"
    r"|(?:typed?|entere?d?)(?: in)?|opens with|mach(?:t|e) auf mit"
    r"|auf(?=[ \t]\S{8,64}[ \t](?:ge(?:setzt|stellt|ändert)|zurückgesetzt|umgestellt))"
    r"|tippe?|eintippen|eingeben:?|tape[rz]?|saisi(?:r|s|ssez)|teclea|escribe|digita|digite|inserisci"
    r"|wpisz|skriv|zadej|введи(?:те)?|ввести|набери(?:те)?",
    re.IGNORECASE,
)
_TOLD = re.compile(rf"(?:[ \t]?[:→])?[ \t]{{1,2}}{_VALUE}")
_ACCOUNT = re.compile(
    r"(?:admin(?:istrator)?|root|guest|gast|pi|админом)[\"'`*]{0,2}"
    r"(?P<mark>[ \t]?[/|][ \t]?|[ \t]?[,;:–—-]{0,2}[ \t]{1,2})"
    r"(?:(?:and|und|et|y|e|и|then|puis|dann|use|with|mit|con|avec|там|is)[ \t,:]{1,2}){0,2}"
    + _VALUE,
    re.IGNORECASE,
)
_BARS = frozenset({" / ", " | "})

# A thing that is used or tried has a name, and names have hyphens and dots.
_TRIED = re.compile(
    r"(?:(?:we|they|i) use|try)"
    r"(?=[ \t][\"'`*]{0,3}(?:[A-Za-z0-9]{8,64}(?![^\s.,;:)\"'`*])|[\w.-]{1,64}[!#$%^&*=?]))",
    re.IGNORECASE,
)
_TRIES = ("we use ", "they use ", "i use ", "try ")
_ENTRIES = (
    "set it to", "set this to", "set that to", "set mine to", "set the ", "set my ", "set our ",
    "changed it", "change it", "changed the ", "change the ", "changed my ", "changed our ",
    "changed mine", "reset it", "reset the ", "reset my ", "reset to",
    "type ", "type: ", "typed ", "enter ", "enter: ",
    "entered ", "opens with", "macht auf mit", "auf ", "tippe ", "tipp ", "eintippen", "eingeben",
    "tape ", "tapez ", "taper ", "saisir ", "saisis ", "saisissez ", "teclea ", "escribe ",
    "digita ", "digite ", "inserisci ", "wpisz ", "skriv ", "zadej ", "введи", "ввести ", "набери",
)  # fmt: skip
_ACCOUNTS = (
    "admin ", "admin/", "admin,", "admin:", "admin;", "administrator ", "administrator/",
    "root ", "root/", "root,", "root:", "guest ", "guest/", "guest:", "gast ", "gast/", "pi ",
    "pi,", "pi/", "админом",
)  # fmt: skip
_SAYINGS = dict.fromkeys(_TRIES, _TRIED) | dict.fromkeys(_ENTRIES, _ENTERED)
LITERALS = dict.fromkeys((*_SAYINGS, *_ACCOUNTS))
"""What to look for, in lower case, before `find_unnamed` is asked."""

_MARKS = {mark: re.compile(rf"[{mark}](?<=[A-Za-z0-9][{mark}])[A-Za-z0-9]") for mark in "!$#"}
_MARKED_WORD = re.compile(r"[A-Za-z0-9!$#^@_]{10,32}(?![^\s\"'`*),.;:!?])")
_MARKED_CHARS = ascii_letters + digits + "!$#^@_"
_WORD_CHARS = 32
_BEFORE_WORD = frozenset(" \t\n\"'`*(:=")
_TAG_AT_END = re.compile(r"#\d{4}\Z")
"""Of a handle: `name#2594`."""
_KEYSTROKE = re.compile(r"\w{1,8}(?:\+\w{1,8})+")


def find_unnamed(text: str, places: Places) -> Iterator[Span]:
    """Find what is typed, set or logged in with."""
    for at, literal in occurrences(places, LITERALS):
        if not begins_word(text, at):
            continue
        if literal in _SAYINGS:
            if cue := _SAYINGS[literal].match(text, at):
                yield from _value(_TOLD.match(text, cue.end()), is_login=False)
        elif account := _ACCOUNT.match(text, at):
            yield from _value(account, is_login=account["mark"] in _BARS)


def find_marked(text: str, _places: Places) -> Iterator[Span]:
    """Find what can be nothing but a password."""
    for inside in (inside for mark, inside in _MARKS.items() if mark in text):
        for found in inside.finditer(text):
            yield from _marked(text, found.start())


def _value(found: re.Match[str] | None, *, is_login: bool) -> Iterator[Span]:
    """Give what was told, if it is a password; what is logged in with may look like words."""
    value = told_value(found) if found else ""
    is_one = is_mixed(value) or (is_chance(value) and not _KEYSTROKE.fullmatch(value))
    if found and (is_one or (is_login and is_made_up(value))):
        yield value_span(found, value)


def _marked(text: str, at: int) -> Iterator[Span]:
    """Find the word around a mark, if chance alone can have made it."""
    before = text[max(0, at - _WORD_CHARS) : at]
    start = at - len(before) + len(before.rstrip(_MARKED_CHARS))
    word = _MARKED_WORD.match(text, start)
    if word is None or (start and text[start - 1] not in _BEFORE_WORD):
        return
    is_handle = _TAG_AT_END.search(word[0]) or not word[0][0].isalnum()
    if not is_handle and is_jumbled(word[0]) and is_mixed(word[0]):
        yield word.span()
