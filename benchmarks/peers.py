"""What other tools take for the same work; each is left out where it is not installed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.passes import make_vault
from benchmarks.processes import Cost, cost_of
from benchmarks.redaction import Tool, presidio, speed
from vaultskillet.core.redact import Finding


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing a vault took."""

    notes: int
    cost: Cost
    version: str

    @property
    def note_ms(self) -> float:
        """CPU milliseconds a note, start-up apart."""
        return 1000 * self.cost.cpu_s / self.notes


def index_by_basic_memory(command: Path, folder: Path, notes: int) -> Indexed:
    """Have basic-memory index the generated vault: its full-text search, without embeddings.

    Args:
        command: its executable, in an environment of its own (it needs Python 3.12).
        folder: where the vault is made; basic-memory's own home lies there too.
        notes: how many.

    Raises:
        CalledProcessError: it failed.
    """
    vault, home = folder / "vault", folder / "home"
    make_vault(vault, notes)
    home.mkdir()
    env = {"HOME": str(home), "BASIC_MEMORY_HOME": str(home / "main")}
    run = str(command)
    cost_of([run, "project", "add", "bench", str(vault), "--no-wait", "--local"], env=env)
    start = cost_of([run, "project", "list", "--local"], env=env)
    whole = cost_of([run, "reindex", "--full", "--search", "-p", "bench"], env=env)
    told = subprocess.run([run, "--version"], capture_output=True, check=True, encoding="utf-8")  # noqa: S603 - the peer that was named
    cost = Cost(whole.cpu_s - start.cpu_s, whole.peak_mb)
    return Indexed(notes, cost, f"basic-memory {told.stdout.split()[-1]}")


def speed_of(find: Callable[[str], Iterable[Finding]], texts: Sequence[str]) -> float:
    """Give how many megabytes of UTF-8 a redaction looks at in a CPU second."""
    return float(speed(Tool("", (), find), texts))


def presidio_speed(texts: Sequence[str]) -> float | None:
    """Give the same of presidio-analyzer; None where it is not installed."""
    try:
        return speed_of(presidio().find, texts)
    except ImportError:
        return None
