"""How good related notes, tags and summaries are on a vault, beside the simple ways.

    python benchmarks/quality.py [--limit N] VAULT...

Ours is what `vaultskillet eval` measures, over all notes of a vault or over N of each kind;
the same is done with cosines of TF-IDF weighted words, with mentioned titles and tags, with the
most popular tags, and with titles and first sentences. Nothing is written but in a temporary
folder.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from heapq import nlargest
from pathlib import Path
from statistics import fmean

from vaultskillet.app import Mode, build
from vaultskillet.config import Config, Obsidian
from vaultskillet.core import markdown
from vaultskillet.core.measures import mean, rouge_1
from vaultskillet.core.sentences import sentences_of
from vaultskillet.core.tags import choose_tags, tag_phrase
from vaultskillet.core.terms import words_of
from vaultskillet.evaluation.drafts import Drafter
from vaultskillet.evaluation.evaluate import read_samples
from vaultskillet.evaluation.links import TOP, judge_links
from vaultskillet.evaluation.samples import Sample, hide_links, telling_tags, without_tags
from vaultskillet.evaluation.summaries import judge_summaries
from vaultskillet.evaluation.tags import judge_tags
from vaultskillet.evaluation.timing import Times
from vaultskillet.pipeline import MAX_CANDIDATES
from vaultskillet.trip import Kit

NEIGHBOURS = 15
COUNTS = (1, 3, 5)

LARGE = 10**9

Rank = Callable[[int], list[tuple[int, float]]]


def nearest_by_words(samples: Sequence[Sample], documents: Sequence[markdown.Document]) -> Rank:
    """Give what ranks all notes by the cosine of their TF-IDF weighted words."""
    counts = [
        Counter(words_of(sample.note.title + " " + " ".join(b.prose for b in document.blocks)))
        for sample, document in zip(samples, documents, strict=True)
    ]
    having = Counter(word for one in counts for word in one)
    vectors = []
    lists: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for at, one in enumerate(counts):
        vector = {
            word: (1 + math.log(count)) * math.log(len(samples) / having[word])
            for word, count in one.items()
        }
        length = math.sqrt(sum(weight**2 for weight in vector.values())) or 1.0
        vectors.append({word: weight / length for word, weight in vector.items()})
        for word, weight in vectors[-1].items():
            lists[word].append((at, weight))

    def rank(at: int) -> list[tuple[int, float]]:
        scores: dict[int, float] = defaultdict(float)
        for word, weight in vectors[at].items():
            if weight:
                for note, other in lists[word]:
                    scores[note] += weight * other
        scores.pop(at, None)
        return nlargest(200, scores.items(), key=lambda item: item[1])

    return rank


def quietly(_done: int, _total: int) -> None:
    """Tell nobody."""


def print_links(samples: Sequence[Sample], kit: Kit, times: Times, *, limit: int) -> None:
    """Print how many hidden links are found among the ten best."""
    tried = [sample for sample in samples if sample.linked][:limit]
    ours = judge_links(tried, kit, times, progress=quietly)
    if ours is None:
        return
    print(f"  related   recall at 10 of {ours.links} links of {ours.notes} notes, text kept / gone")
    print(
        f"    ours                            "
        f"{ours.recall_text_kept:.2f} / {ours.recall_text_hidden:.2f}"
    )
    places = {sample.note.path: at for at, sample in enumerate(samples)}
    names = [[words_of(name) for name in sample.features.names] for sample in samples]
    columns: dict[str, list[float]] = defaultdict(list)
    for keep_text in (True, False):
        documents = [
            markdown.read(hide_links(one.note.body, one.document, keep_text=keep_text))
            if one.linked
            else one.document
            for one in samples
        ]
        chosen = set(map(id, tried))
        rank = nearest_by_words(samples, documents)
        found: dict[str, list[float]] = defaultdict(list)
        for at, sample in enumerate(samples):
            if id(sample) not in chosen:
                continue
            linked = {places[path] for path in sample.linked if path in places}
            words = [note for note, _ in rank(at)]
            said = mentioned(names, documents[at], at)
            titles = sorted(said, key=lambda one: words.index(one) if one in words else 999)
            titles += [one for one in words if one not in said]
            for name, best in (("TF-IDF", words), ("titles mentioned, then TF-IDF", titles)):
                found[name].append(len(linked & set(best[:TOP])) / len(sample.linked))
        for name, recalls in found.items():
            columns[name].append(fmean(recalls))
    for name, (kept, gone) in columns.items():
        print(f"    {name:30}  {kept:.2f} / {gone:.2f}")


def mentioned(
    names: Sequence[Sequence[Sequence[int]]], document: markdown.Document, at: int
) -> set[int]:
    """Give the notes whose names stand in a text."""
    words = [word for block in document.blocks for word in (*words_of(block.prose), 0)]
    text = f" {' '.join(map(str, words))} "
    return {
        note
        for note, some in enumerate(names)
        if note != at and any(name and f" {' '.join(map(str, name))} " in text for name in some)
    }


def print_tags(
    samples: Sequence[Sample], kit: Kit, drafter: Drafter, times: Times, *, limit: int
) -> None:
    """Print recall and precision of the tags."""
    tried = [sample for sample in samples if tags_of(sample)][:limit]
    ours = judge_tags(tried, kit, drafter, times, progress=quietly)
    if ours is None:
        return
    print(f"  tags      recall/precision at 1, 3, 5 ({ours.tags} tags of {ours.notes} notes)")
    cells = [f"{ours.recall_at[n]:.2f}/{ours.precision_at[n]:.2f}" for n in COUNTS]
    print(f"    ours                            {'   '.join(cells)}")
    documents = [
        markdown.read(without_tags(sample).body) if sample.features.tags else sample.document
        for sample in samples
    ]
    rank = nearest_by_words(samples, documents)
    popular = Counter(tag for sample in samples for tag in tags_of(sample))
    words = {tag: words_of(tag_phrase(tag)) for tag in popular}
    for name, suggest in (
        ("nearest by TF-IDF", lambda at: vote(samples, rank(at))),
        (
            "the same, tags mentioned first",
            lambda at: (
                [
                    (tag, 1.0)
                    for tag in named_in(words, documents[at])
                    if popular[tag] > (tag in tags_of(samples[at]))  # else no other note bears it
                ]
                + vote(samples, rank(at))
            ),
        ),
        ("most popular", lambda at: (popular - Counter(tags_of(samples[at]))).most_common(5)),
    ):
        suggested = [
            (tags_of(sample), list(dict.fromkeys(tag for tag, _ in suggest(at))))
            for at, sample in enumerate(samples)
            if any(sample is one for one in tried)
        ]
        cells = [
            f"{fmean(share(best[:n], wanted) for wanted, best in suggested):.2f}/"
            f"{mean([share(wanted, best[:n]) for wanted, best in suggested if best]):.2f}"
            for n in COUNTS
        ]
        print(f"    {name:30}  {'   '.join(cells)}")
    half = ours.precision_at_half
    print(
        f"    written: precision {ours.written_precision:.2f} recall {ours.written_recall:.2f}, "
        f"{ours.written_a_note:.1f} a note, {ours.invented_a_note:.2f} invented; "
        f"precision at a recall of 0.5: {'never' if half is None else f'{half:.2f}'}"
    )
    bare = [sample for sample in samples if not sample.features.tags][:limit]
    index = kit.store.index
    given = sum(
        bool(choose_tags(index.tag_candidates(sample.features, limit=MAX_CANDIDATES)))
        for sample in bare
    )
    print(f"    of {len(bare)} notes whose authors gave them none, {given} would be given tags")


def named_in(words: Mapping[str, Sequence[int]], document: markdown.Document) -> list[str]:
    """Give the tags whose words stand in a text."""
    found = [word for block in document.blocks for word in (*words_of(block.prose), 0)]
    text = f" {' '.join(map(str, found))} "
    return [tag for tag, some in words.items() if some and f" {' '.join(map(str, some))} " in text]


def tags_of(sample: Sample) -> frozenset[str]:
    """Give a note's tags, folded, that its text may tell."""
    return telling_tags(sample.features.tags)


