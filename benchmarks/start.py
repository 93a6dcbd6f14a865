"""How soon the command speaks, beside a bare Typer program."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.passes import make_vault
from benchmarks.processes import cost_of, ours

RUNS = 5

_BARE = """
import typer
app = typer.Typer()
@app.command()
def one(name: str = "x"): ...
@app.command()
def two(name: str = "x"): ...
app()
"""


def measure(folder: Path) -> dict[str, float]:
    """Give the CPU seconds of `--help`, of `status`, and of a bare program; the best of some."""
    vault, state = folder / "vault", folder / "state"
    make_vault(vault, 1)
    at = [f"--vault={vault}", f"--state-dir={state}"]
    cost_of(ours("run", "--once", *at))
    return {
        "bare": _best([sys.executable, "-c", _BARE, "--help"]),
        "--help": _best(ours("--help")),
        "status": _best(ours("status", *at)),
    }


def _best(command: list[str]) -> float:
    return min(cost_of(command).cpu_s for _ in range(RUNS))
