"""The hosted.ai engine against a scripted service."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.engine import EngineContract
from tests.engines import server as acts
from tests.engines.fakes import SCHEMA, FakeClock, request_of
from tests.engines.hosted import Service
from tests.engines.server import Act, ScriptedServer, Seen
from vaultskillet.core.model import Reply, Request, Sampling
from vaultskillet.engines.hosted_ai import AllocationLostError, HostedAIEngine
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)


@pytest.fixture
def service(server: ScriptedServer, clock: FakeClock) -> Service:
    service = Service(clock)
    server.script = service
    return service


def engine_at(server: ScriptedServer, clock: FakeClock, **more: Any) -> HostedAIEngine:  # noqa: ANN401 - passed on
    return HostedAIEngine(
        server.url,
        api_key="hk-secret",
        pool="gpu-pool-1",
        model="big",
        tflops=20.0,
        vram_mb=18_000,
        clock=clock,
        **{"timeout_s": 0.5, **more},
    )


@pytest.fixture
def engine(
    server: ScriptedServer,
    clock: FakeClock,
    service: Service,  # noqa: ARG001 - it answers
) -> Iterator[HostedAIEngine]:
    engine = engine_at(server, clock)
    yield engine
    engine.close()


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, engine: HostedAIEngine) -> HostedAIEngine:
        engine.load("big")
        return engine

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


@pytest.mark.parametrize(("overcommit", "most_mb"), [(False, 18_000), (True, 36_000)])
def test_the_requests_are_as_the_service_wants_them(
    server: ScriptedServer,
    clock: FakeClock,
    service: Service,
    overcommit: bool,  # noqa: FBT001 - a column of the table
    most_mb: int,
) -> None:
    engine = engine_at(server, clock, overcommit=overcommit, gpu_family="ampere")
    engine.generate(request_of(temperature=0.5, max_tokens=9))
    engine.close()
    asked, inferred, released = server.seen
    assert (asked.method, asked.path) == ("POST", "/v1/allocations")
    assert asked.body == {
        "pool_id": "gpu-pool-1",
        "requirements": {
            "min_tflops": 20.0,
            "min_vram_mb": 18_000,
            "max_vram_mb": most_mb,
            "gpu_family": "ampere",
        },
        "duration_seconds": 300,
        "preemptible": overcommit,
        "metadata": {"client": "vaultskillet"},
    }
    assert (inferred.method, inferred.path) == ("POST", "/v1/inference/alloc-1")
    assert inferred.body == {
        "model": "big",
        "prompt": "Say it in one line.\n\nTitle: Bread\n<note>\nBread needs time.\n</note>",
        "parameters": {
            "max_tokens": 9,
            "temperature": 0.5,
            "top_p": 1.0,
            "stop_sequences": [],
        },
    }
    assert (released.method, released.path) == ("DELETE", "/v1/allocations/alloc-1")
    assert {seen.headers["Authorization"] for seen in server.seen} == {"Bearer hk-secret"}
    assert service.out == set()


def test_the_service_may_be_used_step_by_step(engine: HostedAIEngine, service: Service) -> None:
    assert engine.health_check()
    name = engine.request_vgpu(1.0, 100)
    reply = engine.generate_with_allocation(name, "<note>x", Sampling(0.0, 1.0, 5))
    assert (reply.text, reply.reply_tokens, reply.model) == ("said x", 9, "big")
    engine.release_idle(now=2e9)
    assert service.out == {name}
    engine.release(name)
    engine.release(name)
    assert service.out == set()


def test_one_allocation_serves_many_requests(engine: HostedAIEngine, service: Service) -> None:
    for _ in range(3):
        engine.generate_many([request_of()] * 8)
    assert service.most == 1
    assert next(service.numbers) == 2


def test_an_allocation_is_replaced_before_it_expires(
    server: ScriptedServer, clock: FakeClock, service: Service
) -> None:
    events: list[str] = []
    engine = engine_at(server, clock, timeout_s=30.0, on_allocation=events.append)
    engine.generate(request_of())
    clock.at += 269
    engine.generate(request_of())
    assert service.out == {"alloc-1"}
    clock.at += 2
    engine.generate(request_of())
    assert service.out == {"alloc-2"}
    engine.close()
    assert events == ["granted", "renewed", "released", "released"]


def test_an_allocation_in_use_is_released_only_after_its_last_request(
    server: ScriptedServer, clock: FakeClock, service: Service
) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(handler: acts.Handler) -> None:
        began.set()
        assert may_end.wait(5)
        acts.give({"text": "slow"})(handler)

    service.odd = lambda seen: slow if "slow" in str(seen.body) else None
    engine = engine_at(server, clock, timeout_s=30.0)
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(engine.generate(request_of("slow"))))
    thread.start()
    assert began.wait(5)
    clock.at += 280
    engine.generate(request_of())
    assert service.out == {"alloc-1", "alloc-2"}
    engine.release_idle(clock.now() + 1000)
    assert service.out == {"alloc-1"}
    may_end.set()
    thread.join()
    assert [reply.text for reply in replies] == ["slow"]
    assert service.out == set()
    engine.close()


def test_an_idle_allocation_is_released_and_asked_for_again(
    engine: HostedAIEngine, service: Service, clock: FakeClock
) -> None:
    engine.generate(request_of())
    engine.release_idle(clock.now() + 59)
    assert service.out == {"alloc-1"}
    engine.release_idle(clock.now() + 60)
    assert service.out == set()
    assert engine.generate(request_of()).text
    assert service.out == {"alloc-2"}


def test_a_preempted_allocation_is_asked_for_again(
    server: ScriptedServer, clock: FakeClock, service: Service
) -> None:
    events: list[str] = []
    engine = engine_at(server, clock, on_allocation=events.append)
    engine.generate(request_of())
    service.out.clear()
    assert engine.generate(request_of()).text
    engine.close()
    assert events == ["granted", "lost", "granted", "released"]


@pytest.mark.parametrize(
    ("status", "code", "lost"),
    [
        (409, "PREEMPTED", True),
        (503, "gpu_preempted", True),
        (400, "allocation_expired", True),
        (410, "", True),
        (410, None, True),
        (404, "model_not_found", False),
        (500, "oops", False),
    ],
)
def test_a_lost_allocation_is_told_by_code_and_else_by_status(
    engine: HostedAIEngine,
    service: Service,
    status: int,
    code: str | None,
    lost: bool,  # noqa: FBT001 - a column of the table
) -> None:
    error = acts.give({"error": "x", "code": code}, status=status)
    service.odd = lambda seen: error if "inference" in seen.path else None
    with pytest.raises(EngineError) as caught:
        engine.generate(request_of())
    assert isinstance(caught.value, AllocationLostError) is lost
    assert caught.value.transient
    assert next(service.numbers) == (4 if lost else 2)


def test_what_a_crash_left_behind_is_released_and_what_is_held_is_told(
    server: ScriptedServer, clock: FakeClock, service: Service
) -> None:
    kept: list[frozenset[str]] = []
    crashed = engine_at(server, clock, on_held=kept.append)
    crashed.generate(request_of())
    assert kept[-1] == {"alloc-1"}
    after = engine_at(server, clock, left_behind=kept[-1], on_held=kept.append)
    after.release_idle(after.idle_at or 0.0)
    assert service.out == set()
    assert kept[-1] == frozenset()
    assert after.idle_at is None
    after.close()
    crashed.close()


@pytest.mark.parametrize("act", [acts.fail(500), acts.reset])
def test_what_cannot_be_released_is_left_to_expire(
    engine: HostedAIEngine, service: Service, act: Act, caplog: pytest.LogCaptureFixture
) -> None:
    engine.generate(request_of())
    service.odd = lambda seen: act if seen.method == "DELETE" else None
    engine.close()
    assert "allocation not released" in caplog.text
    assert "hk-secret" not in caplog.text


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (acts.fail(400), EngineUnavailableError),
        (acts.fail(401), EngineUnavailableError),
        (acts.fail(409), EngineUnavailableError),
        (acts.fail(429), QuotaError),
        (acts.fail(503), EngineUnavailableError),
        (acts.give({}), EngineUnavailableError),
        (acts.give({"allocation_id": 7}), EngineUnavailableError),
        (acts.give({"allocation_id": "../health"}), EngineUnavailableError),
        (acts.give({"allocation_id": "a", "status": "failed"}), EngineUnavailableError),
        (acts.hang, EngineUnavailableError),
        (acts.reset, EngineUnavailableError),
        (acts.raw(b"<html>"), EngineUnavailableError),
    ],
)
def test_where_no_gpu_is_to_be_had_the_job_is_kept(
    engine: HostedAIEngine, service: Service, act: Act, kind: type[EngineError]
) -> None:
    service.odd = lambda seen: act if seen.path == "/v1/allocations" else None
    with pytest.raises(kind) as caught:
        engine.generate(request_of())
    assert caught.value.transient


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (acts.fail(400), EngineRefusedError),
        (acts.fail(429), QuotaError),
        (acts.fail(500), EngineFailedError),
        (acts.give({}), EngineFailedError),
        (acts.give({"text": None}), EngineFailedError),
        (acts.give({"text": " "}), EngineFailedError),
        (acts.raw(b'{"text": "half'), EngineUnavailableError),
        (acts.raw(b"<html>"), EngineUnavailableError),
        (acts.cut_short, EngineFailedError),
        (acts.reset, EngineFailedError),
        (acts.gush, EngineFailedError),
        (acts.drip, EngineTimeoutError),
        (acts.hang, EngineTimeoutError),
    ],
)
def test_a_service_that_misbehaves_gives_an_error_and_never_invented_text(
    engine: HostedAIEngine, service: Service, act: Act, kind: type[EngineError]
) -> None:
    service.odd = lambda seen: act if "inference" in seen.path else None
    with pytest.raises(kind):
        engine.generate(request_of())


@pytest.mark.parametrize(
    ("named", "model"), [("big-v2", "big-v2"), ("a b\n", "big"), (3, "big"), ("x" * 300, "big")]
)
def test_the_reply_names_the_model_that_wrote_it(
    engine: HostedAIEngine, service: Service, named: object, model: str
) -> None:
    said = acts.give({"text": "x", "tokens_used": "many", "model_used": named})
    service.odd = lambda seen: said if "inference" in seen.path else None
    reply = engine.generate(request_of())
    assert (reply.model, reply.reply_tokens) == (model, 0)


@pytest.mark.parametrize(
    ("expires_at", "renewed_after_s"),
    [
        (1_000_100.0, 70),
        ("1970-01-12T13:48:20Z", 70),
        ("1970-01-12T13:48:20", 70),
        (1_000_010.0, 5),
        (999_000, 270),
        (2_000_000, 270),
        ("soon", 270),
        (None, 270),
        (float("inf"), 270),
    ],
)
def test_the_end_of_an_allocation_is_read_however_it_is_written(
    server: ScriptedServer,
    clock: FakeClock,
    service: Service,
    expires_at: object,
    renewed_after_s: float,
) -> None:
    def grant(seen: Seen) -> Act | None:
        if seen.path != "/v1/allocations":
            return None
        name = f"alloc-{next(service.numbers)}"
        service.out.add(name)
        return acts.give({"allocation_id": name, "expires_at": expires_at})

    service.odd = grant
    engine = engine_at(server, clock, timeout_s=30.0)
    engine.generate(request_of())
    clock.at += renewed_after_s - 1
    engine.generate(request_of())
    assert service.out == {"alloc-1"}
    clock.at += 1
    engine.generate(request_of())
    assert service.out == {"alloc-2"}
    engine.close()


def test_json_is_found_in_what_the_service_says(engine: HostedAIEngine, service: Service) -> None:
    said = acts.give({"text": '```json\n{"summary": "x", "tags": []}\n```'})
    service.odd = lambda seen: said if "inference" in seen.path else None
    text = engine.generate(request_of(schema=SCHEMA)).text
    assert json.loads(text) == {"summary": "x", "tags": []}


def test_an_unwell_service_cannot_be_loaded_from(engine: HostedAIEngine, service: Service) -> None:
    service.odd = lambda _seen: acts.fail(503)
    assert not engine.health_check()
    with pytest.raises(EngineUnavailableError):
        engine.load("big")
    service.odd = lambda _seen: acts.reset
    assert not engine.health_check()
    service.odd = lambda _seen: None
