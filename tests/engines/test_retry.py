"""Asking an engine again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.engine import EngineContract
from tests.engines.fakes import FakeClock, FakeEngine, RefusingEngine, request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.retry import Retrying
from vaultskillet.errors import (
    EngineError,
    EngineMemoryError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)


def retrying(engine: FakeEngine, clock: FakeClock, *, retries: int = 3) -> Retrying:
    return Retrying(engine, clock=clock, retries=retries, sleep=clock.sleep, random=lambda: 1.0)


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, clock: FakeClock) -> Retrying:
        return retrying(RefusingEngine(), clock)

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


def test_what_fails_for_a_moment_is_asked_again_after_waits_that_double(clock: FakeClock) -> None:
    engine = FakeEngine(EngineUnavailableError("a"), EngineTimeoutError("b"), QuotaError("c"), "d")
    assert retrying(engine, clock).generate(request_of()).text == "d"
    assert clock.slept == pytest.approx([0.1, 0.2, 0.4])


def test_it_gives_up_after_its_retries(clock: FakeClock) -> None:
    engine = FakeEngine(*[EngineUnavailableError(str(n)) for n in range(9)])
    with pytest.raises(EngineUnavailableError, match="3"):
        retrying(engine, clock).generate(request_of())
    with pytest.raises(EngineUnavailableError, match="7"):
        list(retrying(engine, clock).stream(request_of()))
    assert len(engine.asked) == 8


@pytest.mark.parametrize("error", [EngineRefusedError("x"), EngineMemoryError("x")])
def test_what_another_try_would_not_mend_is_asked_once(
    clock: FakeClock, error: EngineError
) -> None:
    engine = FakeEngine(error)
    with pytest.raises(type(error)):
        retrying(engine, clock).generate(request_of())
    assert clock.slept == []


def test_no_wait_ends_before_the_service_allows(clock: FakeClock) -> None:
    engine = FakeEngine(QuotaError("x", until=clock.now() + 7), "y")
    assert retrying(engine, clock).generate(request_of()).text == "y"
    assert clock.slept == [7.0]


def test_a_long_wait_is_the_jobs_and_not_the_workers(clock: FakeClock) -> None:
    engine = FakeEngine(QuotaError("x", until=clock.now() + 11))
    with pytest.raises(QuotaError):
        retrying(engine, clock).generate(request_of())
    assert clock.slept == []


def test_only_what_failed_of_a_batch_is_asked_again(clock: FakeClock) -> None:
    engine = FakeEngine(
        "a", EngineTimeoutError("x"), EngineRefusedError("no"), EngineTimeoutError("y"), "b", "d"
    )
    requests = [request_of(text) for text in "ABCD"]
    outcomes = retrying(engine, clock).generate_many(requests)
    assert [o.text if isinstance(o, Reply) else str(o) for o in outcomes] == ["a", "b", "no", "d"]
    assert engine.asked == [*"ABCD", *"BD"]
    assert len(clock.slept) == 1


def test_a_stream_is_asked_again_only_before_its_first_piece(clock: FakeClock) -> None:
    engine = FakeEngine(EngineUnavailableError("x"), "one two")
    assert "".join(retrying(engine, clock).stream(request_of())) == "one two"

    class Breaking(FakeEngine):
        def stream(self, request: Request) -> Iterator[str]:
            yield self.generate(request).text
            message = "broke off"
            raise EngineUnavailableError(message)

    pieces = retrying(Breaking("one"), clock).stream(request_of())
    assert next(pieces) == "one"
    with pytest.raises(EngineUnavailableError):
        next(pieces)


def test_it_loads_names_and_closes_its_engine(clock: FakeClock) -> None:
    engine = FakeEngine()
    wrapped = retrying(engine, clock)
    wrapped.load("repo")
    wrapped.close()
    assert (engine.loaded, engine.closed, wrapped.local) == (["repo"], 1, True)


@given(
    retries=st.integers(0, 6),
    luck=st.floats(0, 1),
    later=st.lists(st.none() | st.floats(-20, 20), max_size=8),
)
def test_waits_are_bounded_in_number_and_length(
    retries: int, luck: float, later: list[float | None]
) -> None:
    clock = FakeClock()
    errors = [QuotaError("x", until=None if s is None else clock.now() + s) for s in later]
    engine = Retrying(
        FakeEngine(*errors), clock=clock, retries=retries, sleep=clock.sleep, random=lambda: luck
    )
    engine.generate_many([request_of()])
    assert len(clock.slept) <= retries
    assert all(0 <= slept <= 10 for slept in clock.slept)
