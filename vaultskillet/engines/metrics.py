"""Counts of what the engines did, and their text for Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.counting import counts_of
from vaultskillet.errors import EngineError

_HELP = {
    "calls": "Requests that went to an engine.",
    "failures": "Requests that an engine gave no reply to, by error.",
    "prompt_tokens": "Tokens that engines read, estimated where one does not count.",
    "reply_tokens": "Tokens that engines wrote, estimated where one does not count.",
    "reply_seconds": "Time until replies were whole, summed up.",
    "allocations": "GPU allocations, by what became of them.",
}


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """What a number counts."""

    name: str
    """A key of the table of names."""
    engine: str
    """As the configuration names it."""
    tier: str = ""
    """Which of the two models it ran."""
    kind: str = ""
    """The error's class, or what became of an allocation."""


class Metrics:
    """Counters that only rise; one for all engines, safe to use from many threads."""

    def __init__(self) -> None:
        self._counts = Counter[Sample]()
        self._lock = threading.Lock()

    def add(self, sample: Sample, amount: float = 1.0) -> None:
        """Raise one counter."""
        with self._lock:
            self._counts[sample] += amount  # type: ignore[assignment] # Counter holds floats too

    def take(self) -> dict[Sample, float]:
        """Give what was counted since the last time, to be kept elsewhere."""
        with self._lock:
            taken: dict[Sample, float] = {**self._counts}
            self._counts.clear()
            return taken


class Meter:
    """A guard that lets all pass and counts it.

    Args:
        metrics: where it counts.
        engine: as the configuration names it.
        tier: which of the two models it runs.
    """

    def __init__(self, metrics: Metrics, *, engine: str, tier: str) -> None:
        self._metrics = metrics
        self._engine = engine
        self._tier = tier

    def admit(self, requests: Sequence[Request]) -> list[EngineError | None]:
        """Let all pass."""
        return [None] * len(requests)

    def record(self, outcomes: Sequence[tuple[Request, Reply | EngineError]]) -> None:
        """Count the calls and what they cost."""
        for request, outcome in outcomes:
            if isinstance(outcome, EngineError):
                self.add("calls")
                self.add("failures", kind=type(outcome).__name__)
            else:
                prompt_tokens, reply_tokens = counts_of(request, outcome)
                self.add("calls", outcome.calls)
                self.add("prompt_tokens", prompt_tokens)
                self.add("reply_tokens", reply_tokens)
                self.add("reply_seconds", outcome.latency_ms / 1000)

    def add(self, name: str, amount: float = 1, *, kind: str = "") -> None:
        """Raise one of the engine's counters."""
        self._metrics.add(Sample(name, self._engine, self._tier, kind), amount)


def prometheus_text(counts: Mapping[Sample, float]) -> str:
    """Give counters in Prometheus's text format.

    >>> print(prometheus_text({Sample("calls", "mlx", "qwen"): 2.0}), end="")
    # HELP vaultskillet_engine_calls_total Requests that went to an engine.
    # TYPE vaultskillet_engine_calls_total counter
    vaultskillet_engine_calls_total{engine="mlx",tier="qwen"} 2
    """
    lines = []
    for name, help_text in _HELP.items():
        metric = f"vaultskillet_engine_{name}_total"
        samples = sorted(sample for sample in counts if sample.name == name)
        if samples:
            lines += [f"# HELP {metric} {help_text}", f"# TYPE {metric} counter"]
        for sample in samples:
            labels = {"engine": sample.engine, "tier": sample.tier, "kind": sample.kind}
            said = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items() if label)
            lines.append(f"{metric}{{{said}}} {counts[sample]:.15g}")
    return "".join(line + "\n" for line in lines)


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
