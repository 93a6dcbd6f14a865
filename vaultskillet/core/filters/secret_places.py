"""Secrets by their place: in addresses, headers, command lines and the files of certain tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, occurrences, words
from vaultskillet.core.filters.secret_names import sort_of_heading
from vaultskillet.core.filters.secret_shapes import HOOK, WEBHOOK
from vaultskillet.core.filters.secret_values import (
    Place,
    holds_credentials,
    is_hash,
    is_password,
    is_placeholder,
    is_random,
    is_secret,
    is_token,
    value_span,
)

# `user:password@`; a password may hold `/` and `?` if what follows the last `@` is a host.
_USERINFO = re.compile(
    r"(?P<all>[^\s/:@\"'`<>|?#]{0,80}:(?P<password>[^\s\"'`<>|/?#]{1,200}))@(?=[\w\[$.{(-])"
)
_LOOSE_USERINFO = re.compile(
    r"(?P<all>[^\s/:@\"'`<>|?#\]]{0,80}:(?P<password>[^\s\"'`<>|@\]]{1,200}))@(?=[\w.-]+[:/])"
)
_LONE_USERINFO = re.compile(r"(?P<all>[A-Za-z0-9_.~-]{20,200})@(?=[\w.-]+)")
_USERINFO_CHARS = 282
_STOCK_PASSWORDS = words(
    "password pass passwd pwd secret postgres root admin guest user test pw mysql rabbitmq"
    " minio username db"
)
_QUERY = re.compile(
    r"(?:amp;)?(?P<name>[a-z_-]{2,24}=)(?P<value>[\w%.~+/=-]{8,2000})", re.IGNORECASE
)
# Query parameter -> how long its value has to be at least.
_QUERY_NAMES = {
    "key=": 16, "sig=": 8, "signature=": 16, "code=": 24, "auth=": 16, "sas=": 8, "apikey=": 8,
    "appid=": 16, "app_key=": 16, "sid=": 24, "jwt=": 16, "pw=": 8, "hash=": 48,
    "x-amz-signature=": 16, "x-amz-security-token=": 16, "x-goog-signature=": 16,
}  # fmt: skip

_SCHEMES = ("basic", "bearer", "authorization", "ssws")
_CREDENTIALS = re.compile(
    r"(?:[\"']?[ \t]?[:=][ \t]?[\"'`]?(?:[A-Za-z-]{2,16}[ \t])?|[ \t]{1,4}|%20)[\"'`]?"
    r"(?P<value>[A-Za-z0-9_.~+/=:-]{8,4000})"
)

_COOKIES = re.compile(r"[\"']?[ \t]?[:=][ \t]?[\"']?")
_COOKIE = re.compile(r"(?P<name>[\w.-]{1,64})=(?P<value>[^\s;,\"'`]{0,4000})(?:;[ \t]?)?")
_LONE_COOKIE = re.compile(r"[\w%.~+/-]{20,4000}(?![=\w])")
_COUNTING_COOKIE = re.compile(r"_g|_pk_|utm|optanon", re.IGNORECASE)

_USER_PASSWORD = re.compile(
    r" (?:-u|--user|--auth|-U|--?proxy-user|--http-user|--basic-auth|-a)[ \t=]{0,4}"
    r"(?P<quote>[\"']?)(?P<all>[^\s\"':/]{1,80}:(?P<password>[^\s\"']{2,200}))(?P=quote)"
)
_COMMAND = re.compile(
    r"\b(?:mysql\w*|mariadb|sshpass|docker login|podman login|az login|smbclient|redis-cli"
    r"|mongo\w*|sqlcmd"
    r"|psql|ldap\w+|7z|zip|unzip|openssl|htpasswd|helm|oc login|mosquitto_\w+|net use|restic"
    r"|xfreerdp|cqlsh"
    r"|ipmitool|ssh-keygen|influx|nmcli|wpa_passphrase)\b[^\n|;]{0,160}\Z"
)
_COMMAND_CHARS = 200
_PASSWORD_OPTION = re.compile(
    r" (?:(?:-p|-P|-pass|/p:|--pass)[ \t=:]{0,2}|(?:-[akwN]|-b[a-z]*[ \t]+\S{1,80}[ \t]+\S{1,80})"
    r"[ \t=:]{1,2})(?:pass:)?(?!-)(?P<quote>[\"']?)(?P<password>[^\s\"'`]{4,200})(?P=quote)"
)
_CALLED = re.compile(
    r"(?P<quote>[\"'])[^\s\"']{1,80}(?P=quote),[ \t]{0,4}"
    r"(?P<end>[\"'])(?P<value>[^\s\"']{6,200})(?P=end)"
)
_PIPED = re.compile(
    r"\b(?:echo|printf)[ \t]+[\"']?(?:[\w.-]{1,32}:)?(?P<value>[^\s\"'|]{4,200})[\"']?[ \t]*"
    r"\|[^\n]*\Z"
)
_SHARE = re.compile(
    r" (?:/user:[^\s\"']{1,64}[ \t]+|(?:-U|--user)[ =]{0,2}[\"']?[\w.\\-]{1,64}%)"
    r"(?P<value>[^\s\"'`]{4,200})"
)
_LONG_OPTION = re.compile(
    r" --?(?:[a-z]+-){0,3}(?:password|passwd|passphrase|pass|token|secret|key)"
    r"(?:[ \t]{1,4}|=)(?P<quote>[\"']?)(?P<value>[^\s\"'`]{4,300})(?P=quote)"
)
_FILE = re.compile(r"[./~]|[\w./-]+\.(?:pem|key|txt|json|crt|pub|ya?ml|gpg)\Z")

_INSERTED = re.compile(
    r"\((?P<columns>[^()]{1,400})\)\s{0,20}VALUES\s{0,20}\((?P<values>[^()]{1,800})\)",
    re.IGNORECASE,
)
_INSERTED_CHARS = 424
_PGPASS = re.compile(
    r"[ \t>]*[\w.*-]{1,100}:(?:\d{2,5}"
    r"|\*):[\w*.-]{1,64}:[\w.@-]{1,64}:(?P<value>(?![0-9a-f]{2}:)\S{3,128})[ \t]*(?:\n|\Z)"
)
_HOST_CHARS = 110
_PORT = re.compile(r":(?:\d{2,5}|\*):")
_ORACLE = re.compile(r"(?:thin|oci|sqlplus)[: ][\w.-]{1,64}/(?P<value>[^\s\"'`/@]{4,64})@")
_SOCKET = re.compile(r"(?<![\w/])[\w.-]{1,64}:(?P<value>[^\s\"'`/@:]{4,64})\Z")
_SOCKET_CHARS = 130
_SOCKETS = ("@tcp(", "@unix(")
_ORACLES = ("thin:", "oci:", "sqlplus ")
_WIFI = re.compile(r"WIFI:(?:[^\n:]{1,8}:[^\n;]{0,64};){0,4}?P:(?P<value>(?:[^;\\\n]|\\.){4,64});")
_OTPAUTH = re.compile(
    r"otpauth[^\s\"'`<>|)]{8,600}?(?:secret|data)=(?P<value>[A-Za-z0-9%+/=]{8,600})"
)
_CONNECTION = re.compile(r"(?P<value>[\w+/%=.~-]{20,300})")


_KEYS = ("accountkey=", "sharedaccesskey=", "accesskey=", "sig=")
# Not " -" alone, which every list within a list has.
_OPTIONS = (" --", *(f" -{letter}" for letter in ascii_lowercase), " /p:", " /user:")
_PIPES = ("-stdin", "chpasswd", "sudo -s")
_CALLS = ("auth(", "auth=(", "auth = (", "auth: (", "login(", "credentials(", "credential(")
# What to look for, in lower case, before each of the rules here is asked.
IN_URLS = ("://", "/webhook", "//hook", "?", "&")
IN_HEADERS = (*_SCHEMES, "cookie")
IN_COMMANDS = (*_OPTIONS, *_PIPES, *_CALLS)
IN_FILES = ("wifi:", "otpauth", *_KEYS)
IN_SOURCES = (*_SOCKETS, *_ORACLES, "values")


def find_in_urls(text: str, places: Places) -> Iterator[Span]:
    """Find passwords before a host, secret query parameters, and webhooks."""
    for at, mark in occurrences(places, ("://",)):
        host = at + len(mark)
        if text.find("@", host, host + _USERINFO_CHARS) >= 0:
            yield from _userinfo(text, host)
        webhook = WEBHOOK.match(text, max(0, at - (5 if text[at - 1 : at] in "sS" else 4)))
        if webhook and not is_placeholder(webhook[0].partition("://")[2].partition("/")[2]):
            yield webhook.span()
    for at, _ in occurrences(places, ("/webhook", "//hook")):
        hook = HOOK.match(text, at)
        if hook and not is_placeholder(hook["value"]):
            yield hook.span("value")
    for at, _ in occurrences(places, "?&"):
        query = _QUERY.match(text, at + 1)
        if query and _is_parameter(query["name"].lower(), query["value"]):
            yield query.span("value")


def _userinfo(text: str, host: int) -> Iterator[Span]:
    found = _USERINFO.match(text, host) or _LOOSE_USERINFO.match(text, host)
    if found and not _is_stock(found["password"]):
        yield found.span("all")
    lone = _LONE_USERINFO.match(text, host)
    if lone and is_token(lone["all"], least_chars=20):
        yield lone.span("all")


def find_in_headers(text: str, places: Places) -> Iterator[Span]:
    """Find what follows `Basic`, `Bearer` and their like."""
    for at, scheme in occurrences(places, _SCHEMES):
        found = _CREDENTIALS.match(text, at + len(scheme))
        value = found["value"].rstrip(".:") if found else ""
        is_basic = scheme == "basic"
        if found and (holds_credentials(value) if is_basic else is_token(value, least_chars=16)):
            yield value_span(found, value)
    for at, name in occurrences(places, ("cookie",)):
        sign = _COOKIES.match(text, at + len(name))
        end = sign.end() if sign else len(text)
        alone = _LONE_COOKIE.match(text, end)
        if alone and is_random(alone[0]) and is_token(alone[0]):
            yield alone.span()
        while cookie := _COOKIE.match(text, end):
            end = cookie.end()
            is_session = not _COUNTING_COOKIE.match(cookie["name"])
            if is_session and is_token(cookie["value"], least_chars=16):
                yield cookie.span("value")


def find_in_commands(text: str, places: Places) -> Iterator[Span]:
    """Find passwords given as options: `-u name:password`, `-p...`, `--password ...`."""
    for at, _ in occurrences(places, _OPTIONS):
        user = _USER_PASSWORD.match(text, at)
        if user and not _is_stock(user["password"]) and _is_given(user["password"]):
            yield user.span("all")
        found = _PASSWORD_OPTION.match(text, at)
        if found and _is_of_command(text, at, found["password"]):
            yield found.span("password")
        option = _LONG_OPTION.match(text, at) or _SHARE.match(text, at)
        if option and _is_given(option["value"]):
            yield option.span("value")
    for at, call in occurrences(places, _CALLS):
        called = _CALLED.match(text, at + len(call))
        if called and _is_given(called["value"]) and not _is_stock(called["value"]):
            yield called.span("value")
    for at, _ in occurrences(places, _PIPES):
        piped = _PIPED.search(text, max(0, at - _COMMAND_CHARS), at)
        if piped and _is_given(piped["value"]):
            yield piped.span("value")


def _is_of_command(text: str, at: int, password: str) -> bool:
    if _is_stock(password) or not _is_given(password):
        return False
    return bool(_COMMAND.search(text, max(0, at - _COMMAND_CHARS), at))


def find_in_pgpass(text: str, _places: Places) -> Iterator[Span]:
    """Find passwords in lines such as `host:5432:database:user:password`."""
    for port in _PORT.finditer(text):
        newline = text.rfind("\n", max(0, port.start() - _HOST_CHARS), port.start())
        line = (
            _PGPASS.match(text, newline + 1) if newline >= 0 or port.start() < _HOST_CHARS else None
        )
        if line and is_password(line["value"], Place.SAID):
            yield line.span("value")


def find_in_files(text: str, places: Places) -> Iterator[Span]:
    """Find passwords where Wi-Fi codes, otpauth links and Azure keep them."""
    for at, _ in occurrences(places, ("wifi:",)):
        code = _WIFI.match(text, at)
        if code:
            yield code.span("value")
    for at, _ in occurrences(places, ("otpauth",)):
        link = _OTPAUTH.match(text, at)
        if link and not is_placeholder(link["value"]):
            yield link.span("value")
    for at, name in occurrences(places, _KEYS):
        value = _CONNECTION.match(text, at + len(name))
        if value and is_random(value[0]):
            yield value.span()


def find_in_sources(text: str, places: Places) -> Iterator[Span]:
    """Find passwords in what databases are told: Go's and Oracle's addresses, rows to insert."""
    for at, _ in occurrences(places, _SOCKETS):
        login = _SOCKET.search(text, max(0, at - _SOCKET_CHARS), at)
        if login and not _is_stock(login["value"]):
            yield login.span("value")
    for at, _ in occurrences(places, _ORACLES):
        login = _ORACLE.match(text, at)
        if login and not _is_stock(login["value"]):
            yield login.span("value")
    for at, _ in occurrences(places, ("values",)):
        row = _INSERTED.search(text, max(0, at - _INSERTED_CHARS), at + 2 * _INSERTED_CHARS)
        if row and row.start("columns") < at < row.start("values"):
            yield from _inserted(row)


def _inserted(row: re.Match[str]) -> Iterator[Span]:
    columns, start = row["columns"].split(","), row.start("values")
    values = row["values"].split(",")
    for column, cell in zip(columns, values, strict=False):
        value = cell.strip(" \t\n'\"")
        sort = sort_of_heading(column) if value and len(columns) == len(values) else None
        if sort and is_secret(value, sort, Place.ASSIGNED) and not is_hash(value):
            left = start + cell.index(value)
            yield left, left + len(value)
        start += len(cell) + 1


def _is_stock(password: str) -> bool:
    return password.lower() in _STOCK_PASSWORDS or is_placeholder(password)


def _is_given(value: str) -> bool:
    """Tell a password on a command line from a port, a path, a file and a bare word."""
    return is_password(value, Place.SAID) and not _FILE.match(value) and not value.startswith("-")


def _is_parameter(name: str, value: str) -> bool:
    is_key = name in {"key=", "apikey=", "appid=", "app_key=", "signature=", "x-amz-signature="}
    is_signed = name in {"x-goog-signature=", "sig="}
    if name not in _QUERY_NAMES or not is_token(value, least_chars=_QUERY_NAMES[name]):
        return False
    return is_key or is_signed or not is_hash(value)
