"""A stop ends the daemon at once, whatever it is in the midst of; a second one is refused."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.process import Home, is_enriched, make_home, running
from tests.engines.server import Handler, ScriptedServer, complete, serving
from tests.trip import enrichment
from vaultskillet.daemon import STOP_S

TEXT = b"The garden needs water in the morning. The tomatoes need it most of all in summer.\n"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, server: ScriptedServer) -> Home:
    home = make_home(
        tmp_path,
        f"watch: {{quiet_s: 0}}\nengine: openai\nopenai: {{base_url: '{server.url}/v1'}}\n",
    )
    home.note("a.md", TEXT)
    return home


def say_nothing(handler: Handler) -> None:
    """Let the client wait far longer than a stop may take."""
    handler.server.stopping.wait(120)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["term", "int"]
)
def test_a_stop_waits_for_no_engine_and_the_next_start_does_the_note_once(
    home: Home, server: ScriptedServer, number: signal.Signals, code: int
) -> None:
    assert STOP_S < 5
    server.say(say_nothing)
    with running(home) as program:
        program.wait_until(lambda: bool(server.seen))
        assert program.end(number) == code
        assert "Traceback" not in program.said
    assert home.note("a.md").read_bytes() == TEXT
    server.say(complete(enrichment("It needs water.")))
    with running(home) as program:
        program.wait_until(lambda: is_enriched(home.note("a.md")))
        assert program.end() == 0
    assert home.note("a.md").read_bytes() == b"---\nsummary: It needs water.\n---\n" + TEXT


def test_a_second_daemon_says_so_and_ends_with_2(home: Home, server: ScriptedServer) -> None:
    server.say(complete(enrichment("It needs water.")))
    with running(home) as first:
        first.wait_until(lambda: is_enriched(home.note("a.md")))
        with running(home) as second:
            assert second.wait() == 2
        assert f"works on this vault already (process {first.pid})" in first.said
        assert first.end() == 0
