"""Secrets that only the sentence around them gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import occurrences
from vaultskillet.core.filters.secret_values import Place, is_password, is_strong_password

_LOGINS = ("log", "sign", "cred", "anmeld", "zugang")
_LOGIN_PAIR = re.compile(
    r"(?:log(?:ged)?[ -]?(?:in|on)|sign(?:ed)?[ -]in|cred[a-z]{0,10}|anmeld\w{0,8}|zugang\w{0,8})"
    r"(?: (?:with|as|using|is|are|mit))?[ \t:=\"'`*]{1,4}"
    r"[\w.@+-]{2,40}[\"'`*]{0,2} ?(?:/|:|and|mit) ?[\"'`*]{0,2}(?P<value>[^\s\"'`*/|]{6,64})",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"[\"'`*]{0,3}(?P<value>[^\s\"'`*|]{8,64})")
_PIN = re.compile(
    r"(?P<name>(?<![\w-])(?:pin|puk|passcode|(?:door|alarm|unlock|gate|entry|safe|garage|locker"
    r"|keypad|building|lock ?box) code|türcode|alarmcode|code (?:für|pour|de|del|der)))"
    r"(?: ?(?:code|number|nummer))?(?: (?:for )?[\w ]{1,24}?)?[\"'`*]{0,3}"
    r"(?:[:=]| is| ist| est| es| è| lautet| \(it['’]s)[\s\"'`*]{1,5}"
    r"(?P<value>(?:\d{8}|\d{6}|\d{4})[#*]?)(?![\w.,/:-]?\d|\w)",
    re.IGNORECASE,
)
_POSTCODE_DIGITS = 6
_SEED_CUE = re.compile(
    r"(?:seed|recovery|mnemonic|secret recovery|backup)[ \t]+(?:phrase|words"
    r"|seed)?\W{0,6}[:=]\s{0,6}[\"'`*>]{0,3}[ \t]?",
    re.IGNORECASE,
)
_SEED = re.compile(r"(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8}")
_CODES_CUE = re.compile(
    r"(?:recovery|backup|rescue|emergency|scratch)[ -]codes?[^\n:]{0,40}:[\s*`>-]{0,8}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\d{4} \d{4}(?!\d)|(?=[a-z-]{0,11}\d)[a-z0-9]{4,8}(?:-[a-z0-9]{4,8}){0,3}(?![\w-])",
    re.IGNORECASE,
)
_CODE_GAP = re.compile(r"[\s,;|*`>-]{1,8}(?:\d{1,2}[.)] )?")


def find_in_prose(text: str, folded: str) -> Iterator[Span]:
    """Find passwords in sentences, PINs, seed phrases and lists of one-time codes."""
    for at, _ in occurrences(folded, _LOGINS):
        yield from _password(_LOGIN_PAIR.match(text, at), is_strong=False)
    for at, slash in occurrences(text, (" / ",)):
        yield from _password(_SLASHED.match(text, at + len(slash)), is_strong=True)
    for at, _ in occurrences(folded, ("pin", "puk", "code")):
        pin = _PIN.search(text, max(0, at - 8), at + 64)
        is_postcode = pin and pin["name"].lower() == "pin" and len(pin["value"]) >= _POSTCODE_DIGITS
        if pin and not is_postcode:
            yield pin.span("value")
        cue = _CODES_CUE.search(text, max(0, at - 10), at + 56)
        if cue:
            yield from _codes(text, cue.end())
    for at, _ in occurrences(folded, ("seed", "recovery", "mnemonic", "backup")):
        cue = _SEED_CUE.match(text, at)
        words = _SEED.match(text, cue.end()) if cue else None
        if words:
            yield words.span()


def _password(found: re.Match[str] | None, *, is_strong: bool) -> Iterator[Span]:
    value = found["value"].rstrip(".,;:)") if found else ""
    if found is None or not any(map(str.isdigit, value)):
        return
    if is_strong_password(value) or (not is_strong and is_password(value, Place.SAID)):
        yield found.start("value"), found.start("value") + len(value)


def _codes(text: str, at: int) -> Iterator[Span]:
    while code := _CODE.match(text, at):
        yield code.span()
        gap = _CODE_GAP.match(text, code.end())
        at = gap.end() if gap else code.end()
