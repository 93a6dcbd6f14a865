"""Counts of what the engines did, and their text for Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError

_HELP = {
    "calls": "Requests that went to an engine.",
    "failures": "Requests that an engine gave no reply to, by error.",
    "prompt_tokens": "Tokens that engines read.",
    "reply_tokens": "Tokens that engines wrote.",
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
    kind: str = ""
    """The error's class, or what became of an allocation."""


class Metrics:
    """Counters that only rise; one for all engines, safe to use from many threads.

    Args:
        counts: where an earlier process left off.
    """

    def __init__(self, counts: Mapping[Sample, float] | None = None) -> None:
        self._counts = Counter[Sample](counts or {})
        self._lock = threading.Lock()

    def add(self, sample: Sample, amount: float = 1.0) -> None:
        """Raise one counter."""
        with self._lock:
            self._counts[sample] += amount  # type: ignore[assignment] # Counter holds floats too

    def counts(self) -> dict[Sample, float]:
        """Give all counters as they are now."""
        with self._lock:
            return dict(self._counts)


class Meter:
    """A guard that lets all pass and counts it."""

    def __init__(self, metrics: Metrics, *, engine: str) -> None:
        self._metrics = metrics
        self._engine = engine

    def admit(self, request: Request) -> None:
        """Let it pass."""

    def record(self, request: Request, outcome: Reply | EngineError) -> None:  # noqa: ARG002 - as Guard has it
        """Count a call and what it cost."""
        self._add("calls", 1)
        if isinstance(outcome, EngineError):
            self._metrics.add(Sample("failures", self._engine, type(outcome).__name__))
            return
        self._add("prompt_tokens", outcome.prompt_tokens)
        self._add("reply_tokens", outcome.reply_tokens)
        self._add("reply_seconds", outcome.latency_ms / 1000)

    def _add(self, name: str, amount: float) -> None:
        self._metrics.add(Sample(name, self._engine), amount)


def prometheus_text(counts: Mapping[Sample, float]) -> str:
    """Give counters in Prometheus's text format.

    >>> print(prometheus_text({Sample("calls", "qwen"): 2.0}), end="")
    # HELP vaultskillet_engine_calls_total Requests that went to an engine.
    # TYPE vaultskillet_engine_calls_total counter
    vaultskillet_engine_calls_total{engine="qwen"} 2
    """
    lines = []
    for name, help_text in _HELP.items():
        metric = f"vaultskillet_engine_{name}_total"
        samples = sorted(sample for sample in counts if sample.name == name)
        if samples:
            lines += [f"# HELP {metric} {help_text}", f"# TYPE {metric} counter"]
        for sample in samples:
            labels = f'engine="{_escaped(sample.engine)}"'
            if sample.kind:
                labels += f',kind="{_escaped(sample.kind)}"'
            lines.append(f"{metric}{{{labels}}} {counts[sample]:.15g}")
    return "".join(line + "\n" for line in lines)


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
