"""Are hidden links among the notes that are found to be related?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaultskillet.core.measures import mean
from vaultskillet.evaluation.samples import Sample, learn, put_back, without_links
from vaultskillet.evaluation.scores import LinkScores
from vaultskillet.evaluation.timing import Times
from vaultskillet.trip import Kit

TOP = 10


def judge_links(
    samples: Sequence[Sample], kit: Kit, times: Times, *, progress: Callable[[int, int], None]
) -> LinkScores | None:
    """Hide the links of each note, and look for them; None where no note has any."""
    linking = [sample for sample in samples if sample.linked]
    if not linking:
        return None
    kept: list[float] = []
    hidden: list[float] = []
    for number, sample in enumerate(linking):
        progress(number, len(linking))
        kept.append(_recall(sample, kit, times, keep_text=True))
        hidden.append(_recall(sample, kit, times, keep_text=False))
        put_back(sample, kit)
    return LinkScores(
        notes=len(linking),
        links=sum(len(sample.linked) for sample in linking),
        recall_text_kept=mean(kept),
        recall_text_hidden=mean(hidden),
    )


def _recall(sample: Sample, kit: Kit, times: Times, *, keep_text: bool) -> float:
    features = learn(without_links(sample, keep_text=keep_text), sample, kit)
    with times.measure("related"):
        found = {one.path for one in kit.store.index.similar(features, limit=TOP)}
    return len(found & sample.linked) / len(sample.linked)
