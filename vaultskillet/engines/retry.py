"""An engine that is asked again when it fails for a moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import InferenceEngine

_PASSING = (EngineUnavailableError, EngineFailedError, EngineTimeoutError, QuotaError)
"""What may be over at the next try."""


class Retrying:
    """Ask an engine again, after a wait that doubles, with full jitter.

    Until when an error says that a try is in vain is heeded; where that is further off than the
    longest wait, the error is given at once and the job waits instead of the worker.

    Args:
        engine: what to ask.
        clock: tells how far off that is.
        retries: how often to ask again.
        first_s: bound of the first wait, in seconds; each bound is twice the one before.
        longest_s: bound of all waits, in seconds.
        sleep: waits for some seconds.
        random: gives a number from 0 to 1.
    """

    def __init__(
        self,
        engine: InferenceEngine,
        *,
        clock: Clock,
        retries: int = 3,
        first_s: float = 0.1,
        longest_s: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._retries = retries
        self._first_s = first_s
        self._longest_s = longest_s
        self._sleep = sleep
        self._random = random

    @property
    def model_id(self) -> str:
        """Name the engine's model."""
        return self._engine.model_id

    @property
    def local(self) -> bool:
        """Say whether the engine is local."""
        return self._engine.local

    def load(self, repo: str) -> None:
        """Load the engine's model, in one try."""
        self._engine.load(repo)

    def generate(self, request: Request) -> Reply:
        """Answer one request, in a few tries."""
        [outcome] = self.generate_many([request])
        if isinstance(outcome, EngineError):
            raise outcome
        return outcome

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch; what failed for a moment is asked again as a smaller batch."""
        outcomes = self._engine.generate_many(requests)
        for tried in range(self._retries):
            again = {
                index: outcome
                for index, outcome in enumerate(outcomes)
                if isinstance(outcome, EngineError) and self._is_soon_over(outcome)
            }
            if not again:
                break
            self._wait(again.values(), tried)
            retried = self._engine.generate_many([requests[index] for index in again])
            for index, outcome in zip(again, retried, strict=True):
                outcomes[index] = outcome
        return outcomes

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece; what broke off after a piece is not asked again."""
        tried = 0
        while True:
            begun = False
            try:
                for piece in self._engine.stream(request):
                    begun = True
                    yield piece
            except EngineError as error:
                if begun or tried >= self._retries or not self._is_soon_over(error):
                    raise
                self._wait([error], tried)
            else:
                return
            tried += 1

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    def _is_soon_over(self, error: EngineError) -> bool:
        """Say whether a failure may be over within the longest wait."""
        if not isinstance(error, _PASSING):
            return False
        return error.until is None or error.until - self._clock.now() <= self._longest_s

    def _wait(self, errors: Iterable[EngineError], tried: int) -> None:
        bound_s = min(self._longest_s, self._first_s * 2**tried)
        heeded_s = max((error.until or 0.0) - self._clock.now() for error in errors)
        self._sleep(max(heeded_s, self._random() * bound_s))
