"""Secrets: keys, tokens, passwords, private keys, by their shape, their place or their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vaultskillet.core.filters.columns import Span
from vaultskillet.core.filters.finding import Finding
from vaultskillet.core.filters.secret_assignments import find_assigned, find_in_columns
from vaultskillet.core.filters.secret_prose import find_in_prose
from vaultskillet.core.filters.secret_shapes import LONG, SHAPE, WEBHOOK
from vaultskillet.core.filters.secret_values import (
    holds_credentials,
    is_hash,
    is_password,
    is_placeholder,
    is_random,
    is_shape_only,
    is_token,
)

_BLOB = re.compile(r"[A-Za-z0-9+/]{300,}={0,2}")
_PEM_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_BODY = re.compile(r"(?:[A-Za-z0-9+/=\s>|\"'\\,:;()\u2026.-]|\\n){0,16000}")
_PEM_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PUTTY_END = re.compile(r"Private-(?:MAC|Hash): *[0-9a-f]+")
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/]{24,}")

_USERINFO = re.compile(
    r"(?P<all>[^\s/:@\"'`<>|?#]{0,80}:(?P<password>[^\s\"'`<>|/?#]{1,200}))@(?=[\w\[$.{(-])"
)
_LOOSE_USERINFO = re.compile(
    r"(?P<all>[^\s/:@\"'`<>|?#]{0,80}:(?P<password>[^\s\"'`<>|@]{1,200}))@(?=[\w.-]+[:/])"
)
_LONE_USERINFO = re.compile(r"(?P<all>[A-Za-z0-9_.~-]{20,200})@(?=[\w.-]+)")
_STOCK = frozenset(
    "password pass passwd pwd secret postgres root admin guest user test pw mysql rabbitmq minio username".split()
)

_AUTH = re.compile(
    r"(?P<scheme>[Bb]asic|BASIC|[Bb]earer|BEARER|SSWS|Token|token|GenieKey|ApiKey|DeepL-Auth-Key|Key)(?:[ \t]+|%20|\+)[\"'`]?(?P<value>[A-Za-z0-9_.~+/=:-]{8,4000})"
)
_USER_OPTION = re.compile(
    r"\s(?:-u|--user|--proxy-user|-U|--http-user|--basic-auth)(?:[ \t=]*)(?P<quote>[\"']?)(?P<all>[^\s\"':]{1,80}:(?P<password>[^\s\"']{2,200}))(?P=quote)"
)
_PASSWORD_OPTION = re.compile(
    r"\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|docker login|podman login|az login|smbclient|redis-cli|mongo|mongosh|mongodump|sqlcmd|psql|"
    r"ldapsearch|ldapadd|curl|7z|zip|unzip|openssl|htpasswd|helm|oc login|mosquitto_pub|mosquitto_sub|rclone|wget|net use|restic|xfreerdp|cqlsh|influx)\b"
    r"[^\n|;]{0,160}?[ \t](?:-p|-a|-w|-P|-pass|/p:|-b[a-z]*[ \t]+\S+[ \t]+\S+|--pass|--requirepass)[ \t=:]{0,2}(?:pass:)?(?P<quote>[\"']?)(?P<password>[^\s\"'`-][^\s\"'`]{3,120})(?P=quote)"
)
_LONG_OPTION = re.compile(
    r"(?<![\w-])--?(?:[a-z]+-){0,3}(?:password|passwd|passphrase|pass|token|secret|api-key|apikey|access-key|auth-token|client-secret|secret-key|private-key|authkey|auth-key)"
    r"(?:[ \t]+|=)(?P<quote>[\"']?)(?P<value>[^\s\"'`]{4,300})(?P=quote)"
)
_QUERY = re.compile(
    r"[?&;](?:amp;)?(?P<name>key|sig|signature|code|t|auth|hash|sas|x-amz-(?:signature|security-token)|access_key|apikey|appid|app_key|st|sid|jwt|oauth_token|pw|psw|pass)=(?P<value>[\w%.~+/=-]{8,2000})",
    re.IGNORECASE,
)
_PGPASS = re.compile(
    r"^[ \t>]*[\w.*-]{1,100}:(?:\d{2,5}|\*):[\w*.-]{1,64}:[\w.@-]{1,64}:(?P<value>\S{3,128})[ \t]*$",
    re.MULTILINE,
)
_WIFI = re.compile(r"WIFI:(?:[^\n:]{1,8}:[^\n;]{0,64};){0,4}?P:(?P<value>(?:[^;\\\n]|\\.){4,64});")
_OTPAUTH = re.compile(r"otpauth(?:-migration)?://[^\s\"'`<>|)]{8,600}")
_AZURE = re.compile(
    r"(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig|AccessKey)=(?P<value>[\w+/%=.~-]{20,200})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SecretFilter:
    """Finds secrets."""

    name: str = "secret"

    def find(self, text: str) -> Iterator[Finding]:
        """Find secrets; see `vaultskillet.core.filters.finding.Filter`."""
        for rule in _RULES:
            for start, end in rule(text):
                yield Finding("secret", start, end)


def _shaped(text: str) -> Iterator[Span]:
    for run in LONG.finditer(text):
        if _BLOB.fullmatch(text, run.start(), run.end()):
            continue
        for found in SHAPE.finditer(text, run.start(), run.end()):
            if not is_shape_only(found[0]):
                yield found.span()


def _private_keys(text: str) -> Iterator[Span]:
    for begin in _each(text, _PEM_BEGIN, "PRIVATE KEY"):
        end = _PEM_END.search(text, begin.end(), begin.end() + 16_000)
        body = _PEM_BODY.match(text, begin.end())
        stop = end.end() if end else body.end() if body else begin.end()
        if _KEY_MATERIAL.search(text, begin.end(), stop):
            yield begin.start(), stop
    at = text.find("PuTTY-User-Key-File-")
    while at >= 0:
        end = _PUTTY_END.search(text, at, at + 16_000)
        yield at, end.end() if end else min(len(text), at + 4_000)
        at = text.find("PuTTY-User-Key-File-", at + 1)


def _in_urls(text: str) -> Iterator[Span]:
    at = text.find("://")
    while at >= 0:
        at += 3
        found = _USERINFO.match(text, at) or _LOOSE_USERINFO.match(text, at)
        if found and not _is_stock(found["password"]):
            yield found.span("all")
        lone = _LONE_USERINFO.match(text, at)
        if lone and is_token(lone["all"], least_chars=20):
            yield lone.span("all")
        at = text.find("://", at)
    if "http" in text:
        yield from (
            found.span() for found in WEBHOOK.finditer(text) if not is_placeholder(found[0][24:])
        )


def _is_stock(password: str) -> bool:
    return password.lower() in _STOCK or is_placeholder(password)


def _in_headers(text: str) -> Iterator[Span]:
    for found in _AUTH.finditer(text):
        value = found["value"].rstrip(".:")
        is_basic = found["scheme"].lower() == "basic"
        is_secret = holds_credentials(value) if is_basic else is_token(value, least_chars=16)
        if is_secret and not (
            found["scheme"] in {"Token", "token", "Key"} and is_hash(value) and len(value) < 32
        ):
            yield found.start("value"), found.start("value") + len(value)


def _in_commands(text: str) -> Iterator[Span]:
    for found in _each(text, _USER_OPTION, " -u", "--user", " -U", "-user", "--basic-auth"):
        if not _is_stock(found["password"]) and not found["password"].isdigit():
            yield found.span("all")
    for found in _each(
        text, _PASSWORD_OPTION, " -p", " -a ", " -w ", " -P", "-pass", "/p:", "--pass", " -b"
    ):
        if (
            not _is_stock(found["password"])
            and not found["password"].isdigit()
            and is_password(found["password"], in_prose=True)
        ):
            yield found.span("password")
    for found in _each(text, _LONG_OPTION, "-pass", "-token", "-secret", "key"):
        if is_password(found["value"], in_prose=True) and not re.match(
            r"[./~]|[\w-]+\.(?:pem|key|txt|json|crt|pub)$", found["value"]
        ):
            yield found.span("value")


def _in_queries(text: str) -> Iterator[Span]:
    for found in _each(text, _QUERY, "?", "&"):
        name, value = found["name"].lower(), found["value"]
        least = 16 if name in {"key", "code", "t", "auth", "hash", "st", "sid", "appid"} else 8
        if is_token(value, least_chars=least) and (
            least == 8 or not is_hash(value) or name in {"key", "appid"}
        ):  # noqa: PLR2004 - as above
            yield found.span("value")


def _in_files(text: str) -> Iterator[Span]:
    """Find passwords in the places that certain files and codes keep them."""
    for found in _each(text, _PGPASS, ":"):
        if is_password(found["value"], in_prose=True):
            yield found.span("value")
    for found in _each(text, _WIFI, "WIFI:"):
        yield found.span("value")
    for found in _each(text, _OTPAUTH, "otpauth"):
        secret = re.search(r"(?:secret|data)=([A-Za-z0-9%+/=]{8,})", found[0])
        if secret and not is_placeholder(secret[1]):
            yield found.start() + secret.start(1), found.start() + secret.end(1)
    for found in _each(text, _AZURE, "ey=", "ignature=", "sig="):
        if is_random(found["value"]):
            yield found.span("value")


def _each(text: str, pattern: re.Pattern[str], *literals: str) -> Iterator[re.Match[str]]:
    """Search only a text that holds one of the literals, which costs next to nothing."""
    if any(literal in text for literal in literals):
        yield from pattern.finditer(text)


_RULES: tuple[Callable[[str], Iterator[Span]], ...] = (
    _shaped,
    _private_keys,
    _in_urls,
    _in_headers,
    _in_commands,
    _in_queries,
    _in_files,
    find_in_prose,
    find_assigned,
    find_in_columns,
)
