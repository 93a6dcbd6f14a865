"""What stands around an embedder: the counts of its calls, and the day's budget."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core.model import SafeText
from vaultskillet.engines.budget import Budget, Prices
from vaultskillet.engines.counting import tokens_of
from vaultskillet.engines.metrics import Meter
from vaultskillet.engines.spend import Spend
from vaultskillet.errors import EngineError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Embedder


class Metered:
    """Embed, and count the calls and what they cost.

    Args:
        embedder: does the work.
        meter: where it is counted.
        clock: tells how long a call takes.
    """

    def __init__(self, embedder: Embedder, meter: Meter, *, clock: Clock) -> None:
        self._embedder = embedder
        self._meter = meter
        self._clock = clock
        self.model_id = embedder.model_id
        self.local = embedder.local

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each text, in order.

        Raises:
            EngineError: as the embedder has it.
        """
        began = self._clock.monotonic()
        self._meter.add("calls")
        try:
            vectors = self._embedder.embed(texts)
        except EngineError as error:
            self._meter.add("failures", kind=type(error).__name__)
            raise
        self._meter.add("prompt_tokens", tokens_of(*texts))
        self._meter.add("reply_seconds", self._clock.monotonic() - began)
        return vectors

    def release_idle(self, now: float) -> None:
        """Let the model leave the memory if nobody used it for long."""
        self._embedder.release_idle(now)

    def close(self) -> None:
        """Free everything; may be called twice."""
        self._embedder.close()


class Budgeted:
    """Embed as long as the day's budget lasts, which all models share.

    Args:
        embedder: does the work.
        budget: of all models.
        prices: of this one.
    """

    def __init__(self, embedder: Embedder, budget: Budget, *, prices: Prices) -> None:
        self._embedder = embedder
        self._budget = budget
        self._prices = prices
        self.model_id = embedder.model_id
        self.local = embedder.local

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each text, in order.

        Raises:
            QuotaError: the budget is used up.
            EngineError: as the embedder has it.
        """
        tokens = tokens_of(*texts)
        most = Spend(0, prompt_tokens=tokens, money=self._prices.of(tokens, 0))
        [refusal] = self._budget.admit([most])
        if refusal is not None:
            raise refusal
        cost = Spend(0)
        try:
            vectors = self._embedder.embed(texts)
            cost = most
        finally:
            self._budget.record([(most, cost)])
        return vectors

    def release_idle(self, now: float) -> None:
        """Let the model leave the memory if nobody used it for long."""
        self._embedder.release_idle(now)

    def close(self) -> None:
        """Free everything; may be called twice."""
        self._embedder.close()
