"""Copies of notes that are being written in place: what a write that is cut short is mended from.

They lie in the state folder, not in the vault, where a sync service would pick them up. Only
the user may read them, and each is removed as soon as its note is whole.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vaultskillet.core.model import NotePath, digest_of
from vaultskillet.vault.disk import Disk

_SUFFIX = ".copy"

_BLOCK = 512
"""Bytes that a medium writes as a whole."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A note before and after a write."""

    path: NotePath
    before: bytes
    after: bytes

    def is_torn(self, content: bytes) -> bool:
        """Say whether a note is what a write that was cut short leaves, and no edit.

        The file gets its new length first if that is the greater one, else last. A killed
        process leaves a beginning of the new bytes, a power cut any of the blocks.
        """
        if len(content) not in (len(self.before), len(self.after)):
            return False
        size = max(len(self.before), len(self.after))
        content, before, after = (
            each.ljust(size, b"\0") for each in (content, self.before, self.after)
        )
        # The old bytes come back, then the new ones, then the old: a mending was cut short, too.
        at = _common(content, before)
        at += _common(content[at:], after[at:])
        if content[at:] == before[at:]:
            return True
        blocks = (slice(at, at + _BLOCK) for at in range(0, size, _BLOCK))
        return all(
            content[block] in (before[block], after[block]) or not any(content[block])
            for block in blocks
        )


class Copies:
    """The copies of one vault, in a folder of their own."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Name the folder; it is made with the first copy."""
        self.folder = folder
        self._disk = disk

    def keep(self, copy: Copy) -> str:
        """Keep a copy until it is dropped; it is on the medium when its name is given.

        Raises:
            OSError: the disk refused.
        """
        token = secrets.token_hex(8)
        partial, whole = f"{token}.tmp", f"{token}{_SUFFIX}"
        with self._open() as folder:
            file = self._disk.create(folder, partial)
            try:
                self._disk.write(file, _pack(copy))
                self._disk.sync(file)
                self._disk.replace(folder, partial, whole)
                self._disk.sync_folder(folder)
            except BaseException:
                for name in (partial, whole):
                    with suppress(OSError):  # one that stays is looked at by the next start
                        self._disk.remove(folder, name)
                raise
            finally:
                os.close(file)
        return whole

    def drop(self, name: str) -> None:
        """Remove a copy; one that stays is looked at by the next start."""
        with suppress(OSError), self._open() as folder:
            self._disk.remove(folder, name)

    def left(self) -> list[tuple[str, Copy]]:
        """Give the copies that a crash has left, with their names; parts of one are removed."""
        found = []
        for file in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            copy = _unpack(file.read_bytes()) if file.suffix == _SUFFIX else None
            if copy:
                found.append((file.name, copy))
            else:
                file.unlink()
        return found

    @contextmanager
    def _open(self) -> Iterator[int]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = self._disk.open_folder(str(self.folder))
        try:
            yield handle
        finally:
            os.close(handle)


def _common(one: bytes, other: bytes) -> int:
    """Count the bytes that two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _pack(copy: Copy) -> bytes:
    """Give a copy as one line of JSON that says what follows, and the two versions."""
    head = {
        "path": copy.path,
        "before": [len(copy.before), digest_of(copy.before)],
        "after": [len(copy.after), digest_of(copy.after)],
    }
    return json.dumps(head).encode() + b"\n" + copy.before + copy.after


def _unpack(packed: bytes) -> Copy | None:
    """Read a copy; None where it is not whole, so that the note was not touched yet."""
    line, _, rest = packed.partition(b"\n")
    try:
        head = json.loads(line)
        size, before_digest = head["before"]
        _, after_digest = head["after"]
        copy = Copy(NotePath(head["path"]), rest[:size], rest[size:])
    except (ValueError, TypeError, KeyError):
        return None
    whole = (digest_of(copy.before), digest_of(copy.after)) == (before_digest, after_digest)
    return copy if whole else None
