"""Are hidden links among the notes that are found to be related?"""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core.measures import mean
from vaultskillet.core.model import Features
from vaultskillet.evaluation.samples import Sample, without_links
from vaultskillet.evaluation.scores import LinkScores
from vaultskillet.evaluation.timing import Times
from vaultskillet.trip import Kit

TOP = 10


def judge_links(samples: Sequence[Sample], kit: Kit, times: Times) -> LinkScores | None:
    """Hide the links of each note, and look for them; None where no note has any."""
    linking = [sample for sample in samples if sample.linked]
    if not linking:
        return None
    kept: list[float] = []
    hidden: list[float] = []
    for sample in linking:
        for recalls, keep_text in ((kept, True), (hidden, False)):
            features = without_links(sample, kit, keep_text=keep_text)
            recalls.append(_recall(sample, features, kit, times))
    return LinkScores(
        notes=len(linking),
        links=sum(len(sample.linked) for sample in linking),
        recall_text_kept=mean(kept),
        recall_text_hidden=mean(hidden),
    )


def _recall(sample: Sample, features: Features, kit: Kit, times: Times) -> float:
    index = kit.store.index
    index.put([features])
    with times.measure("related"):
        found = {one.path for one in index.similar(features, limit=TOP)}
    index.put([sample.features])
    return len(found & sample.linked) / len(sample.linked)
