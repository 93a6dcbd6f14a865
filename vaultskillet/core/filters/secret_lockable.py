"""Passwords in a line about a thing that has one: "the till asks every morning: ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, begins_word, occurrences
from vaultskillet.core.filters.secret_coined import is_thing
from vaultskillet.core.filters.secret_values import (
    is_chance,
    is_placeholder,
    is_strong_password,
    told_value,
    value_span,
)

_LOCKABLE = (
    "computer", "laptop", "tablet", "ipad", "screen lock", "lock screen", "wifi",
    "wi-fi", "network", "router", "hard drive", "shared drive", "encrypted", "decrypt",
    "account", "login", "log in", "logs in", "server", "the nas", "the safe", "alarm", "keypad",
    "pdf", "zip file", "veracrypt", "terminal", "the till", "pc:", "office pc", "portal",
    "streaming", "netflix", "spotify", "kiosk", "scanner", "locker", "zoom room",
    "credential", "rechner", "das netz", "netzwerk", "wlan", "laufwerk", "konto",
    "zugang", "tresor", "kasse", "eingeben", "ordinateur", "tablette", "réseau",
    "serveur", "la box", "compte", "coffre", "caisse", "ordenador", "portátil",
    "la red", "aula", "servidor", "cuenta", "portatile", "la rete", "cassa",
    "cassaforte", "computador", "a rede", "a conta", "cofre", "netwerk",
    "kluis", "kassa", "komputer", "sieć", "sejf", "dator", "nätverk", "nettverk", "netværk",
    "kassemaskin", "компьютер", "ноутбук", "сеть", "сейф", "роутер", "касс", "учётк", "аккаунт",
    "комп'ютер", "мережа", "bilgisayar", "kasa", "パソコン", "金庫", "电脑", "電腦", "网络",
    "網路", "컴퓨터", "tietokone", "verkko", "počítač", "síť", "trezor", "számítógép",
    "hálózat", "széf", "rețea", "seif", "υπολογιστή", "δίκτυο",
)  # fmt: skip
LITERALS = dict.fromkeys(_LOCKABLE)
"""What to look for, in lower case, before `find_in_lockable` is asked."""

_LINE_CHARS = 90
_DIGIT = re.compile(r"\d")
_MIXED = re.compile(r"[A-Za-z][!#$%&*?.^]?\d|\d[!#$%&*?.^]?[A-Za-z]")
_WORD = re.compile(
    r"(?:(?<![^\s\"'`*“„«(])|(?<=[\u0e00-\uffff]))"
    r"(?P<value>(?=[^\s]{0,24}\d)[!-~]{8,32})(?![^\s\"'`*”»),.;:])"
)
_REST_OF_WORD = re.compile(r"\S{0,40}")
_MARKED = re.compile(
    r"[A-Z]?[a-z]{2,11}(?:[A-Z][a-z]{2,11})?[&!$%*?^][A-Za-z]{3,11}\d{1,4}[!?*%]?"
    r"|\d{2,4}[A-Z]?[a-z]{3,11}[!&#$%*?][A-Za-z]{3,12}\d{0,4}"
    r"|[A-Z]?[a-z]{3,11}(?:[A-Z][a-z]{2,11})?\d{3,4}[!?%$&]{1,2}"
    r"|[A-Z]?[a-z]{3,11}\.\d{3,4}\.[A-Z][a-z]{3,11}"
    r"|[a-z]{4,11}\d{3,4}[a-z]{4,11}|[A-Z]{4,11}[a-z]{4,11}\d{2,4}"
)
_OTHER = re.compile(
    r"https?:|0x|www\.|[^@]*@|.*/|.*\\|.*[=(){}\[\]<>]|[\w.-]*#\d+\Z|.*\.[A-Za-z]{2,4}\Z|\^|#|\$|--"
)
_NAMED_BEFORE = re.compile(
    r"(?:(?:ids?|serial|s/n|model|hash|commit|ref|revision|build|version|video|type|part)"
    r"(?:[ ][^\W\d_]{1,10}){0,3}|user(?:name)?|handle|host(?:name)?|ssid|benutzer(?:name)?)"
    r"[\"'`*]{0,2}[ \t:#=.]{1,3}[\"'`*]{0,2}\Z",
    re.IGNORECASE,
)
_NAME_CHARS = 48
_LEAST_CHANCE_CHARS = 9


def find_in_lockable(text: str, places: Places) -> Iterator[Span]:
    """Find what can only be a password in a line about something that asks for one."""
    done = 0
    for at in sorted(at for at, _ in occurrences(places, LITERALS) if begins_word(text, at)):
        start = max(done, at - _LINE_CHARS, text.rfind("\n", max(0, at - _LINE_CHARS), at) + 1)
        newline = text.find("\n", at, at + _LINE_CHARS)
        end = newline if newline >= 0 else at + _LINE_CHARS
        if not (_DIGIT.search(text, start, end) and _MIXED.search(text, start, end)):
            continue
        rest = _REST_OF_WORD.match(text, end)
        end = rest.end() if rest else end
        for word in _WORD.finditer(text, start, end):
            value = told_value(word)
            before = text[max(0, word.start() - _NAME_CHARS) : word.start()]
            if is_lone_password(value) and not _NAMED_BEFORE.search(before):
                yield value_span(word, value)
        done = end


def is_lone_password(value: str) -> bool:
    """Tell a password by its looks where no word says so, from names of things and of files."""
    is_one = _MARKED.fullmatch(value) is not None or _is_lone_chance(value)
    return is_one and not (_OTHER.match(value) or is_thing(value) or is_placeholder(value))


def _is_lone_chance(value: str) -> bool:
    is_long = value.isalnum() and len(value) >= _LEAST_CHANCE_CHARS
    return is_chance(value) and (is_long or is_strong_password(value))
