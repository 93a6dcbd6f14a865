"""How good tags, related notes and summaries are on a vault, beside the simple ways.

    python benchmarks/quality.py VAULT...

Tags: each note's own are hidden, and looked for among those proposed. Related notes: each
note's own links are hidden, once with their text kept and once without it, and the notes they
lead to are looked for among the ten best. Summaries: ROUGE-1 F1 against the `description`,
`desc` or `summary` that the author wrote.
"""

from __future__ import annotations

import argparse
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from pathlib import Path
from statistics import fmean

import yaml

from vaultskillet.core.markdown import Document, read
from vaultskillet.core.model import (
    Digest,
    Features,
    Note,
    NotePath,
    Stamp,
    TagCandidate,
)
from vaultskillet.core.summary import sentences_of, summarise
from vaultskillet.core.tags import choose_tags
from vaultskillet.core.terms import features_of, words_of
from vaultskillet.store.database import Database
from vaultskillet.store.index import SqliteIndex

FRONTMATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n|#]*)(?:#[^\[\]\n|]*)?(?:\\?\|([^\[\]\n]*))?\]\]")
DESCRIPTIONS = ("description", "desc", "summary")
HIDDEN = frozenset({*DESCRIPTIONS, "tags", "tag"})
NEIGHBOURS = 15
TOP = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """A note of the vault, and what its author says of it."""

    note: Note
    document: Document
    tags: tuple[str, ...]
    description: str
    features: Features


def read_vault(folder: Path) -> list[Sample]:
    """Read every note of a vault that has readable frontmatter, or none."""
    samples = []
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        content = path.read_bytes()
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        samples.append(read_sample(NotePath(name.as_posix()), content, text))
    return samples


def read_sample(path: NotePath, content: bytes, text: str) -> Sample:
    """Read one note."""
    properties: dict[str, object] = {}
    match = FRONTMATTER.match(text)
    if match:
        try:
            loaded = yaml.load(match[1], yaml.BaseLoader)  # noqa: S506 - makes texts only
        except yaml.YAMLError:
            loaded = None
        properties = loaded if isinstance(loaded, dict) else {}
    body = text[match.end() :] if match else text
    note = Note(path, content, Stamp(0, 0, 0), Digest(""), Digest(""), properties, body)
    document = read(body)
    tags = tuple(dict.fromkeys([*tags_in(properties), *(tag.name for tag in document.tags)]))
    described = [properties.get(key) for key in DESCRIPTIONS]
    description = next((text for text in described if isinstance(text, str) and text), "")
    return Sample(
        note, document, tags, description, features_of(note, document, tags=tags, ours=HIDDEN)
    )


def tags_in(properties: Mapping[str, object]) -> Iterator[str]:
    """Give the tags of the frontmatter, in any of the ways people write them."""
    for key in ("tags", "tag"):
        value = properties.get(key)
        items = re.split(r"[,\s]+", value) if isinstance(value, str) else value
        if isinstance(items, list):
            for item in items:
                if isinstance(item, str) and item.strip("# ") and " " not in item:
                    yield item.lstrip("#")


def index_of(samples: Iterable[Sample]) -> SqliteIndex:
    """Index a whole vault, in memory."""
    index = SqliteIndex(Database(None))
    index.put([sample.features for sample in samples])
    return index


# --- tags ---


@dataclass(frozen=True, slots=True)
class Judged:
    """What was proposed for a note, best first, and what its author chose."""

    proposed: Sequence[TagCandidate]
    wanted: frozenset[str]

    def hits(self, tags: Iterable[str]) -> int:
        """Count the right ones."""
        return sum(tag.casefold() in self.wanted for tag in tags)


def judge_tags(samples: Sequence[Sample]) -> Iterator[Judged]:
    """Hide the tags of each note and ask the index for some."""
    index = index_of(samples)
    for sample in samples:
        if sample.tags:
            hidden = replace(sample.features, tags=())
            index.put([hidden])
            wanted = frozenset(tag.casefold() for tag in sample.tags)
            yield Judged(index.tag_candidates(hidden, limit=20), wanted)
            index.put([sample.features])


def judge_popular(samples: Sequence[Sample]) -> Iterator[Judged]:
    """Propose the same tags for every note: those most used."""
    counts = Counter(tag.casefold() for sample in samples for tag in sample.tags)
    for sample in samples:
        if sample.tags:
            own = {tag.casefold() for tag in sample.tags}
            rest = {tag: notes - (tag in own) for tag, notes in counts.items()}
            best = nlargest(5, rest, key=lambda tag: rest[tag])
            yield Judged([TagCandidate(tag, 1.0) for tag in best], frozenset(own))


