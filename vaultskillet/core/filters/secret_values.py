"""Whether a value is a secret: how random it is, and whether it only stands for one."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections import Counter
from enum import Enum, auto
from functools import cache

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Sieve, words
from vaultskillet.core.filters.secret_names import Sort

_FILLERS = (
    "${", "{{", "$(", "<%", "***", "•••", "●●●", "xxxx", "...", "…", "____", "00000000",
    "####", "???", "process.env", "environ", "getenv", "secrets.", "keychain", "keyring",
    "example", "placeholder", "change-me", "changeme", "change_me",
    "changeit", "replace", "insert-", "insert_", "redacted", "removed", "deleted",
    "abcdefghijkl", "0123456789abcdef", "12345678901234", "1234567890abc",
    "censored", "goes-here", "goes_here", "deadbeef", "-fake", "_fake", "not-real", "notreal",
)  # fmt: skip
_SHORT_FILLERS = ("your", "sample", "dummy", "hidden", "masked", "foobar", "todo", "to-do")
"""Words that long random values may hold by chance: there they have to stand apart."""
_FILLER_SIEVE = Sieve((*_FILLERS, *_SHORT_FILLERS))
_SHORT_FILLER = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(_SHORT_FILLERS)})(?![a-z0-9])")
_LONG_CHARS = 20
_STANDS_FOR_ONE = re.compile(
    r"[<{\[(%]\s{0,4}[\w .-]{1,80}[>}\])%]|\$[a-z_]\w*\Z|@[\w.]+\Z|\$?env[.:]|secret\."
    r"|vault:"
    r"|op://|arn:|ref\+"
    r"|!(?:secret|vault|env)|enc\[|\$ansible_vault|fake[-_]|foo|bar\Z|test[-_]?(?:key|token"
    r"|secret)\Z"
    r"|/(?:etc|run|var|home|usr)/|~/|\./|file:|https?://|(?:.*[-_])?(?:api[-_]?key|token"
    r"|secret|password)\Z"
    r"|.*[-_]here\Z"
)
_COMMON_WORDS = words(
    "password passwd passwort passphrase secret secrets token tokens string text str bool"
    " boolean int integer number none null nil undefined true false yes no on off required"
    " optional unset empty blank default user username admin root guest pass pwd key keys value"
    " values type hidden field input bytes object any auto unknown invalid incorrect wrong"
    " missing expired reset change changed forgot forgotten see below above here there same this"
    " that not was is the and or in for with from must should will can stored saved kept lost"
    " needed protected encrypted hashed plain plaintext varchar char basic bearer oauth oauth2"
    " jwt saml ldap kerberos totp mfa otp env dev prod test staging local localhost postgres"
    " mysql redis mongo const let var function return new async await self enabled disabled"
    " manager policy generator strength length minimum maximum please enter confirm repeat"
    " obligatorio requis erforderlich pflichtfeld obligatoire wird muss ist est es los las der"
    " die das una une todo tbd n/a md5 sha1 sha256 sha512 sha-1 sha-256 sha-512 bcrypt scrypt"
    " argon2 argon2id pbkdf2 aes aes-128 aes-256 aes256 base64 base32 base58 utf8 utf-8 rs256"
    " hs256 es256 ed25519 rsa2048 rsa-2048 x509 2fa 1password bitwarden keepass keepass2 lastpass"
    " keychain win32 x86 x64 http2 h2 ipv4 ipv6 s3 ec2 k8s oidc hmac-sha256 web3 8-bit 16-byte"
    " 32-byte 256-bit 128-bit 12-character 8-character 24-hour one-time case-sensitive"
)
_CODE = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)+[;,)]*$|[A-Za-z_$][\w.$:]*[(\[<]|[({\[]"
    r"|(?:new|await|function)\b"
)
_MARK = re.compile(r"[!#$%&?^+@*~]")
_MARK_FREE = re.compile(
    r"https?://.*|[\w.+-]+@[\w.-]+|#[\w/-]+|\$?\d[\d.,]*[%+!?]*|\D+[!?%]+|\w{1,5}(?:\+\w{1,8})+|.*[()\[\]{}=<>].*"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(
    r"(?:sha\d+|md5)[-:].*|0x[0-9a-f]{40,64}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}"
    r"|[0-9a-f]{128}",
    re.IGNORECASE,
)
_HASH_WITHIN = re.compile(r"(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])")
_CRYPT = re.compile(r"\$(?:1|2[abxy]|5|6|7|y|apr1|argon2\w{1,2}|pbkdf2[\w-]*|scrypt)\$")
_WORDS_ONLY = re.compile(
    r"[A-Za-z]?[a-z]*+\d{0,2}+(?:[-_./ :]++(?>[A-Z]?[a-z]++\d{0,4}+|[A-Z]++|\d{1,4}+))*+"
)
_WORD_AND_NUMBER = re.compile(r"[A-Za-z][a-z]+[-_ ]?\d{1,4}")
_MADE_UP = re.compile(
    r"(?:[A-Z][a-z]{2,11}[-_]){1,3}\d{3,4}|(?:[A-Z]?[a-z]{2,11}[-_]){2,3}\d{2,4}"
    r"|\d{2,4}[A-Z][a-z]{2,11}[-_][A-Za-z]{3,12}"
    r"|(?=[A-Z]{0,1}[a-z\d]{0,16}\d{3})[A-Z]?[a-z]*(?:\d[a-z]{1,8}){1,3}\d{3,6}"
)
_COINED = re.compile(
    r"[A-Z][a-z]{2,11}(?!(?:19\d\d|20[0-4]\d)\Z)\d{4}|[a-z]{8,20}(?!(?:19\d\d|20[0-4]\d)\Z)\d{2,4}"
    r"|[A-Z][a-z]{2,11}[-_!#.]\d{2,4}[A-Za-z]{3,12}"
    r"|(?=.{0,19}(?:\d[A-Za-z]|[A-Za-z]\d))(?:[A-Za-z\d]{6}-){2}[A-Za-z\d]{6}"
    r"|(?=[A-Z]|.{0,24}[@$])(?=.{0,24}(?:[@$]|[01345][a-z]))"
    r"[A-Za-z]{1,11}(?:[@$!01345][a-z]{0,11}){1,4}\d{2,4}"
)
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_SORTS_OF_CHARS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))
_EVERY_SORT = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[^0-9]*[0-9]")
_RUNS = re.compile(r"[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+")
_TURNS = re.compile(r"[a-z][A-Z]")
_WORD_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LEAST_PARTS = 4
_LEAST_MIXED_CHARS = 8
_LONGEST_PART = 2.9
"""Words that are put together, such as `NotePropsV2`, have longer parts on average."""
_WORD_WITHIN = re.compile(r"[A-Z][a-z]{4}|[a-z]{5}")
_LONG_WORD = re.compile(r"[A-Za-z][a-z]{2,}")
_JUMBLED = re.compile(r"[A-Z]{2}[a-z]+[A-Z]{2}")
UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED = re.compile(f"[{UNSPACED}]")
TOLD_CHAR = rf"(?-i:[^\s\"'`|<>“”«»「」(){{}}{UNSPACED}])"
"""A character of a password in a sentence; with no regard to case, for which `re` would go through
every letter of these scripts at start-up."""
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)?[- ]?(?:[a-z%°]{1,3}|bits?|bytes?|chars?|characters?|days?|hours?|min\w*"
    r"|months?|years?|digits?|words?)",
    re.IGNORECASE,
)
# Links, paths of Windows, constants, prices, expressions, formulas: what notes hold behind a name.
_WRITTEN = re.compile(
    r"!\[|\\[A-Za-z]|(?:[A-Za-z]:|[A-Za-z.][\w.]*)(?:\\[A-Za-z][\w .-]*){2,}"
    r"|[A-Z]{2,}(?:_[A-Z]{2,})+\Z|[A-Z_]{3,}=\Z|[A-Za-z]+(?:_[A-Za-z]+)+=|[$€£]\d[\d.,]*(?:[-–/].*)?\Z"
    r"|\^.*\$\Z|\$[A-Z_]{3,}/|![a-z][A-Za-z]*\Z|=|\$.*\\[A-Za-z]"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d\d.*")


_JUDGED_CHARS = 128
_LINE_CHARS = 120


class Place(Enum):
    """Where a value stands."""

    ASSIGNED = auto()
    """Behind `=`, or in quotes: a program reads it."""
    LABELLED = auto()
    """Behind a colon: a program or a person reads it."""
    SAID = auto()
    """In a sentence."""


def is_placeholder(value: str) -> bool:
    """Tell whether a value only stands where a secret would: a variable, `<token>`, `xxxx`."""
    lowered = value.lower()
    return (
        len(set(lowered)) <= 2  # noqa: PLR2004 - "xxxx", "****", "-----"
        or lowered.strip("\"'`*_.,;:!?()[]<>") in _COMMON_WORDS
        or _holds_filler(lowered)
        or bool(_STANDS_FOR_ONE.match(lowered))
    )


def _holds_filler(lowered: str) -> bool:
    if not _FILLER_SIEVE.holds_any(lowered):
        return False
    if len(lowered) <= _LONG_CHARS or _SHORT_FILLER.search(lowered):
        return True
    return any(filler in lowered for filler in _FILLERS)


def is_secret(value: str, sort: Sort, place: Place) -> bool:
    """Judge the value that a name of some sort announces."""
    judged = value[:_JUDGED_CHARS]
    if sort is Sort.PASSWORD:
        return is_password(judged, place)
    if sort is Sort.TOKEN:
        return is_token(judged, least_chars=12 if place is Place.SAID else 8)
    return place is not Place.SAID and (is_random(judged) or holds_credentials(value))


def is_password(value: str, place: Place) -> bool:
    """Judge what stands where a password is given; an ordinary word is one only if assigned."""
    is_one = _is_built_as_password(value, place)
    return is_one and not is_placeholder(value) and not _looks_like_text(value)


def _is_built_as_password(value: str, place: Place) -> bool:
    has_letter, has_digit = _LETTER.search(value), _DIGIT.search(value)
    if has_letter and (has_digit or _MARK.search(value, 0, len(value) - 1)):
        return len(value) >= (6 if place is Place.SAID else 4)
    if has_digit:
        return place is not Place.SAID and len(value) >= 4  # noqa: PLR2004 - a PIN
    if place is Place.ASSIGNED:
        is_option = value[:1] == "-" and not is_jumbled(value)
        return len(value) >= 6 and not is_option  # noqa: PLR2004 - shorter are words
    is_turning = len(_TURNS.findall(value)) > 1 or _JUMBLED.search(value) is not None
    return len(value) >= 8 and is_turning  # noqa: PLR2004 - not "KeePass"


def is_strong_password(value: str) -> bool:
    """Tell what can hardly be anything but a password: letters, digits and a mark such as `!`."""
    return (
        bool(_MARK.search(value))
        and bool(_LETTER.search(value))
        and bool(_DIGIT.search(value))
        and not value.isupper()
        and _MARK_FREE.fullmatch(value) is None
        and is_password(value, Place.SAID)
    )


def is_unmistakable(value: str) -> bool:
    """Tell what beside an account or a network can only be its password."""
    is_worded = is_made_up(value) and len(_LONG_WORD.findall(value)) > 1
    return is_strong_password(value) or is_chance(value) or is_worded


def is_jumbled(value: str) -> bool:
    """Tell a value in which letters and digits change faster than words do."""
    parts = _WORD_PARTS.findall(value)
    is_long = len(value) >= 16  # noqa: PLR2004 - chance puts a word into such a value
    is_worded = len(parts) < _LEAST_PARTS or (not is_long and _WORD_WITHIN.search(value))
    return not is_worded and sum(map(len, parts)) <= len(parts) * _LONGEST_PART


def is_chance(value: str) -> bool:
    """Tell a value that chance alone can have made."""
    return is_scrambled(value) and is_jumbled(value)


def is_mixed(value: str) -> bool:
    """Tell a strong password in letters of both cases."""
    is_cased = value != value.lower() and value != value.upper()
    return is_cased and len(value) >= _LEAST_MIXED_CHARS and is_strong_password(value)


def is_made_up(value: str) -> bool:
    """Tell what people make up to be remembered: `Maple-Copper-2514`, `Gr4nit30812`."""
    return _MADE_UP.fullmatch(value) is not None


def is_coined(value: str) -> bool:
    """Tell what people make up where a password is spoken of: `Brisa7702`, `Tundr@89`."""
    return is_made_up(value) or _COINED.fullmatch(value) is not None


def is_scrambled(value: str) -> bool:
    """Tell a mix that no word explains: sorts of characters change five times or more."""
    return (
        len(value) >= 8  # noqa: PLR2004 - shorter ones are names of things
        and _EVERY_SORT.match(value) is not None
        and len(_RUNS.findall(value)) > 4  # noqa: PLR2004 - "Win10Pro" has four
        and is_token(value)
        and not is_hash(value)
        and "\\" not in value  # LaTeX
    )


def is_token(value: str, *, least_chars: int = 8) -> bool:
    """Judge what stands where a key or token is given: random enough, and no ordinary word."""
    is_one = len(value) >= least_chars and value.isascii() and _is_built_as_token(value)
    return is_one and not is_placeholder(value) and not _looks_like_text(value)


def _is_built_as_token(value: str) -> bool:
    if _WORDS_ONLY.fullmatch(value) or _WORD_AND_NUMBER.fullmatch(value):
        return False
    lower, upper, digit = (sort.search(value) for sort in _SORTS_OF_CHARS)
    is_lettered = len(value) >= 16 or (len(value) >= 12 and is_jumbled(value))  # noqa: PLR2004 - base32
    if not digit and not (upper and is_lettered):
        return False
    return bool(lower or upper) and entropy(value) >= min(3.0, 2.0 + len(value) / 16)


def is_random(value: str) -> bool:
    """Judge a value that hardly anything announces: only a long mix of all sorts passes."""
    return (
        len(value) >= 20  # noqa: PLR2004 - shorter ones are names and numbers of things
        and _EVERY_SORT.match(value) is not None
        and entropy(value) >= 3.6  # noqa: PLR2004 - above identifiers in camel case
        and not is_hash(value)
        and not is_placeholder(value)
        and value.count("/") <= len(value) // 12
        and not _HASH_WITHIN.search(value)
        and "," not in value
        and "](" not in value
    )


def _looks_like_text(value: str) -> bool:
    is_number = value[:1].isdigit() and (_MEASURE.fullmatch(value) or _DATE.fullmatch(value))
    is_unspaced = not value.isascii() and _UNSPACED.search(value)
    is_digest = "$" in value and _CRYPT.search(value)
    is_written = "](" in value or _WRITTEN.match(value)
    return bool(is_number or is_unspaced or is_digest or is_written or _CODE.match(value))


def is_hash(value: str) -> bool:
    """Tell whether a value is a digest or a UUID: it names something, and opens nothing."""
    return bool(_UUID.fullmatch(value) or _HASH.fullmatch(value) or _CRYPT.match(value))


def is_shape_only(value: str) -> bool:
    """Tell whether a value has a provider's prefix but words or filler behind it."""
    judged = value[:_JUDGED_CHARS]
    body = re.sub(r"^[A-Za-z0-9]{2,12}[-_.:]", "", judged)
    return is_placeholder(judged) or entropy(body) < 2.5 or bool(_WORDS_ONLY.fullmatch(judged))  # noqa: PLR2004 - "aaaabbbb1"


