"""Counting what would be asked."""

from __future__ import annotations

import json

import pytest

from tests.contracts.engine import EngineContract
from tests.engines.fakes import request_of
from vaultskillet.core import classify
from vaultskillet.core.model import Request
from vaultskillet.engines.estimate import Estimate, EstimatingEngine


@pytest.fixture
def engine() -> EstimatingEngine:
    return EstimatingEngine("big", local=True, context_limit=100, thought_tokens=50)


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, engine: EstimatingEngine) -> EstimatingEngine:
        return engine

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of(" ")


def test_calls_are_counted_with_what_they_take_at_most(engine: EstimatingEngine) -> None:
    engine.generate_many([request_of(max_tokens=20), request_of(max_tokens=20, thinking=True)])
    said = engine.estimate
    assert (said.calls, said.reply_tokens) == (2, 90)
    list(engine.stream(request_of()))
    assert engine.estimate.calls == 3


def test_a_prompt_takes_no_more_than_the_context_holds(engine: EstimatingEngine) -> None:
    engine.generate(request_of("word " * 10_000, max_tokens=1))
    assert engine.estimate == Estimate(1, 100, 1)


def test_a_classification_is_that_of_the_rules(engine: EstimatingEngine) -> None:
    reply = engine.generate(request_of("Write a poem.", schema=classify.SCHEMA))
    assert json.loads(reply.text) == {"category": "creative", "complexity": "simple"}
