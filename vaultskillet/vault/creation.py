"""Make a whole new note, or take a note of ours away, each at one instant.

A new note is written and synced under a hidden name and then given its own, which must be
free. A note that is taken away is first given a hidden name and looked at: if it is not what
was expected, somebody was faster, and it gets its own back.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from os.path import samestat

from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    NotePath,
    Overtaken,
    RemoveNote,
    Stamp,
    Written,
    digest_of,
)
from vaultskillet.errors import NoteGoneError, VaultError, WriteError
from vaultskillet.vault import atomic
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.names import TEMPORARY_PREFIX
from vaultskillet.vault.walk import stamp_of

TAKEN = Overtaken("a file of that name is there already")

_REMOVED = Stamp(0, 0, 0)


def create_note(disk: Disk, folder: int, write: CreateNote) -> Written | Overtaken:
    """Make a note; its folder is not yet synced.

    Returns:
        `Written` also where the very same note is there: a write that ran twice.

    Raises:
        VaultError: it could not be made.
    """
    try:
        return _find_same(disk, folder, write)
    except NoteGoneError:
        pass
    try:
        return _place(disk, folder, write)
    except FileExistsError:
        return TAKEN
    except OSError as error:
        raise atomic.write_error(write.path, error) from error


def remove_note(disk: Disk, folder: int, write: RemoveNote) -> Written | Overtaken:
    """Take a note away; its folder is not yet synced.

    Raises:
        VaultError: it could not be taken away, or is gone.
    """
    name = _name(write.path)
    spare = f"{TEMPORARY_PREFIX}{write.expects}-{write.expects}.tmp"
    with atomic.open_note(disk, folder, write.path) as old:
        if digest_of(old.content) != write.expects:
            return Overtaken("it changed since it was written")
        try:
            atomic.refuse_protected(disk, folder, write.path, old.status)
            disk.replace(folder, name, spare)
            came = disk.status_of(folder, spare)
            if not samestat(came, old.status) or disk.read(old.file) != old.content:
                disk.place(folder, spare, name)
                return Overtaken("it changed in the instant of the removal")
            disk.remove(folder, spare)
        except FileExistsError:  # saved anew meanwhile; the next start looks at the spare
            return Overtaken("it was saved anew in the instant of the removal")
        except OSError as error:
            raise atomic.write_error(write.path, error) from error
    return Written(write.path, _REMOVED, ABSENT)


def remove_empty_folders(disk: Disk, root: str, path: NotePath) -> None:
    """Take away the folders around a note that was removed, innermost first, while they are empty.

    One that holds anything stays, and so does one that the disk will not let go.
    """
    folder = path.rpartition("/")[0]
    while folder:
        try:
            outer = open_folder(disk, root, NotePath(folder), make=False)
        except VaultError:
            return
        try:
            disk.remove_folder(outer, folder.rpartition("/")[2])
            disk.sync_folder(outer)
        except OSError:
            return
        finally:
            os.close(outer)
        folder = folder.rpartition("/")[0]


def open_folder(disk: Disk, root: str, path: NotePath, *, make: bool) -> int:
    """Open the folder of a note, part by part, so that no link leads out of the vault.

    Args:
        disk: the system calls.
        root: the vault's folder.
        path: of the note.
        make: make the folders that are not there.

    Raises:
        VaultError: it cannot be opened or made.
    """
    try:
        handle = disk.open_folder(root)
        try:
            for part in path.split("/")[:-1]:
                outer, handle = handle, _open_part(disk, handle, part, make=make)
                os.close(outer)
        except OSError:
            os.close(handle)
            raise
    except OSError as error:
        if make and error.errno in {errno.ENOTDIR, errno.ELOOP}:
            because = "a file or a link stands where its folder should be"
            raise WriteError(f"{path}: {because}; move it, or name another folder") from error
        raise (atomic.write_error if make else atomic.read_error)(path, error) from error
    return handle


def _open_part(disk: Disk, outer: int, name: str, *, make: bool) -> int:
    try:
        return disk.open_folder(name, within=outer)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):  # somebody was as quick
        disk.make_folder(outer, name)
        disk.sync_folder(outer)
    return disk.open_folder(name, within=outer)


def _find_same(disk: Disk, folder: int, write: CreateNote) -> Written | Overtaken:
    """Say what stands under the name of a new note.

    Raises:
        NoteGoneError: nothing does.
        NoteUnreadableError: something that cannot be read.
    """
    with atomic.open_note(disk, folder, write.path) as there:
        if there.content != write.content:
            return TAKEN
        return Written(write.path, stamp_of(there.status), digest_of(write.content))


def _place(disk: Disk, folder: int, write: CreateNote) -> Written:
    """Write a new note under a hidden name, then give it its own.

    Raises:
        FileExistsError: something bears that name.
    """
    partial = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
    copy = disk.create(folder, partial)
    try:
        disk.write(copy, write.content)
        disk.let_read(copy, like=folder)
        disk.sync(copy)
        disk.place(folder, partial, _name(write.path))
        return Written(write.path, stamp_of(disk.status(copy)), digest_of(write.content))
    except OSError:
        with suppress(OSError):  # one that stays is swept at the next start
            disk.remove(folder, partial)
        raise
    finally:
        os.close(copy)


def _name(path: NotePath) -> str:
    return path.rpartition("/")[2]