def share(found: Collection[str], among: Collection[str]) -> float:
    """Give how many of these tags are found."""
    return len(set(found) & set(among)) / len(among)


def vote(samples: Sequence[Sample], near: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
    """Let the nearest tagged notes vote."""
    votes: dict[str, float] = defaultdict(float)
    for note, score in [one for one in near if tags_of(samples[one[0]])][:NEIGHBOURS]:
        for tag in tags_of(samples[note]):
            votes[tag] += score
    return nlargest(5, votes.items(), key=lambda item: item[1])


def print_summaries(samples: Sequence[Sample], drafter: Drafter, *, limit: int) -> None:
    """Print how close summaries are to what authors wrote."""
    samples = [sample for sample in samples if words_of(sample.description)][:limit]
    ours = judge_summaries(samples, drafter, progress=quietly)
    if ours is None:
        return
    print(f"  summaries ROUGE-1 F1, {ours.descriptions} descriptions, {ours.summaries} summaries")
    print(f"    ours                            {ours.rouge_1:.3f}")
    scores: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        blocks = [block.prose for block in sample.document.prose_blocks()]
        sentences = [one for block in blocks for one in sentences_of(block)]
        names = sample.features.names
        texts = {
            "title": names[min(1, len(names) - 1)],
            "first sentence": sentences[0] if sentences else "",
            "first 150 characters": " ".join(blocks)[:150],
            "best sentence (oracle)": max(
                sentences, key=lambda one: rouge_1(one, sample.description), default=""
            ),
        }
        for name, text in texts.items():
            scores[name].append(rouge_1(text, sample.description))
    for name, values in scores.items():
        print(f"    {name:30}  {fmean(values):.3f}")


def measure(vault: Path, state: Path, *, limit: int) -> None:
    """Measure one vault."""
    began = time.perf_counter()
    config = Config(obsidian=Obsidian(enabled=True, vault_path=vault))
    with build(config, state_dir=state, mode=Mode.DRY) as app:
        kit = app._kit  # noqa: SLF001 - the parts, not what the App makes of them
        app._intake.sweep(settle=False)  # noqa: SLF001
        samples = read_samples(kit, limit=LARGE, progress=lambda _phase, _done, _total: None)
        times = Times(kit.clock)
        drafter = Drafter(kit, times)
        print(f"{vault.name}: {len(samples)} notes")
        print_links(samples, kit, times, limit=limit)
        print_tags(samples, kit, drafter, times, limit=limit)
        print_summaries(samples, drafter, limit=limit)
        cost = times.cost()
        print(
            f"  ms a note: related {cost.related_ms:.1f}, tags {cost.tags_ms:.1f}, "
            f"enrich {cost.enrich_ms:.1f}; took {time.perf_counter() - began:.0f} s",
            flush=True,
        )


def main() -> None:
    """Measure each vault named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vaults", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=LARGE, help="try so many notes of each kind")
    asked = parser.parse_args()
    for vault in asked.vaults:
        with tempfile.TemporaryDirectory() as state:
            measure(vault, Path(state), limit=asked.limit)


if __name__ == "__main__":
    main()
