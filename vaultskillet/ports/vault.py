"""The notes on disk, and what tells of changes to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from vaultskillet.core.links import LinkFormat
from vaultskillet.core.model import File, Found, NotePath, Overtaken, Skipped, Write, Written
from vaultskillet.errors import VaultError


class Vault(Protocol):
    """The notes on disk."""

    @property
    def link_format(self) -> LinkFormat:
        """How the vault wants its links written, as of the last sweep."""
        ...

    def sweep(self) -> Iterator[Found | Skipped]:
        """Walk the whole vault once, opening no file.

        Yields each note, and each thing left alone with its reason. In no special order.

        Raises:
            VaultError: the vault is not there, or cannot be listed.
        """
        ...

    def find(self, path: NotePath) -> Found | Skipped | None:
        """Judge one path as `sweep` would; None where there is no such file."""
        ...

    def is_watched(self, path: NotePath) -> bool:
        """Say whether a note lies in one of the watched categories."""
        ...

    def read(self, path: NotePath) -> File:
        """Read a note.

        Raises:
            NoteGoneError: it is not there.
            NoteUnreadableError: it is there, but cannot be read.
        """
        ...

    def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        """Write a batch of notes, each by compare-and-swap.

        A note is at any instant the old bytes or the new bytes; what this returns is
        durable. A new note gets the folders that it needs; where the very same one is
        there already, it counts as written.

        Returns:
            For each write, in order: `Written`; `Overtaken` where the note is not what the
            write expects (it was not touched); or the error that prevented it.
        """
        ...


OnChange = Callable[[NotePath], None]
"""Told of each path that may have changed; called from the watcher's thread."""
OnOverflow = Callable[[], None]
"""Told that events were lost, or that a root came or went: sweep."""


class Watcher(Protocol):
    """Hints that something changed; the sweep is the truth."""

    def start(self, on_change: OnChange, on_overflow: OnOverflow) -> None:
        """Begin to watch.

        Raises:
            VaultError: watching is not possible here (with the limit to raise, if that is it).
        """
        ...

    def stop(self) -> None:
        """Stop, and wait until no call-back will come any more; may be called twice."""
        ...
