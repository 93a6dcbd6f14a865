"""Phone numbers: runs of digits that libphonenumber, or the words before them, call so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from vaultskillet.core.filters.columns import cells_under
from vaultskillet.core.filters.finding import Finding
from vaultskillet.core.filters.literals import FIRST_UNSPACED
from vaultskillet.core.filters.phone_alone import (
    COMMON_REGIONS,
    COUNTING,
    DIGITS_WITH_TRUNK,
    NANP,
    Regions,
    is_named_number,
    is_number_alone,
    without_exit_code,
)
from vaultskillet.core.filters.phone_cues import (
    Cue,
    all_regions,
    cue_before,
    is_phone_heading,
    regions_of_note,
)
from vaultskillet.core.filters.phone_others import is_called_other, is_end_of_iban
from vaultskillet.core.filters.phone_phrases import is_announced, is_initialled
from vaultskillet.core.filters.phone_plans import (
    is_grouped_as_usual,
    is_long_enough,
    is_valid_abroad,
    region_of,
)
from vaultskillet.core.filters.phone_runs import (
    digits_of,
    extension_end,
    number_spans,
    spelt_in_ascii,
)

_CUE_CHARS = 60
_WORDS_TO_OTHER = 2
_DIGITS = range(5, 16)
_DIGITS_NEAR = range(8, 16)
_DIGITS_BESIDE = range(7, 16)
_DIGITS_OF_A_SAMPLE = 10
_WORDS_TO_LABEL = 2
_UNIT_CHARS = 12
_CALLED_CHARS = 60
# A letter that stands for a label, or that is of a script without blanks between words.
_LETTER_BEFORE = re.compile(
    r"(?:(?<!\w)[TMFPtmfp]|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\Z"
)
_DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2|(?:0?[1-9]"
    r"|1[0-2])([-./])(?:[12]\d|3[01])\3)"
    r"(?:(?:1[89]|20)\d\d|(?<! )\d\d))"
    r"(?:[ -]+\d{1,6})?"
)
_FORMULA = re.compile(r"\d\(\d*\.|\(\d*\.\d")
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d ?[-/.] ?(?:1[5-9]|20)\d\d(?:[-/. ]+\d{1,4})?")
_OTHER_SHAPE = re.compile(
    r"(?!(?:\d\d\.){3}\d\d\Z)(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!\Z)|\Z)){4}"
    r"|\d{3}-\d{2}-\d{4}|97[89][- ]?\d.*"
    r"|[01]{7,}|0\.\d+ ?/ ?0\.\d+|\d+/\d+/\d+|\d{3}\.\d{2,4} \d{1,2}|\d{5}-\d{3}"
)
# Some words behind a cue these are a fraction, and pages from one to another.
_FRACTION = re.compile(r"(?:[1-9]\d*|0)\.\d+")
_PAGES = re.compile(r"(\d{4})-(\d{4})")
_MOST_PAGES = 100
_DECIMAL = re.compile(r"\d+\.\d+")
# A fraction, a version, a date and more: a phone number only where a label or a column says so.
_DOUBTFUL = re.compile(
    r"\d+\.\d+|(?:\d\d\.){3}\d\d|(?:0?[1-9]|[12]\d|3[01])([- ])(?:0\d|1[0-2])\1\d\d\1\d\d"
)
_JOINED_BEFORE = re.compile(
    r"[\w)\]][-./:=+#&\\]\Z|[$€£¥₹#№@%^]\Z|\d[,:]\Z"
    r"|(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\w\Z"
)
# "030 901820Fax: ...": lines that were copied into one.
_HEX_CHARS = 12
_HEX_BEFORE = re.compile(r"(?<![^\s>])(?:0x[0-9A-Fa-f]+|[A-F][0-9A-F]|[0-9][A-F])[ ]{1,2}\Z")
"""Before the bytes of a dump: `0x180  04 01 00 00 80`."""
_JOINED_AFTER = re.compile(
    r"(?!(?:Tel|Fax|Mob|Handy|Phone|Cell|E-?[Mm]ail|Mail|Web|www)[.: ])"
    r"(?:[-./:@=+*^]|,(?![\w.+-]{1,40}@))?[A-Za-z0-9_\u00c0-\u024f]"
    r"|[%°€$£¥₹‰@]|[-/.]\w|,\d|:\d| ?[×x*=+] ?\d"
)
_UNIT_AFTER = re.compile(
    r"[ \u00a0]?(?:%|€|\$|£|kg|(?-i:g|s|b)|mg|km|cm|mm|m²|ms|min|px|pt|[kmgt]i?b|bytes?|eur|usd|gbp"
    r"|chf|hz|kwh|"
    r"people|users|times|rows|views|steps|items|lines|words|euro|dollars|years|days|hours|mal"
    r"|fois|veces)\b",
    re.IGNORECASE,
)
_LABEL_BETWEEN = re.compile(r"[^\n.!?;]{0,40}[:：|=][^\w\n]{0,6}\Z")
_NOTHING_BETWEEN = re.compile(
    r"\.?[^\w.!?;\n]*(?:[:：=|→>#\"'`]|(?<= )[–—-](?= ))[^\w\n]*\n?[^\w\n]*\Z|[\s.()*_`]*\Z"
)
_COLON = re.compile(r"[:：=.|]")
_NUMBER_BETWEEN = re.compile(
    r"[^\w\n]{0,4}(?:numbers?|no|nr|num|nummer|numero|numéro|número|номер)\.?[^\w\n]{0,4}"
    r"(?:(?:[:：=–—-]|(?:is|ist|lautet|est|es|è|é|jest|är|er)\b)[^\w\n]{0,6})?\Z"
)
_AFTER = re.compile(
    r"[\"'`*_]{0,3}[ \u00a0]?[(\[](?:mobile?|cell|home|work|office|handy|privat|festnetz"
    r"|dienstlich|portable|fixe|perso|móvil|celular|casa|mobiel|whatsapp|fax|phone|tel|моб"
    r"|раб|дом|手机|携帯|kom)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"(?: (?:de|del|della|di|da|do|dos|van|von|vom|od|для|от|of|för|till|til|na))?"
    r"(?: (?:la|las|el|los|de|der|den|o|a|mi|my|the))?"
    r" [^\W\d_]{2,16} "
)
"""Whose number it is: between "móvil" and the number, "de la abuela"."""
_JOINING = re.compile(
    r"(?:[:：=–—|/]|(?<!\w)[^\W\d_]{1,5}\.|(?<!\w)(?:at|on|under|via|is|to|unter|auf|an|ist|au|sur"
    r"|est|al|en|es|é|è|er|är|lautet|no|em|ao|o|le|il|el|op|på|na|pod|para|pelo|til|till|te|la|ke|pe|ne|numeroon|je|jest|este|είναι|là|ir|yra|adalah|на|по|за|στο|номеру"
    r"|numbers?|nummer|numéro|número|numero|номер))[^\w\n]{0,6}\Z"
)
_CHAIN = re.compile(
    r"[\s,;/|&·•*`>()「」『』-]*(?:(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|или|и|和|或|または)"
    r"(?:\s+|(?=「)))?(?:(?:local|landline|mobile?|cell|home|work|office|fax|privat|direkt|direct"
    r"|intl)[ :]{1,2})?[\s(「『]*\Z"
)
_CHAIN_CHARS = 20
_FOURS = re.compile(r"\d{4}(?:[ -]\d{4}){2,}")
_PAIRS = re.compile(r"\d\d([ .])\d\d\1\d\d")


@dataclass(frozen=True, slots=True)
class PhoneFilter:
    """Finds phone numbers in international form, and in national form where something says so."""

    regions: tuple[str, ...] = ()
    """Whose national numbers to expect, ISO 3166; cues and the note's language add more."""
    name: str = "phone"

    def find(self, text: str) -> Iterator[Finding]:
        """Find numbers; see `vaultskillet.core.filters.finding.Filter`."""
        spans = list(number_spans(text))
        if not spans:
            return
        columns = dict(cell for cell, _ in cells_under(text, _announces))
        regions = cache(lambda: tuple(dict.fromkeys((*self.regions, *regions_of_note(text)))))
        last_end = -1
        for start, end in spans:
            is_listed = start in columns or _follows(text, last_end, start)
            is_cell = columns.get(start) == end
            if _is_phone(text, start, end, regions, is_listed=is_listed, is_cell=is_cell):
                last_end = extension_end(text, end) or end
                yield Finding("phone", start, last_end)


