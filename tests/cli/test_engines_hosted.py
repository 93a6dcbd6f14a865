"""The engine hosted_ai from the command line: no GPU stays allocated, no text is invented."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from tests.engines import server as acts
from tests.engines.hosted import Service
from tests.engines.server import Act, ScriptedServer, Seen, serving
from vaultskillet.app import SystemClock

NOTE = "Garden/Compost.md"
ROOT = Path(__file__).parents[2]
SAID = {"text": json.dumps({"summary": "Compost needs air.", "tags": []}), "tokens_used": 50}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def service(server: ScriptedServer) -> Service:
    service = Service(SystemClock())
    service.odd = on_inference(acts.give(SAID))
    server.script = service
    return service


def on_inference(*given: Act) -> Callable[[Seen], Act | None]:
    """Answer inferences in this way, the last for ever."""
    rest = list(given)

    def odd(seen: Seen) -> Act | None:
        if "inference" not in seen.path:
            return None
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return odd


@pytest.fixture
def file(tmp_path: Path, server: ScriptedServer) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(
        "engine: hosted_ai\n"
        f"hosted_ai: {{base_url: '{server.url}', api_key: hk-hush-hush, max_retries: 1}}\n",
        encoding="utf-8",
    )
    file.chmod(0o600)
    return file


@pytest.fixture
def run(call: Call, vault: Path, file: Path) -> Callable[..., Ended]:
    return lambda *words: call(*words, "--vault", vault, "--config", file)


def test_a_run_works_on_one_gpu_and_gives_it_back(
    run: Callable[..., Ended], service: Service, vault: Path
) -> None:
    ended = run("run", "--once")
    assert ended.out.startswith("notes: 1 written")
    assert b"summary: Compost needs air." in (vault / NOTE).read_bytes()
    assert (service.out, service.most) == (set(), 1)
    metrics = run("status", "--prometheus").out
    for kind in ("granted", "released"):
        labels = f'{{engine="hosted_ai",tier="gemma",kind="{kind}"}}'
        assert f"vaultskillet_engine_allocations_total{labels} 1\n" in metrics
    assert "hk-hush-hush" not in ended.out + ended.err + metrics


def test_a_gpu_that_was_taken_back_is_asked_for_again(
    run: Callable[..., Ended], service: Service
) -> None:
    gone = acts.give({"error": "x", "code": "gpu_preempted"}, status=409)
    service.odd = on_inference(gone, acts.give(SAID))
    assert run("run", "--once").out.startswith("notes: 1 written")
    assert service.out <= {"alloc-1"}  # that one is the service's again


def test_what_a_killed_process_held_is_given_back_by_the_next(
    run: Callable[..., Ended], service: Service, vault: Path, file: Path
) -> None:
    asked, may_end = threading.Event(), threading.Event()

    def wait(_handler: acts.Handler) -> None:
        asked.set()
        may_end.wait(20)

    service.odd = on_inference(wait)
    program = "from vaultskillet.cli.main import main; main()"
    words = ["run", "--once", "--vault", str(vault), "--config", str(file)]
    with subprocess.Popen([sys.executable, "-c", program, *words], cwd=ROOT) as killed:  # noqa: S603 - our own program
        assert asked.wait(20)
        killed.kill()
    may_end.set()
    assert service.out == {"alloc-1"}
    service.odd = on_inference(acts.give(SAID))
    assert run("run", "--once").out.startswith("notes: 1 written")
    assert service.out == set()


@pytest.mark.parametrize("act", [acts.fail(500), acts.give({}), acts.reset, acts.raw(b"<html>")])
def test_where_the_service_fails_nothing_is_invented_and_the_note_stays_due(
    run: Callable[..., Ended], service: Service, vault: Path, act: Act
) -> None:
    before = (vault / NOTE).read_bytes()
    service.odd = on_inference(act)
    ended = run("run", "--once")
    assert ended.code == 1
    assert f"failed: {NOTE} (" in ended.out
    assert (vault / NOTE).read_bytes() == before
    assert "queue    1 waiting, 0 under way, 0 given up" in run("status").out
    assert service.out == set()


def test_a_service_that_is_unwell_is_one_line(
    run: Callable[..., Ended], service: Service, server: ScriptedServer
) -> None:
    assert f"   ok  gemma: {server.url} is well\n" in run("doctor").out
    service.odd = lambda _seen: acts.fail(503)
    ended = run("run", "--once")
    assert ended.code == 1
    assert ended.err == f"vaultskillet: {server.url} is not available (503)\n"
    assert f"wrong  gemma: {server.url} is not available (503)\n" in run("doctor").out


def test_a_service_without_a_key_is_a_fault_of_the_configuration(call: Call, vault: Path) -> None:
    ended = call("run", "--once", "--vault", vault, "--engine", "hosted_ai")
    assert ended.code == 2
    assert ended.err.startswith("vaultskillet: hosted_ai.api_key: is not set")
