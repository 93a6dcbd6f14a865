"""A guard that lets a failing engine rest."""

from __future__ import annotations

import threading

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import (
    EngineError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from vaultskillet.ports import Clock


class Breaker:
    """Stop calls after failures in a row, then try one call now and again.

    An error that says until when another try is in vain stops calls until then at once.

    Args:
        clock: tells when the rest is over.
        failures: how many in a row stop the calls.
        rest_s: how long, in seconds.
    """

    def __init__(self, *, clock: Clock, failures: int = 5, rest_s: float = 60.0) -> None:
        self._clock = clock
        self._limit = failures
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._because: EngineError | None = None
        """The error that stopped the calls; None: calls pass."""

    @property
    def because(self) -> EngineError | None:
        """Give the error that stopped the calls, with until when; None: calls pass."""
        with self._lock:
            return self._repeated()

    def admit(self, request: Request) -> None:  # noqa: ARG002 - as Guard has it
        """Let a call through, unless the engine rests; after the rest, one at a time.

        Raises:
            EngineError: the engine rests, for the reason that the error names.
        """
        now = self._clock.now()
        with self._lock:
            stopped = self._repeated()
            if stopped is not None and now < self._until:
                raise stopped
            if stopped is not None:
                self._until = now + self._rest_s  # this one call tries it out

    def record(self, request: Request, outcome: Reply | EngineError) -> None:  # noqa: ARG002
        """Count failures in a row; a refusal shows that the engine is well."""
        now = self._clock.now()
        with self._lock:
            if isinstance(outcome, Reply | EngineRefusedError):
                self._failures, self._because = 0, None
            elif outcome.until is not None and outcome.until > now:
                self._because, self._until = outcome, outcome.until
            elif isinstance(outcome, EngineUnavailableError | EngineTimeoutError):
                self._failures += 1
                if self._failures >= self._limit:
                    self._because, self._until = outcome, now + self._rest_s

    def _repeated(self) -> EngineError | None:
        """Give a fresh error for the one that stopped the calls: each is raised once."""
        if self._because is None:
            return None
        return type(self._because)(str(self._because), until=self._until)
