"""What an engine is made from: the argument of every entry point in `vaultskillet.engines`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from vaultskillet.core.model import Tier
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import InferenceEngine

GROUP = "vaultskillet.engines"
"""The group of entry points that each name a function from settings to an engine."""


class Closable(Protocol):
    """Something that ends."""

    def close(self) -> None:
        """Free everything; may be called twice."""
        ...


Shared = TypeVar("Shared", bound=Closable)


class Share(Protocol):
    """Gives what the engines of both models share."""

    def __call__(self, make: Callable[[], Shared], /) -> Shared:
        """Give the one thing that `make` made; it is closed when all engines are."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """All that an engine may know when it is made; making it loads nothing and asks nobody."""

    tier: Tier
    """Which of the two models it will run."""
    model: str
    """Repository, folder or name of that model."""
    context_limit: int
    """Most tokens of prompt and reply together."""
    options: Mapping[str, Any] = field(repr=False)
    """The engine's own section of the configuration; texts that are secret stand in the clear."""
    clock: Clock
    share: Share
    is_stopping: Callable[[], bool] = lambda: False
    """Says whether the program ends: what takes long may be broken off."""
    left_behind: Collection[str] = ()
    """Names of what an earlier process held and did not give back."""
    on_held: Callable[[frozenset[str]], None] = lambda _names: None
    """Told of all that is held elsewhere, at each change; kept for the next process."""
    on_allocation: Callable[[str], None] = lambda _kind: None
    """Told what becomes of allocations; counted."""


MakeEngine = Callable[[EngineSettings], InferenceEngine]
"""What an entry point names.

Raises a `ConfigError` where the options are wrong.
"""
