"""Are hidden tags among those that are suggested, and is what is suggested right?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vaultskillet.core.measures import mean
from vaultskillet.core.model import TagCandidate
from vaultskillet.evaluation.drafts import Drafter
from vaultskillet.evaluation.samples import (
    Sample,
    learn,
    put_back,
    telling_tags,
    without_tags,
)
from vaultskillet.evaluation.scores import TagScores
from vaultskillet.evaluation.timing import Times
from vaultskillet.pipeline import MAX_CANDIDATES
from vaultskillet.trip import Kit

COUNTS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was suggested for a note, best first, what would be written, and what was hidden."""

    suggested: Sequence[TagCandidate]
    written: Sequence[str]
    invented: int
    wanted: frozenset[str]

    def hits(self, tags: Iterable[str]) -> int:
        """Count the right ones."""
        return sum(tag.casefold() in self.wanted for tag in tags)


def judge_tags(
    samples: Sequence[Sample],
    kit: Kit,
    drafter: Drafter,
    times: Times,
    *,
    progress: Callable[[int, int], None],
) -> TagScores | None:
    """Hide the tags of each note, and look for them; None where no note has any that is telling."""
    tagged = [sample for sample in samples if telling_tags(sample.features.tags)]
    judged = []
    for number, sample in enumerate(tagged):
        progress(number, len(tagged))
        judged.append(_judge(sample, kit, drafter, times))
    if not judged:
        return None
    tags = sum(len(one.wanted) for one in judged)
    written = sum(len(one.written) for one in judged)
    right = sum(one.hits(one.written) for one in judged)
    return TagScores(
        notes=len(judged),
        tags=tags,
        recall_at={count: mean([_recall(one, count) for one in judged]) for count in COUNTS},
        precision_at={
            count: mean([_precision(one, count) for one in judged if one.suggested])
            for count in COUNTS
        },
        precision_at_half=precision_at_half(judged),
        written_recall=right / tags,
        written_precision=right / max(1, written),
        written_a_note=written / len(judged),
        invented_a_note=sum(one.invented for one in judged) / len(judged),
    )


def precision_at_half(judged: Sequence[Judged]) -> float | None:
    """Give the precision of the likeliest suggestions, as many as find half of all tags."""
    every = sorted(
        ((one.score, note.hits([one.tag])) for note in judged for one in note.suggested),
        key=lambda each: -each[0],
    )
    half = sum(len(note.wanted) for note in judged) / 2
    right = 0
    for number, (_, hit) in enumerate(every, 1):
        right += hit
        if right >= half:
            return right / number
    return None


def _judge(sample: Sample, kit: Kit, drafter: Drafter, times: Times) -> Judged:
    index = kit.store.index
    note = without_tags(sample)
    hidden = learn(note, sample, kit)
    with times.measure("tags"):
        suggested = index.tag_candidates(hidden, limit=MAX_CANDIDATES)
    known = {tag.casefold() for tag in index.tag_counts()}
    draft = drafter.draft(note, suggested, private=sample.private)
    put_back(sample, kit)
    written = draft.tags if draft else ()
    return Judged(
        suggested=suggested,
        written=written,
        invented=sum(tag.casefold() not in known for tag in written),
        wanted=telling_tags(sample.features.tags),
    )


def _best(judged: Judged, count: int) -> list[str]:
    return [one.tag for one in judged.suggested[:count]]


def _recall(judged: Judged, count: int) -> float:
    return judged.hits(_best(judged, count)) / len(judged.wanted)


def _precision(judged: Judged, count: int) -> float:
    best = _best(judged, count)
    return judged.hits(best) / len(best)