def _announces(heading: str) -> Literal[True] | None:
    return True if is_phone_heading(heading) else None


def _follows(text: str, last_end: int, start: int) -> bool:
    """Tell whether a number stands in a list right after one that was found."""
    is_near = 0 <= last_end < start <= last_end + _CHAIN_CHARS
    return is_near and bool(_CHAIN.match(text[last_end:start]))


def _is_phone(
    text: str, start: int, end: int, regions: Regions, *, is_listed: bool, is_cell: bool
) -> bool:
    number = spelt_in_ascii(text[start:end])
    before = text[max(0, start - _CUE_CHARS) : start]
    if number.startswith(("+", "(+")):
        is_word = before[-1:].isalnum() and before[-1:] < FIRST_UNSPACED
        is_joined = is_word and not _LETTER_BEFORE.search(before)
        return not is_joined and _is_international(number, before)
    if before.endswith("^") or (number[2:3] == " " and _HEX_BEFORE.search(before[-_HEX_CHARS:])):
        return False
    if not _may_be_national(number) or not (is_cell or _ends_here(text, end)):
        return False
    if is_listed or _AFTER.match(text, end):
        return digits_of(number) in _DIGITS_BESIDE or bool(_PAIRS.fullmatch(number))
    return _is_national(text, before, number, end, regions)


