"""An engine with a guard before it: who may ask, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError, EngineFailedError
from vaultskillet.ports.engine import InferenceEngine


class Guard(Protocol):
    """Decides over the calls of an engine, a batch at a time; called from many threads."""

    def admit(self, requests: Sequence[Request]) -> list[EngineError | None]:
        """Say for each request of a batch why it may not go to the engine now; None: it may.

        `record` follows for those that may.
        """
        ...

    def record(self, outcomes: Sequence[tuple[Request, Reply | EngineError]]) -> None:
        """Take note of what became of admitted requests.

        A reply that was streamed has no counts here.
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
        [outcome] = self.generate_many([request])
        if isinstance(outcome, EngineError):
            raise outcome
        return outcome

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer those of a batch that may pass, as one batch."""
        if not requests:
            return []
        refused = self._guard.admit(requests)
        passed = [r for r, refusal in zip(requests, refused, strict=True) if refusal is None]
        outcomes: list[Reply | EngineError] = [EngineFailedError("broken off") for _ in passed]
        try:
            if passed:
                outcomes = self._engine.generate_many(passed)
        finally:
            self._guard.record(list(zip(passed, outcomes, strict=True)))
        rest = iter(outcomes)
        return [next(rest) if refusal is None else refusal for refusal in refused]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece, if it may pass; leaving early is no failure."""
        [refusal] = self._guard.admit([request])
        if refusal is not None:
            raise refusal
        pieces: list[str] = []
        failure: EngineError | None = None
        try:
            for piece in self._engine.stream(request):
                pieces.append(piece)
                yield piece
        except EngineError as error:
            failure = error
            raise
        finally:
            outcome = failure or Reply("".join(pieces), self.model_id)
            self._guard.record([(request, outcome)])

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()
