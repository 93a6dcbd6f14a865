"""The engines of both models put together: when they load, what is kept, when they let go."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.engines.fakes import request_of
from tests.fakes import FakeClock, FakeStore
from tests.packages import lay_down
from vaultskillet.app.accounts import Accounts
from vaultskillet.app.engines import STUBBORN_S, Engines
from vaultskillet.config import Budget, Config
from vaultskillet.core.model import Tier
from vaultskillet.engines.budget import BudgetError
from vaultskillet.errors import EngineError, EngineUnavailableError
from vaultskillet.ports.engine import InferenceEngine
from vaultskillet.standing import TierState

CODE = """
from vaultskillet.core.model import Reply
from vaultskillet.errors import EngineError, EngineUnavailableError
from vaultskillet.ports.engine import Holding

made = []
events = []
failure = None


class Shelf:
    def close(self):
        events.append("shelf closed")


class Engine:
    local = True
    stubborn = False

    def __init__(self, settings):
        made.append(self)
        self.settings = settings
        self.model_id = settings.model
        self.shelf = settings.share(Shelf)
        self.used_at = None
        settings.share(Shelf)

    def load(self, repo):
        if failure:
            raise failure
        events.append(f"{self.settings.tier} loaded")
        self.use()

    def use(self):
        self.used_at = self.settings.clock.now()
        self.settings.on_held(frozenset({f"{self.settings.tier}-1"}))

    def generate_many(self, requests):
        if failure:
            return [failure for _ in requests]
        self.use()
        return [Reply("x", self.model_id, prompt_tokens=7, reply_tokens=3) for _ in requests]

    def generate(self, request):
        return self.generate_many([request])[0]

    def stream(self, request):
        yield self.generate(request).text

    @property
    def holding(self):
        return Holding(memory_bytes=5 if self.used_at else 0)

    @property
    def idle_at(self):
        return None if self.used_at is None else self.used_at + 60

    def release_idle(self, now):
        events.append(f"{self.settings.tier} let go")
        if not self.stubborn:
            self.used_at = None

    def close(self):
        events.append(f"{self.settings.tier} closed, stopping {self.settings.is_stopping()}")
"""


class Brought(Protocol):
    """The module of the package."""

    made: list[Any]
    events: list[str]
    failure: EngineError | None


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Brought:
    """Install a package that brings the engine `mine`, and give its module."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "mine_plugin", raising=False)
    lay_down(site, "mine_plugin", CODE, "[vaultskillet.engines]\nmine = mine_plugin:Engine\n")
    import mine_plugin  # type: ignore[import-not-found]  # noqa: PLC0415 - it is there only now

    module: Brought = mine_plugin
    return module


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


Make = Callable[..., Engines]


@pytest.fixture
def make(brought: Brought, clock: FakeClock, store: FakeStore) -> Make:
    brought.made.clear()

    def make(*, leads: bool = True, **config: object) -> Engines:
        said = Config.model_validate({"engine": "mine", **config})
        return Engines(said, clock=clock, accounts=Accounts(lambda: store), leads=leads)

    return make


def ask(engine: InferenceEngine, times: int = 1) -> None:
    engine.generate_many([request_of()] * times)


def test_making_loads_nothing_and_a_start_loads_the_small_model_only(
    make: Make, brought: Brought
) -> None:
    engines = make()
    assert brought.events == []
    engines.warm_up()
    assert brought.events == ["gemma loaded"]


def test_both_models_share_what_is_closed_after_both(make: Make, brought: Brought) -> None:
    engines = make()
    first, second = brought.made
    assert first.shelf is second.shelf
    engines.close()
    engines.close()
    assert brought.events == [
        "qwen closed, stopping True",
        "gemma closed, stopping True",
        "shelf closed",
    ]


def test_what_is_idle_is_let_go_at_its_time_and_then_nobody_wakes(
    make: Make, brought: Brought, clock: FakeClock
) -> None:
    engines = make()
    assert engines.release_idle() is None
    ask(engines.by_tier[Tier.GEMMA])
    clock.step(20)
    ask(engines.by_tier[Tier.QWEN])
    assert engines.release_idle() == 40
    clock.step(40)
    assert engines.release_idle() == 20
    clock.step(20)
    assert engines.release_idle() is None
    assert brought.events == ["gemma let go", "qwen let go"]


def test_what_does_not_let_go_is_asked_again_now_and_then(
    make: Make, brought: Brought, clock: FakeClock
) -> None:
    engines = make()
    brought.made[0].stubborn = True
    ask(engines.by_tier[Tier.GEMMA])
    clock.step(60)
    assert engines.release_idle() == STUBBORN_S


