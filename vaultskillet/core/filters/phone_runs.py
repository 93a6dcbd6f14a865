"""Runs of digits that are long enough for a phone number, and their spelling in ASCII."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span

_SPACES = " \t\u00a0\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\u2010-\u2015\u2212\uff0d\u30fc\\-"
# A backslash stands before parentheses that Markdown would read otherwise.
_BETWEEN = rf"[{_SPACES}{_DASHES}()\uff08\uff09./\uff0f\u00b7\u2022\u2060\u200e\u200f\\]"
_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{4,}}+")
_LEAD = re.compile(rf"[(\uff08]?(?:[+\uff0b]|%2[Bb])[{_SPACES}]?[(\uff08]?\Z|\\?[(\uff08]\Z")
_OPENERS = frozenset("+\uff0b(\uff08%")
# "415-555-0195 8:30": the hour is no part of the number.
_HOUR = re.compile(r"[ \t]\d{1,2}(?:[-\u2013]\d{1,2})?\Z")
_OF_AN_HOUR = re.compile(r":\d|[ ]?(?:[ap]\.?m\b|uhr\b|uur\b)", re.IGNORECASE)
_HOUR_ENDS = frozenset(": apuAPU")
# "+1 617-973-7171 (24 h)": neither is what a bracket behind a blank begins.
_BRACKET = re.compile(r"[ \t]\\?\(\d{1,2}(?:[-\u2013/]\d{1,2})?\Z")
_EXTENSION = re.compile(
    r"[\s,;]{0,3}(?:extension|ext|extn|x|#|poste|durchwahl|dw|доб|доб\.|int|interno|anexo"
    r"|ramal|wew|内線|内线|转|轉|내선|app|apparat)"
    r"[.:=]?[ \u00a0]?\d{1,6}(?!\w)",
    re.IGNORECASE,
)

_ASCII_OF = {
    **dict.fromkeys(map(ord, "\t\u00a0\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFF0D, 0x30FC), "-"),
    0xFF0B: "+", 0xFF08: "(", 0xFF09: ")", 0xFF0F: "/", 0x2060: " ", 0x200E: " ", 0x200F: " ",
}  # fmt: skip

_DIGITS_OF_ONE = range(5, 12)
_GAP = " \t/•·"
_PARTED = re.compile(r" [/•·] | {2,}|\t")
_PART = re.compile(r"(?:(?! [/•·] | {2,}|\t).)+")


def number_spans(text: str) -> Iterator[Span]:
    """Give every stretch that may be one phone number, with the `+` or `(` before it."""
    for run in _runs(text):
        yield from _pieces(text, *run)


def extension_end(text: str, end: int) -> int | None:
    """Give where the extension ends that follows a number, None if there is none."""
    extension = _EXTENSION.match(text, end)
    return extension.end() if extension else None


def digits_of(run: str) -> int:
    """Count the digits, of any script."""
    return sum(map(str.isdigit, run))


def spelt_in_ascii(run: str) -> str:
    """Spell a run in ASCII: digits of all scripts, blanks, dashes, parentheses."""
    if run[0] == "%":
        run = "+" + run[len("%2B") :]
    if "\\" in run:
        run = run.replace("\\", "")
    if run.isascii():
        return run.replace("\t", " ")
    spelt = run.translate(_ASCII_OF)
    return "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in spelt)


def _runs(text: str) -> Iterator[Span]:
    """Give every run of digits that is long enough, with the `+` or `(` before it."""
    for run in _RUN.finditer(text):
        start = run.start()
        before = text[max(0, start - 4) : start]
        last = before[-1:]
        if last.isdigit() or last == "_":
            continue
        lead = _LEAD.search(before) if _OPENERS.intersection(before) else None
        yield start - len(lead[0] if lead else ""), start + _without_hour(run[0], text, run.end())


def _without_hour(run: str, text: str, end: int) -> int:
    """Give how long a run is without the hour, or the bracket, that it ends with."""
    tail = None
    if text[end : end + 1] in _HOUR_ENDS and _OF_AN_HOUR.match(text, end):
        tail = _HOUR.search(run)
    elif "(" in run:
        tail = _BRACKET.search(run)
    return tail.start() if tail else len(run)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Give a run whole, or its parts where ` / ` or wide gaps stand between numbers."""
    run = text[start:end]
    if not _PARTED.search(run):
        yield start + _unopened(run), end
        return
    parts = list(_PART.finditer(run))
    if len(parts) == 1 or digits_of(run) in _DIGITS_OF_ONE:
        yield start + _unopened(run), end
        return
    for part in parts:
        number = part[0].strip(_GAP)
        if number:
            first = start + part.start() + part[0].index(number)
            yield first + _unopened(number), first + len(number)


def _unopened(run: str) -> int:
    """Give 1 for a run that opens a parenthesis which closes only after it, else 0."""
    if run[0] not in "(（":
        return 0
    opened, closed = (sum(run.count(mark) for mark in marks) for marks in ("(（", ")）"))
    return int(opened > closed)
