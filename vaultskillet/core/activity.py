"""What happened to notes: when each was made and changed, how long it was, whether finished."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from vaultskillet.core.dates import created_of, updated_of
from vaultskillet.core.markdown import Document
from vaultskillet.core.model import File, Note
from vaultskillet.core.properties import find_value
from vaultskillet.core.touch import Touch

OPEN: Final = frozenset(" /")
"""The marks of a task that is still to be done; any other but a tick is cancelled or moved."""
DONE: Final = frozenset("xX")

_STATUS: Final = ("status", "state")
_FINISHED: Final = frozenset(
    {"done", "finished", "complete", "completed", "closed", "published", "shipped"}
)
_FLAGS: Final = ("done", "finished", "completed")

# A word, or one character of a script that has no blanks between words.
_WORD: Final = re.compile(
    r"[\u0e00-\u0eff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]|(?:(?![\u0e00-\u0eff\u3005-\u30ff\u3400-\u9fff])\w)+"
)
_ASCII_WORDS: Final = bytes(
    at if chr(at).isalnum() or at == ord("_") else 32 for at in range(128)
) + bytes(128)
"""What each byte of a text in ASCII is to its words; a blank ends one."""


def touch_of(
    file: File,
    note: Note,
    document: Document,
    *,
    now: float,
    zone: tzinfo,
    is_first: bool,
    is_known: bool,
) -> Touch:
    """Give what is to be remembered of a note that somebody changed.

    Args:
        file: its bytes and stamp.
        note: the same, read.
        document: its body, read.
        now: seconds since 1970 (UTC).
        zone: whose time its properties mean.
        is_first: the whole vault is learned for the first time, so nothing tells when this
            note came; its own properties go before the file's times, which a copy renews.
        is_known: the note was known before.
    """
    at = file.stamp.mtime_ns / 1e9
    if is_first:
        at = updated_of(note.properties, zone=zone) or at
    at = min(at, now)
    born = created_of(note.properties, zone=zone)
    if born is None and file.born is not None:
        born = min(file.born, at)
    if born is None and not is_first and not is_known:
        born = at
    return Touch(
        path=note.path,
        at=at,
        seen=0.0 if is_first else now,
        words=count_words(document),
        finished=why_finished(note.properties, document) is not None,
        born=None if born is None else min(born, now),
    )


def count_words(document: Document) -> int:
    """Count the words of a note's text; where words have no blanks, its characters."""
    return sum(_count_words(block.prose) for block in document.blocks)


def _count_words(text: str) -> int:
    if text.isascii():  # several times as fast as by a pattern
        return len(text.encode().translate(_ASCII_WORDS).split())
    return len(_WORD.findall(text))


def why_finished(properties: Mapping[str, object], document: Document) -> str | None:
    """Say why a note counts as finished; None where it does not.

    It does where a property says so (`status: done`, `completed: true`), or where it has tasks
    and all of them are ticked or cancelled.
    """
    for key in _STATUS:
        value = find_value(properties, key)
        if isinstance(value, str) and value.strip().casefold() in _FINISHED:
            return f"{key}: {value.strip()}"
    for key in _FLAGS:
        if find_value(properties, key) is True:
            return f"{key}: true"
    marks = [task.status for task in document.tasks]
    ticked = sum(mark in DONE for mark in marks)
    if ticked and not any(mark in OPEN for mark in marks):
        return "its task is ticked" if ticked == 1 else f"all {ticked} tasks are ticked"
    return None
