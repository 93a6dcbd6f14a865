"""How good all of it is on one vault: what its author did is hidden, and looked for.

The index is that of the vault. Of the notes that are tried, each is put there with something
hidden, asked about, and put back: so this needs a store that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable

from vaultskillet.core.links import Names
from vaultskillet.core.model import digest_of
from vaultskillet.evaluation.drafts import Drafter
from vaultskillet.evaluation.links import judge_links
from vaultskillet.evaluation.samples import Sample, read_sample
from vaultskillet.evaluation.scores import Evaluation
from vaultskillet.evaluation.summaries import judge_summaries
from vaultskillet.evaluation.tags import judge_tags
from vaultskillet.evaluation.timing import Times
from vaultskillet.trip import Kit


def evaluate(kit: Kit, *, limit: int, progress: Callable[[str, int, int], None]) -> Evaluation:
    """Measure related notes, tags and summaries.

    Args:
        kit: what a trip works with; its index is changed.
        limit: try at most so many notes, the same ones each time.
        progress: told of (phase, done, total).

    Raises:
        StoreError: the state cannot be read or written.
    """
    times = Times(kit.clock)
    drafter = Drafter(kit, times)
    samples = read_samples(kit, limit=limit, progress=progress)

    def telling(phase: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(phase, done, total)

    links = judge_links(samples, kit, times, progress=telling("looking for hidden links"))
    tags = judge_tags(samples, kit, drafter, times, progress=telling("looking for hidden tags"))
    summaries = judge_summaries(samples, drafter, progress=telling("comparing summaries"))
    return Evaluation(
        notes=len(kit.store.ledger.stamps()),
        tried=len(samples),
        models={str(tier): engine.model_id for tier, engine in kit.engines.items()},
        embeddings=kit.meanings.model_id if kit.meanings else None,
        links=links,
        tags=tags,
        summaries=summaries,
        cost=times.cost(),
        failed=drafter.failed,
    )


def read_samples(
    kit: Kit, *, limit: int, progress: Callable[[str, int, int], None]
) -> list[Sample]:
    """Read at most so many notes, the same ones each time."""
    paths = sorted(kit.store.ledger.stamps())
    names = Names([*paths, *(one.path for one in kit.store.ledger.skipped())])
    chosen = sorted(paths, key=lambda path: digest_of(path.encode()))[:limit]
    samples = []
    for number, path in enumerate(chosen):
        progress("reading", number, len(chosen))
        if sample := read_sample(path, names, kit):
            samples.append(sample)
    return samples
