"""Names that announce a secret, and names that only look as if they did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from string import ascii_letters, digits

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import FIRST_UNSPACED, Places, Sieve, fold, words


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
    "pass", "pw", "pswd", "psk", "kennwort", "identified by", "mdp", "contraseña", "contrasena",
    "clave", "senha", "parol", "wachtwoord", "hasło", "hasła", "haslo", "heslo", "lösenord",
    "adgangskode",
    "jelszav", "access code", "code d'accès", "code d’accès", "codice di accesso",
    "código de acceso", "código de acesso", "toegangscode", "kod dostępu", "код доступа",
    "přístupový kód", "tilgangskode", "pääsykoodi",
    "digicode", "code porte", "code portail", "codice cancello", "codice porta", "deurcode",
    "kod do bramy", "kod do drzwi", "kod do domofonu", "dörrkod", "portkod", "ovikoodi",
    "код домофона", "код от домофона", "kapı kodu",
    "kodeord", "løsenord", "lykilorð", "salasõna", "parool", "contrasenya", "pasahitza",
    "fjalëkalim", "şifrə", "salasana", "jelszó", "şifre", "sifre", "lozinka", "geslo",
    "slaptažodis", "zugangscode",
    "code wifi", "code wi-fi", "wifi code", "wi-fi code", "kata sandi", "kata laluan", "mật khẩu",
    "κωδικός", "пароль", "пароля", "паролем", "лозинка", "парола", "密码", "密碼", "口令",
    "提取码", "提取碼",
    "パスワード", "パスフレーズ", "暗証番号", "暗証", "гасло", "пасс",
    "비밀번호",
    "암호", "패스워드", "비번",
    "كلمة المرور", "كلمة السر", "كلمة مرور", "كلمة سر",
    "رمز الدخول", "رمز المرور", "الرقم السري", "الرمز السري", "סיסמת",
    "رمز عبور", "گذرواژه", "סיסמה", "סיסמא", "รหัสผ่าน", "รหัส wifi", "รหัส wi-fi",
    "पासवर्ड", "পাসওয়ার্ড",
)  # fmt: skip
_TOKEN_STEMS = (
    "secret", "token", "totp", "credential", "sessionid", "session_id", "sessid", "connect.sid",
    "geheimnis", "schlüssel", "schluessel", "clé", "clef", "chiave", "jeton", "sleutel", "klucz",
    "klíč", "nyckel", "chave", "llave", "ключ", "токен", "секрет", "密钥", "密鑰", "令牌",
    "秘钥", "秘密鍵", "キー", "トークン", "シークレット", "키", "토큰", "시크릿", "مفتاح",
    "רמז", "מפתח",
)  # fmt: skip
_KEY_STEMS = ("key", "auth", "sig")
_SORTS = (
    dict.fromkeys(_PASSWORD_STEMS, Sort.PASSWORD)
    | dict.fromkeys(_TOKEN_STEMS, Sort.TOKEN)
    | dict.fromkeys(_KEY_STEMS, Sort.KEY)
)
LITERALS = tuple(_SORTS)
"""What to look for, in lower case, before `names_in` is asked."""

_STEMS = Sieve(LITERALS)
_RANKS = {stem: rank for rank, stem in enumerate(LITERALS)}
"""The sort that promises most is tried first: `api_secret_key` is named by its secret."""
_SHORT_STEMS = frozenset(stem for stem in _SORTS if stem.isascii() and len(stem) <= 4)  # noqa: PLR2004 - inside words
_WHOLE_STEMS = frozenset({"psk", "mdp", "sig", "auth", "key"})
_LEADING_STEMS = words("clave senha clé clef chave llave chiave ключ klucz hasło haslo heslo")
"""Within other words they are none: "autoclave", "desenha", "исключение"."""
_KEY_WORD = re.compile(
    r"(?:ejemplo|punto|palabra|idea|concepto|pregunta|dato|factor|elemento|clase|pieza|tema|mensaje"
    r"|hecho|frase|término|aspecto|persona|momento|papel|diferencia|archivo|ponto|palavra|conceito|mot)"
    r"s?[ \t*_-]{1,3}\Z",
    re.IGNORECASE,
)
"""Before the Romance words for "key" these mean that something matters, or sums up."""
_OTHER_PASS = re.compile(
    r"(?:boarding|mountain|season|ski|day|bus|train|rail|travel|press|hall|test|first|second|third)"
    r"[ \t]+\Z",
    re.IGNORECASE,
)
_PASS = re.compile(r"(?:.*pass|.*pwd|.*passw\w*|.{2,8}pw|pass(?:e|phrases?|codes?|ord\w*)|pw)\Z")

_STRONG_KEYS = words(
    "api access secret account private signing encryption master app application auth recovery"
    " license licence shared subscription service deploy storage admin server client stripe"
    " openai aws jwt session webhook pre wpa wifi network security consumer activation anon role"
    " product rest ssh hmac aes user staging tls crypt"
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
    " messages logic flow example mgmt in"
)
_PREPOSITIONS = words("for of to on für von vom zu pour de du para per do od от для до к на")
"""What begins the words that tell whose password it is: "for the server"."""
_OTHER_PARTS = words(
    "public pub foreign primary sort partition cache publishable tokenize tokenizer"
    " tokenizers tokenization max min num count hot short shortcut encrypted hashed stop eos bos"
    " pad unk cls sep special unique composite candidate completion prompt input output"
    " secretary secretariat secretsmanager schlüsselwort schlüsselwörter schlüsselbegriff"
    " socket bibtex bib cite citation citekey lookup object dict row map translation"
    " locale i18n"
    " message bypass compass surpass trespass encompass overpass underpass passport no has is"
    " num n"
)
_KEY_WORD_CHARS = 16
_OF_A_PLACE = words("wifi wlan wpa wpa2 wpa3 netzwerk network router hotspot vpn ipsec red réseau")
_TAIL = re.compile(
    r"[ \t](?:(?:de|del|da|di|do|du|k|na|od|от|für|for|van|voor|pour|para|per|till|til|la)"
    r"[ \t]){0,2}"
    r"(?:[ld]['’])?(?:api|wi-?fi|wlan|ssh|ftp|vpn|nas|admin|root|router|e-?mail|gmail|cuenta"
    r"|compte|konto|acc[eè]s)(?=[\s:：=\"'`*_|)\]>,]|\Z)",
    re.IGNORECASE,
)
_INSIDE_VALUES = frozenset("!^+~")
"""Before a name these say that it is the tail of a password."""
# The key of a decentralized identity is public; `secret` in the name of a resource is its type;
# /etc/passwd is a file.
_PUBLIC = re.compile(r"/etc/\Z|did:\Z|(?<![\w:])arn:[\w:-]{4,80}:\Z")
_NAME_LETTERS = ascii_letters + digits + "_.-"
_FLAG = re.compile(r"-+(?:D(?=[a-z_.]*[a-z]))?")
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_NAME_CHARS = 40
_NAME_AFTER = re.compile(r"[\w-]{0,40}(?:\.[\w-]{1,40}){0,3}")
_PLAIN_WORD = re.compile(r"[\w'-]{1,20}")
_WORDS_CHARS = 44


def names_in(text: str, places: Places) -> Iterator[Name]:
    """Give every name in a text that may announce a secret, each once.

    Args:
        text: as it stands.
        places: where `LITERALS` stand in it.
    """
    seen: set[int] = set()
    for stem in sorted(filter(_RANKS.__contains__, places), key=_RANKS.__getitem__):
        is_short = stem in _WHOLE_STEMS
        for at in places[stem]:
            end_of_stem = at + len(stem)
            if is_short and text[end_of_stem : end_of_stem + 1].isalpha():
                continue
            start, end = _whole_name(text, at, end_of_stem)
            is_known = end in seen or text[max(0, start - 1) : start] in _INSIDE_VALUES
            sort = None if is_known else _sort_of(text, stem, start, end)
            if sort:
                seen.add(end)
                yield Name(text[start:end], sort, start, end)


def _whole_name(text: str, start: int, end: int) -> Span:
    """Widen a stem to the name it stands in, in scripts that put blanks between words."""
    if text[start] >= FIRST_UNSPACED:
        return start, end
    stem, first = start, max(0, start - _NAME_CHARS)
    start -= start - first - len(text[first:start].rstrip(_NAME_LETTERS))
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
        start -= 1
    flag = _FLAG.match(text, start, stem) if text[start] == "-" else None
    after = _NAME_AFTER.match(text, end)
    end = after.end() if after else end
    tail = _TAIL.match(text, end) if text[end : end + 1] in {" ", "\t"} else None
    return flag.end() if flag else start, tail.end() if tail else end


def sort_of_heading(heading: str) -> Sort | None:
    """Tell what sort of secret a column's heading announces."""
    sorts = [
        name.sort
        for name in names_in(heading, _STEMS.places(fold(heading)))
        if not is_other(heading[name.end :])
    ]
    return next((sort for sort in sorts if sort is not Sort.KEY), None)


