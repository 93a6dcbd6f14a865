"""What a note is about, as hashed terms: words, folders, properties and links.

A term is 64 bits of a hash, so no word of a note can be read in the state; and a word has
no digit in it, so most secrets are no word at all.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from urllib.parse import unquote

from vaultskillet.core.links import file_key
from vaultskillet.core.markdown import Document, Kind
from vaultskillet.core.model import Features, Note

MAX_TERMS = 256
"""A note keeps its strongest; recall of tags and links does not rise with more."""
MAX_WORDS = 16384
"""What a long note says beyond these is not looked at. A quarter of them hid the names that long
Japanese notes mention: there every character makes a word."""

MAX_HASHES = 1 << 15
"""So many are kept at hand."""

TITLE_COUNT = 3
"""A word of the title counts as if it stood so often in the text."""
FOLDER_WEIGHT = 1.0
PROPERTY_KEY_WEIGHT = 0.5
PROPERTY_VALUE_WEIGHT = 1.0
LINK_WEIGHT = 2.0

MAX_PROPERTY_CHARS = 60
"""A longer value is text, not a label."""

# Scripts written without blanks: Han, kana, Thai, Lao, Burmese, Khmer. Korean has blanks, but
# particles grow on its words. In all of these two characters in a row tell more than the run.
_PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs and accents are no letters to `re`, but belong to the word.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u0900-\u0dff"
_WORD = re.compile(rf"([{_PAIRED}]+)|(?:(?![{_PAIRED}])[^\W\d_]|[{_MARKS}]){{2,}}")
# The same for a text in which no letter is paired: several times faster.
_HAS_PAIRED = re.compile(f"[{_PAIRED}]")
_UNPAIRED_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}]){{2,}}")
_ASCII_LETTERS = bytes(ord(chr(at).lower()) if chr(at).isalpha() else 32 for at in range(128))
_ASCII_LETTERS += bytes(128)
"""What each byte is in a word: itself in lower case, or a blank, which ends it."""
_BREAK = "\0\0"
"""Stands behind each of several texts as a word of its own; no note's text holds it."""
_BETWEEN = f" {_BREAK} "
_ASCII_LETTERS_OR_BREAK = b"\0" + _ASCII_LETTERS[1:]
_SHORT_CHARS = 8000
_BLOCKS = 256
"""Of a long note, so many are looked at at once."""
_WIKILINK = re.compile(r"\[\[([^\[\]|#]+)")


def words_of(text: str) -> tuple[int, ...]:
    """Give the hashed words of a text, in order; pairs of characters where words have no blanks."""
    return tuple(map(_HASHES.__getitem__, spelt_words_of(text)))


def words_in_turn(texts: Iterable[str]) -> tuple[int, ...]:
    """Give the hashed words of several texts, in order, and a 0 behind each text.

    Where all of it is ASCII that is much quicker than text by text.
    """
    joined = _BETWEEN.join([*texts, ""])
    return _words_of_short(joined) if len(joined) <= _SHORT_CHARS else _words_of_joined(joined)


def _words_of_joined(joined: str) -> tuple[int, ...]:
    if joined.isascii():
        spelt = _ascii_words(joined, _ASCII_LETTERS_OR_BREAK)
    else:
        texts = joined.split(_BETWEEN)[:-1]
        spelt = [word for text in texts for word in (*spelt_words_of(text), _BREAK)]
    return tuple(map(_HASHES.__getitem__, spelt))


# A note of a batch that is under way is asked for twice: for the index and for a summary.
_words_of_short = lru_cache(maxsize=64)(_words_of_joined)


def spelt_words_of(text: str) -> list[str]:
    """Give the words of a text as they are before they are hashed: for what is never kept."""
    if text.isascii():
        return _ascii_words(text, _ASCII_LETTERS)
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not _HAS_PAIRED.search(folded):
        return _UNPAIRED_WORD.findall(folded)
    words: list[str] = []
    for match in _WORD.finditer(folded):
        run = match[0]
        if match[1]:
            words.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        else:
            words.append(run)
    return words


def _ascii_words(text: str, letters: bytes) -> list[str]:
    """Give the words of ASCII: half again as fast as by a pattern."""
    return [word for word in text.encode().translate(letters).decode().split() if len(word) > 1]


