"""What answers requests, what it holds, and what can be said of it before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from vaultskillet.core.model import Reply, Request, SafeText
from vaultskillet.errors import EngineError


class InferenceEngine(Protocol):
    """Something that answers requests; see `docs/engines.md` for how to write one."""

    @property
    def model_id(self) -> str:
        """Name the model in use, as people know it."""
        ...

    @property
    def local(self) -> bool:
        """Say whether text stays on this machine."""
        ...

    def load(self, repo: str) -> None:
        """Make the model ready; loading what is loaded already costs nothing.

        Args:
            repo: repository or folder of the model.

        Raises:
            EngineUnavailableError: it cannot be loaded.
        """
        ...

    def generate(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            EngineError: there is no reply.
        """
        ...

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch.

        Returns:
            One reply or error a request, in their order. One bad request costs the others
            nothing.
        """
        ...

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece; the pieces joined are the reply's text.

        Raises:
            EngineError: there is no reply, or it broke off.
        """
        ...

    def close(self) -> None:
        """Free everything; may be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Holding:
    """What an engine holds while it is in use."""

    memory_bytes: int = 0
    """Of a model in this process."""
    allocations: int = 0
    """Of GPUs elsewhere, which cost money by the minute."""


@runtime_checkable
class Holder(Protocol):
    """An engine that holds something dear while it is in use; optional for an engine."""

    @property
    def holding(self) -> Holding:
        """Give what it holds now."""
        ...

    @property
    def idle_at(self) -> float | None:
        """Give when something may be let go, if nobody asks until then; None: nothing may.

        In seconds since 1970 (UTC).
        """
        ...

    def release_idle(self, now: float) -> None:
        """Let go of what nobody has used for a while; at `idle_at` that is something.

        Args:
            now: seconds since 1970 (UTC).
        """
        ...


class Standby(Protocol):
    """What is made ready for the work, and let go where there is none."""

    def warm_up(self) -> None:
        """Make ready what every work needs.

        Raises:
            EngineError: it is not to be had now; work that needs it will say so again.
        """
        ...

    def release_idle(self) -> float | None:
        """Let go of what nobody uses.

        Returns:
            The seconds until there may be more to let go; None: nothing that anybody holds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at an engine found, in one line each."""

    what: str
    mend: str = ""
    """How to mend it."""
    wrong: bool = False
    """Whether it will not work so; else it works, or at most may be meant otherwise."""


@runtime_checkable
class Inspectable(Protocol):
    """An engine that can say whether it would work; optional for an engine."""

    def inspect(self) -> Iterable[Finding]:
        """Look, without loading a model, whether all is there; raises nothing."""
        ...


class Embedder(Protocol):
    """A model that tells where texts stand among all texts."""

    @property
    def model_id(self) -> str:
        """What the model is called."""
        ...

    @property
    def local(self) -> bool:
        """Whether text stays on this machine."""
        ...

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each of some texts, in order, all of the same size.

        Raises:
            EngineError: there are none; the texts may be embedded later.
        """
        ...

    def release_idle(self, now: float) -> None:
        """Let go of what nobody uses.

        Args:
            now: seconds since 1970 (UTC).
        """
        ...

    def close(self) -> None:
        """Free everything; may be called twice."""
        ...
