"""What waits for a person's yes or no before it is written into a note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from vaultskillet.core.model import ABSENT, Digest, Draft, NotePath
from vaultskillet.ports.routes import RoutedWrite

PROPOSED = "proposed"
"""The outcome of a note in the ledger as long as its proposal waits."""


class Verdict(StrEnum):
    """What a person said of a proposal."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Values:
    """What is to be set in a note, whatever its other bytes are by then."""

    draft: Draft = field(default_factory=Draft)
    """What of it is new; redacted, and no placeholder is restored in it."""
    related: tuple[NotePath, ...] = ()
    """The notes that it is to link to, best first."""
    seen: Digest = ABSENT
    """Of the note's redacted text, by which its placeholders were numbered."""
    force: bool = False
    """The person asked for this note: what they once took out may come back."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one note."""

    path: NotePath
    source: Digest
    """Of the note that it was made of."""
    values: Values
    at: float
    """Seconds since 1970 (UTC)."""
    routed: RoutedWrite | None = None
    """By which route it came about; None where no engine was asked."""
    number: int = 0
    """By which a person names it; 0: not put yet. A number never means anything else again."""


class Proposals(Protocol):
    """What is proposed, a note at most one; it waits while the ledger says `proposed` of it."""

    def put(self, proposals: Sequence[Proposal]) -> None:
        """Let proposals wait; an earlier one of the same note is replaced.

        One that proposes the same as before keeps its number.
        """
        ...

    def waiting(
        self, paths: Iterable[NotePath] | None = None, *, latest: int | None = None
    ) -> list[Proposal]:
        """Give what waits for a verdict, by number: of these notes or all, so many of the last."""
        ...

    def decide(self, verdicts: Mapping[int, Verdict]) -> list[NotePath]:
        """Record what a person said of those that wait, by number; give their notes."""
        ...

    def decided(self, paths: Iterable[NotePath]) -> list[tuple[Proposal, Verdict]]:
        """Give those of these notes of which somebody said something, by number."""
        ...

    def begin(self, afters: Mapping[NotePath, Digest]) -> None:
        """Record that accepted ones are about to be written, and what the notes are then."""
        ...

    def begun(self, afters: Collection[Digest]) -> frozenset[NotePath]:
        """Give the notes of which a write that was begun leads to one of these."""
        ...

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        """Give the notes that are to link to one of these, by path."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove the proposals of these notes."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Follow a renamed note, also where others are to link to it."""
        ...

    def prune(self) -> int:
        """Remove those that wait no longer; give how many."""
        ...
