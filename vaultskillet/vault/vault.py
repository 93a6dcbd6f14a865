"""The vault port on a disk: sweep, read, commit."""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from vaultskillet.core.links import LinkFormat
from vaultskillet.core.model import (
    CreateNote,
    EditNote,
    File,
    Found,
    NotePath,
    Overtaken,
    RemoveNote,
    Skipped,
    Write,
    Written,
    digest_of,
)
from vaultskillet.errors import NoteGoneError, NoteUnreadableError, VaultError
from vaultskillet.vault import atomic, in_place, names
from vaultskillet.vault.copies import Copies, Copy
from vaultskillet.vault.creation import (
    create_note,
    open_folder,
    remove_empty_folders,
    remove_note,
)
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.in_place import CutShortError, Fate, mend
from vaultskillet.vault.settings import Settings, path_key, read_settings
from vaultskillet.vault.walk import Rules, find, stamp_of, walk

logger = logging.getLogger(__name__)

Result = Written | Overtaken | VaultError


class DiskVault:
    """The notes of one vault folder, and nothing outside it."""

    def __init__(
        self,
        root: Path,
        *,
        watched: Sequence[str] | None = None,
        output_folder: str = "",
        host: str = "",
        copies: Path | None = None,
        in_place: bool = False,
        to_write: bool = True,
        disk: Disk | None = None,
    ) -> None:
        """Open a vault.

        Args:
            root: the vault's folder.
            watched: folders, relative to the vault, whose notes `is_watched`; None: all.
            output_folder: where our own notes go; never an input.
            host: this machine's name, as sync services put it into conflict copies.
            copies: a folder outside the vault for copies of notes that are written in place.
            in_place: write so, which keeps the creation date on any system; needs `copies`.
            to_write: notes are to be written, so that a folder where none can be is refused.
            disk: the system calls; a test gives one that fails.

        Raises:
            VaultError: there is no such folder, or it cannot be read, or not written.
        """
        self.root = _check_root(root, to_write=to_write)
        self._watched = None if watched is None else tuple(map(_folder_key, watched))
        self._output_folder = output_folder.strip("/")
        self._host = host
        self._disk = disk or Disk()
        self._copies = Copies(copies, self._disk) if copies else None
        self._in_place = in_place
        self._cut_short: dict[NotePath, CutShortError] = {}
        self._owes_clean_up = False
        self._cleaning = threading.Lock()
        self.reload_settings()

    @property
    def settings(self) -> Settings:
        """What the vault's own settings said at the last sweep."""
        return self._rules.settings

    @property
    def link_format(self) -> LinkFormat:
        """How the vault wants its links written, as of the last sweep."""
        return self.settings.link_format

    def reload_settings(self) -> None:
        """Read the vault's own settings again."""
        self._rules = Rules(read_settings(self.root), self._output_folder, self._host)

    def sweep(self) -> Iterator[Found | Skipped]:
        """Walk the whole vault once, opening no note; its settings are read again.

        Raises:
            VaultError: the vault is not there, or cannot be listed.
        """
        self.reload_settings()
        if self._owes_clean_up:
            return self._sweep_and_clean()
        return walk(str(self.root), self._rules)

    def look_over(self, strays: list[str]) -> Iterator[Found | Skipped]:
        """Give what `sweep` does, and mend nothing.

        Args:
            strays: gets the paths of what a crash left.

        Raises:
            VaultError: the vault is not there, or cannot be listed.
        """
        left = self._copies.left() if self._copies else ()
        strays += [copy.path for _, copy in left]
        return walk(str(self.root), self._rules, strays=strays)

    def find(self, path: NotePath) -> Found | Skipped | None:
        """Judge one path as `sweep` would; None where there is no such file."""
        return find(str(self.root), path, self._rules)

    def is_watched(self, path: NotePath) -> bool:
        """Say whether a note lies in one of the watched folders."""
        return self._watched is None or path_key(path).startswith(self._watched)

    def read(self, path: NotePath) -> File:
        """Read a note; its stamp belongs to just these bytes.

        Raises:
            NoteGoneError: it is not there.
            NoteUnreadableError: it is there, but cannot be read.
        """
        self._mend(path)
        with self._open_folder(path) as folder, atomic.open_note(self._disk, folder, path) as note:
            born = getattr(note.status, "st_birthtime", None)  # macOS has it
            return File(path, note.content, stamp_of(note.status), born)

    def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        """Write a batch of notes, each by compare-and-swap; what this returns is durable."""
        self._clean_up_first()
        groups: dict[str, list[int]] = {}
        for number, write in enumerate(writes):
            groups.setdefault(write.path.rpartition("/")[0], []).append(number)
        results: dict[int, Result] = {}
        for numbers in groups.values():
            group = [writes[number] for number in numbers]
            results.update(zip(numbers, self._commit_folder(group), strict=True))
        return [results[number] for number in range(len(writes))]

    def clean_up(self) -> list[str]:
        """Mend and remove what a crash left; only one process may do so at a time.

        A version that neither the note nor its journal knows is an edit that came in at the
        instant of a write: it is made visible as a note of its own. So is the copy of a note
        that was edited after a write to it was cut short.

        Returns:
            The paths of such recovered notes.
        """
        recovered = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if not names.is_hidden(name)]
            for name in files:
                recovered += self._clean_away(Path(folder, name))
        return recovered + self._mend_all()

    def begin_clean_up(self) -> None:
        """Mend at once what is torn; the rest of `clean_up` is done by the sweep that comes next.

        To walk the vault twice takes twice as long. A write that comes before that sweep does it.
        """
        self._mend_all()
        self._owes_clean_up = True

    def _sweep_and_clean(self) -> Iterator[Found | Skipped]:
        strays: list[str] = []
        yield from walk(str(self.root), self._rules, strays=strays)
        recovered: list[str] = []
        with self._cleaning:
            if self._owes_clean_up:  # else a write did it meanwhile, and what was seen may be its
                for path in strays:
                    recovered += self._clean_away(self.root / path)
                self._owes_clean_up = False
        found = (self.find(NotePath(path)) for path in recovered)
        yield from (one for one in found if one is not None)

    def _clean_up_first(self) -> None:
        """Have no write come before a clean-up that is owed."""
        with self._cleaning:
            if self._owes_clean_up:
                self.clean_up()
                self._owes_clean_up = False

    def _clean_away(self, path: Path) -> list[str]:
        """Remove a temporary file of ours, or make a note of it; leave all else alone."""
        if not names.is_temporary(path.name):
            return []
        with suppress(FileNotFoundError):
            return self._clean_away_ours(path)
        return []

    def _clean_away_ours(self, path: Path) -> list[str]:
        if not stat.S_ISREG(path.lstat().st_mode):
            return []
        digest = digest_of(path.read_bytes())
        if names.is_ours(path.name, digest):
            path.unlink()
            return []
        target = path.with_name(names.recovered_name(digest))
        path.rename(target)
        logger.warning("an edit that met a write was recovered", extra={"path": str(target)})
        return [target.relative_to(self.root).as_posix()]

    def _mend(self, path: NotePath) -> None:
        """See to a note that the disk did not take as a whole.

        Raises:
            NoteUnreadableError: it is torn still.
        """
        error = self._cut_short.get(path)
        if error is not None:
            self._mend_from(error.name, error.copy)
            if path in self._cut_short:
                raise NoteUnreadableError(str(self._cut_short[path])) from error

    def _mend_all(self) -> list[str]:
        """Mend the notes that were being written in place; give the notes that were recovered."""
        left = self._copies.left() if self._copies else []
        return [path for name, copy in left for path in self._mend_from(name, copy)]

    def _mend_from(self, name: str, copy: Copy) -> list[str]:
        """Mend a note from its copy, if it needs that; give the notes that were recovered."""
        try:
            fate = self._find_fate(copy)
            recovered = [self._recover(copy)] if fate is Fate.EDITED else []
        except VaultError as error:
            logger.warning("a note is not whole", extra={"path": copy.path, "because": str(error)})
            because = f"{error}; the write before it was cut short, and its bytes are kept"
            self._cut_short[copy.path] = CutShortError(because, copy=copy, name=name)
            return []
        if fate is Fate.MENDED:
            logger.warning("a note that a crash left torn was mended", extra={"path": copy.path})
        self._cut_short.pop(copy.path, None)
        if self._copies:
            self._copies.drop(name)
        return recovered

    def _find_fate(self, copy: Copy) -> Fate:
        try:
            with self._open_folder(copy.path) as folder:
                return mend(self._disk, folder, copy)
        except NoteGoneError:  # moved, perhaps, and torn under its new name
            return Fate.EDITED

    def _recover(self, copy: Copy) -> str:
        """Show the bytes of before in a note beside the one that was edited, or moved."""
        name = names.recovered_name(digest_of(copy.before))
        beside = (self.root / copy.path).parent
        folder = copy.path.rpartition("/")[0] if beside.is_dir() else ""
        path = NotePath(f"{folder}/{name}" if folder else name)
        with self._open_folder(path) as handle:
            create_note(self._disk, handle, CreateNote(path, copy.before))
            self._disk.sync_folder(handle)
        logger.warning("a note was edited after a crash", extra={"path": copy.path, "copy": path})
        return path

    def _commit_folder(self, writes: Sequence[Write]) -> list[Result]:
        """Write notes of one folder, then sync it once; it goes if our removals left it empty."""
        try:
            make = any(isinstance(write, CreateNote) for write in writes)
            with self._open_folder(writes[0].path, make=make) as folder:
                results = [self._commit_note(folder, write) for write in writes]
                # One that was overtaken may have been put in the note's place and taken back.
                if any(isinstance(result, Written | Overtaken) for result in results):
                    self._disk.sync_folder(folder)
        except VaultError as error:
            return [error] * len(writes)
        except OSError as error:
            because = "the disk did not confirm the write"
            return [atomic.refusal(f"{write.path}: {because}", error) for write in writes]
        if any(isinstance(write, RemoveNote) for write in writes):
            remove_empty_folders(self._disk, str(self.root), writes[0].path)
        return results

    def _commit_note(self, folder: int, write: Write) -> Result:
        try:
            _check_path(write.path)
            match write:
                case EditNote() if self._in_place and self._copies:
                    self._mend(write.path)
                    return in_place.write_note(self._disk, folder, write, self._copies)
                case EditNote():
                    self._mend(write.path)
                    return atomic.write_note(self._disk, folder, write)
                case CreateNote():
                    return create_note(self._disk, folder, write)
                case RemoveNote():
                    return remove_note(self._disk, folder, write)
        except CutShortError as error:
            self._cut_short[write.path] = error
            return error
        except VaultError as error:
            return error

    @contextmanager
    def _open_folder(self, path: NotePath, *, make: bool = False) -> Iterator[int]:
        """Open the folder of a note, made where that is wanted, and close it afterwards."""
        _check_path(path)
        handle = open_folder(self._disk, str(self.root), path, make=make)
        try:
            yield handle
        finally:
            os.close(handle)


def _check_root(root: Path, *, to_write: bool) -> Path:
    """Give the vault's real folder."""
    try:
        real = root.expanduser().resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise VaultError(f"there is no vault at {root}; name its folder with --vault") from error
    if not real.is_dir():
        raise VaultError(f"{root} is a file; name the folder of the vault with --vault")
    if not os.access(real, os.R_OK | os.X_OK):
        raise VaultError(f"the vault {root} cannot be read; let your user read that folder")
    if to_write and not os.access(real, os.W_OK):
        raise VaultError(f"the vault {root} cannot be written; let your user write that folder")
    return real


def _check_path(path: NotePath) -> None:
    """Refuse what is no note within the vault: `..`, an absolute path, a hidden file."""
    parts = path.split("/")
    if "\0" in path or not names.is_note_name(path) or any(p[:1] in {"", "."} for p in parts):
        raise NoteUnreadableError(f"{names.printable(path)}: this is not a note of the vault")


def _folder_key(folder: str) -> str:
    """Give how the key of each path in a folder begins; empty for the whole vault."""
    key = path_key(folder.strip().strip("/").removeprefix("./"))
    return f"{key}/" if key and key != "." else ""
