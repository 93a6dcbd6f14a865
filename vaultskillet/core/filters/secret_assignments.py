"""Secrets that a name announces: `api_key = ...`, `Password: ...`, "the password is ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from vaultskillet.core.filters.columns import Span, cells_under
from vaultskillet.core.filters.secret_values import (
    holds_credentials,
    is_hash,
    is_password,
    is_placeholder,
    is_random,
    is_strong_password,
    is_token,
)

_PASSWORD_STEMS = (
    "passw", "pass", "pwd", "psk", "kennwort", "mot de passe", "mdp", "contraseña", "contrasena", "clave",
    "senha", "parol", "wachtwoord", "hasło", "haslo", "heslo", "lösenord", "adgangskode", "passord",
    "salasana", "jelszó", "şifre", "sifre", "пароль", "пароля", "паролем", "密码", "密碼", "口令", "パスワード",
    "パスフレーズ", "비밀번호", "암호", "패스워드", "كلمة المرور", "كلمة السر", "رمز عبور", "סיסמה", "סיסמא", "รหัสผ่าน", "mật khẩu",
    "identified by", "requirepass", "kata sandi", "κωδικός", "पासवर्ड", "lozinka", "geslo", "parola", "slaptažodis", "zugangscode", "laluan",
)  # fmt: skip
_TOKEN_STEMS = (
    "secret", "token", "apikey", "api key", "api-key", "api_key", "accesskey", "credential", "geheimnis",
    "schlüssel", "schluessel", "clé", "chiave", "sleutel", "klucz", "ключ", "токен", "секрет", "密钥", "密鑰", "令牌", "秘钥",
    "キー", "トークン", "シークレット", "秘密鍵", "키", "토큰", "시크릿", "jeton", "chave", "llave", "nyckel", "avain", "klíč", "anahtar",
)  # fmt: skip
_WEAK_STEMS = (
    "key",
    "auth",
    "creds",
    "login",
    "zugangsdaten",
    "accès",
    "acceso",
    "accesso",
    "signature",
    "sig",
    "cookie",
    "session",
)
_STEM = re.compile(
    "|".join(
        map(
            re.escape,
            sorted((*_PASSWORD_STEMS, *_TOKEN_STEMS, *_WEAK_STEMS), key=len, reverse=True),
        )
    )
)

_NAME_BEFORE = re.compile(r"[\w.-]{0,40}\Z")
_NAME_AFTER = re.compile(r"[\w.-]{0,40}")
_QUALIFIER = re.compile(r"(?:[\w'-]{1,20}[ \t]+){0,2}\Z")

# `name`, closing markup, perhaps "(prod)" or "for the NAS", then what separates name and value.
_JOIN = re.compile(
    r"[\"'`*_\])}~]{0,5}(?:\\\")?"
    r"(?:[ \t]{0,3}\([^()\n]{1,40}\)[*_]{0,3})?"
    r"(?P<words>(?:[ \t]+(?!is\b|was\b|ist\b|=)[^\s:=|\"`]{1,24}){1,5}?)??"
    r"[*_]{0,3}[ \t\u00a0\u3000]{0,8}"
    r"(?P<sign>=>|:=|==?|[:：＝]=?|→|->|[–—-](?=[ \t])|\b(?:is|was|ist|lautet|est|es|è|é|jest|er|är|on|to|changed to|set to|reset to)\b[ \t]*:?|は|是|为|為|는|은)"
    r"(?:\*\*|__|[*_](?=\s))?[ \t\u00a0\u3000]{0,8}(?:\n[ \t]{0,8}(?:[-*][ \t])?)?"
    r"(?P<open>(?:now[ \t]+|[frb](?=[\"']))?(?:\\[\"']|[\"'`*<(「『“„«‘]){0,5})"
)
_SIGN_OF_PROSE = re.compile(r"[^\W_]")
_ELEMENT = re.compile(r"(?:[ \t][^<>\n]{0,80})?>(?P<value>[^<>\s]{4,200})</")
_SQL = re.compile(r"[ \t]+(?:is[ \t]+)?(?P<quote>['\"`])(?P<value>[^'\"`\n]{3,128})(?P=quote)")
_WORD = re.compile(r"(?<=[ \t])[^\s\"'`|<>]{8,64}")
_NETRC = re.compile(r"(?P<sp>[ \t]+|\n[ \t]*)(?P<value>[^\s\"'`]{3,128})")
_NETRC_BEFORE = re.compile(
    r"(?:login|user|username|account|machine|admin)[ \t]+\S{1,64}\s+(?:and[ \t]+|mit[ \t]+)?\Z",
    re.IGNORECASE,
)

_QUOTED = {
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
_BARE_QUERY = re.compile(r"[^\s\"'`<>|&#)\]]{1,400}")
_MANY_WORDS = re.compile(
    r"[^\W\d_]{2,12}(?:[ -][^\W\d_]{2,12}){2,23}(?=[.\"'`*]{0,3}[ \t]*(?:\n|\Z))"
)
_PAIR = re.compile(r"[\w.@+-]{2,64}[ \t]*[/:|][ \t]*(?P<value>[^\s/|:`\"'*]{4,64})")

_CAMEL = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_OTHER_ENDS = frozenset(
    "url uri urls file files path name names id ids type types hint hints length len size limit limits count"
    " max min expiry expires expiration expire ttl policy policies reset field fields label env var ref refs"
    " version prefix suffix header headers algorithm alg algo format location store manager provider"
    " placeholder regex pattern rule rules strength timeout date endpoint hash hashes hashed digest digests salt"
    " usage budget window ring chain board word words point points note notes map list set index column"
    " bindings binding pair pairs vault page change changes lifetime generator required enabled server host"
    " port class method event code combo combination metrics takeaways features schema frames frame press"
    " up down stroke strokes table fob card lock book fingerprint ed ing es er ers izer ize ized ization"
    " through enger engers age ages ion ive over port ports word_hint agent events handler parser"
    " scanning rotation management arn alias exists cache validity confirmation confirm per used total left".split()
)
_OTHER_PARTS = frozenset(
    "public pub foreign primary sort partition cache publishable csrf xsrf tokenize tokenizer max min num count"
    " hot short shortcut encrypted hashed stop eos bos pad unk cls sep special site unique composite candidate"
    " completion prompt input output keyboard monkey turkey donkey hockey turnkey whiskey jockey passenger"
    " secretsmanager passport passing passed passive passion bypass compass author authors authored authorization_url"
    " authentication authority sigma signal signs design keynote keyword keywords lookup object dictionary dict"
    " row map translation locale i18n message surpass trespass secretary encompass passage tokens fingerprint".split()
)


def find_assigned(text: str) -> Iterator[Span]:
    """Find the values that a telling name announces."""
    folded = text.replace("İ", "i").lower()
    done = 0
    for stem in _STEM.finditer(folded):
        if stem.start() < done:
            continue
        before = _NAME_BEFORE.search(text, max(0, stem.start() - 40), stem.start())
        start = before.start() if before else stem.start()
        after = _NAME_AFTER.match(text, stem.end())
        end = after.end() if after else stem.end()
        span = _value_after(text, stem[0], start, end)
        if span:
            done = span[1]
            yield span


def find_in_columns(text: str) -> Iterator[Span]:
    """Find the cells of tables under a heading such as `Password`."""
    for start, end in cells_under(text, _is_secret_heading):
        cell = text[start:end]
        core = cell.strip("`*_\"' ")
        if core and " " not in core and (is_token(core) or is_password(core, in_prose=False)):
            left = start + cell.find(core)
            yield left, left + len(core)


def _is_secret_heading(heading: str) -> bool:
    stem = _STEM.search(heading.lower())
    return stem is not None and stem[0] not in _WEAK_STEMS and _names_secret(heading.strip("*_` "))


def _value_after(text: str, stem: str, start: int, end: int) -> Span | None:
    name = text[start:end]
    if not _names_secret(name):
        return None
    sort = "password" if stem in _PASSWORD_STEMS else "token" if stem in _TOKEN_STEMS else "weak"
    if stem in {"key"} and _is_strong_key(text, start, name):
        sort = "token"
    join = _JOIN.match(text, end)
    if join is None:
        return _unjoined(text, start, end) if sort == "password" else None
    sign = join["sign"]
    in_prose = bool(_SIGN_OF_PROSE.search(sign)) or sign in "–—-" or bool(join["words"])
    return _judged(
        text,
        join.end(),
        join["open"],
        name,
        sort,
        in_prose=in_prose,
        is_query=text[start - 1 : start] in set("?&"),
    )


def _names_secret(name: str) -> bool:
    parts = [part.lower() for part in _CAMEL.findall(name)]
    if not parts:
        return True
    return parts[-1] not in _OTHER_ENDS and not _OTHER_PARTS.intersection(parts)


def _is_strong_key(text: str, start: int, name: str) -> bool:
    """Tell a key that opens something, by the word before: `api key`, `AccountKey`, `secret key`."""
    parts = [part.lower() for part in _CAMEL.findall(name)]
    if len(parts) < 2:  # noqa: PLR2004 - a lone "key"
        qualifier = _QUALIFIER.search(text, max(0, start - 44), start)
        parts = qualifier[0].lower().split() if qualifier else []
    return bool({"api", "access", "secret", "account", "private", "signing", "encryption", "master", "app", "application",
                 "auth", "recovery", "license", "licence", "shared", "subscription", "service", "deploy", "storage", "admin", "server", "client", "stripe",
                 "openai", "aws", "jwt", "session", "webhook", "x", "pre", "wpa", "wifi", "network", "security", "consumer", "activation"}.intersection(parts))  # fmt: skip


def _unjoined(text: str, start: int, end: int) -> Span | None:
    """Find the value that no sign joins: SQL's `PASSWORD 'x'`, netrc's `password x`."""
    element = _ELEMENT.match(text, end) if text[start - 1 : start] == "<" else None
    if element and is_password(element["value"], in_prose=False):
        return element.span("value")
    quoted = _SQL.match(text, end)
    if quoted and is_password(quoted["value"], in_prose=False) and " " not in quoted["value"]:
        return quoted.span("value")
    bare = _NETRC.match(text, end)
    if bare and _NETRC_BEFORE.search(text, max(0, start - 120), start):
        value = bare["value"].rstrip(".,;)")
        if is_password(value, in_prose=False) and not value.isalpha():
            return bare.start("value"), bare.start("value") + len(value)
    for word in islice(_WORD.finditer(text, end, end + 120), 4):
        value = word[0].strip("*_()").rstrip(".,;:")
        if is_strong_password(value):
            at = word.start() + word[0].find(value)
            return at, at + len(value)
    return None


def _judged(
    text: str, at: int, opened: str, name: str, sort: str, *, in_prose: bool, is_query: bool
) -> Span | None:
    quote = next((char for char in reversed(opened) if char in _QUOTED), "")
    if quote and quote != "'" or opened.endswith("'"):
        stop = text.find(_QUOTED[quote], at, at + 400)
        value = text[at:stop] if stop > at and "\n" not in text[at:stop] else ""
        value = value.removesuffix("\\")
        is_quoted = True
    else:
        bare = (_BARE_QUERY if is_query else _BARE).match(text, at)
        value = _without_markup(bare[0], opened) if bare else ""
        is_quoted = False
    if "phrase" in name.lower() or "seed" in name.lower():
        words = _MANY_WORDS.match(text, at)
        if words and not in_prose:
            return words.span()
    if not value or (
        " " in value and not (sort == "password" and quote and not value.replace(" ", "").isalpha())
    ):
        return None
    if not _is_secret(value, sort, in_prose=in_prose and not is_quoted):
        pair = _PAIR.match(text, at) if sort == "weak" or "/" in text[at : at + 64] else None
        if pair and not is_placeholder(pair["value"]) and is_password(pair["value"], in_prose=True):
            return (
                pair.span("value")
                if sort == "weak"
                and name.lower() in {"login", "creds", "zugangsdaten", "credentials"}
                else None
            )
        return None
    return at, at + len(value)


def _is_secret(value: str, sort: str, *, in_prose: bool) -> bool:
    match sort:
        case "password":
            return is_password(value, in_prose=in_prose)
        case "token":
            return is_token(value, least_chars=12 if in_prose else 8)
        case _:
            return not in_prose and (
                is_random(value) or (len(value) >= 12 and holds_credentials(value))
            )  # noqa: PLR2004 - shorter decode by chance


def _without_markup(value: str, opened: str) -> str:
    """Take off what Markdown or a sentence put behind a value: `**`, `)`, a full stop."""
    end = value.rstrip("*_~") if set(opened) & set("*_") else value
    for _ in range(4):
        shorter = end.rstrip(".,;:")
        for left, right in ("()", "[]", "{}"):
            if shorter.endswith(right) and shorter.count(left) < shorter.count(right):
                shorter = shorter[:-1]
        shorter = shorter.removesuffix("**").removesuffix("\\")
        if shorter == end:
            break
        end = shorter
    return end
