"""An engine that a plug-in brought: what it breaks is an error of that engine, no fault of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import cast

from vaultskillet.core.model import Reply, Request
from vaultskillet.core.redact import redact
from vaultskillet.errors import EngineError, EngineFailedError, EngineUnavailableError
from vaultskillet.ports.engine import Finding, Holder, Holding, InferenceEngine, Inspectable

_ERRORS = EngineError.__module__
_MEMBERS = ("model_id", "local", "load", "generate", "generate_many", "stream", "close")


def missing_from(engine: object) -> list[str]:
    """Name the members of an engine that something lacks."""
    return [name for name in _MEMBERS if not hasattr(engine, name)]


def masked(text: str, secrets: Collection[str]) -> str:
    """Give a text without these secrets."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***") if secret else text
    return text


class Foreign:
    """Be an engine that keeps to the contract, whatever the one inside does."""

    def __init__(
        self, engine: InferenceEngine, *, name: str, secrets: Collection[str] = ()
    ) -> None:
        """Take an engine.

        Args:
            engine: what the plug-in made.
            name: of its entry point.
            secrets: what it was told that no error may say.
        """
        self._engine = engine
        self._name = name
        self._secrets = tuple(secrets)

    @property
    def model_id(self) -> str:
        """Name the engine's model."""
        return str(self._engine.model_id)

    @property
    def local(self) -> bool:
        """Say whether the engine is local; anything but a plain yes is a no."""
        return self._engine.local is True

    def load(self, repo: str) -> None:
        """Load the engine's model."""
        try:
            self._engine.load(repo)
        except EngineError as error:
            raise self._retold(error) from None
        except Exception as error:
            raise EngineUnavailableError(self._broke(error)) from error

    def generate(self, request: Request) -> Reply:
        """Answer one request."""
        [outcome] = self.generate_many([request])
        if isinstance(outcome, EngineError):
            raise outcome
        return outcome

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch; where the engine breaks, each request of it failed."""
        try:
            outcomes = list(self._engine.generate_many(requests))
        except EngineError as error:
            return [self._retold(error) for _ in requests]
        except Exception as error:  # noqa: BLE001 - others wrote it
            return [EngineFailedError(self._broke(error)) for _ in requests]
        if len(outcomes) != len(requests):
            because = f"the engine {self._name} gave {len(outcomes)} replies to {len(requests)}"
            return [EngineFailedError(because) for _ in requests]
        return [self._checked(outcome) for outcome in outcomes]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece."""
        try:
            yield from self._engine.stream(request)
        except EngineError as error:
            raise self._retold(error) from None
        except Exception as error:
            raise EngineFailedError(self._broke(error)) from error

    @property
    def holding(self) -> Holding:
        """Give what the engine holds, if it says so."""
        with suppress(Exception):
            if isinstance(self._engine, Holder):
                return self._engine.holding
        return Holding()

    @property
    def idle_at(self) -> float | None:
        """Give when the engine may let go of something, if it says so."""
        with suppress(Exception):
            if isinstance(self._engine, Holder):
                return self._engine.idle_at
        return None

    def release_idle(self, now: float) -> None:
        """Let the engine let go of what nobody uses."""
        with suppress(Exception):
            if isinstance(self._engine, Holder):
                self._engine.release_idle(now)

    def inspect(self) -> Iterator[Finding]:
        """Let the engine look whether it would work."""
        if not isinstance(self._engine, Inspectable):
            return
        try:
            yield from self._engine.inspect()
        except Exception as error:  # noqa: BLE001 - others wrote it
            yield Finding(self._broke(error), wrong=True)

    def close(self) -> None:
        """Close the engine."""
        with suppress(Exception):
            self._engine.close()

    def _checked(self, outcome: object) -> Reply | EngineError:
        if isinstance(outcome, EngineError):
            return self._retold(outcome)
        if isinstance(outcome, Reply) and isinstance(outcome.text, str) and outcome.text.strip():
            return outcome
        return EngineFailedError(f"the engine {self._name} gave no reply")

    def _retold(self, error: EngineError) -> EngineError:
        """Tell an error again without a key, or what of a note redaction would find in it."""
        kind = next(kind for kind in type(error).__mro__ if kind.__module__ == _ERRORS)
        says = redact(masked(str(error), self._secrets)).text
        return cast("type[EngineError]", kind)(says, until=error.until)

    def _broke(self, error: Exception) -> str:
        return f"the engine {self._name} broke ({type(error).__name__})"
