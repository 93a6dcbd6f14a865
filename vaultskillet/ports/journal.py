"""What was written, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vaultskillet.core.model import CreateNote, Digest, EditNote, NotePath, Ownership, Plan, RunId


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write to one note: enough to finish it, to show it and to take it back."""

    id: int
    run: RunId
    at: float
    """Seconds since 1970 (UTC)."""
    write: EditNote | CreateNote
    """`write.expects` is the raw digest before."""
    after: Digest
    """Raw digest after."""
    owned_before: Ownership
    owned_after: Ownership
    source: Digest
    state: str
    """`intended` (the file may be old or new), `done`, `void` (never happened), `undone`."""


class Journal(Protocol):
    """Every write, recorded durably before it happens."""

    def intend(self, plans: Sequence[Plan | CreateNote], *, run: RunId, now: float) -> list[int]:
        """Record that these plans, or notes that belong to no other, are about to be written.

        Durable on return or, inside a transaction, when that has been committed. What was
        owned before is what the ledger holds now; in a new note nothing is owned, it is ours
        as a whole.

        Returns:
            The id of each entry; one entry a write, in the order of plans and their writes.

        Raises:
            MisplacedEditError: a write does not fit the note that it was planned on.
        """
        ...

    def settle(self, *, done: Sequence[int], void: Sequence[int]) -> None:
        """Record what became of intended entries; those settled already stay as they are."""
        ...

    def unsettled(self) -> list[JournalEntry]:
        """Give the entries that are still `intended`, oldest first: a crash lies between."""
        ...

    def entries(
        self,
        *,
        paths: Sequence[NotePath] | None = None,
        run: RunId | None = None,
        since: float | None = None,
    ) -> list[JournalEntry]:
        """Give the entries that are `done` or `undone`, newest first.

        Args:
            paths: of these notes; None: of all.
            run: of this run; None: of all.
            since: not older than this, in seconds since 1970 (UTC); None: of any age.
        """
        ...

    def with_after(self, digests: Iterable[Digest]) -> dict[Digest, JournalEntry]:
        """Find the last write, `done` or `undone`, that led to each of these contents."""
        ...

    def mark_undone(self, ids: Sequence[int]) -> None:
        """Record that these, which were `done`, were taken back."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the history of a renamed note follow it."""
        ...

    def prune(self, *, before: float, keep_bytes: int) -> int:
        """Drop the oldest entries; give how many. One that is still `intended` is kept.

        Args:
            before: all older than this, in seconds since 1970 (UTC).
            keep_bytes: and so many more that the edits of those that stay fit into this.
        """
        ...
