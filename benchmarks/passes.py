"""How long a pass over a whole vault takes, beside the floor of reading it.

On a generated vault: the first pass, a second one with nothing changed, and one with ten notes
changed, each in a process of its own. The floor is walking the tree, reading and hashing every
byte; for the second pass it is walking and `stat`. Times are CPU seconds, user and system; on a
shared machine only the ratios mean something. What markdown-it-py takes to parse the same notes is
the yardstick by which the first passes of two machines compare.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks.processes import Cost, cost_of, ours

MEAN_BYTES = 4096
TOPICS = 40
FOLDERS = 50
CHANGED = 10
RUNS = 3
PARSED = 500
"""Notes that are parsed to measure the machine: it takes a quarter of a second."""

SYLLABLES = [
    "ba", "den", "ga", "lo", "mi", "nu", "per", "qua", "ra", "sol", "ta", "un", "ver", "wi",
    "xa", "yo", "zet", "cor", "al", "em",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passes:
    """What passes over one vault took."""

    notes: int
    start: Cost
    """Of a pass over a vault of one note that did not change."""
    start_to_work: Cost
    """Of one over a vault of one note that did: with all that work takes."""
    read_s: float
    """CPU seconds of walking the vault, reading and hashing all of it."""
    stat_s: float
    """CPU seconds of walking the vault and asking for each file's stamp."""
    parse_ms: float
    """CPU milliseconds that markdown-it-py takes to parse one of the notes, nothing else."""
    first: Cost
    unchanged: Cost
    changed: Cost

    @property
    def note_ms(self) -> float:
        """What the first pass takes for one note, start-up apart."""
        return 1000 * (self.first.cpu_s - self.start_to_work.cpu_s) / self.notes

    @property
    def parses(self) -> float:
        """How many times its bare parse the first pass takes for a note."""
        return self.note_ms / self.parse_ms


def measure(folder: Path, notes: int) -> Passes:
    """Make a vault in a folder and pass over it three times; both stay for others to use."""
    vault, state = folder / "vault", folder / "state"
    paths = make_vault(vault, notes)
    at = [f"--vault={vault}", f"--state-dir={state}"]
    run = ours("run", "--once", *at)
    start, start_to_work = _start(folder / "one")
    read_s, stat_s = floor(vault, read_and_hash), floor(vault, os.stat)
    texts = [path.read_text(encoding="utf-8") for path in paths[:PARSED]]
    before = parse_ms(texts)
    first = cost_of(run)
    parsing = (before + parse_ms(texts)) / 2  # a machine that others use is not always as fast
    unchanged = _cheapest(run)
    for path in paths[:: max(1, notes // CHANGED)][:CHANGED]:
        _add_to(path)
    changed = cost_of(run)
    return Passes(notes, start, start_to_work, read_s, stat_s, parsing, first, unchanged, changed)


def _start(folder: Path) -> tuple[Cost, Cost]:
    """Measure passes over a vault of one note: which did not change, and which did."""
    [path] = make_vault(folder / "vault", 1)
    run = ours("run", "--once", f"--vault={folder / 'vault'}", f"--state-dir={folder / 'state'}")
    changed = [cost_of(run)]
    unchanged = _cheapest(run)
    for _ in range(1, RUNS):
        _add_to(path)
        changed.append(cost_of(run))
    return unchanged, min(changed, key=lambda cost: cost.cpu_s)


def _add_to(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\nOne more paragraph about the same matter, added later on.\n")


def _cheapest(command: list[str]) -> Cost:
    """Give the least that a command takes which does the same each time."""
    return min((cost_of(command) for _ in range(RUNS)), key=lambda cost: cost.cpu_s)


def make_vault(root: Path, notes: int) -> list[Path]:
    """Write notes that share words, tags and links as real ones do; the same every time."""
    draw = random.Random(7)  # noqa: S311 - no secret
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(20_000)]
    topics = [draw.sample(words, 60) for _ in range(TOPICS)]
    paths = []
    for number in range(notes):
        topic = draw.randrange(TOPICS)
        path = root / f"folder {number % FOLDERS}" / f"note {number} {words[number % 20_000]}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make_note(draw, words, topics[topic], topic, notes), encoding="utf-8")
        paths.append(path)
    return paths


def make_note(
    draw: random.Random, words: list[str], topic: list[str], number: int, notes: int
) -> str:
    """Write one note: half of its words are of its topic, the rest are common or rare ones."""
    lines = []
    if draw.random() < 0.6:  # noqa: PLR2004 - as many as have properties in real vaults
        lines += ["---", f"tags: [topic-{number}]", f"created: 2024-01-{number % 28 + 1:02}", "---"]
    lines.append(f"# {' '.join(draw.sample(topic, 3))}\n")
    size = draw.lognormvariate(0, 0.6) * MEAN_BYTES / 1.2
    while sum(map(len, lines)) < size:
        sentences = []
        for _ in range(draw.randint(2, 6)):
            common = [words[min(int(draw.paretovariate(0.7)), 19_999)] for _ in range(8)]
            chosen = draw.sample(topic, 6) + common
            draw.shuffle(chosen)
            sentences.append(f"{' '.join(chosen).capitalize()}.")
        lines.append(" ".join(sentences))
        lines.append(f"See [[note {draw.randrange(notes)}]].\n")
    return "\n".join(lines) + "\n"


def floor(root: Path, touch: Callable[[str], object]) -> float:
    """Give the CPU seconds of walking a tree and touching every file."""
    before = time.process_time()
    for folder, _, files in os.walk(root):
        for name in files:
            touch(f"{folder}/{name}")
    return time.process_time() - before


def read_and_hash(path: str) -> object:
    """Read a file and digest its bytes."""
    with open(path, "rb") as file:  # noqa: PTH123 - as little as can be
        return hashlib.blake2b(file.read(), digest_size=16).digest()


def parse_ms(texts: Sequence[str]) -> float:
    """Give the CPU milliseconds that markdown-it-py takes for one of these notes."""
    parser = MarkdownIt("commonmark")
    before = time.process_time()
    for text in texts:
        parser.parse(text)
    return 1000 * (time.process_time() - before) / len(texts)
