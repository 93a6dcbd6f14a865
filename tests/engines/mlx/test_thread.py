"""The one thread that owns all MLX objects."""

from __future__ import annotations

import threading

import pytest

from tests.engines.fakes import FakeClock, request_of
from vaultskillet.engines.mlx.engine import MLXEngine
from vaultskillet.engines.mlx.thread import EngineThread
from vaultskillet.errors import EngineError, EngineUnavailableError


def test_all_work_runs_on_one_thread_in_order() -> None:
    thread = EngineThread()
    seen: list[tuple[int, int]] = []
    futures = [
        thread.submit(lambda n=n: seen.append((n, threading.get_ident())))  # type: ignore[misc] # a lambda's default
        for n in range(20)
    ]
    for future in futures:
        future.result()
    thread.close()
    assert [n for n, _ in seen] == list(range(20))
    assert len({ident for _, ident in seen} - {threading.get_ident()}) == 1


def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    thread = EngineThread()
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 / 0)
    assert thread.run(lambda: 7) == 7
    thread.close()


def test_a_closed_thread_finishes_its_work_and_takes_no_more() -> None:
    thread = EngineThread()
    future = thread.submit(lambda: 7)
    thread.close()
    thread.close()
    assert future.done()
    with pytest.raises(EngineUnavailableError):
        thread.run(lambda: 7)


def test_an_engine_on_a_closed_thread_gives_engine_errors(clock: FakeClock) -> None:
    thread = EngineThread()
    engine = MLXEngine("/no/such/folder", clock=clock, thread=thread)
    thread.close()
    with pytest.raises(EngineError):
        engine.generate(request_of())
    with pytest.raises(EngineError):
        list(engine.stream(request_of()))
    assert all(isinstance(r, EngineError) for r in engine.generate_many([request_of()]))
    engine.close()
