"""The real program in a process of its own: started, watched, stopped and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

DEADLINE_S = 60.0
"""Long enough for a machine that does much else; a test ends long before."""

QUICK = """
watch: {quiet_s: 0.1, longest_wait_s: 5}
"""
"""A configuration for tests that need not wait for a note to rest."""


@dataclass(frozen=True, slots=True)
class Home:
    """A vault, its state and its configuration, on disk."""

    vault: Path
    state: Path
    config: Path

    def note(self, path: str, content: bytes | None = None) -> Path:
        """Give the file of a note, written where that is wanted."""
        file = self.vault / path
        if content is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return file


def make_home(folder: Path, config: str = QUICK) -> Home:
    """Make an empty vault."""
    home = Home(folder / "vault", folder / "state", folder / "config.yaml")
    (home.vault / ".obsidian").mkdir(parents=True)
    home.config.write_text(config, encoding="utf-8")
    return home


class Program:
    """`vaultskillet` as it runs."""

    def __init__(self, home: Home, *words: str) -> None:
        self._said = home.state.with_name("said.txt")
        common = ["--vault", home.vault, "--state-dir", home.state, "--config", home.config]
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "vaultskillet", *words, *map(str, common)],
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.pid = self._process.pid

    @property
    def said(self) -> str:
        """All that this one and those before it printed and logged."""
        return self._said.read_text(encoding="utf-8")

    def wait_until(
        self, true: Callable[[], bool], *, every_s: float = 0.01, within_s: float = DEADLINE_S
    ) -> None:
        """Wait until something holds; the program must go on meanwhile."""
        end = time.monotonic() + within_s
        while not true():
            assert self._process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(every_s)

    def wait(self) -> int:
        """Wait until it ended by itself; give its exit code."""
        return self._process.wait(DEADLINE_S)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; give the exit code."""
        self._process.send_signal(number)
        return self.wait()

    def kill(self) -> None:
        """Kill it, if it still runs, as a power cut would."""
        self._process.kill()
        self._process.wait()


@contextmanager
def running(home: Home, *words: str) -> Iterator[Program]:
    """Run the program, the daemon unless told otherwise; killed at the end if need be."""
    program = Program(home, *(words or ("run",)))
    try:
        yield program
    finally:
        program.kill()


def is_enriched(file: Path) -> bool:
    """Say whether a note bears a summary."""
    try:
        return b"\nsummary: " in file.read_bytes()
    except FileNotFoundError:
        return False
