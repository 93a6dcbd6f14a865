"""What an evaluation tells: shares are from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkScores:
    """How many hidden links lead to one of the ten most related notes."""

    notes: int
    links: int
    recall_text_kept: float
    """Only the brackets are hidden."""
    recall_text_hidden: float


@dataclass(frozen=True, slots=True)
class TagScores:
    """How many hidden tags are found, and how many of those that are found are right."""

    notes: int
    tags: int
    recall_at: Mapping[int, float]
    """Of the first so many that the index suggests."""
    precision_at: Mapping[int, float]
    precision_at_half: float | None
    """Of all suggestions that it takes to find half of the tags; None: half are never found."""
    written_recall: float
    """Of the tags that would be written."""
    written_precision: float
    written_a_note: float
    invented_a_note: float
    """Tags that no other note of the vault bears."""


@dataclass(frozen=True, slots=True)
class SummaryScores:
    """How close summaries are to what authors wrote of their notes."""

    descriptions: int
    summaries: int
    """Notes that got one."""
    rouge_1: float
    """F1; a note that got none counts 0."""
    first_sentence: float
    """The same of each note's first sentence, for comparison."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How long things took, in milliseconds a note."""

    related_ms: float
    related_p95_ms: float
    tags_ms: float
    enrich_ms: float
    """To make the request, the reply and the draft."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good all of it is on one vault; None where the vault has nothing to measure it by."""

    notes: int
    """That the index knows."""
    tried: int
    models: Mapping[str, str]
    """Tier -> what runs it."""
    embeddings: str | None
    """The model that embeds notes; None: none does."""
    links: LinkScores | None
    tags: TagScores | None
    summaries: SummaryScores | None
    cost: Cost
    failed: int
    """Notes for which the engine had no usable reply."""
