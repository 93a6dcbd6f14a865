"""How long a pass over a whole vault takes, beside the floor of reading it.

    python benchmarks/passes.py [--notes N]

On a generated vault: the first pass, a second one with nothing changed, and one with ten notes
changed, each in a process of its own. The floor is walking the tree, reading and hashing every
byte; for the second pass it is walking and `stat`. Times are CPU seconds, user and system; on a
shared machine only the ratios mean something.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEAN_BYTES = 4096
TOPICS = 40
FOLDERS = 50

SYLLABLES = [
    "ba", "den", "ga", "lo", "mi", "nu", "per", "qua", "ra", "sol", "ta", "un", "ver", "wi",
    "xa", "yo", "zet", "cor", "al", "em",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process or a call took."""

    cpu_s: float
    peak_mb: float


def main() -> None:
    """Print one row a pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=10_000)
    notes = parser.parse_args().notes
    with tempfile.TemporaryDirectory() as folder:
        vault, state = Path(folder, "vault"), Path(folder, "state")
        paths = make_vault(vault, notes)
        run = ["run", "--once", "--vault", str(vault), "--state-dir", str(state)]
        start = cost_of(["status", "--vault", str(vault), "--state-dir", str(state)])
        read, stat = floor(vault, read_and_hash), floor(vault, os.stat)
        first = cost_of(run)
        second = cost_of(run)
        for path in paths[:: max(1, notes // 10)][:10]:
            with path.open("a", encoding="utf-8") as file:
                file.write("\nOne more paragraph about the same matter, added later on.\n")
        third = cost_of(run)
    print(f"{notes} notes of {MEAN_BYTES} bytes in the mean; start-up {start.cpu_s:.2f} s CPU")
    print(f"{'pass':<22}{'CPU s':>8}{'notes/s':>9}{'ms/note':>9}{'x floor':>9}{'peak MB':>9}")
    rows = [
        ("floor: read and hash", Cost(read, 0), read),
        ("floor: walk and stat", Cost(stat, 0), stat),
        ("first", first, read),
        ("nothing changed", Cost(second.cpu_s - start.cpu_s, second.peak_mb), stat),
        ("ten changed", Cost(third.cpu_s - start.cpu_s, third.peak_mb), stat),
    ]
    for name, cost, base in rows:
        cpu = max(cost.cpu_s, 0.001)  # start-up varies by more than a quick pass takes
        print(
            f"{name:<22}{cpu:>8.3f}{notes / cpu:>9.0f}{1000 * cpu / notes:>9.3f}"
            f"{cpu / base:>9.1f}{cost.peak_mb:>9.0f}"
        )


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


def cost_of(arguments: list[str], *, check: bool = True) -> Cost:
    """Run the command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = [sys.executable, "-m", "vaultskillet", *arguments]
    ended = subprocess.run(program, capture_output=True, check=False)  # noqa: S603 - our own
    if check and ended.returncode:
        sys.exit(ended.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    # The greatest of all children so far; the passes are run in the order of their need.
    return Cost(cpu, after.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
