"""Phone numbers: runs of digits that libphonenumber, or the words before them, call so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from vaultskillet.core.filters.columns import cells_under
from vaultskillet.core.filters.finding import Finding
from vaultskillet.core.filters.phone_cues import (
    Cue,
    all_regions,
    cue_before,
    is_phone_heading,
    regions_of_note,
)

_SPACES = " \t\u00a0\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\u2010-\u2015\u2212\uff0d\u30fc\\-"
_BETWEEN = rf"[{_SPACES}{_DASHES}()\uff08\uff09./\uff0f\u00b7\u2022\u2060\u200e\u200f]"
_CANDIDATE = re.compile(
    rf"(?<![\d_])(?:[+\uff0b][{_SPACES}]?)?[(\uff08]?\d(?:{_BETWEEN}{{0,3}}\d){{4,}}+"
)
_EXTENSION = re.compile(
    r"[\s,;]{0,3}(?:extension|ext|extn|x|#|poste|durchwahl|dw|доб|доб\.|int|interno|anexo|ramal|wew|内線|内线|转|轉|내선|app|apparat)"
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
_DIGITS_NEARLY_ANNOUNCED = range(8, 16)
_DIGITS_UNANNOUNCED = range(9, 14)

_DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2|(?:0?[1-9]|1[0-2])([-./])(?:[12]\d|3[01])\3)"
    r"(?:(?:1[89]|20)\d\d|(?<! )\d\d))"
    r"(?:[ -]+\d{1,6})?"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d ?[-/.] ?(?:1[5-9]|20)\d\d(?:[-/. ]+\d{1,4})?")
_NO_PHONE = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{3}-\d{2}-\d{4}|97[89][- ]?\d.*|\d+/\d+/\d+"
)
_JOINED_BEFORE = re.compile(
    r"[\w)\]][-./:=+#&\\]\Z|[$€£¥₹#№@%^]\Z|\d[,:]\Z"
    r"|(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\w\Z"
)
_JOINED_AFTER = re.compile(
    r"[-./:@=+*^,]?[A-Za-z0-9_\u00c0-\u024f]|[%°€$£¥₹‰@]|[-/.]\w|,\d|:\d| ?[×x*=+] ?\d"
)
_UNIT_AFTER = re.compile(
    r"[ \u00a0]?(?:%|€|\$|£|kg|g|mg|km|cm|mm|m²|ms|s|min|px|pt|[kmgt]i?b|bytes?|eur|usd|gbp|chf|hz|kwh|"
    r"people|users|times|rows|views|steps|items|lines|words|euro|dollars|years|days|hours|mal|fois|veces)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"[\s.]{0,3}(?:\W{0,4}\(?[^\W\d]{1,14}\)?\W{0,3}){0,2}[^\w\n]{0,6}(?:[:：=|>#]|number|no|nr|№|is)?[^\w]{0,6}\Z"
)
_SEPARATOR_ONLY = re.compile(r"[^\w.!?;\n]*[:：=|→>#\"'`][^\w\n]*\n?[^\w\n]*\Z|[\s.()*_`]*\Z")
_CHAIN = re.compile(
    r"[\s,;/|&·•*`>()-]*(?:(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|или|и|和|或|または)\s+)?[\s(]*\Z"
)
_CHAIN_CHARS = 12
_NANP = re.compile(r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}([-. ]))\d{3}[-. ]\d{4}")
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class PhoneFilter:
    """Finds phone numbers in international form, and in national form where something says so."""

    regions: tuple[str, ...] = ()
    """Whose national numbers to expect, as ISO 3166 codes; cues and the note's language add more."""
    name: str = "phone"

    def find(self, text: str) -> Iterator[Finding]:
        """Find numbers; see `vaultskillet.core.filters.finding.Filter`."""
        columns: frozenset[int] | None = None
        note_regions: tuple[str, ...] | None = None
        last_end = -1
        for match in _CANDIDATE.finditer(text):
            if note_regions is None:
                columns = frozenset(start for start, _ in cells_under(text, is_phone_heading))
                note_regions = tuple(dict.fromkeys((*self.regions, *regions_of_note(text))))
            for start, end in _pieces(text, match):
                is_announced = start in (columns or ()) or _follows(text, last_end, start)
                if _is_phone(text, start, end, note_regions, is_announced=is_announced):
                    extension = _EXTENSION.match(text, end)
                    last_end = extension.end() if extension else end
                    yield Finding("phone", start, last_end)


