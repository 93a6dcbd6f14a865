"""Names that announce a secret, and names that only look as if they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import fold, occurrences, words


class Sort(Enum):
    """How much a name promises, and so how random its value has to be."""

    PASSWORD = auto()
    TOKEN = auto()
    KEY = auto()
    """A bare `key` or `auth`: most are no secret."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text."""

    text: str
    sort: Sort
    start: int
    end: int


_PASSWORD_STEMS = (
    "pass", "pw", "psk", "kennwort", "identified by",
    "mdp", "contraseña", "contrasena", "clave", "senha",
    "parol", "wachtwoord", "hasło", "hasła", "haslo", "heslo", "lösenord", "adgangskode",
    "salasana", "jelszó", "şifre", "sifre", "lozinka", "geslo", "slaptažodis", "zugangscode",
    "kata sandi", "kata laluan", "mật khẩu", "κωδικός", "пароль", "пароля", "паролем",
    "лозинка", "парола",
    "密码", "密碼", "口令", "パスワード", "パスフレーズ", "暗証番号", "비밀번호", "암호",
    "패스워드", "كلمة المرور",
    "كلمة السر", "رمز عبور", "گذرواژه", "סיסמה", "סיסמא", "รหัสผ่าน", "पासवर्ड", "পাসওয়ার্ড",
)  # fmt: skip
_TOKEN_STEMS = (
    "secret", "token", "credential", "geheimnis", "schlüssel", "schluessel", "clé",
    "clef",
    "chiave", "sleutel", "klucz", "klíč", "nyckel", "chave", "llave",
    "ключ", "токен", "секрет", "密钥", "密鑰", "令牌", "秘钥", "秘密鍵", "キー", "トークン",
    "シークレット",
    "키", "토큰", "시크릿", "مفتاح", "רמז", "מפתח",
)  # fmt: skip
_KEY_STEMS = ("key", "auth", "sig")
_SORTS = (
    dict.fromkeys(_PASSWORD_STEMS, Sort.PASSWORD)
    | dict.fromkeys(_TOKEN_STEMS, Sort.TOKEN)
    | dict.fromkeys(_KEY_STEMS, Sort.KEY)
)
_ASCII_STEMS = tuple(stem for stem in _SORTS if stem.isascii())
_SHORT_STEMS = frozenset(stem for stem in _SORTS if stem.isascii() and len(stem) <= 4)  # noqa: PLR2004 - inside words
_WHOLE_STEMS = frozenset({"psk", "mdp", "sig", "auth", "key"})
_OTHER_PASS = re.compile(
    r"(?:boarding|mountain|season|ski|day|bus|train|rail|travel|press|hall|test|first|second|third)"
    r"[ \t]+\Z",
    re.IGNORECASE,
)
_PASS = re.compile(r"(?:.*pass|.*pwd|.*passw\w*|pass(?:e|phrases?|codes?|ord\w*)|pw)\Z")

