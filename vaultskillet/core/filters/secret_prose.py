"""Secrets that only the sentence around them gives away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import occurrences
from vaultskillet.core.filters.secret_values import Place, is_password, is_strong_password

_PASSWORDS = ("password", "passwort", "passe", "contraseña", "senha", "passcode")
_BEFORE_AS = re.compile(
    r"(?<=[\s\"'`*])(?P<value>[^\s\"'`*]{6,64})[\"'`*]{0,3} (?:as|als|comme|como|come|is|ist"
    r"|est|es) "
    r"(?:(?:the|my|your|our|a|new|das|la|le|mot|de) ){0,3}(?:[\w-]{1,16} )?\Z",
    re.IGNORECASE,
)
_LOGINS = (
    "login",
    "logon",
    "log in",
    "logged in",
    "sign in",
    "signed in",
    "credential",
    "creds",
    "anmeld",
    "zugang",
)
_LOGIN_PAIR = re.compile(
    r"[a-z]{0,8}(?: (?:with|as|using|is|are|mit))?[ \t:=\"'`*]{1,4}"
    r"[\w.@+-]{2,40}[\"'`*]{0,2} ?(?:/|:|and|mit) ?[\"'`*]{0,2}(?P<value>[^\s\"'`*/|]{6,64})",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"[\"'`*]{0,3}(?P<value>[^\s\"'`*|]{8,64})")
_PINS = (
    "pin",
    "passcode",
    "geheimzahl",
    "door code",
    "alarm code",
    "unlock code",
    "gate code",
    "türcode",
)
_POSTCODE_DIGITS = 6
_PIN = re.compile(
    r"(?: ?(?:code|number|nummer))?(?: for [\w ]{1,24}?)?[\"'`*]{0,3}(?:[:=]| is| ist| est| es"
    r"| è| lautet)"
    r"[\s\"'`*]{1,5}(?P<value>\d{4}|\d{6})(?![\w.,/:-]?\d|\w)",
    re.IGNORECASE,
)
_SEED_CUE = re.compile(
    r"(?:seed|recovery|mnemonic|secret recovery|backup)[ \t]+(?:phrase|words"
    r"|seed)?\W{0,6}[:=][ \t]*[\"'`*]{0,3}",
    re.IGNORECASE,
)
_SEED = re.compile(r"(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8}")
_CODES_CUE = re.compile(
    r"(?:recovery|backup|rescue|emergency|scratch)[ -]codes?[^\n:]{0,40}:[\s*`>-]{0,8}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?=[a-z-]{0,11}\d)[a-z0-9]{4,8}(?:-[a-z0-9]{4,8}){0,3}(?![\w-])", re.IGNORECASE
)
_CODE_GAP = re.compile(r"[\s,;|*`>-]{1,8}(?:\d{1,2}[.)] )?")
_CODES = 24


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value)) and is_password(value, Place.SAID)


def find_in_prose(text: str, folded: str) -> Iterator[Span]:
    """Find passwords in sentences, PINs, seed phrases and lists of one-time codes."""
    for at, _ in occurrences(folded, _PASSWORDS):
        yield from _password(_BEFORE_AS.search(text, max(0, at - 110), at), judge=_has_digit)
    for at, login in occurrences(folded, _LOGINS):
        yield from _password(_LOGIN_PAIR.match(text, at + len(login)), judge=_has_digit)
    for at, pin in occurrences(folded, _PINS):
        found = _PIN.match(text, at + len(pin))
        is_whole = not folded[at - 1 : at].isalnum()
        if found and is_whole and not (pin == "pin" and len(found["value"]) == _POSTCODE_DIGITS):
            yield found.span("value")
    for at, slash in occurrences(text, (" / ",)):
        yield from _password(_SLASHED.match(text, at + len(slash)), judge=is_strong_password)
    yield from _recovery(text, folded)


def _password(found: re.Match[str] | None, *, judge: Callable[[str], bool]) -> Iterator[Span]:
    value = found["value"].rstrip(".,;:)") if found else ""
    if found and judge(value):
        yield found.start("value"), found.start("value") + len(value)


def _recovery(text: str, folded: str) -> Iterator[Span]:
    for at, _ in occurrences(folded, ("seed", "recovery", "mnemonic", "backup")):
        cue = _SEED_CUE.match(text, at)
        words = _SEED.match(text, cue.end()) if cue else None
        if words:
            yield words.span()
    for end, code in occurrences(folded, (" code", "-code")):
        cue = _CODES_CUE.search(text, max(0, end - 10), end + len(code) + 50)
        if cue:
            yield from _codes(text, cue.end())


def _codes(text: str, at: int) -> Iterator[Span]:
    for _ in range(_CODES):
        code = _CODE.match(text, at)
        if code is None:
            return
        yield code.span()
        gap = _CODE_GAP.match(text, code.end())
        at = gap.end() if gap else code.end()
