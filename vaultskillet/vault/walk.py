"""Walk a vault: which files are notes, and why the others are left alone. Opens no file."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vaultskillet.core.model import Found, NotePath, Skipped, Stamp
from vaultskillet.errors import VaultError
from vaultskillet.vault import names
from vaultskillet.vault.settings import Settings, path_key

TRASH = ".trash"

# macOS: the file's name is here, its content is in the cloud; reading would download it.
# `stat.SF_DATALESS` exists from Python 3.13 on. Zero blocks prove nothing elsewhere: small
# files live inside the inode on ext4 and btrfs.
_DATALESS = 0x40000000


def stamp_of(status: os.stat_result) -> Stamp:
    """Give the stamp that a `stat` result stands for."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def is_dataless(status: os.stat_result) -> bool:
    """Say whether a file's content is not on this machine."""
    return bool(getattr(status, "st_flags", 0) & _DATALESS)


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


def walk(root: str, rules: Rules) -> Iterator[Found | Skipped]:
    """Give every note below a folder, and all that is left alone with its reason.

    A folder that is skipped as a whole comes once, its path ending in `/`; what lies in it
    is unknown, not gone.

    Raises:
        VaultError: the folder itself cannot be listed, or is empty.
    """
    folders: list[tuple[str, str | None]] = [("", None)]
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
        yield from _judge_entries(entries, folder, because, rules, folders)


def _judge_entries(
    entries: Sequence[os.DirEntry[str]],
    folder: str,
    because: str | None,
    rules: Rules,
    folders: list[tuple[str, str | None]],
) -> Iterator[Found | Skipped]:
    """Judge what one folder holds; folders to walk are put on the stack."""
    beside = {entry.name for entry in entries}
    prefix = f"{folder}/" if folder else ""
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
            fault = because or names.find_fault(name, beside.__contains__, host=rules.host)
            fault = fault or rules.judge_path(path)
            if fault:
                yield Skipped(_path(path), fault)
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:  # it vanished meanwhile
                continue
            yield judge_status(NotePath(path), status)
        elif placeholder := names.placeholder_of(name):
            yield Skipped(_path(prefix + placeholder), "not downloaded from iCloud")


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
    if is_dataless(status):
        return Skipped(path, "not downloaded from the cloud")
    return Found(path, stamp_of(status))


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
