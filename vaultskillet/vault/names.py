"""Judge a file by its name alone: note, hidden, conflict copy, placeholder, ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from vaultskillet.core.model import Digest

NOTE_SUFFIX = ".md"

TEMPORARY_PREFIX = ".vaultskillet-"
"""Begins the name of every temporary file of ours; Obsidian and its Sync ignore dot files."""

# A file under the first name is part of a copy of ours. One under the second is whole, and
# one of the two versions it names, or an edit that came in while two names changed places.
_PARTIAL = re.compile(re.escape(TEMPORARY_PREFIX) + r"[0-9a-f]{16}\.tmp")
_WHOLE = re.compile(
    re.escape(TEMPORARY_PREFIX) + r"(?P<before>[0-9a-f]{32})-(?P<after>[0-9a-f]{32})\.tmp"
)

_RECOVERED = re.compile(r"Recovered by vaultskillet [0-9a-f]{8}\.md")

_PLACEHOLDER = re.compile(r"\.(?P<name>.+\.md)\.icloud", re.IGNORECASE)

# Names that no person gives: each says the service itself, and needs no original beside it.
_CONFLICTS = (
    (re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]{7}\."), "Syncthing"),
    (re.compile(r" \([Cc]onflicted copy(?: .*\d{8,12})?\)\.md\Z"), "Obsidian Sync"),
    (re.compile(r" \(.*conflicted copy \d{4}-\d\d-\d\d.*\)\.md\Z"), "Dropbox"),
    (re.compile(r" \((?:Case|.* Sync) Conflict(?: .*)?\)\.md\Z"), "Dropbox"),
)

# Names that a person may well give: a copy only where the original stands beside it.
_ICLOUD_COUNTS = frozenset(map(str, range(2, 100)))
_DRIVE_COUNT = re.compile(r" ?\(\d{1,2}\)\Z")


def is_note_name(name: str) -> bool:
    """Say whether a file of this name is a note, if nothing else speaks against it."""
    return name.endswith(NOTE_SUFFIX)


def is_temporary(name: str) -> bool:
    """Say whether a file of this name is a copy of ours that a crash may leave behind."""
    return bool(_PARTIAL.fullmatch(name) or _WHOLE.fullmatch(name))


def is_ours(name: str, content: Digest) -> bool:
    """Say whether such a file holds nothing but what the note's journal knows."""
    whole = _WHOLE.fullmatch(name)
    return whole is None or content in {whole["before"], whole["after"]}


def is_hidden(name: str) -> bool:
    """Say whether Obsidian does not see a file or folder of this name."""
    return name.startswith(".")


def is_utf8(name: str) -> bool:
    """Say whether the name's bytes on disk are UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(path: str) -> str:
    r"""Give a path that can be shown and stored: bytes that are not UTF-8 as `\xff`."""
    if is_utf8(path):
        return path
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def recovered_name(content: Digest) -> str:
    """Name the note that shows an edit which met a write of ours, and would else be lost."""
    return f"Recovered by vaultskillet {content[:8]}.md"


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
    if is_plain(name):
        return None
    if is_hidden(name):
        return "hidden file"
    if not is_utf8(name):
        return "its name is not valid UTF-8; rename it"
    if name.startswith("~"):
        return "temporary file of an editor or a sync service"
    if _RECOVERED.fullmatch(name):
        return "an edit that met a write of vaultskillet's: merge it into its note, or rename it"
    return _find_conflict(name) or _find_twin(name.removesuffix(NOTE_SUFFIX), stands_beside, host)


def is_plain(name: str) -> bool:
    """Say whether nothing in a name can speak against it; there are many, and most are so."""
    return (
        name[0] not in ".~R"
        and name[-4] not in ")0123456789"  # before `.md`
        and "-" not in name
        and "onflict" not in name
        and name.isascii()
    )


def _find_conflict(name: str) -> str | None:
    """Say which service's conflict copy a name speaks of."""
    if "onflict" in name:
        for pattern, service in _CONFLICTS:
            if pattern.search(name):
                return f"conflict copy of {service}"
    return None


def _find_twin(stem: str, stands_beside: Callable[[str], bool], host: str) -> str | None:
    """Say which service doubled a note that stands beside this one."""
    original, _, count = stem.rpartition(" ")
    # Obsidian counts its own copies from 1, a person counts chapters so too; iCloud from 2.
    if count in _ICLOUD_COUNTS and not stands_beside(f"{original} 1.md"):
        service = "iCloud"
    elif stem.endswith(")") and (found := _DRIVE_COUNT.search(stem)):
        original, service = stem[: found.start()], "Google Drive"
    elif "-" in stem and (found := _onedrive_host(host).search(stem)):
        original, service = stem[: found.start()], "OneDrive"
    else:
        return None
    if not stands_beside(original + NOTE_SUFFIX):
        return None
    return f"conflict copy of {service}: {original}.md stands beside it"


@cache
def _onedrive_host(host: str) -> re.Pattern[str]:
    """Give how the name of a copy ends that OneDrive made on this or a usual Windows machine."""
    this = f"|(?i:{re.escape(host)})" if host else ""
    return re.compile(rf"-(?:(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{{5,}}{this})(?:-\d+)?\Z")