def _is_national(text: str, before: str, number: str, end: int, regions: Regions) -> bool:
    """Judge a number in national form by the words around it, and if there are none, alone."""
    line = _same_paragraph(before)
    cue = cue_before(line)
    is_called = cue is not None and cue.is_phone
    if cue is not None and is_called and _is_announced_number(number, cue, regions):
        return True
    if _is_introduced(line, number):
        return not _DECIMAL.fullmatch(number)
    if _DOUBTFUL.fullmatch(number) or is_called:
        return False
    is_other = cue is not None and cue.words_between <= _WORDS_TO_OTHER
    if cue is not None and cue.is_vague:
        is_other = number[0] not in "0("
    if is_other or _JOINED_BEFORE.search(before[-2:]):
        return False
    is_named = cue is None and is_named_number(number, line, text, end, regions=regions)
    if not is_named and not is_number_alone(number, regions):
        return False
    return not (is_end_of_iban(before) or is_called_other(text[end : end + _CALLED_CHARS]))


def _is_introduced(line: str, number: str) -> bool:
    """Tell whether a phrase, a sign or an initial before a number calls it a phone number."""
    if _FOURS.fullmatch(number):
        return False
    if is_announced(line):
        return digits_of(number) in _DIGITS_BESIDE
    is_grouped = number[0] in "0(" or not number.isdigit()
    return is_grouped and digits_of(number) in _DIGITS_NEAR and is_initialled(line)


def _same_paragraph(before: str) -> str:
    """Cut what stands before a number to its line; the line above counts if it ends in a colon."""
    above, newline, line = before.rpartition("\n")
    if not newline or any(map(str.isalnum, line)):
        return line
    return above.rpartition("\n")[2] + line if above.rstrip().endswith((":", "：")) else line


