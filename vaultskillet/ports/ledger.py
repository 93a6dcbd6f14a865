"""What is known of each note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from vaultskillet.core.model import Digest, NotePath, Ownership, RunId, Skipped, Stamp, Tier


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What is known of one note."""

    path: NotePath
    stamp: Stamp
    """Of the file when it was last read or written by us."""
    raw: Digest
    """Of the bytes under that stamp."""
    source: Digest | None = None
    """Source digest at the last finished trip; None: never finished one."""
    tier: Tier | None = None
    """Which model was asked in that trip; None: none was, or it is not known."""
    prompt: Digest | None = None
    """Of prompt and policies then; None: there was nothing to ask."""
    model: Digest | None = None
    """Of the model and how it was asked."""
    outcome: str = "new"
    """`new`, `unwatched`, `written`, `proposed` or `left`."""
    because: str = ""
    """Why it was routed so, or left alone, for a person."""
    run: RunId | None = None
    at: float = 0.0
    """Seconds since 1970 (UTC) of the last finished trip."""
    ownership: Ownership = field(default_factory=Ownership)
    failed: str = ""
    """Why calls in it failed, for a person; while a tag in the note says that they did."""


class MadeBy(NamedTuple):
    """By which recipe a note was done, as the ledger has it."""

    tier: Tier | None
    prompt: Digest | None
    model: Digest | None


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole ledger in short."""

    outcomes: Mapping[str, int]
    """How many notes have each outcome."""
    left: tuple[tuple[NotePath, str], ...]
    """Notes that are left alone or not watched, and why, by path."""
    failed: tuple[tuple[NotePath, str], ...]
    """Notes in which a tag says that a request failed, and why, by path."""
    recipes: Mapping[MadeBy, int]
    """How many notes were done by each."""


class Ledger(Protocol):
    """What is known of each note."""

    def get(self, paths: Iterable[NotePath]) -> dict[NotePath, LedgerRow]:
        """Give the rows of these notes; a note that is unknown is absent."""
        ...

    def stamps(self) -> dict[NotePath, Stamp]:
        """Give the stamp of every known note."""
        ...

    def put(self, rows: Sequence[LedgerRow]) -> None:
        """Insert or replace rows."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Give the row of a renamed note its new path; a row that stood there is replaced.

        Links of ours to the note lead to its new path from now on.
        """
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove rows of notes that are gone."""
        ...

    def with_raw(self, raws: Iterable[Digest]) -> dict[Digest, tuple[NotePath, ...]]:
        """Find the notes that had these bytes when last seen: a rename shows so."""
        ...

    def named(self, keys: Iterable[str]) -> list[NotePath]:
        """Give the notes whose file has one of these names, those left alone included.

        Args:
            keys: as `vaultskillet.core.links.file_keys` gives them.
        """
        ...

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        """Give the notes in which a link of ours leads to one of these, by path."""
        ...

    def unwatched(self) -> list[NotePath]:
        """Give the notes whose outcome is `unwatched`."""
        ...

    def rows(self) -> Iterator[LedgerRow]:
        """Give every row, by path."""
        ...

    def tally(self) -> Tally:
        """Count the rows, and name those that a person should look at."""
        ...

    def put_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Replace the list of what the last sweep left alone."""
        ...

    def skipped(self) -> list[Skipped]:
        """Give what the last sweep left alone, by path."""
        ...
