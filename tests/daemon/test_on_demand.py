"""A request in a note, and the real daemon on a real folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
"""How long a busy machine is given; a quiet one needs a fraction of it."""

TEXT = (
    "# Compost\n\nThe bin smells when it is too wet.\n\n- [ ] #homeskillet When does it smell? ^q\n"
)
DONE = TEXT.replace("#homeskillet", "#homeskillet/done").replace(
    "? ^q", "? [[When does it smell]] ^q"
)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    vault = tmp_path / "Notes"
    vault.mkdir()
    (vault / "Other.md").write_text("Another note, which nobody watches.\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text(
        f"obsidian: {{enabled: true, vault_path: {vault}, categories: [Nowhere]}}\n"
        "on_demand: {quiet_s: 0.4}\n",
        encoding="utf-8",
    )
    return vault


@contextmanager
def daemon(vault: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the daemon until the test is done with it."""
    words = ["run", "--config", str(vault.parent / "config.yaml")]
    words += ["--state-dir", str(vault.parent / "state")]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "vaultskillet", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_up(vault: Path) -> Callable[[], bool]:
    return (vault.parent / "state/state.sqlite3").exists


def test_a_saved_request_is_answered_and_stays_so(vault: Path) -> None:
    note = vault / "Compost.md"
    with daemon(vault) as process:
        wait_for(is_up(vault))
        note.write_text(TEXT, encoding="utf-8")
        wait_for(lambda: "/done" in note.read_text(encoding="utf-8"))
        assert note.read_text(encoding="utf-8") == DONE
        answers = list((vault / "Homeskillet/Answers").iterdir())
        assert [answer.name for answer in answers] == ["When does it smell.md"]
        other = vault / "Other.md"
        before = (note.stat().st_mtime_ns, answers[0].stat().st_mtime_ns)
        other.write_text("Asks, too: #homeskillet Who asks?\n", encoding="utf-8")
        wait_for(lambda: "/done" in other.read_text(encoding="utf-8"))
        assert (note.stat().st_mtime_ns, answers[0].stat().st_mtime_ns) == before
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def test_a_daemon_that_is_killed_answers_when_it_is_back_and_only_once(vault: Path) -> None:
    note = vault / "Compost.md"
    with daemon(vault):
        wait_for(is_up(vault))
        note.write_text(TEXT, encoding="utf-8")
        wait_for((vault / "Homeskillet").exists)
    with daemon(vault):
        wait_for(lambda: "/done" in note.read_text(encoding="utf-8"))
    assert note.read_text(encoding="utf-8") == DONE
    assert len(list((vault / "Homeskillet/Answers").iterdir())) == 1