def judge_nearest(samples: Sequence[Sample]) -> Iterator[Judged]:
    """Propose the tags of the notes that are nearest by TF-IDF of their words alone."""
    nearest = nearest_by_words(samples, [sample.document for sample in samples])
    for at, sample in enumerate(samples):
        if not sample.tags:
            continue
        votes: Counter[str] = Counter()
        voters = [(note, score) for note, score in nearest(at) if samples[note].tags]
        for note, score in voters[:NEIGHBOURS]:
            for tag in {tag.casefold() for tag in samples[note].tags}:
                votes[tag] += score  # type: ignore[assignment]  # a Counter of shares
        wanted = frozenset(tag.casefold() for tag in sample.tags)
        yield Judged([TagCandidate(tag, 1.0) for tag, _ in votes.most_common(5)], wanted)


def print_tags(samples: Sequence[Sample]) -> None:
    """Print recall and precision of the tags."""
    if not any(sample.tags for sample in samples):
        return
    print("  tags             recall/precision at 1    at 3    at 5")
    ways: Mapping[str, Callable[[Sequence[Sample]], Iterator[Judged]]] = {
        "ours": judge_tags,
        "nearest by TF-IDF": judge_nearest,
        "most popular": judge_popular,
    }
    for name, judge in ways.items():
        judged = list(judge(samples))
        cells = []
        for count in (1, 3, 5):
            best = [[one.tag for one in note.proposed[:count]] for note in judged]
            hits = [note.hits(tags) for note, tags in zip(judged, best, strict=True)]
            recall = fmean(hit / len(note.wanted) for hit, note in zip(hits, judged, strict=True))
            some = [hit / len(tags) for hit, tags in zip(hits, best, strict=True) if tags]
            cells.append(f"{recall:.2f}/{fmean(some) if some else 0:.2f}")
        print(f"    {name:30}", "   ".join(cells), f"({len(judged)} notes)")
        if name == "ours":
            print_chosen(judged)


def print_chosen(judged: Sequence[Judged]) -> None:
    """Print how good the tags are that would be written, and the calibration."""
    chosen = [choose_tags(note.proposed) for note in judged]
    given = sum(map(len, chosen))
    hits = sum(note.hits(tags) for note, tags in zip(judged, chosen, strict=True))
    wanted = sum(len(note.wanted) for note in judged)
    none = sum(not tags for tags in chosen) / len(chosen)
    print(
        f"    written: precision {hits / max(1, given):.2f} recall {hits / wanted:.2f}, "
        f"{given / len(judged):.1f} a note, none for {none:.0%} of the notes"
    )
    every = sorted(
        ((one.score, note.hits([one.tag])) for note in judged for one in note.proposed),
        reverse=True,
    )
    right = 0
    for at, (_, hit) in enumerate(every, 1):
        right += hit
        if right >= wanted / 2:
            print(f"    precision at a recall of 0.5: {right / at:.2f}")
            break
    bins: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for score, hit in every:
        bins[min(9, int(score * 10))].append((score, hit))
    print(
        "    expected:right",
        " ".join(
            f"{fmean(s for s, _ in bins[at]):.2f}:{fmean(h for _, h in bins[at]):.2f}"
            for at in sorted(bins)
            if len(bins[at]) >= 20  # noqa: PLR2004 - fewer say nothing
        ),
    )


# --- related notes ---


def links_of(samples: Sequence[Sample]) -> list[frozenset[int]]:
    """Give the notes that each note links to."""
    places: dict[str, int] = {}
    for at, sample in enumerate(samples):
        places.setdefault(sample.note.title.casefold(), at)
        places.setdefault(sample.note.path.removesuffix(".md").casefold(), at)
    linked = []
    for at, sample in enumerate(samples):
        targets = [link.removesuffix(".md").casefold() for link in sample.features.links]
        found = [places.get(one, places.get(one.rpartition("/")[2])) for one in targets]
        linked.append(frozenset(one for one in found if one is not None and one != at))
    return linked


def without_links(sample: Sample, *, keep_text: bool) -> Document:
    """Read the note's body as if its links were plain text, or not there."""

    def text_of(match: re.Match[str]) -> str:
        embed, target, alias = match.groups()
        return (alias or target) if keep_text and not embed else " · "

    return read(WIKILINK.sub(text_of, sample.note.body))


