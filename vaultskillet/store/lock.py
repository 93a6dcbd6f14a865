"""One daemon a vault: a lock of the operating system, which dies with its process."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vaultskillet.errors import BusyError
from vaultskillet.store.opening import plain_errors

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading what is locked, so the lock lies behind the pid.
    _BEHIND_THE_PID = 1024

    def _lock(handle: int) -> None:
        os.lseek(handle, _BEHIND_THE_PID, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold_lock(database: Path) -> Iterator[None]:
    """Be the only one who works on a vault; however the process ends, that ends with it.

    Args:
        database: the vault's state database; the lock file lies beside it, and stays.

    Raises:
        StoreError: another process is (it is named), or the lock file cannot be made.
    """
    path = Path(f"{database}.lock")
    with plain_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with plain_errors(path):
            _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    try:
        _lock(handle)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}:
            raise
        pid = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
        raise BusyError(
            f"vaultskillet works on this vault already (process {pid}); stop it first"
        ) from error
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
