"""Secrets that a name announces: `api_key = ...`, `Password: ...`, "the password is ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from vaultskillet.core.filters.columns import cells_under
from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places
from vaultskillet.core.filters.secret_names import Name, Sort, is_other, names_in, sort_of_heading
from vaultskillet.core.filters.secret_unjoined import find_unjoined
from vaultskillet.core.filters.secret_values import (
    UNSPACED,
    Place,
    is_made_up,
    is_scrambled,
    is_secret,
    is_strong_password,
    value_span,
)

_VALUE_CHARS = 400

# The name's closing markup, perhaps "(prod)" or "for the NAS", then what parts name from value.
_JOIN = re.compile(
    r"[\"'`*_\])}~]{0,5}(?:\\\"|==(?=[:*\s]))?[*_]{0,3}"
    r"(?:[ \t]{0,3}\([^()\n]{1,40}\)[*_]{0,3}| for '[^'\n]{1,40}'@'[^'\n]{1,60}')?"
    r"(?P<words>,?(?:[ \t]{1,4}(?!(?:is|was|ist)\b)[^\s:=|\"`()\[\]<>]{1,24}){1,5}?)??"
    r"[*_]{0,3}[ \t\u00a0\u3000]{0,8}(?:\n(?=:[ \t]))?"
    r"(?P<sign>[\"']?[ \t]{1,4}-(?:b|-body|-value|-secret-string|-plaintext)(?:[ \t]{1,4}|=)"
    r"|<<<|(?<=[ \t])\((?=[\"'`])"
    r"|(?:,\s{0,12}|\s{1,12})[\"']?value[\"']?[ \t]{0,4}[:=]"
    r"|(?<=[\"'])[ \t]{0,4},(?=[ \t]{0,4}[\"'])"
    r"|\{\s{0,8}(?:[a-z_]{1,20}[ \t]{0,8}=[^\n=]{0,80}\n\s{0,8}){0,3}default[ \t]{0,8}="
    r"|:[ \t]{0,2}&?[a-z][\w.<>\[\]?]{0,30}[ \t]{0,4}=(?=[ \t]{0,4}[^\s=])"
    r"|\.{2,40}[ \t]?[:=]"
    r"|\bauf(?=[ \t]\S{4,64}[ \t](?:ge(?:setzt|stellt|ändert)|zurückgesetzt|umgestellt))"
    r"|\b(?:from|von|de|da|z|с)\b"
    r"(?=[ \t]\S{6,64}[ \t](?:to|auf|zu|à|a|para|in|na|на)[ \t]\S{0,40}\d)"
    r"|\?(?=\s)|=>|:=|===?|=|::|[:：＝]=?|[→⇒➔➜▸►»]|->|<-|~>|[–—-](?=[ \t])|は|是|为|為|는|은"
    r"|है|\b(?:is|was|ist|war|lautet|heißt|heisst|est|es|era|è|é|jest|je|er|är|este|είναι|là|adalah|هي|هو"
    r"|היא|הוא|used to be|turned out to be|quedó como|to|(?<=salasana )on)\b"
    r"(?:[ \t]+(?:now|jetzt|still|immer noch|noch|wieder|weer|always|again|toujours|sempre|siempre"
    r"|currently|set to)\b)?"
    r"[ \t]*:?)"
    r"(?:\*\*|__|==|[*_](?=\s))?[ \t\u00a0\u3000]{0,8}"
    r"(?:!![a-z]{1,12}[ \t]{1,4}|[|>][+-]?[ \t]{0,4}(?=\n))?"
    r"(?:\n[ \t>]{0,8}(?:```[a-z]{0,12}\n[ \t>]{0,8}|[-*][ \t])?)?"
    r"(?:\[\]byte\(|ConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?)?"
    r"(?P<open>(?:[frb@$](?=[\"']))?(?:\\[\"']|\|\||[\"'`*<(「『“„«‘]){0,5})"
    r"(?:(?<=«)[ \u00a0\u202f])?",
    re.IGNORECASE,
)
_MARKS = frozenset("`*_\"'")
_CELL_END = re.compile(r"[\"'`*_]{0,4}[ \t]{0,40}\|(?P<cell>[^|\n]{1,400})\|")
_TYPES = frozenset({"string", "str", "[]byte", "varchar", "text", "char*", "&str", "std::string"})
"""What stands between a name and its value in some languages: `var token string = ...`."""
_PLACEHOLDER_NEXT = re.compile(r"[^\w\n]{0,12}\[SECRET_\d")
_NEXT_SETTING = re.compile(r";(?=[ \t]?[A-Za-z][\w ]{0,30}=)")

_QUOTES = {
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
_FURTHER = re.compile(
    r"[\"'`*_]{0,3}(?:\n[ \t]{0,8}[-*][ \t]|[ \t]\((?:alt|old|neu|new|was|vorher|ancien)[: ]{1,2}"
    r"|[ \t]?[,/;|→][ \t]?(?:(?:or|oder|not|nicht)[ \t])?"
    r"|[ \t](?:or|oder|ou|o|to|and|und|et|y|e|then|auf|->|=>)[ \t])"
    r"[\"'`*_]{0,3}(?P<value>[^\s\"'`|<>,;]{6,64})"
)
"""Another value behind the first: "from X to Y", "X or Y"."""
_PAIRING = frozenset("/&+")
_PAIR = re.compile(
    r"[\w.@+-]{2,64}[\"'`*]{0,3}[ \t]?[/|,:][ \t]?[\"'`*]{0,3}(?P<value>[^\s\"'`|<>]{6,64})"
)
_LAST_PART = re.compile(r"[A-Z]?[a-z]{3,}\Z")
_CAMEL = re.compile(r"[a-z][A-Z]")
_UNSPACED_TAIL = re.compile(rf"(?<=[!-~])[{UNSPACED}]")
"""What a sentence goes on with right behind a value, as in `パスワードはXです`."""
_BARE_IN_QUERY = re.compile(r"[^\s\"'`<>|&#)\]]{1,400}")
_PHRASE = re.compile(r"[^\W\d_]{2,12}(?:[ -][^\W\d_]{2,12}){2,23}(?=[.\"'`*]{0,3}[ \t]*(?:\n|\Z))")


def find_assigned(text: str, places: Places) -> Iterator[Span]:
    """Find the values that a telling name announces."""
    done = 0
    for name in sorted(names_in(text, places), key=attrgetter("start")):
        if name.start < done or _PLACEHOLDER_NEXT.match(text, name.end):
            continue
        join = _JOIN.match(text, name.end)
        span = (_paired(text, name, join) or _joined(text, name, join)) if join else None
        if span is None:
            span = _in_next_cell(text, name) or find_unjoined(text, name)
        if span:
            done = span[1]
            yield span
        while span and (more := _FURTHER.match(text, done)) and _is_further(more["value"]):
            done = more.start("value") + len(more["value"].rstrip(".):"))
            yield more.start("value"), done


def _is_further(value: str) -> bool:
    return is_made_up(value) or is_scrambled(value) or is_strong_password(value)


def find_in_columns(text: str, _places: Places) -> Iterator[Span]:
    """Find the cells of tables under a heading such as `Password`."""
    for (start, end), sort in cells_under(text, sort_of_heading):
        value = _unmarked(text[start:end])
        if value and " " not in value and is_secret(value, sort, Place.LABELLED):
            left = text.index(value, start)
            yield left, left + len(value)


def _unmarked(cell: str) -> str:
    """Give what a cell holds without the marks around it; one at its end alone is the value's."""
    value = cell.strip()
    while len(value) > 1 and value[0] == value[-1] and value[0] in _MARKS:
        value = value[1:-1]
    return value


