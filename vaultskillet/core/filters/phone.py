"""Phone numbers: runs of digits that libphonenumber, or the words before them, call so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberDesc,
    PhoneNumberFormat,
)

from vaultskillet.core.filters.columns import cells_under
from vaultskillet.core.filters.finding import Finding, Span
from vaultskillet.core.filters.phone_cues import (
    Cue,
    all_regions,
    cue_before,
    is_phone_heading,
    regions_of_note,
)
from vaultskillet.core.filters.phone_phrases import is_announced

_SPACES = " \t\u00a0\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\u2010-\u2015\u2212\uff0d\u30fc\\-"
_BETWEEN = rf"[{_SPACES}{_DASHES}()\uff08\uff09./\uff0f\u00b7\u2022\u2060\u200e\u200f]"
_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{4,}}+")
_LEAD = re.compile(rf"(?:[+\uff0b][{_SPACES}]?)?[(\uff08]?\Z")
_WORD_BEFORE = re.compile(r"[\d_]\Z")
_EXTENSION = re.compile(
    r"[\s,;]{0,3}(?:extension|ext|extn|x|#|poste|durchwahl|dw|доб|доб\.|int|interno|anexo"
    r"|ramal|wew|内線|内线|转|轉|내선|app|apparat)"
    r"[.:]?[ \u00a0]?\d{1,6}(?!\w)",
    re.IGNORECASE,
)

_ASCII_OF = {
    **dict.fromkeys(map(ord, "\t\u00a0\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFF0D, 0x30FC), "-"),
    0xFF0B: "+", 0xFF08: "(", 0xFF09: ")", 0xFF0F: "/", 0x2060: " ", 0x200E: " ", 0x200F: " ",
}  # fmt: skip

_CUE_CHARS = 60
_WORDS_TO_OTHER = 2
_DIGITS = range(5, 16)
_DIGITS_NEAR = range(8, 16)
_DIGITS_BESIDE = range(7, 16)
_DIGITS_ALONE = range(9, 14)
_DIGITS_OF_ONE = range(5, 12)
_DIGITS_OF_A_SAMPLE = 10
_GROUPS_WITHOUT_TRUNK = range(4, 7)
_WORDS_TO_LABEL = 2
_UNIT_CHARS = 12
_NO_REGION = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
_REGIONS_OF_CODE = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
Regions = Callable[[], tuple[str, ...]]
"""Gives the regions to expect; asked only where a number depends on them."""

_NEVER = re.compile(r"(?!)")
_TRUNK_DIGITS = (0, 1, 2)
_COMMON_REGIONS = ("GB", "DE", "FR")
_COUNTING = "01234567890123456789 9876543210987654321"
_GAP = " \t/•·"
_PART = re.compile(r"(?:(?! [/•·] | {2,}|\t).)+")

_DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2|(?:0?[1-9]"
    r"|1[0-2])([-./])(?:[12]\d|3[01])\3)"
    r"(?:(?:1[89]|20)\d\d|(?<! )\d\d))"
    r"(?:[ -]+\d{1,6})?"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d ?[-/.] ?(?:1[5-9]|20)\d\d(?:[-/. ]+\d{1,4})?")
_OTHER_SHAPE = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{3}-\d{2}-\d{4}|97[89][- ]?\d.*|\d+/\d+/\d+"
    r"|\d{3}\.\d{2,4} \d{1,2}"
)
_JOINED_BEFORE = re.compile(
    r"[\w)\]][-./:=+#&\\]\Z|[$€£¥₹#№@%^]\Z|\d[,:]\Z"
    r"|(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\w\Z"
)
_JOINED_AFTER = re.compile(
    r"[-./:@=+*^,]?[A-Za-z0-9_\u00c0-\u024f]|[%°€$£¥₹‰@]|[-/.]\w|,\d|:\d| ?[×x*=+] ?\d"
)
_UNIT_AFTER = re.compile(
    r"[ \u00a0]?(?:%|€|\$|£|kg|g|mg|km|cm|mm|m²|ms|s|min|px|pt|[kmgt]i?b|bytes?|eur|usd|gbp"
    r"|chf|hz|kwh|"
    r"people|users|times|rows|views|steps|items|lines|words|euro|dollars|years|days|hours|mal"
    r"|fois|veces)\b",
    re.IGNORECASE,
)
_LABEL_BETWEEN = re.compile(r"[^\n.!?;]{0,40}[:：|=][^\w\n]{0,6}\Z")
_NOTHING_BETWEEN = re.compile(r"[^\w.!?;\n]*[:：=|→>#\"'`][^\w\n]*\n?[^\w\n]*\Z|[\s.()*_`]*\Z")
_NUMBER_BETWEEN = re.compile(
    r"[^\w\n]{0,4}(?:numbers?|no|nr|num|nummer|numero|numéro|número|номер)\.?[^\w\n]{0,4}"
    r"(?:[:：=–—-]|(?:is|ist|lautet|est|es|è|é|jest|är|er)\b)[^\w\n]{0,6}\Z"
)
_AFTER = re.compile(
    r"[\"'`*_]{0,3}[ \u00a0]?[(\[](?:mobile?|cell|home|work|office|handy|privat|festnetz"
    r"|dienstlich|portable|fixe|perso|móvil|celular|casa|mobiel|whatsapp|fax|phone|tel|моб"
    r"|раб|дом|手机|携帯|kom)\b",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"(?:[:：=–—|/]|(?<!\w)[^\W\d_]{1,5}\.|(?<!\w)(?:at|on|under|via|is|to|unter|auf|an|ist|au|sur|est|al|en|es|no|em|ao|op"
    r"|på|na|pod|на|по|numbers?|nummer|numéro|número|numero|номер))[^\w\n]{0,6}\Z"
)
_CHAIN = re.compile(
    r"[\s,;/|&·•*`>()-]*(?:(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|или|и|和|或|または)\s+)?[\s(]*\Z"
)
_CHAIN_CHARS = 12
_PAIRS = re.compile(r"\d\d([ .])\d\d\1\d\d")
_NANP = re.compile(r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}([-. ]))\d{3}[-. ]\d{4}")
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class PhoneFilter:
    """Finds phone numbers in international form, and in national form where something says so."""

    regions: tuple[str, ...] = ()
    """Whose national numbers to expect, ISO 3166; cues and the note's language add more."""
    name: str = "phone"

    def find(self, text: str) -> Iterator[Finding]:
        """Find numbers; see `vaultskillet.core.filters.finding.Filter`."""
        runs = list(_runs(text))
        if not runs:
            return
        columns = {start for start, _ in cells_under(text, is_phone_heading)}
        regions = cache(lambda: tuple(dict.fromkeys((*self.regions, *regions_of_note(text)))))
        last_end = -1
        for start, end in (piece for run in runs for piece in _pieces(text, *run)):
            is_listed = start in columns or _follows(text, last_end, start)
            if _is_phone(text, start, end, regions, is_listed=is_listed):
                extension = _EXTENSION.match(text, end)
                last_end = extension.end() if extension else end
                yield Finding("phone", start, last_end)


