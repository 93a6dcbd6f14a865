"""Guards before an engine: budget, breaker, meter."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.engine import EngineContract
from tests.engines.fakes import SCHEMA, FakeClock, FakeEngine, RefusingEngine, request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines import budget
from vaultskillet.engines.breaker import Breaker
from vaultskillet.engines.budget import DAY_S, Allowance, Budget, Prices, Spend
from vaultskillet.engines.guard import Guarded
from vaultskillet.engines.metrics import Meter, Metrics, Sample, prometheus_text
from vaultskillet.errors import (
    EngineError,
    EngineMemoryError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, clock: FakeClock) -> Guarded:
        metered = Guarded(RefusingEngine(), Meter(Metrics(), engine="fake"))
        allowed = Guarded(metered, Budget(Allowance(), clock=clock))
        return Guarded(allowed, Breaker(clock=clock))

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


def test_a_guard_is_asked_once_a_request_and_told_what_became_of_it() -> None:
    engine = FakeEngine("a", EngineTimeoutError("x"))
    counts = Metrics()
    guarded = Guarded(engine, Meter(counts, engine="q"))
    guarded.load("repo")
    guarded.generate_many([request_of(), request_of()])
    list(guarded.stream(request_of()))
    assert engine.loaded == ["repo"]
    assert counts.counts() == {
        Sample("calls", "q"): 3,
        Sample("failures", "q", "EngineTimeoutError"): 1,
        Sample("prompt_tokens", "q"): 10,
        Sample("reply_tokens", "q"): 5,
        Sample("reply_seconds", "q"): 0.25,
    }


# --- budget -----------------------------------------------------------------------------


def test_calls_of_a_day_are_limited_also_within_a_batch(clock: FakeClock) -> None:
    engine = FakeEngine()
    guarded = Guarded(engine, Budget(Allowance(calls=3), clock=clock))
    first, second, third, fourth = guarded.generate_many([request_of(t) for t in "ABCD"])
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert isinstance(third, Reply)
    assert isinstance(fourth, QuotaError)
    assert engine.asked == ["A", "B", "C"]
    end = (clock.now() // DAY_S + 1) * DAY_S
    assert fourth.until == end
    assert str(fourth) == "the day's budget of 3 calls is used up until 1970-01-13 00:00 UTC"
    clock.at = end
    assert guarded.generate(request_of()).text


def test_a_call_that_failed_was_a_call(clock: FakeClock) -> None:
    guarded = Guarded(FakeEngine(EngineTimeoutError("x")), Budget(Allowance(calls=1), clock=clock))
    for kind in (EngineTimeoutError, QuotaError):
        with pytest.raises(kind):
            guarded.generate(request_of())


def test_what_is_under_way_is_reserved_and_what_it_cost_is_counted(clock: FakeClock) -> None:
    kept = Budget(Allowance(tokens=100), clock=clock)
    request = request_of(max_tokens=60)
    kept.admit(request)
    with pytest.raises(QuotaError, match="100 tokens"):
        kept.admit(request)
    kept.record(request, Reply("x", "m", prompt_tokens=9, reply_tokens=1))
    assert kept.spent.tokens == 10
    kept.admit(request)
    kept.record(request, EngineTimeoutError("x"))
    assert kept.spent == Spend(kept.spent.day, calls=2, prompt_tokens=9, reply_tokens=1)


def test_a_reply_without_counts_costs_what_it_might_have(clock: FakeClock) -> None:
    kept = Budget(Allowance(), clock=clock)
    list(Guarded(FakeEngine("x"), kept).stream(request_of(max_tokens=16)))
    assert kept.spent.reply_tokens == 16
    assert kept.spent.prompt_tokens == budget.estimate_prompt_tokens(request_of())


def test_a_request_that_fits_into_no_day_is_refused_for_good(clock: FakeClock) -> None:
    kept = Budget(Allowance(tokens=50), clock=clock)
    with pytest.raises(EngineRefusedError, match="lower max_new_tokens"):
        kept.admit(request_of(max_tokens=60))


def test_money_is_counted_where_prices_are_known(clock: FakeClock) -> None:
    prices = Prices(prompt=1.0, reply=10.0)
    kept = Budget(Allowance(money=0.001), clock=clock, prices=prices)
    kept.admit(request_of())
    kept.record(request_of(), Reply("x", "m", prompt_tokens=100, reply_tokens=85))
    assert prices.of(kept.spent) == pytest.approx(0.00095)
    with pytest.raises(QuotaError, match=r"0\.001 in money"):
        kept.admit(request_of())


def test_a_day_goes_on_in_the_next_process(clock: FakeClock) -> None:
    seen: list[Spend] = []
    first = Budget(Allowance(calls=2), clock=clock, on_spend=seen.append)
    Guarded(FakeEngine(), first).generate(request_of())
    assert seen[-1] == Spend(11, calls=1, prompt_tokens=10, reply_tokens=5)
    second = Budget(Allowance(calls=2), clock=clock, spent=seen[-1])
    second.admit(request_of())
    with pytest.raises(QuotaError):
        second.admit(request_of())


def test_the_schema_is_part_of_the_estimate() -> None:
    bare = budget.estimate_prompt_tokens(request_of())
    assert budget.estimate_prompt_tokens(request_of(schema=SCHEMA)) > bare


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 60), st.booleans())))
def test_no_order_of_calls_overdraws_a_budget(calls: list[tuple[int, int, bool]]) -> None:
    kept = Budget(Allowance(tokens=200, calls=20), clock=FakeClock())
    under_way: list[tuple[Request, Reply]] = []
    for size, limit, ends in calls:
        request = request_of("x" * size, max_tokens=limit)
        try:
            kept.admit(request)
        except EngineError:
            continue
        most = budget.estimate_prompt_tokens(request)
        under_way.append((request, Reply("", "m", prompt_tokens=most, reply_tokens=limit)))
        if ends:
            kept.record(*under_way.pop(0))
    for request, reply in under_way:
        kept.record(request, reply)
    assert kept.spent.tokens <= 200
    assert kept.spent.calls <= 20


def test_threads_do_not_overdraw_a_budget(clock: FakeClock) -> None:
    engine = FakeEngine()
    guarded = Guarded(engine, Budget(Allowance(calls=10), clock=clock))
    barrier = threading.Barrier(8)

    def ask(_n: int) -> None:
        barrier.wait()
        guarded.generate_many([request_of()] * 5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert len(engine.asked) == 10


# --- breaker ----------------------------------------------------------------------------


def failing(times: int) -> FakeEngine:
    return FakeEngine(*[EngineUnavailableError("down") for _ in range(times)])


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
    clock.at += 60
    assert guarded.generate(request_of()).text
    assert breaker.because is None
    assert len([r for r in guarded.generate_many([request_of()] * 3) if isinstance(r, Reply)]) == 3


def test_a_trial_that_never_ends_does_not_stop_the_calls_for_ever(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1, rest_s=60)
    breaker.record(request_of(), EngineTimeoutError("x"))
    for _ in range(3):
        clock.at += 60
        breaker.admit(request_of())
        with pytest.raises(EngineTimeoutError):
            breaker.admit(request_of())


@pytest.mark.parametrize("well", [Reply("x", "m"), EngineRefusedError("this note is too long")])
def test_only_failures_in_a_row_count(clock: FakeClock, well: Reply | EngineError) -> None:
    breaker = Breaker(clock=clock, failures=2)
    for outcome in (EngineTimeoutError("x"), well, EngineTimeoutError("x")):
        breaker.record(request_of(), outcome)
    breaker.admit(request_of())


def test_memory_and_rate_limits_are_no_failures_of_the_engine(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock, failures=1)
    breaker.record(request_of(), EngineMemoryError("x"))
    breaker.record(request_of(), QuotaError("x"))
    breaker.admit(request_of())


def test_an_error_that_says_until_when_stops_the_calls_at_once(clock: FakeClock) -> None:
    breaker = Breaker(clock=clock)
    breaker.record(request_of(), QuotaError("slower", until=clock.now() + 5))
    with pytest.raises(QuotaError, match="slower") as caught:
        breaker.admit(request_of())
    assert caught.value.until == clock.now() + 5
    clock.at += 5
    breaker.admit(request_of())


# --- metrics ----------------------------------------------------------------------------


def test_counts_go_on_in_the_next_process() -> None:
    first = Metrics()
    first.add(Sample("calls", "q"))
    second = Metrics(first.counts())
    second.add(Sample("calls", "q"), 2)
    assert second.counts() == {Sample("calls", "q"): 3}


def test_labels_are_escaped_for_prometheus() -> None:
    text = prometheus_text({Sample("failures", 'a"b\\c\nd', "X"): 1.5})
    assert text.splitlines()[-1] == (
        r'vaultskillet_engine_failures_total{engine="a\"b\\c\nd",kind="X"} 1.5'
    )
