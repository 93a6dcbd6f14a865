"""Guards before an engine: what they see, and the meter."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.engine import EngineContract
from tests.engines.fakes import FakeClock, FakeEngine, RefusingEngine, request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.breaker import Breaker
from vaultskillet.engines.budget import Allowance, Budget, Spending
from vaultskillet.engines.counting import estimate_prompt_tokens
from vaultskillet.engines.guard import Guarded
from vaultskillet.engines.metrics import Meter, Metrics, Sample, prometheus_text
from vaultskillet.errors import EngineError, EngineTimeoutError


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, clock: FakeClock) -> Guarded:
        metered = Guarded(RefusingEngine(), Meter(Metrics(), engine="fake", tier="qwen"))
        allowed = Guarded(metered, Spending(Budget(Allowance(), clock=clock)))
        return Guarded(allowed, Breaker(clock=clock))

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


def test_a_guard_is_asked_once_a_batch_and_told_what_became_of_each_request() -> None:
    engine = FakeEngine("a", EngineTimeoutError("x"))
    metrics = Metrics()
    guarded = Guarded(engine, Meter(metrics, engine="e", tier="q"))
    guarded.load("repo")
    guarded.generate_many([request_of(), request_of()])
    list(guarded.stream(request_of()))
    assert engine.loaded == ["repo"]
    assert metrics.take() == {
        Sample("calls", "e", "q"): 3,
        Sample("failures", "e", "q", "EngineTimeoutError"): 1,
        Sample("prompt_tokens", "e", "q"): 10 + estimate_prompt_tokens(request_of()),
        Sample("reply_tokens", "e", "q"): 5 + len("said Bread needs time.") // 3 + 1,
        Sample("reply_seconds", "e", "q"): 0.25,
    }
    assert metrics.take() == {}


def test_a_reply_that_took_two_calls_counts_as_two() -> None:
    metrics = Metrics()
    Meter(metrics, engine="e", tier="q").record([(request_of(), Reply("x", "m", calls=2))])
    assert metrics.take()[Sample("calls", "e", "q")] == 2


def test_a_guard_is_told_even_where_the_engine_breaks() -> None:
    class Broken(FakeEngine):
        def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
            raise RuntimeError(len(requests))

    metrics = Metrics()
    with pytest.raises(RuntimeError):
        Guarded(Broken(), Meter(metrics, engine="e", tier="q")).generate(request_of())
    assert metrics.take()[Sample("calls", "e", "q")] == 1


LINE = re.compile(
    r"vaultskillet_engine_[a-z_]+_total"
    r'\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\} ([0-9.e+-]+)'
)
LABEL = re.compile(r'([a-z]+)="((?:[^"\\\n]|\\[\\"n])*)"')
ESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

labels = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
samples = st.builds(Sample, st.sampled_from(["calls", "failures"]), labels, labels, labels)


@given(st.dictionaries(samples, st.integers(0, 10**9).map(float), max_size=5))
def test_what_is_counted_can_be_read_back_from_the_text_for_prometheus(
    counts: dict[Sample, float],
) -> None:
    read: dict[Sample, float] = {}
    known: set[str] = set()
    for line in prometheus_text(counts).removesuffix("\n").split("\n"):
        if not line:
            continue
        if line.startswith("# "):
            known.add(line.split(" ")[2])
            continue
        found = LINE.fullmatch(line)
        assert found, line
        metric = line.partition("{")[0]
        assert metric in known
        told = {
            key: re.sub(r"\\.", lambda escaped: ESCAPED[escaped[0]], label)
            for key, label in LABEL.findall(found[1])
        }
        name = metric.removeprefix("vaultskillet_engine_").removesuffix("_total")
        read[Sample(name, told["engine"], told["tier"], told["kind"])] = float(found[2])
    assert read == counts


def test_labels_are_escaped_for_prometheus() -> None:
    text = prometheus_text({Sample("failures", 'a"b\\c\nd', "", "X"): 1.5})
    assert text.splitlines()[-1] == (
        r'vaultskillet_engine_failures_total{engine="a\"b\\c\nd",kind="X"} 1.5'
    )
