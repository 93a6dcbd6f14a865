"""Plain text, sentence by sentence; and a text that is too long, cut where a reader would."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from vaultskillet.core.function_words import REFERRING

CLOSING = "\"'”’»›)]）】」』》"
"""What may stand behind the end of a sentence and belongs to it."""
WIDE = "。！？｡．"
"""Stops that need no blank after them; the others do."""
LEADS = ":："
"""What ends a text that only leads to the next."""

# A full stop after one of these ends no sentence. Single letters, and words with a stop inside
# ("e.g", "z.B"), are known without a list.
_ABBREVIATIONS = frozenset(
    """
    abb abs adv al apr art aug bd bsp bzw ca cap cf chap co corp dec dept dott dr ed edd eds eg eq
    esp est etc evtl exp feb fig figs gen ggf hrsg ie inc incl jan jr jul jun lt ltd mar max min
    mme mr mrs ms mt nb no nos nov nr num núm oct okt op orig par pp prof pt resp sec sen sep sept
    sig sog sr sra srta st str tab tel usw vgl viz vol vs zzgl гл др им напр нач обл пр проф рис
    см ст стр табл тел тыс ул
    """.split()  # noqa: SIM905 - as a list it would be eighty lines
)
_IN_CLASS = re.escape(CLOSING)
# Begins with one set of characters, which `re` looks for several times faster than for two.
_STOP = re.compile(
    rf"[{WIDE}.!?…؟۔।॥](?:(?<=[{WIDE}])[{WIDE}{_IN_CLASS}]*"
    rf"|(?<![{WIDE}])[.!?…؟۔।॥]*[{_IN_CLASS}*_]*(?=\s|$))"
)
_OPENING = re.compile(r"[(\[\"'“«]")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_NEXT = re.compile(r"\s*(\S)")
_WORD_CHARS = 40
"""Most words are shorter; of a longer one more of the text is looked at."""

_JOINING = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})
_FLAGS_LAST = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")


def sentences_of(prose: str) -> list[str]:
    """Split plain text into whole sentences; what has no end is one, too.

    >>> sentences_of("Ask Dr. J. Doe, e.g. by mail. She knows!")
    ['Ask Dr. J. Doe, e.g. by mail.', 'She knows!']
    """
    return list(_sentences(prose))


def leans(sentence: str) -> bool:
    """Say whether a sentence begins with a word that refers to what was said before.

    >>> leans("It smells."), leans("The bin smells.")
    (True, False)
    """
    first = _FIRST_WORD.search(sentence)
    return first is not None and first[0].casefold() in REFERRING


def cut(text: str, max_chars: int) -> str:
    """Shorten a text at a word, or between characters where words have no blanks.

    >>> cut("one two three", 9)
    'one two…'
    """
    if len(text) <= max_chars:
        return text
    end = max_chars - 1
    blank = text.rfind(" ", 0, end + 1)
    if blank > max_chars // 2:
        end = blank
    else:
        while end > 0 and _joins(text, end):
            end -= 1
    return text[:end].rstrip(" ,;:、，；：—–-") + "…"


def _sentences(prose: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(prose):
        if _is_end(prose, stop):
            yield prose[start : stop.end()].strip()
            start = stop.end()
    rest = prose[start:].strip()
    if rest:
        yield rest


def _is_end(prose: str, stop: re.Match[str]) -> bool:
    after = _NEXT.match(prose, stop.end())
    if after and after[1].islower():
        return False
    if stop[0][0] != ".":
        return not (stop[0] == "．" and prose[stop.end() : stop.end() + 1].isdigit())
    word = _last_word(prose, stop.start()).casefold()
    if word.isdigit():
        return len(word) > 2  # noqa: PLR2004 - "am 3. Mai", "1. First", but "in 2019. Then"
    return len(word) != 1 and "." not in word and word not in _ABBREVIATIONS


def _last_word(text: str, end: int) -> str:
    """Give the word that ends there, without what opens before it."""
    if not end or text[end - 1].isspace():
        return ""
    start = max(0, end - _WORD_CHARS)
    pieces = text[start:end].rsplit(None, 1)
    if start and len(pieces) == 1:
        pieces = text[:end].rsplit(None, 1)
    return _OPENING.split(pieces[-1])[-1]


def _joins(text: str, at: int) -> bool:
    """Say whether the character there is shown as one with the one before it."""
    if text[at - 1] == "\u200d" or unicodedata.category(text[at]) in _JOINING:
        return True
    # A flag is a pair of letters, and flags may stand in a row.
    flags = _FLAGS_LAST.search(text, 0, at)
    return bool(flags and len(flags[0]) % 2 and _FLAG_LETTER.match(text, at))
