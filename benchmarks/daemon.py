"""The daemon: at rest, after a save, and in a burst of changes."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.passes import make_vault
from benchmarks.processes import ours, vitals, wait_for_rest
from vaultskillet.vault.watch import VaultWatcher

QUIET_S = 2.0
"""Configured for the measure of a save; what is told is what comes on top."""
SAVES = 5
SETTLED_S = 1.0

_TEXT = """# Sourdough number {number}

The starter of the bakery doubles within four hours when the kitchen is warm enough for it.
A cold kitchen needs a longer rest, and the dough tells by its bubbles when it is ready.
"""

_REWRITE = """
import pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
    path.write_text("changed")
"""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a daemon that has nothing to do takes."""

    cpu_s: float
    """In a minute."""
    memory_mb: float
    wakes_a_second: float


@dataclass(frozen=True, slots=True)
class Burst:
    """What became of many changes at once."""

    files: int
    told: int
    """Of how many of them the watcher told."""
    overflows: int
    """How often it said that it may have missed some, so that a sweep looks."""
    cpu_ms: float
    """A file."""


def measure_rest(vault: Path, state: Path, *, seconds: float = 60.0) -> Rest | None:
    """Run a daemon over a vault that is done, let it come to rest, and look at it.

    Returns:
        None where the system does not tell what another process takes.
    """
    with _running("--vault", vault, "--state-dir", state) as process:
        if not wait_for_rest(process.pid):
            return None
        before = vitals(process.pid)
        time.sleep(seconds)
        after = vitals(process.pid)
    if before is None or after is None:
        return None
    minutes = seconds / 60
    return Rest(
        (after.cpu_s - before.cpu_s) / minutes,
        after.memory_mb,
        (after.wakes - before.wakes) / seconds,
    )


def measure_save(folder: Path) -> float | None:
    """Give the seconds from the last save of a new note to its properties, quiet time apart.

    The median of some saves, on the wall's clock; None where no daemon comes to rest here.
    """
    vault = folder / "vault"
    make_vault(vault, 100)
    config = folder / "config.yaml"
    config.write_text(
        f"obsidian: {{enabled: true, vault_path: {vault}}}\n"
        f"watch: {{quiet_s: {QUIET_S}, longest_wait_s: 60}}\n",
        encoding="utf-8",
    )
    with _running("--config", config, "--state-dir", folder / "state") as process:
        if not wait_for_rest(process.pid):
            return None
        waits = [_wait_for_write(vault / f"Bread {at}.md", at) for at in range(SAVES)]
    return statistics.median(waits) - QUIET_S


def _wait_for_write(path: Path, number: int) -> float:
    path.write_text(_TEXT.format(number=number), encoding="utf-8")
    saved = time.monotonic()
    while "summary:" not in path.read_text(encoding="utf-8"):
        if time.monotonic() > saved + 60:
            raise TimeoutError(f"{path} was not written within a minute")
        time.sleep(0.01)
    return time.monotonic() - saved


def measure_burst(folder: Path, files: int) -> Burst:
    """Have another process rewrite many files, and count what the watcher tells of them."""
    for number in range(files):
        path = folder / f"folder {number % 50}" / f"{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("new", encoding="utf-8")
    told: set[str] = set()
    overflows: list[float] = []
    watcher = VaultWatcher(folder)
    watcher.start(told.add, lambda: overflows.append(time.monotonic()))
    try:
        time.sleep(SETTLED_S)
        told.clear()
        before = time.process_time()
        subprocess.run([sys.executable, "-c", _REWRITE, str(folder)], check=True)  # noqa: S603 - our own
        count = -1
        while count != len(told):
            count = len(told)
            time.sleep(SETTLED_S)
        took = time.process_time() - before
    finally:
        watcher.stop()
    return Burst(files, len(told), len(overflows), 1000 * took / files)


@contextlib.contextmanager
def _running(*words: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run a daemon meanwhile."""
    with subprocess.Popen(  # noqa: S603 - our own
        ours("run", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