def hash_of(term: str) -> int:
    """Hash a term, the same on every machine; signed, as SQLite keeps integers."""
    return _HASHES[term]


class _Hashes(dict[str, int]):
    """Hashes of terms at hand; in half the time of a cache that knows what was used last."""

    def __missing__(self, term: str) -> int:
        if len(self) >= MAX_HASHES:
            self.clear()
            self[_BREAK] = 0
        digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        value = self[term] = int.from_bytes(digest, "big", signed=True)
        return value


_HASHES = _Hashes({_BREAK: 0})


def features_of(
    note: Note, document: Document, *, tags: Sequence[str], ours: Collection[str] = ()
) -> Features:
    """Give what the index is to know of a note.

    Args:
        note: the note.
        document: its body, read.
        tags: the user's own, without `#`.
        ours: names of the properties that we write; what they say is not looked at.
    """
    names = _names(note)
    links = tuple(dict.fromkeys(_links(note, document)))
    counts: Counter[int] = Counter()
    words: list[int] = []
    for name in names:
        found = words_of(name)
        words += (*found, 0)
        for word in set(found):
            counts[word] += TITLE_COUNT
    text = _words_of_blocks(document, room=MAX_WORDS - len(words))
    counts.update(text)
    for block in document.blocks[: counts.pop(0, 0)]:
        if block.kind is Kind.HEADING:
            counts.update(words_of(block.prose))
    strongest = sorted(counts, key=counts.__getitem__, reverse=True)[:MAX_TERMS]
    terms = dict(zip(strongest, map(_weight, map(counts.__getitem__, strongest)), strict=True))
    terms |= _labels(note, ours)
    terms |= {link_term(name): LINK_WEIGHT for name in (*names, *links)}
    return Features(note.path, terms, tuple(tags), links, names, (*words, *text)[:MAX_WORDS])


def _words_of_blocks(document: Document, *, room: int) -> Sequence[int]:
    """Give the words of a note's blocks, a 0 behind each, up to the block that leaves no room."""
    words: Sequence[int] = ()
    for start in range(0, len(document.blocks), _BLOCKS):
        some = document.blocks[start : start + _BLOCKS]
        words = (*words, *words_in_turn([block.prose for block in some]))
        if len(words) > room:
            return words[: words.index(0, max(0, room)) + 1]
    return words


@cache
def _weight(count: int) -> float:
    """Give the weight of a word that stands in a text so often; one number for all that do."""
    return 1 + math.log(count)


@lru_cache(maxsize=1 << 13)  # a note's links are asked for when it is learned, and once more
def link_term(target: str) -> int:
    """Give the term of a link's target; whatever links there, and the target, have it."""
    return hash_of("link:" + file_key(target).removesuffix(".md"))


def _names(note: Note) -> tuple[str, ...]:
    found = [note.title]
    for key in ("title", "aliases", "alias"):
        found += _strings(note.properties.get(key))
    return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))


def _links(note: Note, document: Document) -> Iterator[str]:
    for value in note.properties.values():
        for text in _strings(value):
            yield from (target.strip() for target in _WIKILINK.findall(text))
    for wikilink in document.wikilinks:
        if wikilink.target:
            yield wikilink.target
    for link in document.links:
        path = unquote(link.href.partition("#")[0])
        if path.endswith(".md") and "://" not in path:
            yield path


def _labels(note: Note, ours: Collection[str]) -> Mapping[int, float]:
    """Give the terms that say what sort of note it is: its folders, its short properties."""
    labels: dict[int, float] = {}
    folder = note.path.rpartition("/")[0]
    while folder:
        labels[hash_of("folder:" + folder)] = FOLDER_WEIGHT
        folder = folder.rpartition("/")[0]
    passed = {"tags", "tag", "title", "aliases", "alias", *(name.casefold() for name in ours)}
    for key, value in note.properties.items():
        name = key.casefold()
        if name in passed:
            continue
        labels[hash_of("key:" + name)] = PROPERTY_KEY_WEIGHT
        for text in _strings(value):
            if len(text) <= MAX_PROPERTY_CHARS and not any(map(str.isdigit, text)):
                labels[hash_of(f"value:{name}:{text.casefold()}")] = PROPERTY_VALUE_WEIGHT
    return labels


def _strings(value: object) -> Iterable[str]:
    """Give the texts of a property that may be one text or a list of them."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, str)]
    return []
