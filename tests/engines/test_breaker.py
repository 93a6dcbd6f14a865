"""An engine that fails is left in peace for a while."""

from __future__ import annotations

import pytest

from tests.engines.fakes import FakeClock, FakeEngine, request_of
from vaultskillet.core.model import Reply
from vaultskillet.engines.breaker import Breaker
from vaultskillet.engines.budget import BudgetError
from vaultskillet.engines.guard import Guarded
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineMemoryError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)


def failing(times: int) -> FakeEngine:
    return FakeEngine(*[EngineUnavailableError("down") for _ in range(times)])


def admits(breaker: Breaker) -> EngineError | None:
    [refusal] = breaker.admit([request_of()])
    return refusal


def record(breaker: Breaker, *outcomes: Reply | EngineError, text: str = "x") -> None:
    breaker.record([(request_of(text), outcome) for outcome in outcomes])


def test_failures_in_a_row_stop_the_calls_and_one_call_tries_them_out(clock: FakeClock) -> None:
    engine = failing(4)
    breaker = Breaker(clock=clock, failures=3, rest_s=60)
    guarded = Guarded(engine, breaker)
    guarded.generate_many([request_of()] * 3)
    stopped = breaker.because
    assert stopped is not None
    assert stopped.until == clock.now() + 60
    with pytest.raises(EngineUnavailableError, match="down"):
        guarded.generate(request_of())
    assert len(engine.asked) == 3
    clock.at += 60
    tried, *others = guarded.generate_many([request_of()] * 3)
    assert isinstance(tried, EngineError)
    assert len(engine.asked) == 4
    assert all(isinstance(other, EngineError) for other in others)
    clock.at += 120
    assert guarded.generate(request_of()).text
    assert breaker.because is None
    assert len([r for r in guarded.generate_many([request_of()] * 3) if isinstance(r, Reply)]) == 3


def test_each_rest_is_twice_the_one_before_up_to_the_longest(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1, rest_s=60, longest_rest_s=200)
    rests = []
    for _ in range(4):
        assert admits(breaker) is None
        record(breaker, *[EngineUnavailableError("x")] * 5)
        assert breaker.because is not None
        assert breaker.because.until is not None
        rests.append(breaker.because.until - clock.at)
        clock.at = breaker.because.until
    assert rests == [60, 120, 200, 200]
    assert admits(breaker) is None
    record(breaker, Reply("x", "m"))
    record(breaker, EngineUnavailableError("x"))
    assert breaker.because is not None
    assert breaker.because.until == clock.at + 60


def test_a_trial_that_never_ends_does_not_stop_the_calls_for_ever(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1, rest_s=60)
    record(breaker, EngineUnavailableError("x"))
    for _ in range(3):
        clock.at += 60
        assert admits(breaker) is None
        assert isinstance(admits(breaker), EngineUnavailableError)


@pytest.mark.parametrize("well", [Reply("x", "m"), EngineRefusedError("this note is too long")])
def test_only_failures_in_a_row_count(clock: FakeClock, well: Reply | EngineError) -> None:
    breaker = Breaker(clock=clock, failures=2)
    record(breaker, EngineUnavailableError("x"), well, EngineUnavailableError("x"))
    assert admits(breaker) is None


@pytest.mark.parametrize("kind", [EngineFailedError, EngineTimeoutError])
def test_one_note_that_breaks_the_engine_again_and_again_does_not_stop_the_others(
    clock: FakeClock, kind: type[EngineError]
) -> None:
    breaker = Breaker(clock=clock, failures=2)
    record(breaker, *[kind("x")] * 9)
    assert admits(breaker) is None
    record(breaker, kind("x"), text="another")
    assert isinstance(admits(breaker), kind)


def test_a_lack_of_memory_is_no_failure_of_the_engine(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1)
    record(breaker, EngineMemoryError("x"))
    assert admits(breaker) is None


def test_a_service_that_wants_no_more_calls_is_left_in_peace(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=3, rest_s=60)
    record(breaker, QuotaError("x"), QuotaError("x"), Reply("x", "m"), QuotaError("x"))
    assert admits(breaker) is None
    record(breaker, QuotaError("x"), QuotaError("x"))
    stopped = admits(breaker)
    assert isinstance(stopped, QuotaError)
    assert stopped.until == clock.now() + 60


def test_a_budget_that_is_used_up_stops_nothing(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock)
    record(breaker, BudgetError("x", until=clock.now() + 9))
    assert admits(breaker) is None


def test_an_error_that_says_until_when_stops_the_calls_at_once(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock)
    record(breaker, QuotaError("slower", until=clock.now() + 5))
    stopped = admits(breaker)
    assert isinstance(stopped, QuotaError)
    assert stopped.until == clock.now() + 5
    clock.at += 5
    assert admits(breaker) is None


def test_a_rest_that_a_wrong_clock_set_is_over_when_the_clock_is_right(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1)
    clock.at += 400 * 86_400
    record(breaker, EngineUnavailableError("x"))
    clock.at -= 400 * 86_400
    assert admits(breaker) is None
