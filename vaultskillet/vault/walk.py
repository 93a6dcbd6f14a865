"""Walk a vault: which files are notes, and why the others are left alone. Opens no file."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from vaultskillet.core.model import Found, NotePath, Skipped, Stamp, make_found, make_stamp
from vaultskillet.errors import VaultError
from vaultskillet.vault import names
from vaultskillet.vault.settings import Settings, path_key

TRASH = ".trash"

# macOS: the file's name is here, its content is in the cloud; reading would download it.
# `stat.SF_DATALESS` exists from Python 3.13 on. Zero blocks prove nothing elsewhere: small
# files live inside the inode on ext4 and btrfs.
_DATALESS = 0x40000000
_HAS_FLAGS = hasattr(os.stat_result, "st_flags")


def stamp_of(status: os.stat_result) -> Stamp:
    """Give the stamp that a `stat` result stands for."""
    return make_stamp((status.st_size, status.st_mtime_ns, status.st_ino))


def is_dataless(status: os.stat_result) -> bool:
    """Say whether a file's content is not on this machine."""
    return bool(getattr(status, "st_flags", 0) & _DATALESS)


_Folder = tuple[str, str | None]
"""Its path, and why all that it holds is left alone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What of a vault is never a note of the user's."""

    settings: Settings
    output_folder: str
    """Vault-relative; what lies there was written by us."""
    host: str = ""
    """This machine's name, for the conflict copies that bear it."""

    def judge_folder(self, path: str) -> str | None:
        """Say why all notes in a folder (and below) are left alone."""
        key = path_key(path)
        if key == TRASH:
            return "in the trash"
        if self.output_folder and key == path_key(self.output_folder):
            return "written by vaultskillet"
        if any(key == path_key(folder) for folder in self.settings.template_folders):
            return "in a template folder"
        return None

    def judge_name(self, path: str, name: str, beside: Container[str]) -> str | None:
        """Say why a single note is left alone for what it is called, and where."""
        fault = names.find_fault(name, beside.__contains__, host=self.host)
        return fault or self.judge_path(path)

    @property
    def judges_paths(self) -> bool:
        """Whether `judge_path` has anything to say."""
        return bool(self.settings.template_notes or self.settings.excluded)

    def judge_path(self, path: str) -> str | None:
        """Say why a single note is left alone for its path, its folders apart."""
        settings = self.settings
        if settings.template_notes and path_key(path) in settings.template_notes:
            return "used as a template"
        if settings.excluded:
            composed = unicodedata.normalize("NFC", path)
            if any(pattern.search(composed) for pattern in settings.excluded):
                return "excluded in Obsidian's settings"
        return None


def walk(root: str, rules: Rules, *, strays: list[str] | None = None) -> Iterator[Found | Skipped]:
    """Give every note below a folder, and all that is left alone with its reason.

    A folder that is skipped as a whole comes once, its path ending in `/`; what lies in it
    is unknown, not gone.

    Args:
        root: the folder.
        rules: what is no note of the user's.
        strays: gets the paths of files that are named as temporary ones of ours.

    Raises:
        VaultError: the folder itself cannot be listed, or is empty.
    """
    folders: list[_Folder] = [("", None)]
    strays = [] if strays is None else strays
    while folders:
        folder, because = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}") as listing:
                entries = list(listing)
        except (FileNotFoundError, NotADirectoryError) as error:
            if not folder:
                raise VaultError(f"the vault {root} is gone; is its drive mounted?") from error
            continue
        except OSError as error:
            if not folder:
                raise VaultError(f"the vault {root} cannot be listed: {error.strerror}") from error
            yield Skipped(_path(folder + "/"), f"cannot be listed: {error.strerror}")
            continue
        if not folder and not entries:
            raise VaultError(f"the vault {root} is empty; is its drive mounted?")
        yield from _judge_entries(entries, (folder, because), rules, folders, strays)


def _judge_entries(
    entries: Sequence[os.DirEntry[str]],
    within: _Folder,
    rules: Rules,
    folders: list[_Folder],
    strays: list[str],
) -> Iterator[Found | Skipped]:
    """Judge what one folder holds; folders to walk are put on the stack."""
    folder, because = within
    beside = {entry.name for entry in entries}
    prefix = f"{folder}/" if folder else ""
    judges_paths = rules.judges_paths
    for entry in entries:
        name = entry.name
        path = prefix + name
        if entry.is_dir(follow_symlinks=False):
            below = because or rules.judge_folder(path)
            shut = _find_shut(name, below)
            if shut:
                yield Skipped(_path(path + "/"), shut)
            else:
                folders.append((path, below))
        elif entry.is_symlink():
            leads_to_folder = _leads_to_folder(entry)
            if names.is_note_name(name) or leads_to_folder:
                end = "/" if leads_to_folder else ""
                yield Skipped(_path(path + end), "symbolic link")
        elif names.is_note_name(name):
            # Most are plain: what is asked of each of them counts ten thousand times.
            is_plain = not judges_paths and names.is_plain(name)
            fault = because or (None if is_plain else rules.judge_name(path, name, beside))
            if judged := _judge_note(entry, path, fault):
                yield judged
        elif placeholder := names.placeholder_of(name):
            yield Skipped(_path(prefix + placeholder), "not downloaded from iCloud")
        elif names.is_temporary(name) and not names.is_hidden(folder):
            strays.append(path)


def _judge_note(entry: os.DirEntry[str], path: str, fault: str | None) -> Found | Skipped | None:
    if fault:
        return Skipped(_path(path), fault)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # it vanished meanwhile
        return None
    return judge_status(NotePath(path), status)


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    """Say whether a symbolic link leads to a folder; one that leads nowhere does not."""
    try:
        return link.is_dir()
    except OSError:  # it leads to itself, or to where we may not look
        return False


def _find_shut(name: str, below: str | None) -> str | None:
    """Say why a folder is not even walked."""
    if not names.is_utf8(name):
        return "its name is not valid UTF-8; rename it"
    if names.is_hidden(name) and below is None:
        return "hidden folder"
    return None


def judge_status(path: NotePath, status: os.stat_result) -> Found | Skipped:
    """Judge a note by what `stat` says of it."""
    if not stat.S_ISREG(status.st_mode):
        return Skipped(path, "not a regular file")
    if status.st_size == 0:
        return Skipped(path, "empty")
    if _HAS_FLAGS and is_dataless(status):
        return Skipped(path, "not downloaded from the cloud")
    return make_found((path, stamp_of(status)))


def find(root: str, path: NotePath, rules: Rules) -> Found | Skipped | None:
    """Judge one path as `walk` would; None where no such file is."""
    *folders, name = path.split("/")
    because: str | None = None
    folder = ""
    for part in folders:
        folder = f"{folder}/{part}" if folder else part
        try:
            status = os.lstat(f"{root}/{folder}")
        except OSError:
            return None
        if not stat.S_ISDIR(status.st_mode):
            return Skipped(path, "behind a symbolic link") if stat.S_ISLNK(status.st_mode) else None
        because = because or rules.judge_folder(folder)
        shut = _find_shut(part, because)
        if shut:
            return Skipped(path, shut)
    beside = f"{root}/{folder}"
    try:
        status = os.lstat(f"{beside}/{name}")
    except OSError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return Skipped(path, "symbolic link")
    fault = because or names.find_fault(
        name, lambda other: os.path.lexists(f"{beside}/{other}"), host=rules.host
    )
    fault = fault or rules.judge_path(path)
    return Skipped(path, fault) if fault else judge_status(path, status)


def _path(path: str) -> NotePath:
    return NotePath(names.printable(path))