def _in_next_cell(text: str, name: Name) -> Span | None:
    """Find the value in `| DB_PASSWORD | x |`: a row that says what its next cell holds."""
    row = _CELL_END.match(text, name.end)
    if row is None:
        return None
    value = _unmarked(row["cell"])
    if not value or " " in value or not is_secret(value, name.sort, Place.SAID):
        return None
    left = text.index(value, row.start("cell"))
    return left, left + len(value)


def _joined(text: str, name: Name, join: re.Match[str]) -> Span | None:
    sign, words, at = join["sign"], join["words"], join.end()
    if words and words.strip().lower() in _TYPES:
        words = ""
    is_set = sign.startswith("to") and (words or "").lower().endswith((" set", " reset"))
    is_thing = bool(words) and (name.sort is Sort.KEY or (is_other(words) and not is_set))
    if text.startswith("//", at) or is_thing:
        return None
    quote = next((mark for mark in reversed(join["open"]) if mark in _QUOTES), "")
    in_query = text[max(0, name.start - 1) : name.start] in {"?", "&"}
    value = _quoted(text, at, quote) if quote else _bare(text, at, join["open"], in_query=in_query)
    if "phrase" in name.text.lower():
        phrase = _PHRASE.match(text, at)
        if phrase:
            return phrase.span()
    is_sentence = " " in value and not (quote and name.sort is Sort.PASSWORD)
    is_weak = " " in value and not is_strong_password(value)
    is_compared = bool(words) and "=" in sign and not is_scrambled(value)
    is_within = bool(words) and sign == "=" and not text[join.start("sign") - 1].isspace()
    if not value or is_sentence or is_weak or is_compared or is_within:
        return None
    if not quote and _is_called_alike(name, value):
        return None
    place = _place_of(sign, is_quoted=bool(quote), has_words=bool(words))
    return (at, at + len(value)) if is_secret(value, name.sort, place) else None