def is_telling(text: str, name: Name) -> bool:
    """Tell whether more than a mere `secret` stands there: `api_token`, `auth token`, `app key`."""
    parts = _parts(name.text)
    if len(parts) > 1 or parts == ("token",):
        return True
    return not _STRONG_KEYS.isdisjoint(_parts_before(text, name.start))


def is_other(words: str) -> bool:
    """Tell whether words behind a name make it something else: "password policy"."""
    parts = _parts(words)
    return bool(parts) and parts[-1] in _OTHER_ENDS and parts[0] not in _PREPOSITIONS


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PART.findall(name))


def _sort_of(text: str, stem: str, start: int, end: int) -> Sort | None:
    parts = _parts(text[start:end])
    is_public = text[start - 1 : start] in {":", "/"} and _PUBLIC.search(
        text, max(0, start - 90), start
    )
    is_rest = stem in _LEADING_STEMS and _is_within_word(text, stem, start, end)
    if is_public or is_rest or _is_other_thing(parts):
        return None
    sort = _SORTS[stem]
    if stem in _SHORT_STEMS and stem != "key":
        return sort if _is_whole(text, stem, parts, start) else None
    if sort is Sort.PASSWORD:
        return sort
    around = parts if len(parts) > 1 else (*parts, *_parts_before(text, start))
    if stem == "key":
        is_setting = text[start:end].isupper() and len(parts) > 1  # MAPS_KEY
        return Sort.TOKEN if is_setting and parts[-1] == "key" else _sort_of_key(parts, around)
    return Sort.PASSWORD if _is_of_a_place(around) else sort


