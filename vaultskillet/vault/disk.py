"""The system calls of a write, one method each: a test makes each of them fail or kill."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import os
import signal
import stat
import sys
from collections.abc import Callable

from vaultskillet.vault.metadata import copy_metadata

# Not supported by this file system or kernel: do without.
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY}

_PIECE = 1 << 16
"""So many bytes of what a file grew by are read at once."""

# RENAME_EXCHANGE on Linux and RENAME_SWAP on macOS have the same value and meaning.
_EXCHANGE = 2
_NO_REPLACE = 4 if sys.platform == "darwin" else 1
_RENAME_CALL = "renameatx_np" if sys.platform == "darwin" else "renameat2"


class Disk:
    """One folder's files, by open folder handle and name, so that no link leads astray."""

    def open_folder(self, name: str, *, within: int | None = None) -> int:
        """Open a folder; a symbolic link in the last place is refused."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name, flags, dir_fd=within)

    def open(self, folder: int, name: str) -> int:
        """Open a file to read; a symbolic link is refused, a pipe does not block."""
        return _open(folder, name, os.O_RDONLY)

    def open_to_write(self, folder: int, name: str) -> int:
        """Open a file that is there to read and write; as `open` otherwise."""
        return _open(folder, name, os.O_RDWR)

    def read(self, file: int) -> bytes:
        """Read a whole file from its beginning."""
        pieces: list[bytes] = []
        done, asked = 0, os.fstat(file).st_size + 1
        while piece := os.pread(file, asked, done):
            pieces.append(piece)
            done += len(piece)
            asked = min(done, _PIECE)  # nothing is left there, unless the file grew
        return b"".join(pieces)

    def status(self, file: int) -> os.stat_result:
        """Give what `fstat` says of an open file."""
        return os.fstat(file)

    def status_of(self, folder: int, name: str) -> os.stat_result:
        """Give what `lstat` says of a name."""
        return os.stat(name, dir_fd=folder, follow_symlinks=False)

    def may_write(self, folder: int, name: str) -> bool:
        """Say whether we may write a file, by its mode and access list.

        Raises:
            OSError: nothing can be written to the whole file system.
        """
        if os.fstatvfs(folder).f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)
        return os.access(name, os.W_OK, dir_fd=folder, effective_ids=True)

    def create(self, folder: int, name: str) -> int:
        """Make a new file that only we may read, open to write."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name, flags, 0o600, dir_fd=folder)

    def write(self, file: int, content: bytes) -> None:
        """Write all of it."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]

    def write_over(self, file: int, content: bytes) -> None:
        """Write over a file's beginning."""
        rest, done = memoryview(content), 0
        while rest:
            count = os.pwrite(file, rest, done)
            rest, done = rest[count:], done + count

    def resize(self, file: int, size: int) -> None:
        """Cut a file off, or fill it up with zeros."""
        os.truncate(file, size)

    def sync(self, file: int) -> None:
        """Return when a file's content is on the medium."""
        if sys.platform == "darwin":  # there, fsync leaves it in the drive's cache
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        else:
            os.fsync(file)

    def sync_folder(self, folder: int) -> None:
        """Return when a folder's names are on the medium, where the file system can do that."""
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise

    def exchange(self, folder: int, one: str, other: str) -> bool:
        """Exchange two names at one instant; False where that cannot be done here."""
        return self._rename(folder, one, other, _EXCHANGE)

    def _rename(self, folder: int, source: str, target: str, flag: int) -> bool:
        """Rename by the system call that takes a flag; False where that cannot be done here."""
        call = _rename_call()
        if call is None:
            return False
        names = (os.fsencode(source), os.fsencode(target))
        if call(folder, names[0], folder, names[1], ctypes.c_uint(flag)) == 0:
            return True
        number = ctypes.get_errno()
        if number in _UNSUPPORTED:
            return False
        raise OSError(number, os.strerror(number), target)

    def replace(self, folder: int, source: str, target: str) -> None:
        """Give a file another name, over whatever bears it."""
        os.replace(source, target, src_dir_fd=folder, dst_dir_fd=folder)

    def place(self, folder: int, source: str, target: str) -> None:
        """Give a file another name, which must be free.

        Raises:
            FileExistsError: something bears it.
        """
        if self._rename(folder, source, target, _NO_REPLACE):
            return
        try:  # two names for one file: as good, where there are hard links
            os.link(source, target, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in {*_UNSUPPORTED, errno.EPERM, errno.EMLINK}:
                raise
        else:
            os.unlink(source, dir_fd=folder)
            return
        with contextlib.suppress(FileNotFoundError):
            self.status_of(folder, target)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        self.replace(folder, source, target)

    def make_folder(self, folder: int, name: str) -> None:
        """Make a folder.

        Raises:
            FileExistsError: something bears that name.
        """
        os.mkdir(name, dir_fd=folder)

    def remove_folder(self, folder: int, name: str) -> None:
        """Remove a folder within another.

        Raises:
            OSError: it is not empty, or no folder.
        """
        os.rmdir(name, dir_fd=folder)

    def let_read(self, file: int, *, like: int) -> None:
        """Let those read and write a file who may do so in a folder."""
        os.fchmod(file, os.fstat(like).st_mode & 0o666)

    def remove(self, folder: int, name: str) -> None:
        """Remove a name; none there is fine."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)

    def hold_off_writers(self, file: int) -> bool:
        """Let whoever opens a file to write wait until it is closed here (45 seconds at most).

        A read lease, which Linux has; `writer_waits` then tells of others.

        Returns:
            False where there is no such thing: another system, a file system without
            leases, a file of another user.

        Raises:
            BlockingIOError: another program has the file open to write.
        """
        return _lease(file, fcntl.F_RDLCK)

    def hold_off_all(self, file: int) -> bool:
        """Let whoever opens a file wait until it is closed here (45 seconds at most).

        A write lease; the rest is as in `hold_off_writers`.

        Raises:
            BlockingIOError: another program has the file open.
        """
        return _lease(file, fcntl.F_WRLCK)

    def writer_waits(self, file: int) -> bool:
        """Say whether somebody waits to write a file that is held off."""
        return bool(fcntl.fcntl(file, fcntl.F_GETLEASE) == fcntl.F_UNLCK)

    def copy_metadata(self, source: int, target: int) -> None:
        """Give a new file the mode, owner, access list, attributes and birth time of another.

        Raises:
            NoteProtectedError: one of these cannot be kept.
        """
        copy_metadata(source, target)


@functools.cache
def _rename_call() -> Callable[..., int] | None:
    """Give the system call that renames by a flag; None where there is none."""
    call: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), _RENAME_CALL, None)
    return call


def _open(folder: int, name: str, flags: int) -> int:
    """Open a file; a symbolic link is refused, a pipe does not block."""
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(name, flags | os.O_NONBLOCK, dir_fd=folder)
    except BlockingIOError:  # somebody holds a lease: it is given back at once, if one waits
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise
        return os.open(name, flags, dir_fd=folder)


def _lease(file: int, kind: int) -> bool:
    """Ask for a lease of an open file; False where there is no such thing."""
    if not sys.platform.startswith("linux"):
        return False
    # Told by a signal that nobody heeds; the default one, SIGIO, would end the process.
    fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(file, fcntl.F_SETLEASE, kind)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True
