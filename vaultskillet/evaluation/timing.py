"""How long things took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from vaultskillet.core.measures import mean, percentile
from vaultskillet.evaluation.scores import Cost
from vaultskillet.ports.clock import Clock


class Times:
    """What was measured so far."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken_ms: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def measure(self, what: str) -> Iterator[None]:
        """Take the time of a block."""
        began = self._clock.monotonic()
        yield
        self._taken_ms[what].append(1000 * (self._clock.monotonic() - began))

    def cost(self) -> Cost:
        """Sum up."""
        taken = self._taken_ms
        return Cost(
            related_ms=mean(taken["related"]),
            related_p95_ms=percentile(taken["related"], 0.95),
            tags_ms=mean(taken["tags"]),
            enrich_ms=mean(taken["enrich"]),
        )
