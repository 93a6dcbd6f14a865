"""Embeddings, counted and within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.fakes import FakeClock
from vaultskillet.core.model import SafeText
from vaultskillet.engines.budget import Allowance, Budget, BudgetError, Prices
from vaultskillet.engines.embedding.thrift import Budgeted, Metered
from vaultskillet.engines.metrics import Meter, Metrics
from vaultskillet.errors import EngineError, EngineFailedError


@dataclass
class Counting:
    """Embeds everything alike, or fails."""

    model_id: str = "counting"
    local: bool = True
    error: EngineError | None = None
    asked: list[int] = field(default_factory=list)

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        self.asked.append(len(texts))
        if self.error:
            raise self.error
        return [[1.0]] * len(texts)

    def release_idle(self, now: float) -> None: ...

    def close(self) -> None: ...


def budget(*, calls: int | None = None, tokens: int | None = None) -> Budget:
    return Budget(Allowance(calls, tokens), clock=FakeClock())


def test_a_batch_is_one_call_and_its_tokens_count() -> None:
    shared = budget(calls=10)
    Budgeted(Counting(), shared, prices=Prices(1e6, 0.0)).embed([SafeText("abc"), SafeText("def")])
    assert (shared.spent.calls, shared.spent.prompt_tokens) == (1, 2)
    assert shared.spent.money == pytest.approx(2.0)


def test_nobody_is_asked_once_the_budget_is_used_up() -> None:
    counting = Counting()
    embedder = Budgeted(counting, budget(calls=1), prices=Prices())
    embedder.embed([SafeText("one")])
    with pytest.raises(BudgetError, match="1 calls is used up"):
        embedder.embed([SafeText("two")])
    assert counting.asked == [1]


def test_a_call_that_failed_costs_no_tokens_and_holds_none_back() -> None:
    shared = budget(tokens=1)
    counting = Counting(error=EngineFailedError("broke"))
    embedder = Budgeted(counting, shared, prices=Prices())
    for _ in range(2):
        with pytest.raises(EngineFailedError):
            embedder.embed([SafeText("abc")])
    assert (shared.spent.calls, shared.spent.tokens) == (2, 0)


def test_calls_their_tokens_and_failures_are_counted() -> None:
    metrics, counting = Metrics(), Counting()
    embedder = Metered(counting, Meter(metrics, engine="e", tier="t"), clock=FakeClock())
    embedder.embed([SafeText("abc"), SafeText("def")])
    counting.error = EngineFailedError("broke")
    with pytest.raises(EngineFailedError):
        embedder.embed([SafeText("abc")])
    counts = {(one.name, one.kind): n for one, n in metrics.take().items() if n}
    assert counts == {
        ("calls", ""): 2.0,
        ("prompt_tokens", ""): 2.0,
        ("failures", "EngineFailedError"): 1.0,
    }
