"""Debounce: a note that is being typed in is left until it rests."""

from __future__ import annotations

from dataclasses import dataclass

from vaultskillet.core.model import NotePath

REST_S = 3.0
"""Quiet enough once the longest wait is over: Obsidian saves 2 s after the last key."""


@dataclass(slots=True)
class _Restless:
    first: float
    last: float


class Settler:
    """Collects changes and gives each path back once, when it has come to rest.

    All times are seconds on one clock that never runs backwards.
    """

    def __init__(self, *, quiet_s: float, longest_wait_s: float) -> None:
        self.quiet_s = quiet_s
        self._longest_wait_s = longest_wait_s
        self._restless: dict[NotePath, _Restless] = {}

    def __len__(self) -> int:
        """Count the paths that have not come to rest."""
        return len(self._restless)

    def __contains__(self, path: NotePath) -> bool:
        """Say whether a path has not come to rest."""
        return path in self._restless

    def touch(self, path: NotePath, *, now: float) -> None:
        """Note a change."""
        known = self._restless.get(path)
        if known is None:
            self._restless[path] = _Restless(first=now, last=now)
        else:
            known.last = max(known.last, now)

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
        """Give the time at which the next path will have come to rest."""
        return min(map(self._due, self._restless.values()), default=None)

    def _due(self, restless: _Restless) -> float:
        patient = restless.last + self.quiet_s
        impatient = max(restless.first + self._longest_wait_s, restless.last + REST_S)
        return min(patient, impatient)
