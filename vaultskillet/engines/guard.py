"""An engine with a guard before it: who may ask, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError
from vaultskillet.ports import InferenceEngine


class Guard(Protocol):
    """Decides over each call of an engine; called from many threads."""

    def admit(self, request: Request) -> None:
        """Let a request through; `record` follows, unless the program is broken off.

        Raises:
            EngineError: it may not go to the engine now.
        """
        ...

    def record(self, request: Request, outcome: Reply | EngineError) -> None:
        """Take note of what became of an admitted request.

        A reply that was streamed has neither text nor counts here.
        """
        ...


class Guarded:
    """Be an engine whose every call a guard sees."""

    def __init__(self, engine: InferenceEngine, guard: Guard) -> None:
        self._engine = engine
        self._guard = guard

    @property
    def model_id(self) -> str:
        """Name the engine's model."""
        return self._engine.model_id

    @property
    def local(self) -> bool:
        """Say whether the engine is local."""
        return self._engine.local

    def load(self, repo: str) -> None:
        """Load the engine's model; no guard minds."""
        self._engine.load(repo)

    def generate(self, request: Request) -> Reply:
        """Answer one request, if it may pass."""
        self._guard.admit(request)
        try:
            reply = self._engine.generate(request)
        except EngineError as error:
            self._guard.record(request, error)
            raise
        self._guard.record(request, reply)
        return reply

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer those of a batch that may pass, as one batch."""
        refused = [self._refusal(request) for request in requests]
        passed = [r for r, refusal in zip(requests, refused, strict=True) if refusal is None]
        outcomes = self._engine.generate_many(passed) if passed else []
        for request, outcome in zip(passed, outcomes, strict=True):
            self._guard.record(request, outcome)
        rest = iter(outcomes)
        return [next(rest) if refusal is None else refusal for refusal in refused]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece, if it may pass; leaving early is no failure."""
        self._guard.admit(request)
        outcome: Reply | EngineError = Reply("", self.model_id)
        try:
            yield from self._engine.stream(request)
        except EngineError as error:
            outcome = error
            raise
        finally:
            self._guard.record(request, outcome)

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    def _refusal(self, request: Request) -> EngineError | None:
        try:
            self._guard.admit(request)
        except EngineError as error:
            return error
        return None
