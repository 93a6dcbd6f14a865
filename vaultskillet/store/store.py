"""The state of one vault: queue, ledger, journal, runs and index over one database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

from vaultskillet.ports.index import Index
from vaultskillet.store.activity import SqliteActivity
from vaultskillet.store.books import SqliteBooks, SqliteOutbox
from vaultskillet.store.database import Database
from vaultskillet.store.journal import SqliteJournal
from vaultskillet.store.ledger import SqliteLedger
from vaultskillet.store.proposals import SqliteProposals
from vaultskillet.store.queue import SqliteQueue
from vaultskillet.store.routes import SqliteRoutes
from vaultskillet.store.runs import SqliteRuns


class SqliteStore:
    """The `Store` in a state database, which it closes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.queue = SqliteQueue(database)
        self.ledger = SqliteLedger(database)
        self.journal = SqliteJournal(database)
        self.proposals = SqliteProposals(database)
        self.routes = SqliteRoutes(database)
        self.runs = SqliteRuns(database)
        self.activity = SqliteActivity(database)
        self.books = SqliteBooks(database)
        self.outbox = SqliteOutbox(database)

    @cached_property
    def index(self) -> Index:
        """What the notes are about; with it comes all that reads Markdown, for who asks for it."""
        from vaultskillet.store.index import SqliteIndex  # noqa: PLC0415 - `status` does not

        return SqliteIndex(self._database)

    @property
    def set_aside(self) -> Path | None:
        """Where a damaged database was moved to when this one was opened; else None."""
        return self._database.set_aside

    def get_meta(self, key: str) -> str | None:
        """Give a small value kept under a name; None where there is none."""
        rows = self._database.query("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def put_meta(self, key: str, value: str) -> None:
        """Keep a small value under a name."""
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def tidy(self) -> None:
        """Let the database look after itself: its statistics, its log, the space it holds."""
        self._database.tidy()

    def transaction(self) -> AbstractContextManager[None]:
        """Make all that is done inside one durable unit; nested ones join the outer."""
        return self._database.transaction()

    def close(self) -> None:
        """Close the database; may be called twice."""
        self._database.close()
