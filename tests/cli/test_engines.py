"""Engines from the command line: what they cost, and what a person is told where one fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines import server as acts
from tests.engines.server import Act, ScriptedServer, Seen, serving
from vaultskillet.engines import openai
from vaultskillet.engines.http import Limits

NOTE = "Garden/Compost.md"
ROOT = Path(__file__).parents[2]
ENRICHMENT = json.dumps({"summary": "Compost needs air.", "tags": ["garden"]})
CLASSIFICATION = json.dumps({"category": "summary", "complexity": "simple"})


def helpful(seen: Seen) -> Act:
    """Answer as a good model does."""
    if seen.method == "GET":
        return acts.give({"data": [{"id": "small"}, {"id": "large"}]})
    asked = json.dumps(seen.body["messages"][0])
    said = CLASSIFICATION if "complexity" in asked else ENRICHMENT
    return acts.complete(said, prompt_tokens=100, completion_tokens=10)


def helpful_but(act: Act) -> Callable[[Seen], Act]:
    """Answer as a server does that is there, but whose model is no good."""
    return lambda seen: helpful(seen) if seen.method == "GET" else act


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        server.script = helpful
        yield server


@pytest.fixture
def run(call: Call, vault: Path, server: ScriptedServer, tmp_path: Path) -> Callable[..., Ended]:
    """Call the command line with a configuration for the server."""
    file = tmp_path / "config.yaml"

    def run(*words: object, more: str = "", models: str = "", **env: str) -> Ended:
        file.write_text(
            f"engine: openai\n"
            f"openai: {{base_url: '{env.get('url', server.url)}', max_retries: 0}}\n"
            f"models: {{gemma: {{repo: small}}, qwen: {{repo: large{models}}}}}\n{more}",
            encoding="utf-8",
        )
        return call(*words, "--vault", vault, "--config", file)

    return run


def posts(server: ScriptedServer) -> int:
    return sum(seen.method == "POST" for seen in server.seen)


def test_what_models_were_asked_is_told_and_goes_on_from_run_to_run(
    run: Callable[..., Ended], server: ScriptedServer, vault: Path
) -> None:
    assert run("run", "--once").out.startswith("notes: 1 written")
    assert "2 calls (0 failed), 200 tokens read, 20 written" in run("status").out
    assert run("process", NOTE).code == 0
    assert posts(server) == 4
    told = json.loads(run("status", "--json").out)
    assert told["use"]["gemma"]["prompt_tokens"] == 400
    metrics = run("status", "--prometheus").out
    assert (
        "# TYPE vaultskillet_engine_calls_total counter\n"
        'vaultskillet_engine_calls_total{engine="openai",tier="gemma"} 4\n'
    ) in metrics
    assert b"summary: Compost needs air." in (vault / NOTE).read_bytes()


def test_nothing_is_asked_where_nothing_is_due(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    run("run", "--once")
    server.seen.clear()
    assert run("run", "--once").out.startswith("notes: 1 unchanged")
    run("status")
    assert server.seen == []


def test_an_estimate_counts_what_would_be_sent_and_sends_nothing(
    run: Callable[..., Ended], server: ScriptedServer, vault: Path
) -> None:
    before = (vault / NOTE).read_bytes()
    prices = ", prices: {prompt: 1, reply: 10}"
    ended = run("run", "--dry-run", "--estimate", models=prices, more="")
    assert (ended.code, ended.err) == (0, "")
    assert server.seen == []
    assert (vault / NOTE).read_bytes() == before
    assert not list(Path.home().rglob("*.sqlite3"))
    gemma, qwen, both, notes = ended.out.splitlines()
    assert gemma.startswith("gemma    2 calls, about ")
    assert qwen.startswith("qwen     0 calls, ")
    assert both.startswith("in all   2 calls, at most ")
    assert notes == "notes: 1 due, 0 unchanged; no model was asked"
    run("run", "--once")
    assert posts(server) == 2
    sent = sum(
        len(message["content"])
        for seen in server.seen
        if seen.method == "POST"
        for message in seen.body["messages"]
    )
    about = int(gemma.split("about ")[1].split(" ")[0].replace(",", ""))
    assert about == pytest.approx(sent / 4, rel=0.05)


def test_an_estimate_knows_what_money_it_would_take(
    call: Call, vault: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "engine: openai\n"
        "openai: {base_url: 'https://models.example/v1'}\n"
        "models: {gemma: {prices: {prompt: 1000, reply: 1000}}}\n",
        encoding="utf-8",
    )
    ended = call("run", "--dry-run", "--estimate", "--vault", vault, "--config", file)
    assert ended.code == 0
    assert " in money  (" in ended.out.splitlines()[0]


def test_an_estimate_without_a_model_says_so(call: Call, vault: Path) -> None:
    ended = call("run", "--dry-run", "--estimate", "--vault", vault)
    assert ended.out.startswith("no model would be asked\n")
    assert call("run", "--estimate", "--vault", vault).code == 2


def test_a_budget_that_is_used_up_lets_the_notes_wait_and_is_told(
    run: Callable[..., Ended], server: ScriptedServer, vault: Path
) -> None:
    budget = "budget: {calls: 2}\n"
    ended = run("run", "--once", more=budget)
    assert ended.code == 1
    assert f"failed: {NOTE} (the day's budget of 2 calls is used up until " in ended.out
    assert posts(server) == 1
    status = run("status", more=budget).out
    assert "budget   calls: 1 of 2 today (UTC)\n" in status
    assert ": the day's budget of 2 calls is used up until " in status
    assert "queue    1 waiting, 0 under way, 0 given up" in status
    assert run("run", "--once", more=budget).code == 0  # the note is not due before tomorrow
    assert posts(server) == 1
    assert b"summary" not in (vault / NOTE).read_bytes()


def test_what_a_dry_run_spends_counts_too(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    budget = "budget: {calls: 3}\n"
    assert "+summary: Compost needs air." in run("run", "--dry-run", more=budget).out
    assert "calls: 2 of 3" in run("status", more=budget).out
    assert run("process", NOTE, more=budget).code == 1
    assert posts(server) == 2


def test_a_limit_of_money_needs_prices(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "engine: openai\nopenai: {base_url: 'https://models.example/v1'}\nbudget: {money: 1}\n",
        encoding="utf-8",
    )
    ended = call("run", "--once", "--vault", vault, "--config", file)
    assert ended.code == 2
    assert "models.gemma.prices must say" in ended.err


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (lambda _seen: acts.fail(401), "refused the API key; check it (401)"),
        (lambda _seen: acts.fail(503), "is not available (503)"),
        (lambda _seen: acts.reset, "broke off"),
    ],
)
def test_an_engine_that_cannot_be_used_is_one_line_and_the_notes_stay_due(
    run: Callable[..., Ended],
    server: ScriptedServer,
    vault: Path,
    script: acts.Script,
    says: str,
) -> None:
    before = (vault / NOTE).read_bytes()
    server.script = script
    ended = run("run", "--once")
    assert ended.code == 1
    assert ended.out == ""
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert (vault / NOTE).read_bytes() == before
    assert "queue    1 waiting, 0 under way, 0 given up" in run("status").out
    server.script = helpful
    assert run("run", "--once").out.startswith("notes: 1 written")


def test_a_reason_that_many_notes_share_is_spelt_out_once(
    run: Callable[..., Ended], server: ScriptedServer, vault: Path
) -> None:
    (vault / "Zinnia.md").write_text("Zinnias want sun, and they want it all day long.\n")
    server.script = helpful_but(acts.fail(404))
    out = run("run", "--once").out
    assert out.count("knows no model") == 1
    assert "failed: Zinnia.md (for the same reason)\n" in out


def test_what_a_person_mended_is_tried_again_at_once(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    server.script = helpful_but(acts.fail(404))
    assert "knows no model" in run("run", "--once").out
    assert "waits    until " in run("status").out
    server.script = helpful
    assert run("run", "--once").out.startswith("notes: 1 written")


def test_without_a_network_the_notes_stay_due(run: Callable[..., Ended]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    ended = run("run", "--once", url=url)
    assert ended.code == 1
    assert "is it running, and is there a network?" in ended.err
    assert ended.err.count("\n") == 1
    assert "queue    1 waiting, 0 under way, 0 given up" in run("status", url=url).out


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (acts.complete(""), "answered nothing; try another model"),
        (acts.complete("word " * 999), "JSON"),
        (acts.raw(b"<html>"), "not a JSON object"),
        (acts.fail(500), "failed (500)"),
        (acts.fail(429), "asks for fewer requests"),
        (acts.cut_short, "broke off"),
    ],
)
def test_a_model_that_says_nothing_or_rambles_costs_the_note_nothing(
    run: Callable[..., Ended], server: ScriptedServer, vault: Path, act: Act, says: str
) -> None:
    before = (vault / NOTE).read_bytes()
    server.script = helpful_but(act)
    ended = run("run", "--once")
    assert ended.code == 1
    [line] = [line for line in ended.out.splitlines() if line.startswith("failed: ")]
    assert says in line
    assert (vault / NOTE).read_bytes() == before
    assert "queue    1 waiting, 0 under way, 0 given up" in run("status").out
    [told] = [line for line in run("status").out.splitlines() if line.startswith("waits until ")]
    assert f": {NOTE} (" in told
    assert says in told


def test_a_server_that_never_ends_is_hung_up_on(
    run: Callable[..., Ended], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = Limits(connect_s=1.0, silence_s=0.3, total_s=0.3, body_bytes=100_000)
    monkeypatch.setattr(openai, "Limits", lambda **_limits: quick)
    for act, says in ((acts.drip, "hung up"), (acts.gush, "hung up"), (acts.hang, "was silent")):
        server.script = helpful_but(act)
        assert says in run("process", NOTE).out


def test_doctor_lists_the_models_of_a_server(
    run: Callable[..., Ended], server: ScriptedServer
) -> None:
    ended = run("doctor")
    assert ended.code == 0
    assert f"   ok  gemma: {server.url} has small; it lists 2 models: small, large\n" in ended.out
    server.script = lambda _seen: acts.give({"data": [{"id": "smaller"}]})
    out = run("doctor").out
    assert f" hint  gemma: {server.url} lists 1 models, but not small\n" in out
    assert "-> set the model's repo to what it is called there: smaller\n" in out
    server.script = lambda _seen: acts.fail(401)
    ended = run("doctor")
    assert ended.code == 1
    assert f"wrong  gemma: {server.url} refused the API key; check it (401)\n" in ended.out


@contextmanager
def daemon(vault: Path, file: Path) -> Iterator[subprocess.Popen[str]]:
    """Run until the block ends, which must end it."""
    program = "from vaultskillet.cli.main import main; main()"
    words = ["run", "--vault", str(vault), "--config", str(file)]
    with subprocess.Popen(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def file(tmp_path: Path, server: ScriptedServer) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(
        f"engine: openai\nopenai: {{base_url: '{server.url}', max_retries: 0}}\n"
        "watch: {quiet_s: 0}\n",
        encoding="utf-8",
    )
    return file


def test_the_daemon_outlives_a_server_that_is_away(
    server: ScriptedServer, vault: Path, file: Path
) -> None:
    away = acts.fail(503, {"Retry-After": "1"})
    rest = [away]  # at the start: then it is left in peace
    server.script = lambda seen: rest.pop() if rest else helpful(seen)
    with daemon(vault, file) as process:
        assert process.stdout is not None
        assert (
            process.stdout.readline() == f"failed: {NOTE} ({server.url} is not available (503))\n"
        )
        assert process.stdout.readline() == f"written: {NOTE}\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert "not ready; notes will wait for it" in process.stderr.read()


def test_the_daemon_stops_though_a_server_never_answers(
    server: ScriptedServer, vault: Path, file: Path
) -> None:
    asked = threading.Event()

    def hang(handler: acts.Handler) -> None:
        asked.set()
        acts.hang(handler)

    server.script = helpful_but(hang)
    with daemon(vault, file) as process:
        assert asked.wait(20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
