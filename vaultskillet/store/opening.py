"""Opening a database file: made, checked, set aside where damaged, copied; plain errors."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from vaultskillet.errors import StoreError
from vaultskillet.store.schema import is_current, migrate

FAULTS = (sqlite3.Error, OSError)
"""What SQLite and the file system raise."""

DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    # On macOS only this reaches the platter; elsewhere it is without effect.
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    # 16 MB: with SQLite's own 2 MB, rows in no special order cost three times as much.
    "PRAGMA cache_size = -16000",
    # A burst grows the log; this many bytes of it are kept afterwards.
    "PRAGMA journal_size_limit = 16777216",
)


def open_memory() -> sqlite3.Connection:
    """Open an empty database in memory."""
    connection = _connect(":memory:")
    migrate(connection)
    return connection


def open_file(
    path: Path, busy_timeout_s: float, *, alone: bool
) -> tuple[sqlite3.Connection, Path | None]:
    """Open a database file, made where there is none, for this user's eyes only.

    Returns:
        The connection, and where a damaged file was moved to that stood in its place.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return _open_sound(path, busy_timeout_s), None
    except sqlite3.DatabaseError as error:
        if not alone or _primary_code(error) not in DAMAGED:
            raise
    aside = _set_aside(path)
    return _open_sound(path, busy_timeout_s), aside


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a database file to read what it holds now, touching neither it nor its log.

    Raises:
        StoreError: it is of another version.
    """
    connection = _connect(_uri_to_read(path))
    connection.execute("BEGIN")  # all that is read is of one moment
    if not is_current(connection):
        connection.close()
        raise StoreError(f"{path}: of another version")
    return connection


def copy_file(path: Path, target: sqlite3.Connection) -> None:
    """Copy a database file over another database, touching neither the file nor its log."""
    with closing(_connect(_uri_to_read(path))) as source:
        source.backup(target)
    migrate(target)


def _uri_to_read(path: Path) -> str:
    # A reader of a log makes a `-shm` file; where there is no log to read, `immutable` does not.
    log = Path(f"{path}-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    return f"{path.absolute().as_uri()}?{how}"


@contextmanager
def plain_errors(path: Path | None) -> Iterator[None]:
    """Turn the errors of SQLite and of the file system into one line for a person.

    Raises:
        StoreError: instead of them.
    """
    try:
        yield
    except FAULTS as error:
        raise plain_error(error, path) from error


def plain_error(error: Exception, path: Path | None) -> StoreError:
    """Give what to raise in the place of one of `FAULTS`."""
    return StoreError(_explain(error, path))


def _connect(name: str, busy_timeout_s: float = 5.0) -> sqlite3.Connection:
    return sqlite3.connect(
        name,
        timeout=busy_timeout_s,
        isolation_level=None,  # transactions are ours to begin
        check_same_thread=False,  # the lock of `Database` sees to that
        uri=name.startswith("file:"),
    )


def _open_sound(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    as_left = _is_as_left(path)
    # Made before SQLite does, which would leave it open to others; its log inherits the mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = _connect(str(path), busy_timeout_s)
    try:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        if not as_left:
            _check(connection)
            # It has filled the cache with pages that nobody asked for.
            connection.execute("PRAGMA shrink_memory")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        damage = sqlite3.DatabaseError(verdict)
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage


def leave(path: Path) -> None:
    """Take note of how a sound file was closed: who opens it so need not check all of it again.

    That takes longer than to walk the vault. A crash leaves a log, and whoever else touches the
    file leaves another time.
    """
    with suppress(OSError):
        _mark_of(path).write_text(_stamp_of(path), encoding="ascii")


def distrust(path: Path) -> None:
    """Have a file checked the next time that it is opened, since it turned out to be damaged."""
    with suppress(OSError):
        _mark_of(path).unlink()


def is_damage(error: Exception) -> bool:
    """Say whether an error tells that the file is damaged."""
    return _primary_code(error) in DAMAGED


def _is_as_left(path: Path) -> bool:
    log = Path(f"{path}-wal")
    try:
        if log.exists() and log.stat().st_size:
            return False
        return _mark_of(path).read_text(encoding="ascii") == _stamp_of(path)
    except (OSError, UnicodeDecodeError):
        return False


def _mark_of(path: Path) -> Path:
    return Path(f"{path}.sound")


def _stamp_of(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    # The log first: left beside a new database it would be taken for that one's.
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.replace(f"{aside}{suffix}")
    return aside


def _primary_code(error: Exception) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _explain(error: Exception, path: Path | None) -> str:
    match _primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path}: another process is busy with it; try again in a moment"
        case sqlite3.SQLITE_FULL:
            return f"{path}: the disk is full; free some space, then start again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return (
                f"{path}: cannot be opened or written; "
                "mend its permissions, or name another folder with --state-dir"
            )
        case code if code in DAMAGED:
            return f"{path}: the state database is damaged; the next `run` starts a new one"
        case _ if isinstance(error, OSError):
            return (
                f"{error.filename or path}: {error.strerror}; "
                "mend that, or name another folder with --state-dir"
            )
        case _:
            return f"{path or 'state in memory'}: {error}"
