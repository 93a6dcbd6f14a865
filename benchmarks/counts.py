"""What runs do, counted: figures that depend neither on the machine nor on its load.

    python -m benchmarks.counts [--json]

A small vault is worked on in this very process while hooks count that are there for such ends:
the interpreter's auditing sees each file, its profiler each call of the functions named below, and
SQLite tells of each statement.
`LIMITS` is what each figure may come to; `tests/test_counts.py` fails beyond.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from benchmarks.passes import make_vault
from vaultskillet.app import Mode, build
from vaultskillet.config import load

NOTES = 80
"""More than any part keeps at hand, so that each pass begins from nothing."""
CHANGED = 4

_PLAIN = """
import sys
from vaultskillet.cli.main import main
def app(words, **_):
    sys.argv[1:] = words
    try: main()
    except SystemExit: pass
"""
"""The command as a shell calls it."""

BYTES = "bytes written"
MODULES = "modules imported"

_CALLS: Mapping[tuple[str, str], str] = {
    ("vaultskillet.core.markdown.reader", "_Reading.read"): "Markdown parses",
    ("vaultskillet.core.properties", "_compose"): "YAML loads",
    ("vaultskillet.core.terms", "features_of"): "notes turned into terms",
    ("vaultskillet.engines.extractive", "ExtractiveEngine.generate"): "engine calls",
    ("vaultskillet.triggers", "local_zone"): "time zone asked for",
}
"""Module and name of a function of ours -> what each call of it is."""

AT_REST = "run --once, nothing due"
AT_WORK = "run --once, a note due"
FIRST = "first pass, a note"
UNCHANGED = "nothing changed"
CHANGE = f"{CHANGED} notes changed"

LIMITS: Mapping[str, Mapping[str, float]] = {
    "--help": {MODULES: 36},
    "status": {MODULES: 495},
    AT_REST: {MODULES: 0},  # Typer itself is not asked
    AT_WORK: {MODULES: 575},  # no HTTP, no schedule, no evaluation
    FIRST: {
        "notes opened": 3,
        "other names opened": 4,
        "fsyncs": 1.7,
        "SQL statements": 70,
        BYTES: 24_000,
        "Markdown parses": 2.1,
        "YAML loads": 3,
        "notes turned into terms": 2,
        "engine calls": 1,
        "time zone asked for": 0.04,
    },
    UNCHANGED: {
        "notes opened": 0,
        "other names opened": 0,
        "fsyncs": 0,
        "SQL statements": 55,
        BYTES: 13_500,
        "Markdown parses": 0,
        "YAML loads": 0,
        "notes turned into terms": 0,
        "engine calls": 0,
        "time zone asked for": 1,
    },
    CHANGE: {
        "notes opened": 2 * CHANGED,
        "other names opened": 2 * CHANGED,
        "fsyncs": 0,
        "SQL statements": 590,
        BYTES: 550_000,
        "Markdown parses": CHANGED,
        "YAML loads": 3 * CHANGED,
        "notes turned into terms": 2 * CHANGED,
        "engine calls": CHANGED,
        "time zone asked for": 2,
    },
}
"""What is measured, and a tenth more where it is no matter of principle."""


class Counting:
    """Counts what this process does from now on; its hooks cannot be taken away again."""

    def __init__(self) -> None:
        """Begin."""
        self._counts: Counter[str] = Counter()
        self._connections: list[sqlite3.Connection] = []
        self._written = _bytes_written()
        sys.addaudithook(self._hear)
        sys.setprofile(self._see)

    def take(self) -> dict[str, float]:
        """Give what was counted since the last time."""
        counts: dict[str, float] = dict(self._counts)
        self._counts.clear()
        written = _bytes_written()
        if written is not None and self._written is not None:
            counts[BYTES] = written - self._written
        self._written = written
        return counts

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        name = arguments[0] if event == "open" else None
        # What lies in the vault is opened by its name within an open folder. The vault itself is
        # opened by its path, as is much that the system and its libraries look at.
        if isinstance(name, str) and not name.startswith("/"):
            self._counts["notes opened" if name.endswith(".md") else "other names opened"] += 1

    def _see(self, frame: FrameType, event: str, function: Callable[..., object] | None) -> None:
        if event == "call":
            name = frame.f_code.co_qualname
            if what := _CALLS.get((frame.f_globals.get("__name__", ""), name)):
                self._counts[what] += 1
        elif event == "c_call" and function is os.fsync:
            self._counts["fsyncs"] += 1
        elif event == "c_call":
            used = getattr(function, "__self__", None)
            if isinstance(used, sqlite3.Connection) and used not in self._connections:
                self._connections.append(used)
                used.set_trace_callback(lambda _: self._counts.update(["SQL statements"]))


def count_passes() -> dict[str, dict[str, float]]:
    """Give, for each pass over a small vault, what it did; of the first, a note."""
    with tempfile.TemporaryDirectory() as folder:
        make_vault(Path(folder, "vault"), 1)
        _run(Path(folder))  # what is imported and made once is none of a pass
        counting = Counting()
        return _count_passes(Path(folder, "second"), counting)


def _count_passes(folder: Path, counting: Counting) -> dict[str, dict[str, float]]:
    paths = make_vault(folder / "vault", NOTES)
    counting.take()
    _run(folder)
    first = {what: count / NOTES for what, count in counting.take().items()}
    _run(folder)
    nothing = counting.take()
    for path in paths[:: NOTES // CHANGED][:CHANGED]:
        with path.open("a", encoding="utf-8") as file:
            file.write("\nOne more paragraph about the same matter, added later on.\n")
    counting.take()
    _run(folder)
    return {FIRST: first, UNCHANGED: nothing, CHANGE: counting.take()}


def _run(folder: Path) -> None:
    """Do what `run --once` does."""
    config = load(None, vault=folder / "vault", engine=None, environ={})
    with build(config, state_dir=folder / "state", mode=Mode.WORK) as app:
        app.run_once()


def count_modules() -> dict[str, dict[str, float]]:
    """Give how many modules commands import beyond those of a bare Typer program."""
    bare = _modules_of("import sys, typer\napp = typer.Typer()\napp.command()(lambda: None)")
    ours = "import sys\nfrom vaultskillet.cli.main import app"
    with tempfile.TemporaryDirectory() as folder:
        make_vault(Path(folder, "vault"), 1)
        at = [f"--vault={folder}/vault", f"--state-dir={folder}/state"]
        counted: dict[str, dict[str, float]] = {
            "--help": {MODULES: _modules_of(ours) - bare},
            "status": {MODULES: _modules_of(ours, ["status", *at]) - bare},
        }
        at_work = _modules_of(_PLAIN, ["run", "--once", *at]) - bare
        at_rest = _modules_of(_PLAIN, ["run", "--once", *at]) - bare
        return {**counted, AT_WORK: {MODULES: at_work}, AT_REST: {MODULES: at_rest}}


def _modules_of(program: str, arguments: list[str] | None = None) -> int:
    """Run a program in a fresh interpreter; give how many modules it has in the end."""
    program += f"\napp({arguments or ['--help']!r}, standalone_mode=False)"
    ended = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", f"{program}\nprint(len(sys.modules), file=sys.stderr)"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return int(ended.stderr.split()[-1])


def _bytes_written() -> int | None:
    """Give how many bytes this process has written; None where the system does not tell."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))


def main() -> None:
    """Print each figure beside its limit."""
    parser = argparse.ArgumentParser(description="Count what runs do.")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    counted = {**count_modules(), **count_passes()}
    if as_json:
        print(json.dumps(counted))
        return
    for part, figures in counted.items():
        print(part)
        for what, count in sorted(figures.items()):
            limit = LIMITS.get(part, {}).get(what)
            print(f"  {what:<26}{count:>12,.2f}{'' if limit is None else f'  of {limit:,.2f}'}")


if __name__ == "__main__":
    main()
