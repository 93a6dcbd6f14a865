"""A guard that lets a failing engine rest."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.budget import BudgetError
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)
from vaultskillet.ports.clock import Clock

LONGEST_WAIT_S = 26 * 3600.0
"""Longer than any wait within a day: what seems to be a longer one was set by a wrong clock."""


class Breaker:
    """Stop calls after failures in a row, then try one call now and again.

    Each rest in a row is twice the one before. An error that says until when another try is in
    vain stops calls until then at once; that there were too many calls counts as a failure where
    it does not say until when. One note that breaks the engine, and be it often, is no
    failing engine.

    Args:
        clock: tells when the rest is over.
        failures: how many in a row stop the calls.
        rest_s: how long at first, in seconds.
        longest_rest_s: how long at most, in seconds.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        failures: int = 5,
        rest_s: float = 60.0,
        longest_rest_s: float = 900.0,
    ) -> None:
        self._clock = clock
        self._limit = failures
        self._first_rest_s = rest_s
        self._longest_rest_s = longest_rest_s
        self._lock = threading.Lock()
        self._failures = 0
        self._failed_texts = set[int]()
        self._rest_s = rest_s
        self._until = 0.0
        self._trying = False
        self._because: EngineError | None = None
        """The error that stopped the calls; None: calls pass."""

    @property
    def because(self) -> EngineError | None:
        """Give the error that stopped the calls, with until when; None: calls pass."""
        with self._lock:
            return self._repeated()

    def admit(self, requests: Sequence[Request]) -> list[EngineError | None]:
        """Let calls through, unless the engine rests; after the rest, one at a time."""
        now = self._clock.now()
        with self._lock:
            if self._because is None or not requests:
                return [None] * len(requests)
            trial: list[EngineError | None] = []
            if not 0 < self._until - now <= LONGEST_WAIT_S:  # one call tries it out
                self._until, self._trying = now + self._rest_s, True
                trial = [None]
            return [*trial, *(self._repeated() for _ in requests[len(trial) :])]

    def record(self, outcomes: Sequence[tuple[Request, Reply | EngineError]]) -> None:
        """Count failures in a row; a refusal shows that the engine is well."""
        with self._lock:
            for request, outcome in outcomes:
                self._record(request, outcome, now=self._clock.now())

    def heed(self, error: EngineError) -> None:
        """Stop calls until when an error says, that came up outside of a call."""
        with self._lock:
            if error.until is not None and error.until > self._clock.now():
                self._because, self._until = error, error.until

    def _record(self, request: Request, outcome: Reply | EngineError, *, now: float) -> None:
        match outcome:
            case Reply() | EngineRefusedError():
                self._failures, self._because, self._trying = 0, None, False
                self._rest_s = self._first_rest_s
                self._failed_texts.clear()
            case BudgetError():
                pass
            case EngineError(until=float(until)) if until > now:
                self._because, self._until = outcome, until
            case (
                EngineUnavailableError() | EngineTimeoutError() | EngineFailedError() | QuotaError()
            ):
                self._failures += 1
                self._failed_texts.add(hash((request.text, request.question)))
                of_engine = isinstance(outcome, EngineUnavailableError | QuotaError)
                if self._failures >= self._limit and (of_engine or len(self._failed_texts) > 1):
                    self._rest(outcome, now)

    def _rest(self, outcome: EngineError, now: float) -> None:
        if self._trying:
            self._rest_s = min(self._rest_s * 2, self._longest_rest_s)
        self._trying = False
        self._because, self._until = outcome, now + self._rest_s

    def _repeated(self) -> EngineError | None:
        """Give a fresh error for the one that stopped the calls: each is raised once."""
        if self._because is None:
            return None
        return type(self._because)(str(self._because), until=self._until)