def _is_other_thing(parts: Sequence[str]) -> bool:
    return bool(parts) and (parts[-1] in _OTHER_ENDS or bool(_OTHER_PARTS.intersection(parts)))


def _is_within_word(text: str, stem: str, start: int, end: int) -> bool:
    """Tell whether a stem is the rest of another word, or of a phrase such as "palabra clave"."""
    at = start + fold(text[start:end]).find(stem)
    is_rest = at > start and text[at - 1].isalpha() and not text[at].isupper()
    return is_rest or bool(_KEY_WORD.search(text, max(0, at - _KEY_WORD_CHARS), at))


def _is_whole(text: str, stem: str, parts: Sequence[str], start: int) -> bool:
    """Tell whether a short stem is a word of its own, not within "bypass" or "author"."""
    if parts == ("pass",) and _OTHER_PASS.search(text, max(0, start - 24), start):
        return False
    return any(map(_PASS.match, parts)) if stem in {"pass", "pw"} else stem in parts


def _parts_before(text: str, start: int) -> list[str]:
    """Give the parts of the two words right before a name, on its line."""
    if text[max(0, start - 1) : start] not in {" ", "\t"}:
        return []
    line = text[max(0, start - _WORDS_CHARS) : start].rpartition("\n")[2]
    before: list[str] = []
    for word in reversed(line.split()[-2:]):
        plain = word.lstrip("*_`\"'([>#")  # "**API key**"
        if not _PLAIN_WORD.fullmatch(plain):
            break
        before += _parts(plain)
        if plain != word:
            break
    return before


def _is_of_a_place(parts: Sequence[str]) -> bool:
    """Tell the key of a network, which is a password: `network key`, `WLAN-Schlüssel`."""
    return any(part in _OF_A_PLACE or part.startswith("netzwerk") for part in parts)


def _sort_of_key(parts: Sequence[str], around: Sequence[str]) -> Sort | None:
    """Tell a key that opens something by what stands before: `api key`, `AccountKey`."""
    if any(part.endswith("key") and part[:-3] in _STRONG_KEYS for part in parts):
        return Sort.TOKEN
    if "key" not in parts or _OTHER_PARTS.intersection(around):
        return None
    if _is_of_a_place(around):
        return Sort.PASSWORD
    return Sort.TOKEN if _STRONG_KEYS.intersection(around) else Sort.KEY
