"""Debounce: a note that is being typed in is left until it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaultskillet.core.model import NotePath

REST_S = 3.0
"""Quiet enough once the longest wait is over: Obsidian saves 2 s after the last key."""


@dataclass(slots=True)
class _Restless:
    first: float
    last: float
    calls: bool | None = None
    """Whether it calls us; None: nobody looked since its last change."""


class Settler:
    """Collects changes and gives each path back once, when it has come to rest.

    A note that calls us has a quiet time of its own. Whether it does is asked for once a
    change (`unread`, `tell`), so a note that is typed in is not read at every key.

    All times are seconds on one clock that never runs backwards.
    """

    def __init__(
        self, *, quiet_s: float, longest_wait_s: float, calling_quiet_s: float | None = None
    ) -> None:
        """Make a settler.

        Args:
            quiet_s: how long a note rests.
            longest_wait_s: after this long a short rest is enough.
            calling_quiet_s: how long a note rests that calls us; None: as any other.
        """
        self._quiet_s = quiet_s
        self._longest_wait_s = longest_wait_s
        self._calling_quiet_s = quiet_s if calling_quiet_s is None else calling_quiet_s
        self._restless: dict[NotePath, _Restless] = {}

    @property
    def quiet_s(self) -> float:
        """How long every note has come to rest after, in seconds, whether it calls us or not."""
        return max(self._quiet_s, self._calling_quiet_s)

    def __len__(self) -> int:
        """Count the paths that have not come to rest."""
        return len(self._restless)

    def __contains__(self, path: NotePath) -> bool:
        """Say whether a path has not come to rest."""
        return path in self._restless

    def __iter__(self) -> Iterator[NotePath]:
        """Give the paths that have not come to rest."""
        return iter(self._restless)

    def touch(self, path: NotePath, *, now: float) -> None:
        """Note a change."""
        known = self._restless.get(path)
        if known is None:
            self._restless[path] = _Restless(first=now, last=now)
        elif now > known.last:
            known.last = now
            known.calls = None

    def unread(self, *, now: float) -> list[NotePath]:
        """Give the paths of which `tell` has to say now whether they call us."""
        if self._quiet_s == self._calling_quiet_s:
            return []
        return [path for path, one in self._restless.items() if self._look_at(one) <= now]

    def tell(self, path: NotePath, *, calls: bool) -> None:
        """Take note whether a path, given by `unread`, calls us."""
        self._restless[path].calls = calls

    def settled(self, *, now: float) -> list[NotePath]:
        """Give, and forget, the paths that have come to rest, the longest waiting first."""
        due = sorted(
            (self._due(restless), path)
            for path, restless in self._restless.items()
            if self._due(restless) <= now
        )
        for _, path in due:
            del self._restless[path]
        return [path for _, path in due]

    def next_due(self) -> float | None:
        """Give the time at which there is something to do: to look at a path, or to take it."""
        return min(map(self._next, self._restless.values()), default=None)

    def _next(self, restless: _Restless) -> float:
        return min(self._due(restless), self._look_at(restless))

    def _look_at(self, restless: _Restless) -> float:
        if restless.calls is not None:
            return float("inf")
        return restless.last + min(self._quiet_s, self._calling_quiet_s)

    def _due(self, restless: _Restless) -> float:
        patient = restless.last + (self._calling_quiet_s if restless.calls else self._quiet_s)
        impatient = max(restless.first + self._longest_wait_s, restless.last + REST_S)
        return min(patient, impatient)
