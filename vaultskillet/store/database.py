"""One SQLite connection that all threads share."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vaultskillet.errors import StoreError
from vaultskillet.store import opening

Value = str | int | float | bytes | None
Parameters = Sequence[Value] | Mapping[str, Value]
Row = tuple[Any, ...]


MOST_FREE = 0.25
"""A database of which more than this share is free is written anew, smaller."""


class Database:
    """The state database of a vault, open.

    Any thread may use it; one at a time does, for a statement or for a whole transaction.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        busy_timeout_s: float = 5.0,
        alone: bool = True,
        to_read: bool = False,
    ) -> None:
        """Open the database, made where there is none; a damaged one is set aside first.

        Args:
            path: the file; None: in memory, gone when closed.
            busy_timeout_s: how long to wait for another process that is writing.
            alone: the vault's lock is held; else a damaged database is an error, since
                another process may have it open.
            to_read: only read what the file holds now; it is not touched, and must be of this
                version.

        Raises:
            StoreError: it cannot be opened.
        """
        self.path = path
        self.set_aside: Path | None = None
        """Where a damaged database was moved to; the person should be told."""
        self._lock = threading.RLock()
        self._depth = 0
        self._doomed = False
        self._is_ours = path is not None and not to_read
        """Whether the file may be touched, and is sound as far as is known."""
        with opening.plain_errors(path):
            if path is None:
                self._connection = opening.open_memory()
            elif to_read:
                self._connection = opening.open_to_read(path)
            else:
                self._connection, self.set_aside = opening.open_file(
                    path, busy_timeout_s, alone=alone
                )

    @classmethod
    def copy_of(cls, path: Path) -> Database:
        """Give a private copy in memory; nothing of it ever reaches the disk.

        Neither the file nor its log is touched, and where there is none, none is made: the
        copy is then an empty database.

        Raises:
            StoreError: the file cannot be read, is damaged or is of a newer vaultskillet.
        """
        copy = cls(None)
        with opening.plain_errors(path):
            if path.exists():
                opening.copy_file(path, copy._connection)
        return copy

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is done inside one durable unit; nested ones join the outer.

        An exception that leaves any block of the nest, or a statement that fails, undoes the
        whole: catching it further out does not save the rest.

        Raises:
            StoreError: it could not be committed; nothing of it happened.
        """
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            try:
                if outermost:
                    self.execute("BEGIN IMMEDIATE")
                yield
                if outermost:
                    self.execute("COMMIT")
            except BaseException:
                self._doomed = True
                raise
            finally:
                self._depth -= 1
                if outermost:
                    self._doomed = False
                    self._roll_back()

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement; for rows use `query`.

        Raises:
            StoreError: it failed.
        """
        with self._statement():
            return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row, in one transaction.

        Raises:
            StoreError: it failed; nothing of it happened.
        """
        with self.transaction(), self._statement():
            self._connection.executemany(sql, rows)

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Give the rows that a statement selects.

        Raises:
            StoreError: it failed.
        """
        # As `_statement` has it, but without the cost of a generator: nothing is called as often.
        with self._lock:
            self._refuse_if_doomed()
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except opening.FAULTS as error:
                self._doomed = self._depth > 0
                self._mind(error)
                raise opening.plain_error(error, self.path) from error

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Give the rows that a statement selects, one by one, for results that are large.

        The caller's thread holds the database until it has taken the last one.

        Raises:
            StoreError: it failed.
        """
        with self._statement():
            yield from self._connection.execute(sql, parameters)

    def tidy(self) -> None:
        """Refresh statistics, empty the log, and give back free space where it is much.

        Raises:
            StoreError: it failed; nothing is lost.
        """
        self.query("PRAGMA optimize")
        ((free,),) = self.query("PRAGMA freelist_count")
        ((pages,),) = self.query("PRAGMA page_count")
        if free > MOST_FREE * pages:
            self.execute("VACUUM")
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the database; may be called twice."""
        with self._lock, opening.plain_errors(self.path):
            self._connection.close()
            if self.path and self._is_ours:
                opening.leave(self.path)
                self._is_ours = False

    @contextmanager
    def _statement(self) -> Iterator[None]:
        with self._lock:
            self._refuse_if_doomed()
            try:
                with opening.plain_errors(self.path):
                    yield
            except StoreError as error:
                self._doomed = self._depth > 0
                self._mind(error.__cause__)
                raise

    def _mind(self, error: BaseException | None) -> None:
        """Have the file checked at the next start where it turns out to be damaged."""
        if self.path and isinstance(error, Exception) and opening.is_damage(error):
            self._is_ours = False
            opening.distrust(self.path)

    def _refuse_if_doomed(self) -> None:
        if self._doomed:
            raise StoreError("an earlier step of this transaction failed: all is undone")

    def _roll_back(self) -> None:
        with opening.plain_errors(self.path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
