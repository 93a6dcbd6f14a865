"""The books of digests and their queue, and the outbox, in the state database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vaultskillet.core.periods import Period, Record
from vaultskillet.ports.digests import BookId, DigestJob, Made, Parcel
from vaultskillet.store.database import Database, Row

_ENQUEUE = """
INSERT INTO digest_jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO
"""

_KEEP = "NOTHING"

_REPLACE = """
UPDATE SET starts = excluded.starts, ends = excluded.ends, due = excluded.due,
    named = excluded.named, attempts = excluded.attempts, not_before = excluded.not_before,
    because = excluded.because, given_up = excluded.given_up
"""

_UPDATE_PARCEL = """
UPDATE outbox SET subject = ?, text = ?, attempts = ?, not_before = ?, because = ?, sent_at = ?
WHERE name = ? AND rhythm = ? AND period = ? AND channel = ?
"""


class SqliteBooks:
    """The `Books` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def made(self, book: BookId) -> dict[str, Made]:
        """Give what was made, by the id of its period."""
        rows = self._database.query(
            "SELECT period, starts, ends, until, at, outcome, because, path FROM digests "
            "WHERE name = ? AND rhythm = ?",
            (book.name, book.rhythm),
        )
        return {
            period: Made(Record(period, starts, ends, until), at, outcome, because, path)
            for period, starts, ends, until, at, outcome, because, path in rows
        }

    def put(self, book: BookId, made: Made) -> None:
        """Record a digest; it replaces what was recorded of that period."""
        record = made.record
        self._database.execute(
            "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(book.name, book.rhythm, record.id, record.starts, record.ends, record.until),
                *(made.at, made.outcome, made.because, made.path),
            ),
        )

    def enqueue(self, jobs: Sequence[DigestJob], *, anew: bool = False) -> None:
        """Make digests due; one that waits already, or was given up, stays as it is."""
        self._database.executemany(
            _ENQUEUE + (_REPLACE if anew else _KEEP), [_columns(job) for job in jobs]
        )

    def jobs(self) -> list[DigestJob]:
        """Give what is due, waits for another try or was given up, oldest period first."""
        rows = self._database.query("SELECT * FROM digest_jobs ORDER BY ends, name, rhythm")
        return [_read(row) for row in rows]

    def drop(self, job: DigestJob) -> None:
        """Take a job out of the queue."""
        self._database.execute(
            "DELETE FROM digest_jobs WHERE name = ? AND rhythm = ? AND period = ?",
            (job.book.name, job.book.rhythm, job.period.id),
        )


class SqliteOutbox:
    """The `Outbox` in a state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, parcel: Parcel) -> None:
        """Keep a parcel to be sent; one of that digest and channel that is known stays."""
        self._database.execute(
            "INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_key(parcel), *_contents(parcel)),
        )

    def waiting(self) -> list[Parcel]:
        """Give what was not sent yet, the soonest first."""
        rows = self._database.query(
            "SELECT * FROM outbox WHERE sent_at IS NULL ORDER BY not_before, name, period, channel"
        )
        return [Parcel(BookId(name, rhythm), *rest) for name, rhythm, *rest in rows]

    def update(self, parcel: Parcel) -> None:
        """Replace a parcel that is known."""
        self._database.execute(_UPDATE_PARCEL, (*_contents(parcel), *_key(parcel)))


def _columns(job: DigestJob) -> Row:
    period = job.period
    return (
        *(job.book.name, job.book.rhythm, period.id, period.starts, period.ends, period.due),
        *(period.named.isoformat(), job.attempts, job.not_before, job.because, job.given_up),
    )


def _read(row: Row) -> DigestJob:
    name, rhythm, period, starts, ends, due, named, attempts, not_before, because, given_up = row
    return DigestJob(
        BookId(name, rhythm),
        Period(period, starts, ends, due, datetime.fromisoformat(named)),
        attempts,
        not_before,
        because,
        bool(given_up),
    )


def _key(parcel: Parcel) -> Row:
    return (parcel.book.name, parcel.book.rhythm, parcel.period, parcel.channel)


def _contents(parcel: Parcel) -> Row:
    return (
        *(parcel.subject, parcel.text, parcel.attempts, parcel.not_before),
        *(parcel.because, parcel.sent_at),
    )
