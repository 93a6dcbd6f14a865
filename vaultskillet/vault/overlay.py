"""A vault that is read from, while writes go to memory: how a dry run sees its own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vaultskillet.core.model import (
    EditNote,
    File,
    Found,
    NotePath,
    Overtaken,
    Skipped,
    Written,
    digest_of,
)
from vaultskillet.core.splice import splice
from vaultskillet.errors import VaultError
from vaultskillet.ports import Vault


class OverlayVault:
    """Another vault, and what would have been written to it."""

    def __init__(self, base: Vault) -> None:
        self._base = base
        self._written: dict[NotePath, File] = {}

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
        return self._written.get(path) or self._base.read(path)

    def commit(self, writes: Sequence[EditNote]) -> list[Written | Overtaken | VaultError]:
        """Keep what would be written; the vault beneath stays as it is."""
        return [self._commit_one(write) for write in writes]

    def _commit_one(self, write: EditNote) -> Written | Overtaken | VaultError:
        try:
            file = self.read(write.path)
        except VaultError as error:
            return error
        if digest_of(file.content) != write.expects:
            return Overtaken("it changed since it was read")
        content = splice(file.content, write.edits)
        self._written[write.path] = replace(file, content=content)
        return Written(write.path, file.stamp, digest_of(content))