def nearest_by_words(
    samples: Sequence[Sample], documents: Sequence[Document]
) -> Callable[[int], list[tuple[int, float]]]:
    """Give a function that ranks all notes by the cosine of their TF-IDF weighted words."""
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


def print_related(samples: Sequence[Sample]) -> None:
    """Print how many hidden links are found among the ten best."""
    linked = links_of(samples)
    if not any(linked):
        return
    index = index_of(samples)
    places = {sample.note.path: at for at, sample in enumerate(samples)}
    print("  related          recall at 10: ours  TF-IDF  titles mentioned, then TF-IDF")
    for keep_text in (True, False):
        hidden = [
            without_links(sample, keep_text=keep_text) if linked[at] else sample.document
            for at, sample in enumerate(samples)
        ]
        rank = nearest_by_words(samples, hidden)
        names = [[words_of(name) for name in sample.features.names] for sample in samples]
        found: list[tuple[float, float, float]] = []
        for at, sample in enumerate(samples):
            if not linked[at]:
                continue
            note = replace(sample.note, properties=unlinked(sample.note.properties))
            features = features_of(note, hidden[at], tags=sample.tags, ours=HIDDEN)
            index.put([features])
            ours = [places[one.path] for one in index.similar(features, limit=TOP)]
            index.put([sample.features])
            words = [note for note, _ in rank(at)]
            said = mentioned(names, features.words, at)
            titles = [*sorted(said, key=lambda one: words.index(one) if one in words else 999)]
            titles += [one for one in words if one not in said]
            found.append(
                (
                    len(linked[at] & set(ours)) / len(linked[at]),
                    len(linked[at] & set(words[:TOP])) / len(linked[at]),
                    len(linked[at] & set(titles[:TOP])) / len(linked[at]),
                )
            )
        cells = "    ".join(f"{fmean(column):.2f}" for column in zip(*found, strict=True))
        print(f"    link text {'kept' if keep_text else 'gone'}          {cells}")


def unlinked(properties: Mapping[str, object]) -> dict[str, object]:
    """Give the properties that hold no link."""
    return {key: value for key, value in properties.items() if "[[" not in str(value)}


def mentioned(names: Sequence[Sequence[Sequence[int]]], words: Sequence[int], at: int) -> set[int]:
    """Give the notes whose names stand in a text."""
    text = " ".join(map(str, words))
    return {
        note
        for note, some in enumerate(names)
        if note != at and any(name and f" {' '.join(map(str, name))} " in text for name in some)
    }


# --- summaries ---


def print_summaries(samples: Sequence[Sample]) -> None:
    """Print how close summaries are to what authors wrote."""
    described = [sample for sample in samples if words_of(sample.description)]
    scores: dict[str, list[float]] = defaultdict(list)
    given = 0
    for sample in described:
        blocks = [block.prose for block in sample.document.prose_blocks()]
        prose = " ".join(blocks)
        sentences = [one for block in blocks for one in sentences_of(block)]
        title = sample.features.names[min(1, len(sample.features.names) - 1)]
        summary = summarise(sample.document, title=title)
        given += summary is not None
        texts = {
            "ours": summary or "",
            "title": title,
            "first sentence": sentences[0] if sentences else "",
            "first 150 characters": prose[:150],
            "best sentence (oracle)": max(
                sentences, key=lambda one: rouge(one, sample.description), default=""
            ),
        }
        for name, text in texts.items():
            scores[name].append(rouge(text, sample.description))
    if described:
        print(f"  summaries        ROUGE-1 F1, {len(described)} descriptions, {given} summaries")
        for name, values in scores.items():
            print(f"    {name:24} {fmean(values):.3f}")


def rouge(text: str, reference: str) -> float:
    """Give the ROUGE-1 F1 of a text."""
    ours, theirs = Counter(rouge_words(text)), Counter(rouge_words(reference))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def rouge_words(text: str) -> list[str]:
    """Split a text as ROUGE does; scripts without blanks by character."""
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+", text.casefold())


def main() -> None:
    """Measure each vault named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vaults", nargs="+", type=Path)
    for folder in parser.parse_args().vaults:
        began = time.perf_counter()
        samples = read_vault(folder)
        print(f"{folder.name}: {len(samples)} notes")
        print_tags(samples)
        print_related(samples)
        print_summaries(samples)
        print(f"  took {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
