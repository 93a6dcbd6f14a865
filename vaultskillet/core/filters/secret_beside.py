"""Passwords that stand beside what they open: an account, a network, a service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, occurrences
from vaultskillet.core.filters.secret_coined import is_told
from vaultskillet.core.filters.secret_values import (
    is_coined,
    is_unmistakable,
    told_value,
    value_span,
)

_VALUE = (
    r"[\"'`*“„«»]{0,3}+(?P<value>[^\s\"'`|<>“”«»@]{8,64}+)"
    r"(?=[\"'`*”»]{0,3}[ \t.,;)|]{0,4}(?:\n|\Z))"
)
_VALUE_IN_CLAUSE = (
    r"[\"'`*“„«»]{0,3}+(?P<value>[^\s\"'`|<>“”«»]{8,64}+)"
    r"(?=(?<=[,;.)])[ \t]|[ \t]?(?:です|だ|。)|[\"'`*”»]{0,3}[ \t.,;)|]{0,4}(?:\n|\Z))"
)
_ITEM = r"\n[ \t>*-]{0,6}"
_ACCOUNT = r"[\w.@+-]{2,40}+"

# What follows the sign of an address.
_AFTER_SIGN = re.compile(
    r"@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,5}+[\"'`*>)]{0,3}+"
    r"(?:[ \t]{0,2}[/|:,;–—→-][ \t]{1,2}|[:;/|](?!\d{2,5}/)"
    r"|[ \t]{1,3}(?:(?:and|und|et|y|e|и)[ \t])?"
    rf"|[ \t]{{0,4}}{_ITEM}){_VALUE}"
)
_ACCOUNT_ABOVE = re.compile(
    rf"(?:(?:user(?:name)?|login|benutzer(?:name)?|account)[ \t:=]{{1,4}}+{_ACCOUNT}"
    rf"|(?:zugang(?:sdaten)?|credentials|log-?in(?:daten)?|accès|acceso|accesso)[^\n]{{0,40}}"
    rf"{_ITEM}{_ACCOUNT}){_ITEM}{_VALUE}",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"(?:wi-?fi|wlan|wpa[23]?|hotspot|вай-?фай|guest network|gästenetz|无线网络?"
    r"|無線(?:網路|LAN)?|와이파이|ワイファイ)(?:['’]s|の|は|密码|密碼)?"
    r"(?:[ ,]{1,2}[^\W\d_]{1,14}(?:['’][^\W\d_]{1,8})?){0,4}(?:,? c['’]est)?[\"'`*]{0,3}"
    r"(?:[ \t]?[:=→](?![A-Z]:)[ \t]?|[ \t,]{1,2})(?:[\w-]{2,32}(?: / |, ))?" + _VALUE_IN_CLAUSE,
    re.IGNORECASE,
)
_ROUTER = re.compile(
    r"fritz|vodafone|easybox|speedport|tp-?link|netgear|telekom|linksys|d-?link|asus|livebox|bbox"
    r"|freebox|movistar|fastweb|ziggo|telia|virgin|talktalk|eduroam|starlink|orange|xfinity|huawei"
    r"|iphone|android|galaxy|wi-?fi|wlan|channel|kanal|room|raum|zimmer|floor|guest|gast",
    re.IGNORECASE,
)
"""How the commonest names of networks begin that look like passwords."""
_SERVICE = re.compile(rf"(?:→ |[🔑🔐] ?){_VALUE}")
_OBJECT = re.compile(r"(?:acct|ch|cus|evt|in|inv|pi|pm|price|prod|seti|sub|txn)_")
"""How the ids of what is bought and paid begin, which open nothing."""

_ABOVE = (
    "user", "login", "log-in", "benutzer", "account", "zugang", "credentials", "accès", "acceso",
    "accesso",
)  # fmt: skip
_NETWORKS = (
    "wifi", "wi-fi", "wlan", "wpa", "hotspot", "вайфай", "вай-фай", "guest network", "gästenetz",
    "无线网", "無線", "와이파이", "ワイファイ",
)  # fmt: skip
_COINING = (*_NETWORKS, "@")
"""Beside these a password may be of the kind that people make up."""
_RULES = {
    "@": _AFTER_SIGN,
    "→ ": _SERVICE,
    "🔑": _SERVICE,
    "🔐": _SERVICE,
    **dict.fromkeys(_NETWORKS, _NETWORK),
    **dict.fromkeys(_ABOVE, _ACCOUNT_ABOVE),
}
LITERALS = tuple(_RULES)
"""What to look for, in lower case, before `find_beside` is asked."""


def find_beside(text: str, places: Places) -> Iterator[Span]:
    """Find what ends a line behind an address, an account, a network or an arrow."""
    for at, word in occurrences(places, _RULES):
        found = _RULES[word].match(text, at)
        value = told_value(found) if found else ""
        is_one = is_unmistakable(value) or (word in _COINING and is_coined(value))
        is_one = is_one or (word in _NETWORKS and is_told(value, is_login=True))
        is_name = _ROUTER.match(value) or _OBJECT.match(value)
        if found and is_one and not is_name:
            yield value_span(found, value)
