"""A vault in memory that can be told to fail; passes the same contract as the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

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


@dataclass
class FakeVault:
    """Notes by path; `save` is what an editor does."""

    watched: tuple[str, ...] | None = None
    """Folders whose notes are watched; None: all."""
    skipped: dict[NotePath, str] = field(default_factory=dict)
    """Path -> reason: what a sweep leaves alone."""
    output_folder: str = ""
    """Where our own notes stand: a sweep leaves them alone. Empty: nowhere."""
    fails: dict[NotePath, VaultError] = field(default_factory=dict)
    """Path -> the error that reading and writing it ends in."""
    before_commit: Callable[[], None] = lambda: None
    """Called at the start of a commit: a race with an editor."""
    reads: list[NotePath] = field(default_factory=list)
    """Every note that was read, in order."""
    commits: list[Write] = field(default_factory=list)
    """Every write that was asked for, in order."""
    link_format: LinkFormat = LinkFormat.SHORTEST

    def __post_init__(self) -> None:
        self._files: dict[NotePath, tuple[bytes, Stamp]] = {}
        self._ticks = 0

    def save(self, path: str, content: bytes, *, at: float = 0.0) -> None:
        """Make or rewrite a note, at a time in seconds since 1970."""
        self._ticks += 1
        stamp = Stamp(len(content), int(at * 1e9) + self._ticks, self._ticks)
        self._files[NotePath(path)] = (content, stamp)

    def rename(self, old: str, new: str) -> None:
        """Give a note another name; it stays the same file."""
        self._files[NotePath(new)] = self._files.pop(NotePath(old))

    def edit(self, path: str, content: bytes, *, at: float = 0.0) -> None:
        """Rewrite a note in place: it stays the same file."""
        inode = self._files[NotePath(path)][1].inode
        self.save(path, content, at=at)
        self._files[NotePath(path)] = (
            content,
            self._files[NotePath(path)][1]._replace(inode=inode),
        )

    def remove(self, path: str) -> None:
        """Delete a note."""
        del self._files[NotePath(path)]

    def content(self, path: str) -> bytes:
        """Give the bytes of a note, counting no read."""
        return self._files[NotePath(path)][0]

    @property
    def paths(self) -> list[NotePath]:
        """Give all notes."""
        return sorted(self._files)

    def sweep(self) -> Iterator[Found | Skipped]:
        """Give all notes, and all that is left alone."""
        for path in sorted(self._files | self.skipped):
            judged = self.find(path)
            assert judged
            yield judged

    def find(self, path: NotePath) -> Found | Skipped | None:
        """Judge one path."""
        if path in self.skipped:
            return Skipped(path, self.skipped[path])
        if path not in self._files:
            return None
        if self.output_folder and path.startswith(f"{self.output_folder}/"):
            return Skipped(path, "written by vaultskillet")
        stamp = self._files[path][1]
        return Found(path, stamp) if stamp.size else Skipped(path, "empty")

    def is_watched(self, path: NotePath) -> bool:
        """Say whether a note lies in a watched folder."""
        return self.watched is None or path.startswith(tuple(f"{name}/" for name in self.watched))

    def read(self, path: NotePath) -> File:
        """Read a note."""
        self.reads.append(path)
        if path in self.fails:
            raise self.fails[path]
        if path not in self._files:
            raise NoteGoneError(f"{path}: it is not there any more")
        return File(path, *self._files[path])

    def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        """Write a batch."""
        self.before_commit()
        return [self._commit(write) for write in writes]

    def _commit(self, write: Write) -> Written | Overtaken | VaultError:
        self.commits.append(write)
        if write.path in self.fails:
            return self.fails[write.path]
        old, stamp = self._files.get(write.path, (None, Stamp(0, 0, 0)))
        if old is None and not isinstance(write, CreateNote):
            return NoteGoneError(f"{write.path}: it is not there any more")
        new = apply(write, old)
        if isinstance(new, Overtaken):
            return new
        if new is None:
            self.remove(write.path)
            return Written(write.path, stamp, ABSENT)
        if new != old:
            self.save(write.path, new)
            stamp = self._files[write.path][1]
        return Written(write.path, stamp, digest_of(new))