_STRONG_KEYS = words(
    "api access secret account private signing encryption master app application auth recovery"
    " license licence shared subscription service deploy storage admin server client stripe"
    " openai aws jwt session webhook pre wpa wifi network security consumer activation anon role"
    " product rest ssh hmac aes"
)
_OTHER_ENDS = words(
    "url uri urls file files filename path paths name names id ids type types hint hints length"
    " len size limit limits count counts max min expiry expires expiration expire ttl policy"
    " policies reset field fields label env var ref refs version prefix suffix header headers"
    " algorithm alg algo format location store manager provider placeholder regex pattern rule"
    " rules strength timeout date endpoint hash hashes hashed digest salt usage budget window"
    " board word words point points note notes map list set index column binding bindings pair"
    " pairs vault page change changes lifetime generator enabled server host class method event"
    " events combo combination features schema frame frames press up down stroke strokes table"
    " fob card book fingerprint through over port parser handler scanning rotation rotated"
    " management arn alias exists cache validity confirmation confirm used total left holder"
    " support string protection protected strategy mode style state status error errors message"
    " messages logic flow example"
)
_OTHER_PARTS = words(
    "public pub foreign primary sort partition cache publishable csrf xsrf tokenize tokenizer"
    " tokenizers tokenization max min num count hot short shortcut encrypted hashed stop eos bos"
    " pad unk cls sep special unique composite candidate completion prompt input output"
    " secretary secretariat secretsmanager schlüsselwort schlüsselwörter schlüsselbegriff"
    " lookup object dict row map translation locale i18n"
    " message bypass compass surpass trespass encompass overpass underpass passport no has is"
    " num n"
)
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_NAME_CHARS = 40
_NAME_AFTER = re.compile(r"[\w-]{0,40}(?:\.[\w-]{1,40}){0,3}")
_WORDS_BEFORE = re.compile(r"(?:[\w'-]{1,20}[ \t]+){1,2}\Z")
_FIRST_UNSPACED = "\u0e00"


def names_in(text: str, folded: str) -> Iterator[Name]:
    """Give every name in a text that may announce a secret, each once.

    Args:
        text: as it stands.
        folded: the same, by `fold`.
    """
    seen: set[int] = set()
    for at, stem in occurrences(folded, _ASCII_STEMS if folded.isascii() else _SORTS):
        if stem in _WHOLE_STEMS and folded[at + len(stem) : at + len(stem) + 1].isalpha():
            continue
        start, end = _whole_name(text, at, at + len(stem))
        sort = _sort_of(text, stem, start, end) if end not in seen else None
        if sort:
            seen.add(end)
            yield Name(text[start:end], sort, start, end)


def _whole_name(text: str, start: int, end: int) -> Span:
    """Widen a stem to the name it stands in, in scripts that put blanks between words."""
    if text[start] >= _FIRST_UNSPACED:
        return start, end
    first = max(0, start - _NAME_CHARS)
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
        start -= 1
    after = _NAME_AFTER.match(text, end)
    return start, after.end() if after else end


def sort_of_heading(heading: str) -> Sort | None:
    """Tell what sort of secret a column's heading announces."""
    sorts = [
        name.sort for name in names_in(heading, fold(heading)) if not is_other(heading[name.end :])
    ]
    return next((sort for sort in sorts if sort is not Sort.KEY), None)


def is_other(words: str) -> bool:
    """Tell whether words behind a name make it something else: "password policy"."""
    parts = _parts(words)
    return bool(parts) and parts[-1] in _OTHER_ENDS


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PART.findall(name)]


def _sort_of(text: str, stem: str, start: int, end: int) -> Sort | None:
    parts = _parts(text[start:end])
    if parts and (parts[-1] in _OTHER_ENDS or _OTHER_PARTS.intersection(parts)):
        return None
    sort = _SORTS[stem]
    if stem not in _SHORT_STEMS:
        return sort
    if stem == "key":
        return _sort_of_key(text, parts, start)
    if parts == ["pass"] and _OTHER_PASS.search(text, max(0, start - 24), start):
        return None
    is_whole = any(_PASS.match(part) for part in parts) if stem in {"pass", "pw"} else stem in parts
    return sort if is_whole else None


def _sort_of_key(text: str, parts: list[str], start: int) -> Sort | None:
    """Tell a key that opens something by what stands before: `api key`, `AccountKey`."""
    if any(part.endswith("key") and part[:-3] in _STRONG_KEYS for part in parts):
        return Sort.TOKEN
    if "key" not in parts:
        return None
    words = _WORDS_BEFORE.search(text, max(0, start - 44), start) if len(parts) == 1 else None
    around = [*parts, *(_parts(words[0]) if words else [])]
    if _OTHER_PARTS.intersection(around):
        return None
    return Sort.TOKEN if _STRONG_KEYS.intersection(around) else Sort.KEY