def holds_credentials(encoded: str) -> bool:
    """Tell whether base64 says `user:password`, as HTTP's Basic and Docker have it."""
    if len(encoded) < 8:  # noqa: PLR2004 - the shortest that is not decoded by chance
        return False
    try:
        decoded = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except ValueError:  # not base64, or not text
        return False
    user, colon, password = decoded.partition(":")
    return bool(user and colon and password) and decoded.isprintable()


def told_value(found: re.Match[str]) -> str:
    """Give the value that was matched, less what a sentence and emphasis put behind it.

    A mark at its end that nothing on the line before it opens is the value's own.
    """
    value = found["value"].rstrip(".,;:)")
    if value[-1:] not in {"*", "_"}:
        return value
    start = found.start("value")
    line = found.string[max(0, start - _LINE_CHARS) : start].rpartition("\n")[2]
    return value.rstrip("*_.,;:)") if value[-1] in line else value


def value_span(found: re.Match[str], value: str) -> Span:
    """Give where a value stands that was read from a match, less what is cut off behind it."""
    start = found.start("value")
    return start, start + len(value)


def entropy(value: str) -> float:
    """Give Shannon's entropy in bits a character."""
    if not value:
        return 0.0
    counts = Counter(value).values()
    return math.log2(len(value)) - sum(map(_weight, counts)) / len(value)


@cache
def _weight(count: int) -> float:
    return count * math.log2(count)
