"""Do summaries say what authors say of their notes?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaultskillet.core.measures import mean, rouge_1
from vaultskillet.core.sentences import sentences_of
from vaultskillet.core.terms import words_of
from vaultskillet.evaluation.drafts import Drafter
from vaultskillet.evaluation.samples import Sample
from vaultskillet.evaluation.scores import SummaryScores


def judge_summaries(
    samples: Sequence[Sample], drafter: Drafter, *, progress: Callable[[int, int], None]
) -> SummaryScores | None:
    """Compare a summary of each note with its description; None where no note has one."""
    described = [sample for sample in samples if words_of(sample.description)]
    if not described:
        return None
    said = []
    for number, sample in enumerate(described):
        progress(number, len(described))
        draft = drafter.draft(sample.note, (), private=sample.private)
        said.append(draft.summary if draft else None)
    return SummaryScores(
        descriptions=len(described),
        summaries=sum(one is not None for one in said),
        rouge_1=mean(
            [
                rouge_1(one or "", sample.description)
                for one, sample in zip(said, described, strict=True)
            ]
        ),
        first_sentence=mean(
            [rouge_1(_first_sentence(sample), sample.description) for sample in described]
        ),
    )


def _first_sentence(sample: Sample) -> str:
    for block in sample.document.prose_blocks():
        for sentence in sentences_of(block.prose):
            return sentence
    return ""
