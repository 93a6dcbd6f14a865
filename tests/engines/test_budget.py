"""A day's budget for all models."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.fakes import SCHEMA, FakeClock, FakeEngine, request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.budget import (
    DAY_S,
    Allowance,
    Budget,
    BudgetError,
    Prices,
    Spending,
)
from vaultskillet.engines.counting import estimate_prompt_tokens
from vaultskillet.engines.guard import Guarded
from vaultskillet.engines.spend import Spend
from vaultskillet.errors import EngineError, EngineTimeoutError


def guard(allowance: Allowance, clock: FakeClock, **prices: float) -> tuple[Budget, Spending]:
    kept = Budget(allowance, clock=clock)
    return kept, Spending(kept, prices=Prices(**prices))


def admit(spending: Spending, request: Request) -> EngineError | None:
    [refusal] = spending.admit([request])
    return refusal


def test_calls_of_a_day_are_limited_also_within_a_batch(clock: FakeClock) -> None:
    engine = FakeEngine()
    kept, spending = guard(Allowance(calls=3), clock)
    guarded = Guarded(engine, spending)
    first, second, third, fourth = guarded.generate_many([request_of(t) for t in "ABCD"])
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert isinstance(third, Reply)
    assert isinstance(fourth, BudgetError)
    assert engine.asked == ["A", "B", "C"]
    end = (clock.now() // DAY_S + 1) * DAY_S
    assert fourth.until == end
    assert str(fourth) == "the day's budget of 3 calls is used up until 1970-01-13 00:00 UTC"
    assert str(kept.used_up) == str(fourth)
    clock.at = end
    assert kept.used_up is None
    assert guarded.generate(request_of()).text


def test_a_call_that_failed_was_a_call(clock: FakeClock) -> None:
    _, spending = guard(Allowance(calls=1), clock)
    guarded = Guarded(FakeEngine(EngineTimeoutError("x")), spending)
    for kind in (EngineTimeoutError, BudgetError):
        with pytest.raises(kind):
            guarded.generate(request_of())


def test_what_is_under_way_is_reserved_and_what_it_cost_is_counted(clock: FakeClock) -> None:
    kept, spending = guard(Allowance(tokens=100), clock)
    request = request_of(max_tokens=60)
    assert admit(spending, request) is None
    refusal = admit(spending, request)
    assert isinstance(refusal, BudgetError)
    spending.record([(request, Reply("x", "m", prompt_tokens=9, reply_tokens=1))])
    assert kept.spent.tokens == 10
    assert admit(spending, request) is None
    spending.record([(request, EngineTimeoutError("x"))])
    assert kept.spent == Spend(kept.spent.day, calls=2, prompt_tokens=9, reply_tokens=1)


def test_what_only_calls_under_way_prevent_may_be_asked_for_again_soon(clock: FakeClock) -> None:
    _, spending = guard(Allowance(tokens=100), clock)
    assert admit(spending, request_of(max_tokens=60)) is None
    refusal = admit(spending, request_of(max_tokens=60))
    assert refusal is not None
    assert refusal.until is None


def test_a_reply_without_counts_costs_what_it_might_have(clock: FakeClock) -> None:
    kept, spending = guard(Allowance(), clock)
    list(Guarded(FakeEngine("x"), spending).stream(request_of(max_tokens=16)))
    assert kept.spent.reply_tokens == 16
    assert kept.spent.prompt_tokens == estimate_prompt_tokens(request_of())


def test_thoughts_are_reserved_where_the_model_thinks_beside_its_reply(clock: FakeClock) -> None:
    kept = Budget(Allowance(tokens=100), clock=clock)
    spending = Spending(kept, thought_tokens=80)
    assert isinstance(admit(spending, request_of(thinking=True)), BudgetError)
    assert admit(spending, request_of(thinking=False)) is None


def test_a_second_call_for_one_reply_is_counted(clock: FakeClock) -> None:
    kept, spending = guard(Allowance(calls=9), clock)
    assert admit(spending, request_of()) is None
    spending.record([(request_of(), Reply("x", "m", prompt_tokens=4, reply_tokens=2, calls=2))])
    assert kept.spent == Spend(kept.spent.day, calls=2, prompt_tokens=4, reply_tokens=2)


def test_room_for_a_second_call_is_reserved_where_an_engine_asks_again(clock: FakeClock) -> None:
    kept = Budget(Allowance(calls=3), clock=clock)
    spending = Spending(kept, asks_again=True)
    request = request_of(schema=SCHEMA)
    assert spending.admit([request, request])[0] is None
    spending.record([(request, Reply("x", "m", prompt_tokens=4, reply_tokens=2, calls=2))])
    assert isinstance(admit(spending, request), BudgetError)
    assert admit(spending, request_of()) is None
    assert kept.spent.calls == 3


def test_a_request_that_fits_into_no_day_waits_for_a_larger_budget(clock: FakeClock) -> None:
    _, spending = guard(Allowance(tokens=50), clock)
    refusal = admit(spending, request_of(max_tokens=60))
    assert isinstance(refusal, BudgetError)
    assert "lower max_new_tokens" in str(refusal)
    assert refusal.until is not None


def test_money_is_counted_where_prices_are_known(clock: FakeClock) -> None:
    kept, spending = guard(Allowance(money=0.001), clock, prompt=1.0, reply=10.0)
    assert admit(spending, request_of()) is None
    spending.record([(request_of(), Reply("x", "m", prompt_tokens=100, reply_tokens=85))])
    assert kept.spent.money == pytest.approx(0.00095)
    refusal = admit(spending, request_of())
    assert "0.001 in money" in str(refusal)


def test_two_models_with_prices_of_their_own_share_one_budget(clock: FakeClock) -> None:
    kept = Budget(Allowance(money=1.0), clock=clock)
    cheap, dear = (Spending(kept, prices=Prices(reply=price)) for price in (1.0, 100.0))
    for spending in (cheap, dear):
        assert admit(spending, request_of()) is None
        spending.record([(request_of(), Reply("x", "m", reply_tokens=5000))])
    assert kept.spent.money == pytest.approx(0.505)


def test_a_day_goes_on_in_other_processes(clock: FakeClock) -> None:
    kept = Spend(11)

    def add(spend: Spend) -> Spend:
        nonlocal kept
        kept = kept.plus(spend)
        return kept

    first, second = (Budget(Allowance(calls=2), clock=clock, add=add) for _ in range(2))
    Guarded(FakeEngine(), Spending(first)).generate(request_of())
    assert kept == Spend(11, calls=1, prompt_tokens=10, reply_tokens=5)
    assert admit(Spending(second), request_of()) is None
    assert isinstance(admit(Spending(first), request_of()), BudgetError)


def test_the_schema_is_part_of_the_estimate() -> None:
    bare = estimate_prompt_tokens(request_of())
    assert estimate_prompt_tokens(request_of(schema=SCHEMA)) > bare


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 60), st.booleans())))
def test_no_order_of_calls_overdraws_a_budget(calls: list[tuple[int, int, bool]]) -> None:
    kept, spending = guard(Allowance(tokens=200, calls=20), FakeClock())
    under_way: list[tuple[Request, Reply]] = []
    for size, limit, ends in calls:
        request = request_of("x" * size, max_tokens=limit)
        if admit(spending, request) is not None:
            continue
        most = estimate_prompt_tokens(request)
        under_way.append((request, Reply("", "m", prompt_tokens=most, reply_tokens=limit)))
        if ends:
            spending.record([under_way.pop(0)])
    spending.record(under_way)
    assert kept.spent.tokens <= 200
    assert kept.spent.calls <= 20


def test_threads_do_not_overdraw_a_budget(clock: FakeClock) -> None:
    engine = FakeEngine()
    guarded = Guarded(engine, guard(Allowance(calls=10), clock)[1])
    barrier = threading.Barrier(8)

    def ask(_n: int) -> None:
        barrier.wait()
        guarded.generate_many([request_of()] * 5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert len(engine.asked) == 10
