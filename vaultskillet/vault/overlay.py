"""A vault that is read from, while writes go to memory: how a dry run sees its own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vaultskillet.core.links import LinkFormat
from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    File,
    Found,
    NotePath,
    Overtaken,
    Skipped,
    Stamp,
    Write,
    Written,
    digest_of,
)
from vaultskillet.core.splice import apply
from vaultskillet.errors import NoteGoneError, VaultError
from vaultskillet.ports.vault import Vault


class OverlayVault:
    """Another vault, and what would have been written to it."""

    def __init__(self, base: Vault) -> None:
        self._base = base
        self._written: dict[NotePath, File | None] = {}
        """None: it would be gone."""

    @property
    def link_format(self) -> LinkFormat:
        """How the vault beneath wants its links written."""
        return self._base.link_format

    def sweep(self) -> Iterator[Found | Skipped]:
        """Walk the vault beneath."""
        return self._base.sweep()

    def find(self, path: NotePath) -> Found | Skipped | None:
        """Judge a path in the vault beneath."""
        return self._base.find(path)

    def is_watched(self, path: NotePath) -> bool:
        """Say whether a note lies in one of the watched folders."""
        return self._base.is_watched(path)

    def read(self, path: NotePath) -> File:
        """Read a note as it would be.

        Raises:
            NoteGoneError: it is not there.
            NoteUnreadableError: it is there, but cannot be read.
        """
        if path not in self._written:
            return self._base.read(path)
        file = self._written[path]
        if file is None:
            raise NoteGoneError(f"{path}: it is not there any more")
        return file

    def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        """Keep what would be written; the vault beneath stays as it is."""
        return [self._commit_one(write) for write in writes]

    def _commit_one(self, write: Write) -> Written | Overtaken | VaultError:
        try:
            file = self.read(write.path)
        except NoteGoneError as error:
            if not isinstance(write, CreateNote):
                return error
            file = File(write.path, b"", Stamp(0, 0, 0))
            content = apply(write, None)
        except VaultError as error:
            return error
        else:
            content = apply(write, file.content)
        if isinstance(content, Overtaken):
            return content
        self._written[write.path] = None if content is None else replace(file, content=content)
        return Written(write.path, file.stamp, ABSENT if content is None else digest_of(content))
