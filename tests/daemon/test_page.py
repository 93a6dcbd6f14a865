"""The real daemon where a person judges what is written: at rest, by command, and by ticks."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.core.test_page import tick
from tests.daemon.process import Home, Program, is_enriched, make_home, running
from tests.daemon.test_rest import MOST_WAKES, wait_for_rest, wakes_of, writes_of

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc what a process did"
)

TEXTS = {
    "a.md": b"The garden needs water in the morning. The tomatoes need it most in summer.\n",
    "b.md": b"The beds need soil in spring. The roses need it most of all, and compost too.\n",
}

LOOK_S = 3.0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path, "watch: {quiet_s: 0.3, longest_wait_s: 5}\nwrite: {mode: review}\n")
    for path, text in TEXTS.items():
        home.note(path, text)
    return home


def page_of(home: Home) -> Path:
    return home.vault / "Homeskillet/Review.md"


def ids_of(home: Home, note: str) -> list[str]:
    """Give the boxes below the heading of a note."""
    section = page_of(home).read_text(encoding="utf-8").partition(f"\n## [[{note}]]\n")[2]
    return [line.rpartition("^")[2] for line in section.splitlines() if line.startswith("- [")][:2]


def tick_on(home: Home, *ids: str) -> None:
    page = page_of(home)
    page.write_text(tick(page.read_text(encoding="utf-8"), *ids), encoding="utf-8")


def wait_for_page(home: Home, program: Program) -> None:
    program.wait_until(lambda: page_of(home).exists() and len(ids_of(home, "b")) == 2)


def test_what_is_ticked_is_done_and_at_rest_nothing_is(home: Home) -> None:
    with running(home) as program:
        wait_for_page(home, program)
        accept, _ = ids_of(home, "a")
        wait_for_rest(program)
        before, wakes = writes_of(program), wakes_of(program)
        time.sleep(LOOK_S)
        assert writes_of(program) == before
        assert wakes_of(program) - wakes <= MOST_WAKES
        assert home.note("a.md").read_bytes() == TEXTS["a.md"]
        tick_on(home, accept)
        program.wait_until(lambda: is_enriched(home.note("a.md")))
        _, reject = ids_of(home, "b")
        program.wait_until(lambda: ids_of(home, "a") == [])
        tick_on(home, reject)
        program.wait_until(lambda: not page_of(home).exists())
        assert home.note("b.md").read_bytes() == TEXTS["b.md"]
        assert program.end() == 0


def test_what_is_accepted_by_command_is_done_by_the_daemon(home: Home) -> None:
    with running(home) as program:
        wait_for_page(home, program)
        with running(home, "review", "--accept", "--all") as command:
            assert command.wait() == 0
        home.note("c.md", b"Wakes it: a new note, which says something of the garden's needs.\n")
        program.wait_until(lambda: all(is_enriched(home.note(path)) for path in TEXTS))
        assert program.end() == 0
