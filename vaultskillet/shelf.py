"""Our own notes: where a new one goes, which stand already, and how to link to them.

One shelf serves one batch. It looks at the vault at its first use, and remembers what the
batch is about to put there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vaultskillet.core.answers import ANSWERS, INSIGHTS, is_about
from vaultskillet.core.links import Names, target_of
from vaultskillet.core.model import (
    CreateNote,
    Digest,
    Edit,
    EditNote,
    File,
    Note,
    NotePath,
    Ownership,
    Plan,
    SafeText,
    title_of,
)
from vaultskillet.core.naming import free_name
from vaultskillet.errors import VaultError
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault
from vaultskillet.takeback import links_of

_LINK: Final = re.compile(rb"\[\[([^\[\]\n]+)\]\]")


@dataclass(frozen=True, slots=True)
class New:
    """A place where no note stands."""

    path: NotePath


@dataclass(frozen=True, slots=True)
class Version:
    """A note of ours, as we left it: a new version takes its place."""

    file: File

    @property
    def path(self) -> NotePath:
        """Where it stands."""
        return self.file.path

    def replaced_by(self, content: bytes) -> Plan:
        """Plan to replace it as a whole; the journal keeps the old one."""
        old = self.file
        note = Note(old.path, old.content, old.stamp, old.raw, Digest(""), {}, "")
        edit = Edit(0, old.content, content)
        return Plan(note, (EditNote(old.path, old.raw, (edit,)),), Ownership())


@dataclass(frozen=True, slots=True)
class Standing:
    """A note that holds what is asked already, though no link leads to it: only that is missing."""

    path: NotePath


Place = New | Version | Standing


class Shelf:
    """The output folder, and the names of all notes of the vault."""

    def __init__(self, vault: Vault, store: Store, *, folder: str) -> None:
        """Make a shelf; it looks at nothing yet.

        Args:
            vault: where the notes are.
            store: its journal tells what of them is as we left it.
            folder: where our own notes go; vault-relative.
        """
        self._vault = vault
        self._store = store
        self._folder = folder

    @cached_property
    def _paths(self) -> list[NotePath]:
        """Every note of the vault, those left alone included."""
        return [one.path for one in self._vault.sweep() if not one.path.endswith("/")]

    @cached_property
    def _taken(self) -> dict[str, list[NotePath]]:
        taken: dict[str, list[NotePath]] = defaultdict(list)
        for path in self._paths:
            taken[_key(path)].append(path)
        return taken

    def resolve(self, target: str, *, source: NotePath) -> NotePath | None:
        """Give the note that a link leads to; None where there is none."""
        named = self._taken.get(_key(target_of(target)), [])
        return Names(named).resolve(target, source) if named else None

    def led_to(self, old: NotePath, new: NotePath, *, target: str, source: NotePath) -> bool:
        """Say whether a link led to a note before that was renamed."""
        named = [path for path in self._taken.get(_key(target_of(target)), []) if path != new]
        return Names([*named, old]).resolve(target, source) == old

    def link(self, path: NotePath, *, source: NotePath) -> str:
        """Write a link to a note, or its mere name where no link can lead there."""
        named = Names(self._taken[_key(path)])
        link = named.link(path, source=source, style=self._vault.link_format)
        # In a new note, Templater would run what stands between such brackets.
        return link if link and "<%" not in link else title_of(path).replace("<%", "<")

    def is_ours(self, path: NotePath) -> bool:
        """Say whether a note lies in our own folder."""
        return path.startswith(f"{self._folder}/")

    def is_insight(self, path: NotePath) -> bool:
        """Say whether a note lies where insights do."""
        return path.startswith(f"{self._folder}/{INSIGHTS}/")

    def own_notes(self) -> list[NotePath]:
        """Give the answers and the insights, whoever wrote in them since."""
        folders = tuple(f"{self._folder}/{name}/" for name in (ANSWERS, INSIGHTS))
        return [path for path in self._paths if path.startswith(folders)]

    def answers_to(self, entries: Sequence[JournalEntry]) -> list[NotePath]:
        """Give the notes of ours to which some writes put in links, each once."""
        found = [
            self.resolve(link, source=entry.write.path)
            for entry in entries
            for link in links_of([entry])
        ]
        return [path for path in dict.fromkeys(found) if path and self.is_ours(path)]

    def version_of(self, path: NotePath) -> Version | None:
        """Give a note of ours if it is as we left it, so that a new version may replace it.

        Obsidian mends the links in it when a note is renamed; that is nobody's writing.
        """
        entries = self._entries(path)
        file = self._read(path)
        if not entries or file is None:
            return None
        is_ours = entries[0].after == file.raw or self._is_mended(file, entries[0])
        return Version(file) if is_ours else None

    def _is_mended(self, file: File, entry: JournalEntry) -> bool:
        """Say whether a note differs only by links that led nowhere any more."""
        write = entry.write
        left = write.content if isinstance(write, CreateNote) else write.edits[-1].after
        if _LINK.sub(b"", left) != _LINK.sub(b"", file.content):
            return False
        pairs = zip(_LINK.findall(left), _LINK.findall(file.content), strict=True)
        return all(
            old == new
            or (
                self.resolve(old.decode(), source=file.path) is None
                and self.resolve(new.decode(errors="replace"), source=file.path) is not None
            )
            for old, new in pairs
        )

    def find_place(
        self, name: str, folder: str, *, source: NotePath, request: SafeText | None
    ) -> Place:
        """Find the place of a note about another, the same each time that it is asked for.

        Args:
            name: as `note_name` gives it.
            folder: in our own folder.
            source: the note that it is about.
            request: what it answers; None: whatever it says, it is the one about that note.
        """
        passed: set[str] = set()
        while True:
            wanted = free_name(name, passed)
            path = NotePath(f"{self._folder}/{folder}/{wanted}.md")
            paths = self._taken.get(_key(path), [])
            if not paths:
                self._taken[_key(path)].append(path)
                return New(path)
            place = self._reuse(path, source, request) if paths == [path] else None
            if place is not None:
                return place
            passed.add(wanted.casefold())

    def _reuse(self, path: NotePath, source: NotePath, request: SafeText | None) -> Place | None:
        """Give the place of a note that stands there, if it is about the same."""
        file = self._read(path)
        if file is None or not is_about(
            file.content,
            request=request,
            leads_to_source=lambda link: self.resolve(link, source=path) == source,
        ):
            return None
        version = self.version_of(path)
        if not self._entries(path) or (request is not None and not self._is_linked(path, source)):
            return Standing(path)
        return version

    def _is_linked(self, path: NotePath, source: NotePath) -> bool:
        """Say whether a write of ours put a link to a note into another."""
        return any(_key(target_of(link)) == _key(path) for link in links_of(self._entries(source)))

    def _entries(self, path: NotePath) -> list[JournalEntry]:
        """Give what we wrote to a note and did not take back, newest first."""
        entries = self._store.journal.entries(paths=[path])
        return [entry for entry in entries if entry.state == "done"]

    def _read(self, path: NotePath) -> File | None:
        try:
            return self._vault.read(path)
        except VaultError:
            return None


def _key(path: str) -> str:
    """Give the name that a path or a link ends in, as names are compared."""
    return unicodedata.normalize("NFC", title_of(NotePath(path))).casefold()
