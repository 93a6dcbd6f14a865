"""The real daemon where nothing happens, and where more happens than the system tells of."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.process import Home, Program, is_enriched, make_home, running
from tests.engines.server import ScriptedServer, complete, serving
from tests.trip import enrichment

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc what a process did"
)

TEXT = b"The garden needs water in the morning. The tomatoes need it most of all in summer.\n"

LOOK_S = 4.0
"""How long the daemon is looked at; `benchmarks/soak.py` does so for a minute."""

MOST_WAKES = 10
"""Of all its threads, in that time: who sleeps until something happens needs none of them."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        server.say(complete(enrichment("It needs water.")))
        yield server


@pytest.fixture
def home(tmp_path: Path, server: ScriptedServer) -> Home:
    home = make_home(
        tmp_path,
        "watch: {quiet_s: 0.1}\non_demand: {quiet_s: 0.1}\n"
        f"engine: openai\nopenai: {{base_url: '{server.url}/v1'}}\n",
    )
    home.note("a.md", TEXT)
    return home


def writes_of(program: Program) -> int:
    """Count the calls by which a process ever wrote, be it to a file or to a socket."""
    told = Path(f"/proc/{program.pid}/io").read_text(encoding="ascii")
    [line] = [line for line in told.splitlines() if line.startswith("syscw:")]
    return int(line.split()[1])


def wakes_of(program: Program) -> int:
    """Count how often the threads of a process ever gave the processor back to wait."""
    statuses = Path(f"/proc/{program.pid}/task").glob("*/status")
    lines = [line for file in statuses for line in file.read_text(encoding="ascii").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))


def wait_for_rest(program: Program) -> None:
    """Wait until a second has passed in which nothing was written."""
    before, since = writes_of(program), time.monotonic()

    def is_at_rest() -> bool:
        nonlocal before, since
        if (now := writes_of(program)) != before:
            before, since = now, time.monotonic()
        return time.monotonic() - since > 1

    program.wait_until(is_at_rest, every_s=0.1)


def test_at_rest_nothing_is_written_no_model_asked_and_the_processor_left_to_others(
    home: Home, server: ScriptedServer
) -> None:
    with running(home) as program:
        program.wait_until(lambda: is_enriched(home.note("a.md")))
        wait_for_rest(program)
        before = writes_of(program), len(server.seen)
        wakes = wakes_of(program)
        time.sleep(LOOK_S)
        assert (writes_of(program), len(server.seen)) == before
        assert wakes_of(program) - wakes <= MOST_WAKES
        assert program.end() == 0


def test_what_the_system_did_not_tell_of_is_found_by_a_sweep(home: Home) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    if limit > 100_000:
        pytest.skip("the system's queue of events is too long to be filled in a test")
    busy = [home.note(name, b"x") for name in (".busy", ".busier")]
    with running(home) as program:
        program.wait_until(lambda: is_enriched(home.note("a.md")))
        wait_for_rest(program)
        os.kill(program.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, program.pid, os.WSTOPPED)  # until then its threads read on
        for number in range(limit + 100):  # they take turns: like events would be told as one
            os.close(os.open(busy[number % 2], os.O_WRONLY))
        lost = home.note("lost.md", TEXT)
        os.kill(program.pid, signal.SIGCONT)
        program.wait_until(lambda: is_enriched(lost))
        assert "events were lost" in program.said
        assert program.end() == 0
