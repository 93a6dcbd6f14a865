"""Names that announce a secret, and names that only look as if they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from vaultskillet.core.filters.literals import fold, occurrences


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
    "passw", "passphrase", "passcode", "pass", "pwd", "psk", "pw", "kennwort", "identified by",
    "requirepass", "mot de passe", "mots de passe", "mdp", "contraseña", "contrasena", "clave", "senha",
    "parol", "wachtwoord", "hasło", "hasła", "haslo", "heslo", "lösenord", "adgangskode", "passord",
    "salasana", "jelszó", "şifre", "sifre", "lozinka", "geslo", "slaptažodis", "zugangscode",
    "kata sandi", "kata laluan", "mật khẩu", "κωδικός", "пароль", "пароля", "паролем", "лозинка", "парола",
    "密码", "密碼", "口令", "パスワード", "パスフレーズ", "暗証番号", "비밀번호", "암호", "패스워드", "كلمة المرور",
    "كلمة السر", "رمز عبور", "گذرواژه", "סיסמה", "סיסמא", "รหัสผ่าน", "पासवर्ड", "পাসওয়ার্ড",
)  # fmt: skip
_TOKEN_STEMS = (
    "secret", "token", "apikey", "credential", "geheimnis", "schlüssel", "schluessel", "clé", "clef",
    "chiave", "sleutel", "klucz", "klíč", "nyckel", "avain", "anahtar", "jeton", "chave", "llave",
    "ключ", "токен", "секрет", "密钥", "密鑰", "令牌", "秘钥", "秘密鍵", "キー", "トークン", "シークレット",
    "키", "토큰", "시크릿", "مفتاح", "רמז", "מפתח",
)  # fmt: skip
_KEY_STEMS = ("key", "auth", "signature", "sig")
_SORTS = (
    dict.fromkeys(_PASSWORD_STEMS, Sort.PASSWORD)
    | dict.fromkeys(_TOKEN_STEMS, Sort.TOKEN)
    | dict.fromkeys(_KEY_STEMS, Sort.KEY)
)
_SHORT_STEMS = frozenset(stem for stem in _SORTS if stem.isascii() and len(stem) <= 4)  # noqa: PLR2004 - inside words
_ENDING_STEMS = ("pass", "pwd")

_STRONG_KEYS = frozenset(
    "api access secret account private signing encryption master app application auth recovery license"
    " licence shared subscription service deploy storage admin server client stripe openai aws jwt session"
    " webhook pre wpa wifi network security consumer activation anon role product rest ssh hmac aes".split()
)
_OTHER_ENDS = frozenset(
    "url uri urls file files filename path paths name names id ids type types hint hints length len size"
    " limit limits count counts max min expiry expires expiration expire ttl policy policies reset field"
    " fields label env var ref refs version prefix suffix header headers algorithm alg algo format location"
    " store manager provider placeholder regex pattern rule rules strength timeout date endpoint hash hashes"
    " hashed digest salt usage budget window board word words point points note notes map list set index"
    " column binding bindings pair pairs vault page change changes lifetime generator enabled server host"
    " class method event events combo combination features schema frame frames press up down stroke strokes"
    " table fob card book fingerprint through over port parser handler scanning rotation rotated management"
    " arn alias exists cache validity confirmation confirm used total left holder support string protection"
    " protected strategy mode style state status error errors message messages logic flow example".split()
)
_OTHER_PARTS = frozenset(
    "public pub foreign primary sort partition cache publishable csrf xsrf tokenize tokenizer tokenizers"
    " tokenization max min num count hot short shortcut encrypted hashed stop eos bos pad unk cls sep special"
    " unique composite candidate completion prompt input output secretary secretariat secretsmanager lookup"
    " object dict row map translation locale i18n message bypass compass surpass trespass encompass overpass"
    " underpass passport no has is num n".split()
)
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_NAME_BEFORE = re.compile(r"[\w.-]{0,40}\Z")
_NAME_AFTER = re.compile(r"[\w-]{0,40}(?:\.[\w-]{1,40}){0,3}")
_WORDS_BEFORE = re.compile(r"(?:[\w'-]{1,20}[ \t]+){1,2}\Z")
_FIRST_UNSPACED = "\u0e00"


def names_in(text: str) -> Iterator[Name]:
    """Give every name in a text that may announce a secret, each once."""
    seen: set[int] = set()
    for at, stem in occurrences(fold(text), _SORTS):
        before = _NAME_BEFORE.search(text, max(0, at - 40), at)
        start = before.start() if before and stem[0] < _FIRST_UNSPACED else at
        end = at + len(stem)
        after = _NAME_AFTER.match(text, end) if stem[0] < _FIRST_UNSPACED else None
        end = after.end() if after else end
        sort = _sort_of(text, stem, start, end) if end not in seen else None
        if sort:
            seen.add(end)
            yield Name(text[start:end], sort, start, end)


def sort_of_heading(heading: str) -> Sort | None:
    """Tell what sort of secret a column's heading announces."""
    sorts = [name.sort for name in names_in(heading) if not is_other(heading[name.end :])]
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
    is_whole = stem in parts or any(part.endswith(_ENDING_STEMS) for part in parts)
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