def _pieces(text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give the whole run of digits, or its parts where ` / ` or wide gaps stand between numbers."""
    run = match[0]
    parts = [part for part in re.finditer(r"(?:(?! [/•·] | {2,}|\t).)+", run)]
    if len(parts) == 1 or sum(char.isdigit() for char in run) in range(5, 12):
        yield match.start() + _unopened(run), match.end()
        return
    for part in parts:
        number = part[0].lstrip(" /•·").rstrip()
        if number:
            start = match.start() + part.end() - len(part[0].lstrip(" /•·"))
            yield start + _unopened(number), start + len(number)


def _unopened(run: str) -> int:
    """Give 1 for a run that opens a parenthesis which closes only after it, else 0."""
    return 1 if run[0] in "(（" and not any(char in ")）" for char in run) else 0


def _follows(text: str, last_end: int, start: int) -> bool:
    """Tell whether a number stands in a list right after one that was found."""
    gap = text[last_end:start] if 0 <= last_end < start else None
    return gap is not None and len(gap) <= _CHAIN_CHARS and bool(_CHAIN.match(gap))


def _is_phone(
    text: str, start: int, end: int, note_regions: tuple[str, ...], *, is_announced: bool
) -> bool:
    number = _fold(text[start:end])
    digits = sum(char.isdigit() for char in number)
    before = text[max(0, start - _CUE_CHARS) : start]
    after = text[end : end + 12]
    if number.startswith("+"):
        return not before[-1:].isalnum() and _is_international(number, before)
    if digits not in _DIGITS or _is_other_number(number):
        return False
    if is_announced:
        return _ends_here(text, end, after)
    if _UNIT_AFTER.match(after) or not _ends_here(text, end, after):
        return False
    cue = cue_before(_same_paragraph(before))
    if cue is not None and (cue.is_phone or cue.words_between <= _WORDS_TO_OTHER):
        return cue.is_phone and _is_announced_number(number, cue, note_regions)
    if _JOINED_BEFORE.search(before):
        return False
    if number.startswith("00") and _is_international("+" + number[2:].lstrip(), before):
        return True
    return digits in _DIGITS_UNANNOUNCED and _has_national_shape(number, note_regions)


def _fold(run: str) -> str:
    """Spell a run in ASCII: digits of all scripts, blanks, dashes, parentheses."""
    if run.isascii():
        return run.replace("\t", " ")
    spelt = run.translate(_ASCII_OF)
    return "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in spelt)


def _same_paragraph(before: str) -> str:
    """Cut what stands before a number to its line; the line above counts if it ends in a colon."""
    above, newline, line = before.rpartition("\n")
    if not newline or any(char.isalnum() for char in line):
        return line
    return above.rpartition("\n")[2] + line if above.rstrip().endswith((":", "：")) else line


def _is_other_number(number: str) -> bool:
    return any(shape.fullmatch(number) for shape in (_DATE, _YEARS, _NO_PHONE))


def _ends_here(text: str, end: int, after: str) -> bool:
    return not _JOINED_AFTER.match(after) or bool(_EXTENSION.match(text, end))


def _is_international(number: str, before: str) -> bool:
    parsed = _parse(number, None)
    if parsed is None:
        return False
    if phonenumbers.is_valid_number(parsed):
        return True
    # Numbers of the reserved kind (+1 555 ...), and of ranges newer than the metadata.
    is_grouped = any(char in " -().\u00a0" for char in number.strip("+ "))
    cue = cue_before(_same_paragraph(before))
    is_labelled = cue is not None and cue.is_phone
    return (is_grouped or is_labelled) and phonenumbers.is_possible_number(parsed)


def _is_announced_number(number: str, cue: Cue, note_regions: tuple[str, ...]) -> bool:
    """Judge a national number that a cue announces: right before it, or some words away."""
    if cue.words_between == 0 and _SEPARATOR_ONLY.match(cue.between):
        return True
    if cue.words_between <= 2 and ":" in cue.between and _STRONG.match(cue.between):
        return True
    if sum(char.isdigit() for char in number) not in _DIGITS_NEARLY_ANNOUNCED:
        return False
    regions = dict.fromkeys((*cue.regions, *note_regions)) or dict.fromkeys(all_regions())
    return _valid_in(number, tuple(regions)) is not None


def _has_national_shape(number: str, note_regions: tuple[str, ...]) -> bool:
    """Judge a national number that nothing announces: by its grouping and a region's rules."""
    if _MOBILE_CN.fullmatch(number):
        return "CN" in note_regions
    if _NANP.fullmatch(number):
        return _valid_in(number, ("US",)) is not None
    groups = re.findall(r"\d+", number)
    if len(groups) < 2 or groups[0] == "0":
        return False
    regions = tuple(dict.fromkeys((*note_regions, "GB", "DE", "FR")))
    parsed = _valid_in(number, regions) if number[0] in "0(" or len(groups) > 3 else None
    if parsed is None:
        return False
    if number[0] == "(":
        return True
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return len(groups) > 2 and re.findall(r"\d+", national) == groups or number[0] == "0"


def _valid_in(number: str, regions: tuple[str, ...]) -> PhoneNumber | None:
    for parsed in filter(None, map(partial(_parse, number), regions)):
        if phonenumbers.is_valid_number(parsed):
            return parsed
    return None


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except NumberParseException:
        return None
