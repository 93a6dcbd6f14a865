"""An engine that somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.contracts.engine import EngineContract
from tests.engines.fakes import FakeEngine, RefusingEngine, request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.foreign import Foreign, missing_from
from vaultskillet.errors import EngineFailedError, EngineUnavailableError
from vaultskillet.ports.engine import Finding, Holding


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self) -> Foreign:
        return Foreign(RefusingEngine(), name="mine")

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


class TestContractOfTheFake(EngineContract):
    @pytest.fixture
    def engine(self) -> FakeEngine:
        return RefusingEngine()

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


class Careless(FakeEngine):
    """Answers as it is told, and breaks wherever it can."""

    local: Any = "yes"

    def __init__(self, *outcomes: object) -> None:
        super().__init__()
        self.outcomes = outcomes

    def load(self, repo: str) -> None:
        raise KeyError(repo)

    def generate_many(self, requests: Sequence[Request]) -> Any:  # noqa: ANN401 - anything at all
        if not self.outcomes:
            raise KeyError(len(requests))
        return self.outcomes

    def stream(self, request: Request) -> Iterator[str]:
        yield "a"
        raise KeyError(request.recipe)

    @property
    def holding(self) -> Any:  # noqa: ANN401 - as above
        raise KeyError

    idle_at = holding

    def release_idle(self, now: float) -> None:
        raise KeyError(now)

    def inspect(self) -> Iterator[Finding]:
        yield Finding("so far, so good")
        raise KeyError

    def close(self) -> None:
        raise KeyError


def test_what_it_breaks_is_an_error_with_its_name() -> None:
    engine = Foreign(Careless(), name="mine")
    with pytest.raises(EngineUnavailableError, match=r"the engine mine broke \(KeyError\)"):
        engine.load("x")
    with pytest.raises(EngineFailedError, match="mine broke"):
        engine.generate(request_of())
    with pytest.raises(EngineFailedError, match="mine broke"):
        list(engine.stream(request_of()))
    good, bad = engine.inspect()
    assert (good.what, good.wrong) == ("so far, so good", False)
    assert bad.wrong
    assert (engine.holding, engine.idle_at) == (Holding(), None)
    engine.release_idle(0.0)
    engine.close()


@pytest.mark.parametrize(
    "outcomes",
    [[Reply("a", "m")], [Reply("a", "m")] * 3, [None, 7], [Reply(" ", "m"), Reply(3, "m")]],  # type: ignore[arg-type]  # what others write has no types
)
def test_what_is_no_reply_is_a_failure_of_the_engine(outcomes: list[object]) -> None:
    replies = Foreign(Careless(*outcomes), name="mine").generate_many([request_of()] * 2)
    assert [type(reply) for reply in replies] == [EngineFailedError] * 2


def test_only_a_plain_yes_makes_an_engine_local() -> None:
    assert not Foreign(Careless(), name="mine").local
    assert Foreign(FakeEngine(), name="mine").local


def test_what_an_engine_lacks_is_named() -> None:
    assert missing_from(FakeEngine()) == []
    assert missing_from(7) == [
        "model_id", "local", "load", "generate", "generate_many", "stream", "close",
    ]  # fmt: skip