def _is_called_alike(name: Name, value: str) -> bool:
    """Tell a variable or a type in code: `password = adminPassword`, `accessToken: AuthToken`."""
    last = _LAST_PART.search(name.text)
    is_camel = value.isalpha() and _CAMEL.search(value) is not None
    return last is not None and is_camel and value.lower().endswith(last[0].lower())


def _paired(text: str, name: Name, join: re.Match[str]) -> Span | None:
    """Find the value in `user/password: me / x`, where a name and a value stand in pairs."""
    if text[max(0, name.start - 2) : name.start].strip()[-1:] not in _PAIRING:
        return None
    in_query = text.startswith("&", name.start - 1) and join["sign"] == "="
    pair = None if in_query else _PAIR.match(text, join.end())
    value = pair["value"].rstrip(".,;:)") if pair else ""
    if pair is None or not is_secret(value, name.sort, Place.SAID):
        return None
    return value_span(pair, value)


def _place_of(sign: str, *, is_quoted: bool, has_words: bool) -> Place:
    if sign[0] == "(":
        return Place.SAID
    is_said = sign[0].isalpha() or sign[0] in "–—-?" or sign.endswith(",") or has_words
    if is_quoted:
        return Place.LABELLED if is_said else Place.ASSIGNED
    if is_said:
        return Place.SAID
    return Place.ASSIGNED if "=" in sign else Place.LABELLED


def _quoted(text: str, at: int, quote: str) -> str:
    stop = text.find(_QUOTES[quote], at, at + _VALUE_CHARS)
    value = text[at:stop] if stop > at else ""
    return "" if "\n" in value else value.removesuffix("\\").rstrip(" \u00a0\u202f")


def _bare(text: str, at: int, opened: str, *, in_query: bool) -> str:
    """Give a value without quotes, less what Markdown or a sentence put behind it."""
    found = (_BARE_IN_QUERY if in_query else _BARE).match(text, at)
    value = _UNSPACED_TAIL.split(found[0], maxsplit=1)[0] if found else ""
    if ";" in value:
        value = _NEXT_SETTING.split(value, maxsplit=1)[0]
    if "*" in opened:
        value = value.rstrip("*")
    shorter = None
    while value != shorter:
        shorter = value
        value = _without_tail(value)
    return value


def _without_tail(value: str) -> str:
    value = value.rstrip(".,;:").removesuffix("**").removesuffix("__").removesuffix("\\")
    for left, right in ("()", "[]", "{}"):
        if value.endswith(right) and value.count(left) < value.count(right):
            value = value[:-1]
    return value
