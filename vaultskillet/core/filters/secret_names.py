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
    is_telling: bool
    """Whether more than a mere `secret` stands there: `api_token`, `auth token`, `app key`."""


_PASSWORD_STEMS = (
    "pass", "pw", "psk", "kennwort", "identified by",
    "mdp", "contraseña", "contrasena", "clave", "senha",
    "parol", "wachtwoord", "hasło", "hasła", "haslo", "heslo", "lösenord", "adgangskode",
    "salasana", "jelszó", "şifre", "sifre", "lozinka", "geslo", "slaptažodis", "zugangscode",
    "code wifi", "code wi-fi", "wifi code", "wi-fi code", "kata sandi", "kata laluan", "mật khẩu", "κωδικός", "пароль", "пароля", "паролем",
    "лозинка", "парола",
    "密码", "密碼", "口令", "パスワード", "パスフレーズ", "暗証番号", "비밀번호", "암호",
    "패스워드", "كلمة المرور",
    "كلمة السر", "رمز عبور", "گذرواژه", "סיסמה", "סיסמא", "รหัสผ่าน", "पासवर्ड", "পাসওয়ার্ড",
)  # fmt: skip
_TOKEN_STEMS = (
    "secret", "token", "credential", "sessionid", "session_id", "sessid", "connect.sid", "geheimnis", "schlüssel", "schluessel", "clé",
    "clef",
    "chiave", "jeton", "sleutel", "klucz", "klíč", "nyckel", "chave", "llave",
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
    "public pub foreign primary sort partition cache publishable tokenize tokenizer"
    " tokenizers tokenization max min num count hot short shortcut encrypted hashed stop eos bos"
    " pad unk cls sep special unique composite candidate completion prompt input output"
    " secretary secretariat secretsmanager schlüsselwort schlüsselwörter schlüsselbegriff"
    " lookup object dict row map translation locale i18n"
    " message bypass compass surpass trespass encompass overpass underpass passport no has is"
    " num n"
)
_OF_A_PLACE = words("wifi wlan wpa wpa2 wpa3 netzwerk network router hotspot red réseau")
_TAIL = re.compile(
    r"[ \t](?:(?:de|del|da|di|do|du|k|na|od|от|für|for|van|voor|pour|para|per|till|til|la)[ \t]){0,2}(?:[ld]['’])?"
    r"(?:api|wi-?fi|wlan|ssh|ftp|vpn|nas|admin|root|router|e-?mail|gmail|cuenta|compte|konto|acc[eè]s)(?![\w-])",
    re.IGNORECASE,
)
_FLAG = re.compile(r"-+(?:D(?=[a-z_.]*[a-z]))?")
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_NAME_CHARS = 40
_NAME_AFTER = re.compile(r"[\w-]{0,40}(?:\.[\w-]{1,40}){0,3}")
_WORDS_BEFORE = re.compile(r"(?:[\w'-]{1,20}[ \t]+){1,2}\Z")
_WORDS_CHARS = 44
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
            yield Name(text[start:end], sort, start, end, _is_telling(text, start, end))


def _whole_name(text: str, start: int, end: int) -> Span:
    """Widen a stem to the name it stands in, in scripts that put blanks between words."""
    if text[start] >= _FIRST_UNSPACED:
        return start, end
    stem, first = start, max(0, start - _NAME_CHARS)
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
        start -= 1
    flag = _FLAG.match(text, start, stem)
    after = _NAME_AFTER.match(text, end)
    end = after.end() if after else end
    tail = _TAIL.match(text, end)
    return flag.end() if flag else start, tail.end() if tail else end


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


def _is_telling(text: str, start: int, end: int) -> bool:
    parts = _parts(text[start:end])
    if len(parts) > 1 or parts == ["token"]:
        return True
    words = _WORDS_BEFORE.search(text, max(0, start - _WORDS_CHARS), start)
    return bool(words) and not _STRONG_KEYS.isdisjoint(_parts(words[0]) if words else ())


def _sort_of(text: str, stem: str, start: int, end: int) -> Sort | None:
    parts = _parts(text[start:end])
    if parts and (parts[-1] in _OTHER_ENDS or _OTHER_PARTS.intersection(parts)):
        return None
    sort = _SORTS[stem]
    if text[max(0, start - 4) : start] == "did:":
        return None
    if stem in _SHORT_STEMS and stem != "key":
        if parts == ["pass"] and _OTHER_PASS.search(text, max(0, start - 24), start):
            return None
        is_pass = stem in {"pass", "pw"}
        is_whole = any(map(_PASS.match, parts)) if is_pass else stem in parts
        return sort if is_whole else None
    if sort is Sort.PASSWORD:
        return sort
    words = _WORDS_BEFORE.search(text, max(0, start - _WORDS_CHARS), start)
    around = [*parts, *(_parts(words[0]) if words and len(parts) == 1 else [])]
    if stem == "key":
        return _sort_of_key(parts, around)
    return Sort.PASSWORD if _is_of_a_place(around) else sort


def _is_of_a_place(parts: list[str]) -> bool:
    """Tell the key of a network, which is a password: `network key`, `WLAN-Schlüssel`."""
    return any(part in _OF_A_PLACE or part.startswith("netzwerk") for part in parts)


def _sort_of_key(parts: list[str], around: list[str]) -> Sort | None:
    """Tell a key that opens something by what stands before: `api key`, `AccountKey`."""
    if any(part.endswith("key") and part[:-3] in _STRONG_KEYS for part in parts):
        return Sort.TOKEN
    if "key" not in parts or _OTHER_PARTS.intersection(around):
        return None
    if _is_of_a_place(around):
        return Sort.PASSWORD
    return Sort.TOKEN if _STRONG_KEYS.intersection(around) else Sort.KEY