def test_the_state_is_told_at_each_change_by_who_leads(
    make: Make, clock: FakeClock, store: FakeStore
) -> None:
    told = Accounts(lambda: store)
    engines = make()
    engines.warm_up()
    [gemma, qwen] = [told.state().tiers[tier] for tier in Tier]
    model = Config().models.gemma.repo
    assert gemma == TierState("mine", model, memory_bytes=5)
    assert qwen.memory_bytes == 0
    at = told.state().at
    clock.step(9)
    make(leads=False).close()
    ask(engines.by_tier[Tier.GEMMA])
    assert told.state().at == at  # nothing changed, and who does not lead tells nothing
    clock.step(60)
    engines.release_idle()
    assert told.state().tiers["gemma"].memory_bytes == 0
    assert told.state().at == clock.now()


def test_an_engine_that_rests_is_told_with_its_reason(
    make: Make, brought: Brought, clock: FakeClock, store: FakeStore
) -> None:
    engines = make()
    brought.failure = EngineUnavailableError("gone fishing", until=clock.now() + 99)
    with pytest.raises(EngineUnavailableError):
        engines.by_tier[Tier.QWEN].generate(request_of())
    wait = Accounts(lambda: store).state().tiers["qwen"].wait
    assert wait is not None
    assert (wait.because, wait.until) == ("gone fishing", clock.now() + 99)


def test_what_is_held_is_kept_for_the_next_process_that_leads(
    make: Make, brought: Brought, store: FakeStore
) -> None:
    make().warm_up()
    assert Accounts(lambda: store).held(Tier.GEMMA) == {"gemma-1"}
    brought.made.clear()
    make()
    assert [set(engine.settings.left_behind) for engine in brought.made] == [{"gemma-1"}, set()]
    brought.made.clear()
    make(leads=False)
    assert [set(engine.settings.left_behind) for engine in brought.made] == [set(), set()]


def test_counts_add_up_over_models_and_processes(make: Make, store: FakeStore) -> None:
    for _ in range(2):
        engines = make()
        ask(engines.by_tier[Tier.GEMMA], 2)
        ask(engines.by_tier[Tier.QWEN])
        engines.close()
    use = Accounts(lambda: store).use()
    assert (use["gemma"].calls, use["gemma"].prompt_tokens) == (4, 28)
    assert (use["qwen"].calls, use["qwen"].reply_tokens) == (2, 6)


def test_one_budget_holds_for_both_models_and_the_next_process(make: Make) -> None:
    budget = Budget(calls=3)
    engines = make(budget=budget)
    ask(engines.by_tier[Tier.GEMMA], 2)
    ask(engines.by_tier[Tier.QWEN], 1)
    for one in (engines, make(budget=budget)):
        [refused] = one.by_tier[Tier.QWEN].generate_many([request_of()])
        assert isinstance(refused, BudgetError)
        [use] = one.budget()
        assert (use.what, use.spent, use.limit) == ("calls", 3, 3)


def test_a_call_that_the_breaker_stops_costs_no_budget(
    make: Make, brought: Brought, clock: FakeClock
) -> None:
    engines = make(budget=Budget(calls=10))
    brought.failure = EngineUnavailableError("away", until=clock.now() + 999)
    ask(engines.by_tier[Tier.GEMMA])
    ask(engines.by_tier[Tier.GEMMA], 30)
    assert engines.budget()[0].spent == 1


def test_each_model_may_have_an_engine_of_its_own(make: Make, brought: Brought) -> None:
    engines = make(engine="extractive", models={"qwen": {"engine": "mine", "repo": "big"}})
    assert engines.by_tier[Tier.GEMMA].model_id == "extractive"
    assert engines.by_tier[Tier.QWEN].model_id == "big"
    assert [engine.settings.tier for engine in brought.made] == [Tier.QWEN]


def test_why_a_model_waits_is_told_after_the_program_ended(
    make: Make, brought: Brought, clock: FakeClock, store: FakeStore
) -> None:
    engines = make()
    brought.failure = EngineUnavailableError("gone fishing", until=clock.now() + 99)
    ask(engines.by_tier[Tier.QWEN])
    engines.close()
    wait = Accounts(lambda: store).state().tiers["qwen"].wait
    assert wait is not None
    assert wait.because == "gone fishing"


def test_a_model_that_cannot_be_loaded_is_told_and_not_asked_before_its_time(
    make: Make, brought: Brought, clock: FakeClock, store: FakeStore
) -> None:
    engines = make()
    brought.failure = EngineUnavailableError("not on this machine", until=clock.now() + 99)
    with pytest.raises(EngineUnavailableError):
        engines.warm_up()
    wait = Accounts(lambda: store).state().tiers["gemma"].wait
    assert wait is not None
    assert (wait.because, wait.until) == ("not on this machine", clock.now() + 99)
    brought.failure = None
    with pytest.raises(EngineUnavailableError, match="not on this machine"):
        engines.by_tier[Tier.GEMMA].generate(request_of())