def _may_be_national(number: str) -> bool:
    if digits_of(number) not in _DIGITS:
        return False
    is_doubtful = bool(_DOUBTFUL.fullmatch(number))
    return is_doubtful or not any(
        shape.fullmatch(number) for shape in (_DATE, _YEARS, _OTHER_SHAPE)
    )


def _ends_here(text: str, end: int) -> bool:
    after = text[end : end + _UNIT_CHARS]
    if _UNIT_AFTER.match(after):
        return False
    return not _JOINED_AFTER.match(after) or extension_end(text, end) is not None


def _is_international(number: str, before: str) -> bool:
    if is_valid_abroad(number):
        return True
    if _FORMULA.search(number):
        return False
    # Numbers reserved for examples (+1 555 ...), and ranges newer than the metadata.
    is_grouped = any(char in " -()." for char in number.strip("(+ "))
    cue = cue_before(_same_paragraph(before))
    is_labelled = cue is not None and cue.is_phone
    return (is_grouped or is_labelled) and is_long_enough(number)


def _is_announced_number(number: str, cue: Cue, regions: Regions) -> bool:
    """Judge a national number that a cue announces: right before it, or some words away."""
    is_short = digits_of(number) not in _DIGITS_BESIDE
    if _is_doubtful(number, cue):
        return False
    if cue.words_between == 0 and _NOTHING_BETWEEN.match(cue.between):
        return not is_short or ":" in cue.between or "：" in cue.between
    if cue.words_between <= _WORDS_TO_LABEL and (
        _LABEL_BETWEEN.match(cue.between) or _NUMBER_BETWEEN.match(cue.between)
    ):
        return not is_short
    if is_short or number in COUNTING:
        return False
    return _is_spoken_of(number, cue, regions)


def _is_doubtful(number: str, cue: Cue) -> bool:
    """Tell what is rather typed at random, a fraction, a date, or pages some words away."""
    if number in COUNTING and len(number) != _DIGITS_OF_A_SAMPLE:
        return True
    if cue.words_between and (_FRACTION.fullmatch(number) or _are_pages(number)):
        return True
    return bool(_DOUBTFUL.fullmatch(number)) and not _is_told(number, cue)


def _are_pages(number: str) -> bool:
    pages = _PAGES.fullmatch(number)
    return pages is not None and 0 < int(pages[2]) - int(pages[1]) < _MOST_PAGES


def _is_told(number: str, cue: Cue) -> bool:
    """Tell whether what might be a fraction or a date is joined to a cue: by a sign, or a word."""
    if _COLON.search(cue.between):
        return True
    return bool(_JOINING.search(cue.between)) and (
        number[0] == "0" or not _DECIMAL.fullmatch(number)
    )


def _is_spoken_of(number: str, cue: Cue, regions: Regions) -> bool:
    """Judge a number some words behind a cue, by the rules of where such words are used."""
    is_joined = bool(_JOINING.search(cue.between))
    if digits_of(number) not in _DIGITS_NEAR and not is_joined:
        return False
    if is_joined and number[0] in "0(" and digits_of(number) in DIGITS_WITH_TRUNK:
        return True
    if not is_joined and number[0] not in "0(" and not NANP.fullmatch(number):
        valid = [region for region in cue.regions if region_of(number, (region,))]
        is_near = cue.words_between == 1 and not number.isdigit()
        is_near = is_near or bool(_ONE_OF.fullmatch(cue.between) and number.isdigit())
        return bool(valid) and (is_near or any(is_grouped_as_usual(number, r) for r in valid))
    spoken = dict.fromkeys((*cue.regions, *regions())) or dict.fromkeys(all_regions())
    likely = (*spoken, *COMMON_REGIONS) if number[0] in "0(" else tuple(spoken)
    return region_of(number, likely) is not None or is_valid_abroad(without_exit_code(number))
