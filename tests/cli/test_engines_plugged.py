"""Engines that other packages bring."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.contracts.engine import EngineContract
from tests.engines.fakes import FakeClock, request_of
from tests.fakes import FakeStore
from tests.packages import lay_down
from vaultskillet.app.accounts import Accounts
from vaultskillet.app.engines import Engines
from vaultskillet.config import Config
from vaultskillet.core.model import Request, Tier
from vaultskillet.ports.engine import InferenceEngine

GOOD = """
import json
from vaultskillet.core.model import Reply
from vaultskillet.errors import EngineRefusedError, EngineUnavailableError


class Engine:
    local = True

    def __init__(self, settings):
        self.model_id = settings.model
        self.says = settings.options.get("says", "A short line.")
        self.closed = False

    def load(self, repo):
        pass

    def generate(self, request):
        if self.closed:
            raise EngineUnavailableError("closed")
        if request.text == "refuse":
            raise EngineRefusedError("no")
        text = json.dumps({"summary": self.says, "tags": []}) if request.schema else request.text
        return Reply(text, self.model_id)

    def generate_many(self, requests):
        replies = []
        for request in requests:
            try:
                replies.append(self.generate(request))
            except (EngineRefusedError, EngineUnavailableError) as error:
                replies.append(error)
        return replies

    def stream(self, request):
        yield self.generate(request).text

    def close(self):
        self.closed = True
"""
BREAKING = GOOD.replace("if self.closed:", 'raise KeyError("a")\n        if self.closed:')


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a package that brings the engine `mine`."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def plug(code: str) -> None:
        monkeypatch.delitem(sys.modules, "mine_plugin", raising=False)
        lay_down(site, "mine_plugin", code, "[vaultskillet.engines]\nmine = mine_plugin:Engine\n")

    return plug


@pytest.fixture
def run(call: Call, vault: Path, tmp_path: Path) -> Callable[..., Ended]:
    file = tmp_path / "config.yaml"
    file.write_text(
        "engine: mine\nplugins: {engines: {mine: {says: It smells.}}}\n", encoding="utf-8"
    )
    return lambda *words: call(*words, "--vault", vault, "--config", file)


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, plug: Callable[[str], None]) -> InferenceEngine:
        plug(GOOD)
        store = FakeStore()
        accounts = Accounts(lambda: store)
        engines = Engines(Config(engine="mine"), clock=FakeClock(), accounts=accounts)
        return engines.by_tier[Tier.GEMMA]

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


def test_a_note_is_done_by_the_engine_of_a_plug_in(
    plug: Callable[[str], None], run: Callable[..., Ended], vault: Path
) -> None:
    plug(GOOD)
    assert run("run", "--once").out.startswith("notes: 1 written")
    assert b"summary: It smells." in (vault / "Garden/Compost.md").read_bytes()
    assert "ok  engine for gemma: mine" in run("doctor").out


def test_an_engine_that_breaks_is_named_and_the_note_stays_due(
    plug: Callable[[str], None], run: Callable[..., Ended]
) -> None:
    plug(BREAKING)
    ended = run("run", "--once")
    assert ended.code == 1
    assert "(the engine mine broke (KeyError))" in ended.out
    assert "queue    1 waiting, 0 under way, 0 given up" in run("status").out


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("raise RuntimeError('no luck')", "cannot be imported"),
        ("def Engine(settings): raise KeyError('x')", "the engine mine cannot be made (KeyError"),
        ("def Engine(settings): return 7", "it lacks model_id, local, load, generate"),
    ],
)
def test_a_plug_in_that_is_no_engine_ends_with_2(
    plug: Callable[[str], None], run: Callable[..., Ended], code: str, says: str
) -> None:
    plug(code)
    ended = run("run", "--once")
    assert ended.code == 2
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_an_engine_that_nobody_brings_is_told_beside_those_that_there_are(
    run: Callable[..., Ended],
) -> None:
    ended = run("run", "--once")
    assert ended.code == 2
    assert "no engine 'mine'; there are extractive, hosted_ai, mlx, openai" in ended.err


def test_what_was_written_can_be_seen_and_taken_back_without_the_engine(
    plug: Callable[[str], None], run: Callable[..., Ended], call: Call, vault: Path
) -> None:
    note = vault / "Garden/Compost.md"
    before = note.read_bytes()
    plug(GOOD)
    run("run", "--once")
    assert note.read_bytes() != before
    gone = ("--vault", vault, "--engine", "gone")
    assert call("status", *gone).code == 0
    doctor = call("doctor", *gone)
    assert doctor.code == 1
    assert "wrong  gemma: engine: there is no engine 'gone'" in doctor.out
    assert call("undo", *gone).code == 0
    assert note.read_bytes() == before
