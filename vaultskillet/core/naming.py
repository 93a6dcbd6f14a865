"""Names for notes of our own: safe on every system, in links, and taken by no other note."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Container
from typing import Final

MAX_CHARS: Final = 80
"""Of a name; a longer one is cut at a blank."""

_MAX_BYTES: Final = 200
"""File systems allow 255 for a name with its suffix, and sync services add some of theirs."""

# What Windows forbids, what ends or splits a wikilink, and controls and unseen characters.
_FORBIDDEN: Final = re.compile(
    r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+'
)
_BLANKS: Final = re.compile(r"\s+")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def note_name(text: str, *, otherwise: str = "Untitled") -> str:
    r"""Make a text the name of a note: without folder and `.md`, readable, and safe everywhere.

    Args:
        text: what the note is about, in any script; redacted, since names are seen.
        otherwise: the name where nothing of the text can stand in one.

    >>> note_name("What is [[Café|it]]? A/B #2\n")
    'What is Café it A B 2'
    """
    name = unicodedata.normalize("NFC", text.encode(errors="replace").decode())
    name = _BLANKS.sub(" ", _FORBIDDEN.sub(" ", name)).strip(" .~")
    if len(name) > MAX_CHARS or len(name.encode()) > _MAX_BYTES:
        name = _cut(name).strip(" .~")
    if not name:
        return otherwise
    return f"{name} (note)" if _DEVICE.fullmatch(name) else name


def free_name(wanted: str, taken: Container[str]) -> str:
    """Give a name that no note of the vault has: the wanted one, or else one with a number.

    Two notes of one name would make short links to the first ambiguous, and Obsidian would
    rewrite the user's.

    Args:
        wanted: as `note_name` gives it.
        taken: the casefolded names of all notes, in whatever folder.

    >>> free_name("Idea", {"idea", "idea - 2"})
    'Idea - 3'
    """
    # Not "Idea 2" or "Idea (2)": sync services name their conflict copies so.
    numbered = (f"{wanted} - {number}" for number in itertools.count(2))
    names = itertools.chain([wanted], numbered)
    return next(name for name in names if name.casefold() not in taken)


def _cut(name: str) -> str:
    """Cut a name to its limits, at a blank if there is one in the second half."""
    head = name[:MAX_CHARS].encode()[:_MAX_BYTES].decode(errors="ignore")
    blank = head.rfind(" ")
    return head[:blank] if blank > len(head) // 2 else head