def _runs(text: str) -> Iterator[Span]:
    """Give every run of digits that is long enough, with the `+` or `(` before it."""
    for run in _RUN.finditer(text):
        if not _WORD_BEFORE.search(text, max(0, run.start() - 1), run.start()):
            lead = _LEAD.search(text, max(0, run.start() - 3), run.start())
            yield (lead.start() if lead else run.start()), run.end()


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Give a run whole, or its parts where ` / ` or wide gaps stand between numbers."""
    run = text[start:end]
    parts = list(_PART.finditer(run))
    if len(parts) == 1 or _digits(run) in _DIGITS_OF_ONE:
        yield start + _unopened(run), end
        return
    for part in parts:
        number = part[0].strip(_GAP)
        if number:
            first = start + part.start() + part[0].index(number)
            yield first + _unopened(number), first + len(number)


def _digits(run: str) -> int:
    return sum(map(str.isdigit, run))


def _unopened(run: str) -> int:
    """Give 1 for a run that opens a parenthesis which closes only after it, else 0."""
    return int(run[0] in "(（" and ")" not in run and "）" not in run)


def _follows(text: str, last_end: int, start: int) -> bool:
    """Tell whether a number stands in a list right after one that was found."""
    is_near = 0 <= last_end < start <= last_end + _CHAIN_CHARS
    return is_near and bool(_CHAIN.match(text[last_end:start]))


def _is_phone(text: str, start: int, end: int, regions: Regions, *, is_listed: bool) -> bool:
    number = _fold(text[start:end])
    before = text[max(0, start - _CUE_CHARS) : start]
    if number.startswith("+"):
        return not before[-1:].isalnum() and _is_international(number, before)
    if not _may_be_national(number) or not _ends_here(text, end):
        return False
    if is_listed:
        return _digits(number) in _DIGITS_BESIDE or bool(_PAIRS.fullmatch(number))
    if _AFTER.match(text, end):
        return _digits(number) in _DIGITS_BESIDE
    line = _same_paragraph(before)
    cue = cue_before(line)
    if cue is not None and cue.is_phone:
        return _is_announced_number(number, cue, regions)
    if is_announced(line):
        return _digits(number) in _DIGITS_BESIDE
    if cue is not None and cue.words_between <= _WORDS_TO_OTHER:
        return False
    return not _JOINED_BEFORE.search(before) and _is_unannounced_number(number, regions)


def _fold(run: str) -> str:
    """Spell a run in ASCII: digits of all scripts, blanks, dashes, parentheses."""
    if run.isascii():
        return run.replace("\t", " ")
    spelt = run.translate(_ASCII_OF)
    return "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in spelt)


def _same_paragraph(before: str) -> str:
    """Cut what stands before a number to its line; the line above counts if it ends in a colon."""
    above, newline, line = before.rpartition("\n")
    if not newline or any(map(str.isalnum, line)):
        return line
    return above.rpartition("\n")[2] + line if above.rstrip().endswith((":", "：")) else line


def _may_be_national(number: str) -> bool:
    if _digits(number) not in _DIGITS:
        return False
    return not any(shape.fullmatch(number) for shape in (_DATE, _YEARS, _OTHER_SHAPE))


def _ends_here(text: str, end: int) -> bool:
    after = text[end : end + _UNIT_CHARS]
    if _UNIT_AFTER.match(after):
        return False
    return not _JOINED_AFTER.match(after) or bool(_EXTENSION.match(text, end))


def _is_international(number: str, before: str) -> bool:
    if _is_valid_abroad(number):
        return True
    code, national = _split_country_code(number)
    lengths = {n for region in _REGIONS_OF_CODE.get(code, ()) for n in _pattern_of(code, region)[1]}
    # Numbers reserved for examples (+1 555 ...), and ranges newer than the metadata.
    is_grouped = any(char in " -()." for char in number.strip("+ "))
    cue = cue_before(_same_paragraph(before))
    is_labelled = cue is not None and cue.is_phone
    return (is_grouped or is_labelled) and len(national) in lengths


def _is_valid_abroad(number: str) -> bool:
    """Judge a number that lacks its `+`."""
    code, national = _split_country_code(number)
    regions = _REGIONS_OF_CODE.get(code, ())
    return any(_pattern_of(code, region)[0].fullmatch(national) for region in regions)


def _split_country_code(number: str) -> tuple[int, str]:
    """Give the country code, 0 if there is none such, and the national number behind it."""
    digits = "".join(filter(str.isdigit, number.replace("(0)", "")))
    for end in (1, 2, 3):
        if int(digits[:end]) in _REGIONS_OF_CODE:
            return int(digits[:end]), digits[end:]
    return 0, digits


@cache
def _pattern_of(code: int, region: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """Give what libphonenumber's metadata says of a region: the form and the lengths of numbers.

    The library compiles some ten patterns a region for each question, and keeps too few of them.
    """
    if region == _NO_REGION:
        metadata = PhoneMetadata.metadata_for_nongeo_region(code)
    else:
        metadata = PhoneMetadata.metadata_for_region(region)
    form = cast("PhoneNumberDesc", cast("PhoneMetadata", metadata).general_desc)
    return re.compile(str(form.national_number_pattern)), tuple(form.possible_length)


def _is_announced_number(number: str, cue: Cue, regions: Regions) -> bool:
    """Judge a national number that a cue announces: right before it, or some words away."""
    is_short = _digits(number) not in _DIGITS_BESIDE
    if number in _COUNTING and len(number) != _DIGITS_OF_A_SAMPLE:
        return False
    if cue.words_between == 0 and _NOTHING_BETWEEN.match(cue.between):
        return not is_short or ":" in cue.between or "：" in cue.between
    if cue.words_between <= _WORDS_TO_LABEL and (
        _LABEL_BETWEEN.match(cue.between) or _NUMBER_BETWEEN.match(cue.between)
    ):
        return not is_short
    if _digits(number) not in _DIGITS_NEAR or number in _COUNTING:
        return False
    if not _JOINING.search(cue.between) and number[0] not in "0(" and not _NANP.fullmatch(number):
        return False
    spoken = dict.fromkeys((*cue.regions, *regions())) or dict.fromkeys(all_regions())
    likely = (*spoken, *_COMMON_REGIONS) if number[0] in "0(" else tuple(spoken)
    return _valid_in(number, likely) is not None or _is_valid_abroad(number)


def _is_unannounced_number(number: str, regions: Regions) -> bool:
    """Judge a national number that nothing announces: by its grouping and a region's rules."""
    if number.startswith("00"):
        return _is_valid_abroad(number[2:])
    if _digits(number) not in _DIGITS_ALONE or number in _COUNTING:
        return False
    if _NANP.fullmatch(number):
        return _valid_in(number, ("US",)) is not None
    groups = re.findall(r"\d+", number)
    if len(groups) == 1 or groups[0] == "0":
        return bool(_MOBILE_CN.fullmatch(number)) and "CN" in regions()
    if number[0] in "0(":
        return _valid_in(number, (*regions(), *_COMMON_REGIONS)) is not None
    parsed = _valid_in(number, regions()) if len(groups) in _GROUPS_WITHOUT_TRUNK else None
    return parsed is not None and _is_grouped_as_usual(parsed, groups)


def _is_grouped_as_usual(parsed: PhoneNumber, groups: list[str]) -> bool:
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return re.findall(r"\d+", national) == groups


def _valid_in(number: str, regions: Iterable[str]) -> PhoneNumber | None:
    """Give the number as the first of the regions reads it in which it is valid."""
    digits = "".join(filter(str.isdigit, number))
    for region in regions:
        code = phonenumbers.country_code_for_region(region)
        valid, lengths = _pattern_of(code, region) if code else (_NEVER, ())
        if not any(len(digits) - trunk in lengths for trunk in _TRUNK_DIGITS):
            continue
        if not any(valid.fullmatch(digits, trunk) for trunk in _TRUNK_DIGITS):
            continue
        parsed = _parse(digits, region)
        if parsed is not None and phonenumbers.is_valid_number(parsed):
            return parsed
    return None


def _parse(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
