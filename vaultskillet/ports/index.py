"""What the notes are about, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from vaultskillet.core.model import Digest, Embedding, Features, NotePath, Similar, TagCandidate


class Index(Protocol):
    """What the notes are about, on disk, updated in place."""

    def put(self, features: Sequence[Features]) -> None:
        """Insert or replace notes."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep what is known of it."""
        ...

    def put_embeddings(self, embeddings: Mapping[NotePath, Embedding]) -> None:
        """Insert or replace embeddings of notes that are in the index; `similar` heeds them."""
        ...

    def not_embedded(self, digests: Mapping[NotePath, Digest]) -> list[NotePath]:
        """Give those of these notes in the index whose embedding has another digest, or none."""
        ...

    def never_embedded(self, model: str, *, limit: int | None) -> list[NotePath]:
        """Give notes in the index that no model of this name embedded; None: all of them."""
        ...

    def tag_candidates(self, features: Features, *, limit: int) -> tuple[TagCandidate, ...]:
        """Give the vault's tags that fit a note, best first; its own tags excluded."""
        ...

    def similar(self, features: Features, *, limit: int, least: float = 0.0) -> tuple[Similar, ...]:
        """Give the notes most like one, best first; itself and unlisted ones excluded.

        Args:
            features: what the one is about.
            limit: how many at most.
            least: the score below which none is wanted: the higher, the sooner it is answered.
        """
        ...

    def unlisted(self, paths: Iterable[NotePath]) -> frozenset[NotePath]:
        """Give those of these notes that no other note may name."""
        ...

    def rarities(self, terms: Sequence[int]) -> list[float]:
        """Give how rare each term is in the vault: 1 where one note has it, 0 where most do."""
        ...

    def tag_counts(self) -> Mapping[str, int]:
        """Give each tag of the vault, in its most common spelling, and how many notes bear it."""
        ...
