"""E-mail addresses in words: `jane (at) example (dot) org`, in many languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from vaultskillet.core.filters.domains import TOP_LEVEL_DOMAINS
from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, occurrences, words

_NAME_CHARS = 90
_CUE_CHARS = 56
_BARE_ATS = {
    " at ": "dot|punkt|punkts|titik",
    "-at-": "dot|punkt",
    " @ ": "dot",
    "_at_": "dot",
    " ät ": "punkt|dot|pkt|piste",
    " klammeraffe ": "punkt",
    " arroba ": "punto|ponto|dot",
    " arobase ": "point",
    " arobas ": "point",
    " chiocciola ": "punto",
    " apenstaartje ": "punt",
    " małpa ": "kropka",
    " malpa ": "kropka",
    " snabel-a ": "punkt|prick|punktum",
    " snabela ": "punkt|prick|punktum|prik",
    " krøllalfa ": "punktum|punkt",
    " alfakrøll ": "punktum|punkt",
    " miukumauku ": "piste",
    " ät-merkki ": "piste",
    " kukac ": "pont",
    " zavináč ": "tečka|bodka",
    " zavinac ": "tecka|bodka",
    " arond ": "punct",
    " a rond ": "punct",
    " coadă de maimuță ": "punct",
    " kuyruklu a ": "nokta",
    " majmun ": "točka|tačka",
    " manki ": "točka|tačka",
    " monkey ": "točka|tačka|dot",
    " afna ": "pika|točka",
    " eta ": "taškas",
    " a còng ": "chấm",
    " собака ": "точка|крапка",
    " собачка ": "точка",
    " равлик ": "крапка",
    " кльомба ": "точка",
    " маймунско а ": "точка",
    " παπάκι ": "τελεία",
    " آت ": "دوت|نقطة|نقطه",
    " ات ": "دوت|نقطة|نقطه",
    " एट ": "डॉट",
    " ऐट ": "डॉट",
    " แอท ": "ดอท|จุด",
    " แอด ": "ดอท|จุด",
    " 圈a ": "点|點",
    " שטרודל ": "נקודה",
    " アットマーク ": "ドット",
    " 골뱅이 ": "점|닷|쩜",
}
# Set apart by marks, or by a script of their own: nobody writes them but for an address.
_FRAMED_ATS = (
    " -at- ",
    ' "at" ',
    " 'at' ",
    " *at* ",
    "*at*",
    '"at"',
    "'at'",
    "~at~",
    "☆at☆",
    "★at★",
    "골뱅이",
    "艾特",
)
_OPENERS = "([{<（［【"
_OPEN, _CLOSE = rf"[{re.escape(_OPENERS)}\"'*]", r"[)\]}>）］】\"'*]"
_BRACKETED_ATS = words(
    "at ät @ arroba arobas arobase chiocciola małpa malpa snabel-a snabela собака klammeraffe"
    " krøllalfa krollalfa apenstaartje kukac zavináč zavinac arond παπάκι miukumauku ät-merkki"
    " アット アットマーク 골뱅이 艾特 שטרודל et a آت ات एट ऐट แอท равлик кльомба"
) | {"at sign", "at-sign", "a còng"}
_STEMS = words(
    "a et ät @ chio małpa malpa snabel соба klammer krø kro kuk zavi παπά miuk アット 골뱅"
    " 艾特 שטרו آت ات एट ऐट แอท равл кльо"
)
"""How the words in brackets begin, none within another."""
_OPENED_ATS = frozenset(
    mark + blank + stem for mark in _OPENERS for blank in ("", " ") for stem in _STEMS
)
AT_WORDS = (*_BARE_ATS, *_FRAMED_ATS, *_OPENED_ATS)
"""What to look for, in lower case, before `find_written_out` is asked."""

_ANY_DOT = "|".join(dict.fromkeys(("|".join(_BARE_ATS.values()) + "|nokta").split("|")))
_BRACKETED_AT = re.compile(
    rf"{_OPEN}[ \t]?(?P<word>{'|'.join(sorted(_BRACKETED_ATS, reverse=True))})[ \t]?{_CLOSE}[ \t]?",
    re.IGNORECASE,
)
_WORD = r"[^\W_](?:[^\W_]|[+'-](?=[^\W_])){0,40}"
_MAIL_CUE = re.compile(
    r"(?:e-?mail|mail|courriel|correo|contact|reach|write|schreib\w{0,2}|écri\w{1,4})"
    r"(?: (?:me|us|him|her|them|to|mir|uns|ihm|ihr|an|moi|nous|à|address|adresse|is|ist|est|es))"
    r"{0,3}"
    r"\W{1,6}\Z"
    r"|(?P<far>e-?mails?|courriel|correo|address|adresse|contact|reach|write|ask|spelled|spelt)"
    r"(?: [^\W\d_]{1,14}){0,5}?(?: (?:is|ist|est|es|è)|:)\W{1,3}\Z",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?P<first>[a-z]{3,16})\.(?P<last>[a-z]{4,20})")
_NO_PEOPLE = TOP_LEVEL_DOMAINS | words(
    "html json yaml toml docx xlsx pptx jpeg webp epub jsonl aspx conf config lock plist svelte"
    " swift scala julia canvas page index docs test main setup init package readme node next"
    " core utils server client user users data file files name model models view views"
    " random array math time path"
)
_SPELT_TOPS = words("ру ком орг")
_NO_NAMES = words(
    "a an and are available be down found get go hosted is it live look me meet met more on or out"
    " over page read see site start stay stayed the us visit was website were"
)


def _dots(words: str) -> str:
    framed = rf"[ \t]?{_OPEN}[ \t]?(?:{words}|\.)[ \t]?{_CLOSE}[ \t]?"
    encoded = "&#0?46;|&#x0{0,2}2e;|&period;"
    return rf"(?:{framed}|[ ]?[ _-](?:{words})[ _-][ ]?| \. |点|點|ドット|닷|{encoded})"


@cache
def _spellings(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Give the expressions for what stands before and after an at-word, made at its first use."""
    dots = _dots(words)
    name = re.compile(
        rf"(?<![\w.@/]){_WORD}(?:(?:{dots}|[._]){_WORD}){{0,4}}[ \t]?\Z", re.IGNORECASE
    )
    host = re.compile(rf"{_WORD}(?:(?P<dot>{dots}|\.){_WORD}){{1,4}}", re.IGNORECASE)
    return name, host


