"""An engine that could not be made: it says why, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError, EngineUnavailableError
from vaultskillet.ports.engine import Finding


class AbsentEngine:
    """Stand in the place of an engine where nobody means to ask it.

    Args:
        model: that it would run.
        because: why it could not be made.
    """

    local = False

    def __init__(self, model: str, *, because: str) -> None:
        self.model_id = model
        self._because = because

    def load(self, repo: str) -> None:  # noqa: ARG002 - as the port has it
        """Say why not."""
        raise self._error()

    def generate(self, request: Request) -> Reply:  # noqa: ARG002 - as the port has it
        """Say why not."""
        raise self._error()

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Say why not."""
        return [self._error() for _ in requests]

    def stream(self, request: Request) -> Iterator[str]:  # noqa: ARG002 - as the port has it
        """Say why not."""
        raise self._error()

    def inspect(self) -> Iterator[Finding]:
        """Say why not."""
        yield Finding(self._because, wrong=True)

    def close(self) -> None:
        """Nothing is open."""

    def _error(self) -> EngineUnavailableError:
        return EngineUnavailableError(self._because)
