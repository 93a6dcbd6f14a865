"""Secrets that only the sentence around them gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.columns import Span
from vaultskillet.core.filters.secret_values import is_password, is_placeholder

_AS_PASSWORD = re.compile(
    r"(?<=[ \t\"'`*])(?P<value>[^\s\"'`*]{6,64})[\"'`*]{0,3} (?:as|als|comme|como|come) "
    r"(?:the |my |your |a |our |das |la |le |mot de )?(?:\w{1,16} )?(?:password|passwort|passe|contraseña|senha)",
    re.IGNORECASE,
)
_LOGIN_PAIR = re.compile(
    r"(?:log(?:ged)? ?in|sign(?:ed)? ?in|login|logon|credentials?|creds|account|anmelden|zugang)"
    r"(?: (?:with|as|using|is|are|mit|:))?[ \t:=\"'`*]{1,4}"
    r"[\w.@+-]{2,40}[\"'`*]{0,2} ?(?:/|:|\||and|mit) ?[\"'`*]{0,2}(?P<value>[^\s\"'`*/|]{6,64})",
    re.IGNORECASE,
)
_PIN = re.compile(
    r"(?<![\w-])(?:pin|passcode|pincode|pin-code|geheimzahl|door code|alarm code|unlock code|gate code)"
    r"(?: (?:code|number|for [\w ]{1,24}))?[\"'`*]{0,3}(?:[:=]| is| ist| est| es| è| lautet)[\s\"'`*]{1,5}"
    r"(?P<value>\d{4}|\d{6})(?![\w.,/:-]?\d|\w)",
    re.IGNORECASE,
)
_INDIAN_PIN = re.compile(r"pin(?: ?code)?\W", re.IGNORECASE)
_SEED_CUE = re.compile(
    r"(?:seed|recovery|mnemonic|secret recovery|backup)[ \t]+(?:phrase|words|seed)?\W{0,6}[:=][ \t]*[\"'`*]{0,3}",
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


def find_in_prose(text: str) -> Iterator[Span]:
    """Find passwords in sentences, PINs, seed phrases and lists of one-time codes."""
    for pattern in (_AS_PASSWORD, _LOGIN_PAIR):
        for found in pattern.finditer(text):
            value = found["value"].rstrip(".,;:)")
            if is_password(value, in_prose=True) and not is_placeholder(value):
                yield found.start("value"), found.start("value") + len(value)
    for found in _PIN.finditer(text):
        if len(found["value"]) == 4 or not _INDIAN_PIN.match(found[0]):  # noqa: PLR2004 - a PIN
            yield found.span("value")
    yield from _recovery(text)


def _recovery(text: str) -> Iterator[Span]:
    for cue in _SEED_CUE.finditer(text):
        words = _SEED.match(text, cue.end())
        if words:
            yield words.span()
    for cue in _CODES_CUE.finditer(text):
        at = cue.end()
        for _ in range(_CODES):
            code = _CODE.match(text, at)
            if code is None:
                break
            yield code.span()
            gap = _CODE_GAP.match(text, code.end())
            at = gap.end() if gap else code.end()