_DOT = re.compile(_dots(_ANY_DOT), re.IGNORECASE)


def find_written_out(text: str, places: Places) -> Iterator[Span]:
    """Find addresses such as `jane (at) example dot org`."""
    for at, literal in occurrences(places, _BARE_ATS):
        after = at + len(literal)
        is_shouted = text[at:after] == " AT " and text[at - 1 : at].islower()
        yield from _spelt(text, at, after, _spellings(_BARE_ATS[literal]), is_plain=not is_shouted)
    for at, literal in occurrences(places, _FRAMED_ATS):
        yield from _spelt(text, at, at + len(literal), _spellings(_ANY_DOT), is_plain=False)
    for at, _ in occurrences(places, _OPENED_ATS):
        mark = _BRACKETED_AT.match(text, at)
        if mark:  # "et" is French too
            is_plain = mark["word"].lower() == "et"
            yield from _spelt(text, at, mark.end(), _spellings(_ANY_DOT), is_plain=is_plain)


def find_after_sign(text: str, at: int, after: int) -> Span | None:
    """Find the address around an `@` that no domain follows: `jane@example (dot) org`."""
    if _DOT.search(text, after, after + _NAME_CHARS) is None:
        return None
    return next(_spelt(text, at, after, _spellings(_ANY_DOT), is_plain=True), None)


def _spelt(
    text: str,
    at: int,
    after: int,
    spelling: tuple[re.Pattern[str], re.Pattern[str]],
    *,
    is_plain: bool,
) -> Iterator[Span]:
    """Find one written-out address; a plain "at" needs a spelt dot or a cue beside it."""
    host = spelling[1].match(text, after)
    end = _spelt_domain_end(host) if host else None
    name = spelling[0].search(text, max(0, at - _NAME_CHARS), at) if end else None
    if end is None or name is None or host is None or _first_word(host[0]) in _NO_NAMES:
        return
    first = max(0, name.start() - _CUE_CHARS)
    cue = _MAIL_CUE.search(text, first, name.start())
    if _first_word(name[0]) in _NO_NAMES and not (cue and ":" in cue[0] and not cue["far"]):
        return
    if cue or not is_plain or _is_of_a_person(name[0]) or _DOT.search(text, after, end):
        yield name.start(), end


def _is_of_a_person(name: str) -> bool:
    """Tell `jane.doe`, which nothing else is called, from files, hosts and versions."""
    person = _PERSON.fullmatch(name.strip())
    return person is not None and not {person["last"], person["first"]} & _NO_PEOPLE


def _first_word(words: str) -> str:
    return words.split(maxsplit=1)[0].lower()


def _spelt_domain_end(host: re.Match[str]) -> int | None:
    """Give where a written-out domain ends, at its top-level domain."""
    labels = list(
        re.finditer(r"[^\W_]+(?:-[^\W_]+)*", _DOT.sub(lambda dot: "." * len(dot[0]), host[0]))
    )
    for label in reversed(labels[1:]):
        if (label[0].lower() in TOP_LEVEL_DOMAINS or label[0].lower() in _SPELT_TOPS) and label[
            0
        ].lower() != "dot":
            return host.start() + label.end()
    return None
