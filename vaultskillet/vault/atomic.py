"""Write a note so that it is at any instant the old bytes or the new bytes.

The new bytes go to a hidden file beside the note, are synced, and change places with the
note. What comes out is looked at: if it is not what the write was planned on, somebody was
faster, and it is put back. `docs/safety.md` tells what remains.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from os.path import samestat

from vaultskillet.core.model import EditNote, NotePath, Overtaken, Written, digest_of
from vaultskillet.core.splice import MisplacedEditError, splice
from vaultskillet.errors import (
    DiskFullError,
    NoteBusyError,
    NoteGoneError,
    NoteProtectedError,
    NoteUnreadableError,
    VaultError,
    WriteError,
)
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.names import TEMPORARY_PREFIX
from vaultskillet.vault.walk import is_dataless, stamp_of

_READS = 3
"""How often a note that changes while it is read is read."""

_TAKES_NOTHING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Reading:
    """The bytes of an open file and its status while they were read."""

    name: str
    """Within its folder."""
    file: int
    content: bytes
    status: os.stat_result


@contextmanager
def open_note(
    disk: Disk, folder: int, path: NotePath, *, to_write: bool = False
) -> Iterator[Reading]:
    """Open and read a note; it stays open meanwhile.

    Raises:
        NoteGoneError: it is not there.
        NoteUnreadableError: it is there, but cannot be read.
        NoteProtectedError: it may be read, but not written.
        WriteError: nothing can be written there.
    """
    try:
        file = (disk.open_to_write if to_write else disk.open)(folder, _name(path))
    except OSError as error:
        refused = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ETXTBSY}
        translate = write_error if to_write and error.errno in refused else read_error
        raise translate(path, error) from error
    try:
        yield _read_whole(disk, file, path)
    finally:
        os.close(file)


def write_note(disk: Disk, folder: int, write: EditNote) -> Written | Overtaken:
    """Write one note by compare-and-swap; its folder is not yet synced.

    Raises:
        VaultError: it could not be written; it is as it was.
    """
    with open_note(disk, folder, write.path) as old:
        content = content_after(disk, folder, write, old)
        if not isinstance(content, bytes):
            return content
        try:
            return _write_beside(disk, folder, write, old, content)
        except OSError as error:
            raise write_error(write.path, error) from error


def content_after(
    disk: Disk, folder: int, write: EditNote, old: Reading
) -> bytes | Written | Overtaken:
    """Give what a note is to hold after a write, or its end where nothing is to be written.

    Raises:
        VaultError: it may not be written.
    """
    if digest_of(old.content) != write.expects:
        return Overtaken("it changed since it was read")
    try:
        content = splice(old.content, write.edits)
    except MisplacedEditError as error:
        raise VaultError(f"{write.path}: {error}; please report this") from error
    if content == old.content:
        return Written(write.path, stamp_of(old.status), write.expects)
    try:
        refuse_protected(disk, folder, write.path, old.status)
    except OSError as error:
        raise write_error(write.path, error) from error
    return content


def has_moved_on(disk: Disk, folder: int, old: Reading, *, held: bool) -> bool:
    """Say whether a note is not what was read any more, or somebody waits to write it."""
    return _marks(disk.status_of(folder, old.name)) != _marks(old.status) or _was_touched(
        disk, old, held=held
    )


def read_error(path: NotePath, error: OSError) -> VaultError:
    """Translate what the disk said to a reader."""
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return NoteGoneError(f"{path}: it is not there any more")
    if error.errno in {errno.ELOOP, errno.EMLINK}:
        return NoteUnreadableError(f"{path}: a symbolic link stands there; links are not followed")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return NoteUnreadableError(f"{path}: permission denied; let your user read it")
    return NoteUnreadableError(f"{path}: cannot be read: {error.strerror}")


def write_error(path: NotePath, error: OSError) -> VaultError:
    """Translate what the disk said to a writer."""
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return NoteGoneError(f"{path}: it is not there any more")
    if isinstance(error, BlockingIOError):
        return WriteError(f"{path}: another program has it open to write; close it there")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return NoteProtectedError(
            f"{path}: the note or its folder is protected ({error.strerror}); let your user "
            "write both, if it is to be enriched"
        )
    return refusal(f"{path}: the disk refused the write", error)


def refusal(because: str, error: OSError) -> WriteError:
    """Make the error of a disk that refused a write, and might refuse any other."""
    kind = DiskFullError if error.errno in _TAKES_NOTHING else WriteError
    return kind(f"{because}: {error.strerror}")


def _read_whole(disk: Disk, file: int, path: NotePath) -> Reading:
    """Read an open note, again if it changes meanwhile."""
    try:
        before = disk.status(file)
        if not stat.S_ISREG(before.st_mode):
            raise NoteUnreadableError(f"{path}: it is not a regular file")
        if is_dataless(before):
            raise NoteUnreadableError(f"{path}: it is not downloaded from the cloud yet")
        for _ in range(_READS):
            content = disk.read(file)
            after = disk.status(file)
            if _marks(before) == _marks(after) and len(content) == after.st_size:
                return Reading(_name(path), file, content, after)
            before = after
    except OSError as error:
        raise read_error(path, error) from error
    raise NoteBusyError(f"{path}: it is being written right now; it is read when it rests")


def _name(path: NotePath) -> str:
    return path.rpartition("/")[2]


def _marks(status: os.stat_result) -> tuple[int, ...]:
    """Give what of a status moves when bytes, mode, owner or attributes of a file do."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def refuse_protected(disk: Disk, folder: int, path: NotePath, status: os.stat_result) -> None:
    """Refuse to touch a note that its owner meant to stay as it is.

    Raises:
        NoteProtectedError: it is read-only, or a rewrite would part its hard links.
        OSError: nothing can be written to the whole file system.
    """
    # The superuser may write any file; a note without a write bit is still meant to stay.
    if not status.st_mode & 0o222 or not disk.may_write(folder, _name(path)):
        raise NoteProtectedError(f"{path}: it is read-only; allow writing if it is to be enriched")
    if status.st_nlink > 1:
        raise NoteProtectedError(
            f"{path}: it has {status.st_nlink} hard links, and a rewrite would part them; "
            "keep one if it is to be enriched"
        )


