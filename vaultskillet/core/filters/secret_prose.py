"""Secrets that only the sentence around them gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, occurrences
from vaultskillet.core.filters.secret_values import (
    Place,
    is_password,
    is_strong_password,
    value_span,
)

_LOGINS = ("log", "sign", "cred", "anmeld", "zugang")
_LOGIN_PAIR = re.compile(
    r"(?:log(?:ged)?[ -]?(?:in|on)|sign(?:ed)?[ -]in|cred[a-z]{0,10}|anmeld\w{0,8}|zugang\w{0,8})"
    r"(?: (?:with|as|using|is|are|mit))?[ \t:=\"'`*]{1,4}"
    r"[\w.@+-]{2,40}[\"'`*]{0,2} ?(?:/|:|and|mit) ?[\"'`*]{0,2}(?P<value>[^\s\"'`*/|]{6,64})",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"[\"'`*]{0,3}(?P<value>[^\s\"'`*|]{8,64})")
_PIN = re.compile(
    r"(?P<name>(?<![\w-])(?:(?:[^\W\d_]{2,12}-)?pin|puk|пин|暗証番号|passcode|(?:door|alarm|unlock|gate|entry|safe|garage|locker"
    r"|keypad|building|lock ?box|setup|pairing|homekit) code"
    r"|(?:tür|alarm|tor|haus|safe|tresor|garagen?)[a-zäöü]{0,8}[- ]?code"
    r"|(?:código|codice)(?: d[eo]l?(?: la|la)?| da| della)? (?:puerta|portal|alarma?|porta|portão"
    r"|cancello|garaje|garagem|garage|entrada|cassaforte|caja fuerte|cofre)"
    r"|code (?:für|pour|de|del|der|to (?:the|my|our))))"
    r"(?:[ -]?(?:code|number|nummer|код))?(?: (?:for )?[\w ]{1,24}?)?[\"'`*]{0,3}"
    r"(?:[ \u00a0\u202f]?"
    r"(?:[:=：]|(?<= )(?:is|ist|est|es|è|lautet|\(it['’]s)|(?<=code)|(?-i:(?<=PIN|PUK|ПИН)))"
    r"[\s\"'`*]{1,5}|[:：は是])"
    r"(?P<value>#?(?:\d{8}|\d{6}|\d{4}|\d{3}-\d\d-\d{3})[#*]?)(?![\w.,/:-]?\d|[^\W\u0e00-\uffff])",
    re.IGNORECASE,
)
_COMBINATION = re.compile(
    r"(?:combination|combo|kombination)(?: (?:for|to|of|für)(?: [\w]{1,16}){1,3})?"
    r"(?:[:=]| is| ist)[\s\"'`*]{1,4}(?P<value>\d{1,2}(?:[- ]\d{1,2}){2,3})(?![\w-])",
    re.IGNORECASE,
)
_APP_PASSWORD = re.compile(
    r"app(?:-specific|lication)?[ -]pass(?:word|wort)(?: (?:(?:for|für) )?[\w-]{1,16})?"
    r"(?:[:=]| is)?[\s\"'`*]{1,4}"
    r"(?P<value>[a-z]{4}(?:[ -][a-z]{4}){3}|[a-z0-9]{4}(?: [a-z0-9]{4}){5})(?![\w-])",
    re.IGNORECASE,
)
_NETWORK_KEY = re.compile(
    r"(?:(?:schlüssel|key)(?: \(wpa\d?\)[:= ]|[\"'`*]{0,3}[:=])|(?:wlan|wi-?fi)[:=])"
    r"[\s\"'`*]{0,5}(?P<value>\d{4}(?: ?\d{4}){3,5})(?![ ]?\d)",
    re.IGNORECASE,
)
_COMMUNITY = re.compile(
    r"(?:community string|snmp(?:-server)? community(?: string)?|r[ow]community)"
    r"[\"'`*]{0,3}[:= ][\s\"'`*]{0,5}(?P<value>[^\s\"'`*]{6,40})",
    re.IGNORECASE,
)
_ONE_TIME_KEY = re.compile(
    r"(?:otp|2fa|mfa|authenticator|two-factor|zwei-faktor)"
    r"(?:[^\n:=]{0,24}[:=]|[- ](?:(?:backup|setup) )?(?:seed|key|secret|schlüssel) )[\s\"'`*]{0,4}"
    r"(?P<value>(?-i:[A-Z2-7]{16,64})(?![\w-])"
    r"|(?=[a-z ]{0,79}[2-7])[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15}(?![\w-]))",
    re.IGNORECASE,
)
_APP_ID = re.compile(r"appid[:= ][\s\"'`*]{0,5}(?P<value>[0-9a-f]{32})(?![\w-])", re.IGNORECASE)
_API_VALUE = re.compile(
    r"API[\"'`*]{0,3}[ \t]?[:=][\s\"'`*]{0,5}(?P<value>[0-9a-f]{32,64})(?![\w-])"
)
_POSTCODE_DIGITS = 6
_SEED = re.compile(
    r"(?:seed|recovery|mnemonic|secret recovery|backup|wallet)(?:[ \t]+(?:phrase|words|seed))?"
    r"\W{0,6}[:=]\s{0,6}[\"'`*>]{0,3}[ \t]?"
    r"(?P<value>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})",
    re.IGNORECASE,
)
_CODES_CUE = re.compile(
    r"(?:(?:recovery|backup|rescue|emergency|scratch)[ -]codes?|\btan[- ]?list[e]?)"
    r"(?:[^\n:]{0,40}:|(?=[ ][\"'`*]{0,3}[a-z0-9]{4,8}-)"
    r"|[ \t]{0,4}(?=\n))[\s*`>-]{0,8}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\d{4} \d{4}(?!\d)|(?=[a-z-]{0,11}\d)[a-z0-9]{4,8}(?:-[a-z0-9]{4,8}){0,3}(?![\w-])",
    re.IGNORECASE,
)
_CODE_GAP = re.compile(r"[\s,;|*`>-]{1,8}(?:\d{1,2}[.)] )?")


_DIGIT = re.compile(r"\d")
_CODE_CHARS = 80
"""How far behind such a word the first digit of its code may be."""
_CODES = (
    "pin",
    "puk",
    "пин",
    "暗証番号",
    "code",
    "código",
    "codice",
    "tan list",
    "tanlist",
    "tan-list",
)
# The word that begins a saying -> the saying, and the value in it.
_VALUES = (
    {
        "api": _API_VALUE,
        "appid": _APP_ID,
        "community string": _COMMUNITY,
        "snmp-server community": _COMMUNITY,
        "snmp community": _COMMUNITY,
        "rocommunity": _COMMUNITY,
        "rwcommunity": _COMMUNITY,
        "schlüssel": _NETWORK_KEY,
        "wlan": _NETWORK_KEY,
        "wifi": _NETWORK_KEY,
        "wi-fi": _NETWORK_KEY,
        "key": _NETWORK_KEY,
    }
    | dict.fromkeys(("combination", "combo", "kombination"), _COMBINATION)
    | dict.fromkeys(
        ("otp", "2fa", "mfa", "authenticator", "two-factor", "zwei-faktor"), _ONE_TIME_KEY
    )
    | dict.fromkeys(("app-specific", "app pass", "app-pass", "application pass"), _APP_PASSWORD)
    | dict.fromkeys(("seed", "recovery", "mnemonic", "secret recovery", "backup", "wallet"), _SEED)
)
LITERALS = (*_LOGINS, " / ", *_CODES, *_VALUES)
"""What to look for, in lower case, before `find_in_prose` is asked."""


def find_in_prose(text: str, places: Places) -> Iterator[Span]:
    """Find passwords in sentences, PINs, seed phrases and lists of one-time codes."""
    for at, _ in occurrences(places, _LOGINS):
        yield from _password(_LOGIN_PAIR.match(text, at), is_strong=False)
    for at, slash in occurrences(places, (" / ",)):
        yield from _password(_SLASHED.match(text, at + len(slash)), is_strong=True)
    done = 0
    for at in sorted(at for at, _ in occurrences(places, _CODES)):
        if not _DIGIT.search(text, at, at + _CODE_CHARS):
            continue
        for start, end in _codes_at(text, at, done):
            done = end
            yield start, end
    for at, word in occurrences(places, _VALUES):
        found = _VALUES[word].match(text, at)
        if found:
            yield found.span("value")


def _codes_at(text: str, at: int, done: int) -> Iterator[Span]:
    pin = _PIN.search(text, max(done, at - 20), at + 64)
    is_postcode = (
        pin and pin["name"].lower().endswith("pin") and len(pin["value"]) >= _POSTCODE_DIGITS
    )
    if pin and not is_postcode:
        yield pin.span("value")
    cue = _CODES_CUE.search(text, max(done, at - 10), at + 56)
    if cue:
        yield from _codes(text, cue.end())


def _password(found: re.Match[str] | None, *, is_strong: bool) -> Iterator[Span]:
    value = found["value"].rstrip(".,;:)") if found else ""
    if found is None or not any(map(str.isdigit, value)):
        return
    if is_strong_password(value) or (not is_strong and is_password(value, Place.SAID)):
        yield value_span(found, value)


def _codes(text: str, at: int) -> Iterator[Span]:
    while code := _CODE.match(text, at):
        yield code.span()
        gap = _CODE_GAP.match(text, code.end())
        at = gap.end() if gap else code.end()
