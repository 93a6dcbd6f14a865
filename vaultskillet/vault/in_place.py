"""Write a note within its own file, so that its creation date stays where none can be set.

The bytes of before and after are on the medium in the state folder before the first byte of
the note changes; a write that was cut short is mended from there. While it lasts, Linux lets
whoever opens the note wait. `docs/safety.md` tells what remains.
"""

from __future__ import annotations

import time
from contextlib import suppress
from enum import Enum
from os.path import samestat

from vaultskillet.core.model import EditNote, Overtaken, Written, digest_of
from vaultskillet.errors import WriteError
from vaultskillet.vault import atomic
from vaultskillet.vault.atomic import Reading
from vaultskillet.vault.copies import Copies, Copy
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.walk import stamp_of

_TRIES = 10
_REST_S = 0.02
"""How often, and after how long, to ask again for a note that somebody has open."""


class CutShortError(WriteError):
    """The disk refused in the middle of a write; a copy stays to mend the note from."""

    def __init__(self, message: str, *, copy: Copy, name: str) -> None:
        super().__init__(message)
        self.copy = copy
        self.name = name
        """What the copy is called."""


class Fate(Enum):
    """What became of a note whose write was cut short."""

    WHOLE = "whole"
    """It is the old one or the new one."""
    MENDED = "mended"
    """It was torn, and is the old one again."""
    EDITED = "edited"
    """Somebody has written to it since: whether to the whole note, nobody can tell."""


def write_note(disk: Disk, folder: int, write: EditNote, copies: Copies) -> Written | Overtaken:
    """Write one note by compare-and-swap, in place; what this returns is durable.

    Raises:
        CutShortError: the note is torn, and a copy is left.
        VaultError: it could not be written; it is as it was.
    """
    with atomic.open_note(disk, folder, write.path, to_write=True) as old:
        content = atomic.content_after(disk, folder, write, old)
        if not isinstance(content, bytes):
            return content
        return _write_over(disk, folder, old, Copy(write.path, old.content, content), copies)


def mend(disk: Disk, folder: int, copy: Copy) -> Fate:
    """Give a note that a write left torn its old bytes back.

    Raises:
        NoteGoneError: it is not there.
        VaultError: it cannot be read or written.
    """
    with atomic.open_note(disk, folder, copy.path, to_write=True) as now:
        if now.content in (copy.before, copy.after):
            return Fate.WHOLE
        if not copy.is_torn(now.content):
            return Fate.EDITED
        try:
            _hold_off_all(disk, now.file)
            if disk.read(now.file) != now.content:
                return Fate.EDITED
            _overwrite(disk, now.file, copy.before, size=len(now.content))
        except OSError as error:
            raise atomic.write_error(copy.path, error) from error
        return Fate.MENDED


def _write_over(
    disk: Disk, folder: int, old: Reading, copy: Copy, copies: Copies
) -> Written | Overtaken:
    """Write the new bytes over the old ones, while a copy of both is kept."""
    try:
        name = copies.keep(copy)
    except OSError as error:
        raise atomic.refusal(
            f"{copy.path}: it is not written, since no copy of it can be kept in {copies.folder}",
            error,
        ) from error
    whole = True
    try:
        held = _hold_off_all(disk, old.file)
        if atomic.has_moved_on(disk, folder, old, held=held):
            return Overtaken("it changed while it was being written")
        try:
            _overwrite(disk, old.file, copy.after, size=len(copy.before))
        except BaseException:  # also when a person interrupts
            whole = _put_back(disk, old)
            raise
        return _look_back(disk, folder, old, copy)
    except OSError as error:
        if whole:
            raise atomic.write_error(copy.path, error) from error
        raise CutShortError(
            f"{copy.path}: the disk refused in the middle of the write ({error.strerror}); the "
            f"note is mended from {copies.folder / name} as soon as the disk lets it",
            copy=copy,
            name=name,
        ) from error
    finally:
        if whole:
            copies.drop(name)


def _look_back(disk: Disk, folder: int, old: Reading, copy: Copy) -> Written | Overtaken:
    """Say whether what was written stands in the note's place."""
    status = disk.status(old.file)
    came = disk.status_of(folder, old.name)
    if not samestat(came, status) or disk.read(old.file) != copy.after:
        return Overtaken("it was saved anew in the instant of the write")
    return Written(copy.path, stamp_of(status), digest_of(copy.after))


def _hold_off_all(disk: Disk, file: int) -> bool:
    """Let whoever opens a note wait, once nobody else has it open; False: not possible here.

    Raises:
        BlockingIOError: somebody has it open all the time.
    """
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            return disk.hold_off_all(file)
        time.sleep(_REST_S)
    return disk.hold_off_all(file)


def _overwrite(disk: Disk, file: int, content: bytes, *, size: int) -> None:
    """Write a file anew that has this size; see `Copy.is_torn` for the order."""
    if size < len(content):
        disk.resize(file, len(content))
    disk.write_over(file, content)
    if size > len(content):
        disk.resize(file, len(content))
    disk.sync(file)


def _put_back(disk: Disk, old: Reading) -> bool:
    """Write the old bytes again; say whether the disk took them."""
    try:
        _overwrite(disk, old.file, old.content, size=disk.status(old.file).st_size)
    except OSError:
        return False
    return True