def _write_beside(
    disk: Disk, folder: int, write: EditNote, old: Reading, content: bytes
) -> Written | Overtaken:
    """Make the new version beside the note and let the two change places."""
    after = digest_of(content)
    partial = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
    whole = f"{TEMPORARY_PREFIX}{write.expects}-{after}.tmp"
    copy = disk.create(folder, partial)
    is_whole = False
    try:
        try:
            disk.write(copy, content)
            disk.copy_metadata(old.file, copy)
            disk.sync(copy)
            stamp = stamp_of(disk.status(copy))
            disk.replace(folder, partial, whole)
            is_whole = True
        except NoteProtectedError as error:
            raise NoteProtectedError(f"{write.path}: {error}") from error
        finally:
            if not is_whole:
                _remove(disk, folder, partial)
        overtaken = _swap(disk, folder, whole, old, copy)
    finally:
        os.close(copy)
    return overtaken or Written(write.path, stamp, after)


def _swap(disk: Disk, folder: int, spare: str, old: Reading, copy: int) -> Overtaken | None:
    """Put the new version in the note's place, if the note is still the old one."""
    try:
        held = disk.hold_off_writers(old.file)
        if has_moved_on(disk, folder, old, held=held):
            _remove(disk, folder, spare)
            return Overtaken("it changed while it was being written")
        if not disk.exchange(folder, spare, old.name):
            disk.replace(folder, spare, old.name)
            return None
    except OSError:
        _remove(disk, folder, spare)
        raise
    # From here on, the spare may be somebody's edit: an error leaves it to `clean_up`.
    came = disk.status_of(folder, spare)
    overtaken = not samestat(came, old.status) or _was_touched(disk, old, held=held)
    if overtaken:
        _give_back(disk, folder, old.name, spare, copy)
    _remove(disk, folder, spare)
    return Overtaken("it changed in the instant of the write") if overtaken else None


def _give_back(disk: Disk, folder: int, name: str, spare: str, copy: int) -> None:
    """Put what was taken out of the note's place back, or what is newer than that.

    All files in question stay open: the number of one that is gone would soon be another's.
    """
    with ExitStack() as handles:
        placed, spared = copy, disk.open(folder, spare)
        handles.callback(os.close, spared)
        while True:
            try:
                disk.exchange(folder, spare, name)
            except FileNotFoundError:  # the user deleted the note meanwhile
                return
            came = disk.open(folder, spare)
            handles.callback(os.close, came)
            if samestat(disk.status(came), disk.status(placed)):
                return
            # Not what we had put there: somebody saved the note once more. That is the newest.
            placed, spared = spared, came


def _was_touched(disk: Disk, old: Reading, *, held: bool) -> bool:
    """Say whether somebody wrote into the old file, or waits to."""
    return disk.read(old.file) != old.content or (held and disk.writer_waits(old.file))


def _remove(disk: Disk, folder: int, name: str) -> None:
    """Remove a copy of ours; one that stays is swept at the next start."""
    with suppress(OSError):
        disk.remove(folder, name)
