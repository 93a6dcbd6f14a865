"""Judge a file by its name alone: note, hidden, conflict copy, placeholder, ours."""

from __future__ import annotations

import re
from collections.abc import Callable

NOTE_SUFFIX = ".md"

TEMPORARY_PREFIX = ".vaultskillet-"
"""Begins the name of every temporary file of ours; Obsidian and its Sync ignore dot files."""

_PLACEHOLDER = re.compile(r"\.(?P<name>.+\.md)\.icloud", re.IGNORECASE)

# Names that no person gives: each says the service itself, and needs no original beside it.
_CONFLICTS = (
    (re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]{7}\."), "Syncthing"),
    (re.compile(r" \([Cc]onflicted copy(?: .*\d{8,12})?\)\.md\Z"), "Obsidian Sync"),
    (re.compile(r" \(.*conflicted copy \d{4}-\d\d-\d\d.*\)\.md\Z"), "Dropbox"),
    (re.compile(r" \((?:Case|.* Sync) Conflict(?: .*)?\)\.md\Z"), "Dropbox"),
)

# Names that a person may well give: a copy only where the original stands beside it.
_TWIN_ENDS = frozenset("0123456789)")
_TWIN_ICLOUD = re.compile(r"(?P<stem>.+) (?P<number>[2-9]|[1-9]\d)\.md")
_TWIN_DRIVE = re.compile(r"(?P<stem>.+?) ?\(\d{1,2}\)\.md")
_TWIN_WINDOWS = re.compile(r"(?P<stem>.+?)-(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,}(?:-\d+)?\.md")


def is_note_name(name: str) -> bool:
    """Say whether a file of this name is a note, if nothing else speaks against it."""
    return name.endswith(NOTE_SUFFIX)


def is_hidden(name: str) -> bool:
    """Say whether Obsidian does not see a file or folder of this name."""
    return name.startswith(".")


def is_utf8(name: str) -> bool:
    """Say whether the name's bytes on disk are UTF-8."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def printable(path: str) -> str:
    r"""Give a path that can be shown and stored: bytes that are not UTF-8 as `\xff`."""
    if is_utf8(path):
        return path
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def placeholder_of(name: str) -> str | None:
    """Give the note that an iCloud placeholder stands for.

    >>> placeholder_of(".Ideas.md.icloud")
    'Ideas.md'
    """
    found = _PLACEHOLDER.fullmatch(name)
    return found["name"] if found else None


def find_fault(name: str, stands_beside: Callable[[str], bool], *, host: str = "") -> str | None:
    """Say why a file whose name ends in `.md` is no note of the user's; None if it is one.

    Args:
        name: the file's name, without its folder.
        stands_beside: says whether the same folder holds a file of a given name.
        host: this machine's name, as OneDrive puts it into conflict copies.
    """
    if is_hidden(name):
        return "hidden file"
    if not is_utf8(name):
        return "its name is not valid UTF-8; rename it"
    if name.startswith("~"):
        return "temporary file of an editor or a sync service"
    if "onflict" in name:
        for pattern, service in _CONFLICTS:
            if pattern.search(name):
                return f"conflict copy of {service}"
    if "-" in name or name[-4:-3] in _TWIN_ENDS:
        return _find_twin(name, stands_beside, host)
    return None


def _find_twin(name: str, stands_beside: Callable[[str], bool], host: str) -> str | None:
    """Say which service doubled a note that stands beside this one."""
    twin = _TWIN_ICLOUD.fullmatch(name)
    # Obsidian counts its own copies from 1, a person counts chapters so too; iCloud from 2.
    if twin and stands_beside(twin["stem"] + ".md") and not stands_beside(twin["stem"] + " 1.md"):
        return f"conflict copy of iCloud: {twin['stem']}.md stands beside it"
    twin = _TWIN_DRIVE.fullmatch(name)
    if twin and stands_beside(twin["stem"] + ".md"):
        return f"conflict copy of Google Drive: {twin['stem']}.md stands beside it"
    twin = _TWIN_WINDOWS.fullmatch(name)
    stem = twin["stem"] if twin else _before_host(name, host)
    if stem and stands_beside(stem + ".md"):
        return f"conflict copy of OneDrive: {stem}.md stands beside it"
    return None


def _before_host(name: str, host: str) -> str:
    """Give what stands before `-HOST.md` or `-HOST-2.md`; empty where that is not the end."""
    stem = re.sub(r"-\d+\Z", "", name.removesuffix(".md"))
    for end in (name.removesuffix(".md"), stem):
        if host and end.casefold().endswith(f"-{host.casefold()}"):
            return end[: -len(host) - 1]
    return ""
