"""GPU allocations: one in use, replaced before it expires, every one given back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vaultskillet.errors import EngineError
from vaultskillet.ports.clock import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Granted:
    """An allocation as the service gave it."""

    id: str
    lasts_s: float


@dataclass(slots=True)
class _Held:
    renew_at: float
    """Seconds since 1970 (UTC); a request that begins later could outlast the allocation."""
    users: int


class Allocations:
    """Keep one allocation for all requests; safe to use from many threads.

    Args:
        allocate: asks the service for one.
        release: gives one back to the service, then calls `forget`.
        clock: tells when an allocation ends.
        request_s: longest time that a request may need its allocation, in seconds.
        idle_s: how long an allocation is kept unused.
        left_behind: those that an earlier process did not release.
        on_held: told of all that are held, at each change; keeps them for the next process.
        on_event: told what becomes of them: `granted`, `renewed`, `lost`, `released`.
    """

    def __init__(
        self,
        *,
        allocate: Callable[[], Granted],
        release: Callable[[str], None],
        clock: Clock,
        request_s: float,
        idle_s: float,
        left_behind: Collection[str],
        on_held: Callable[[frozenset[str]], None],
        on_event: Callable[[str], None],
    ) -> None:
        self._allocate = allocate
        self._release = release
        self._clock = clock
        self._request_s = request_s
        self._idle_s = idle_s
        self._on_held = on_held
        self._on_event = on_event
        self._allocating = threading.Lock()
        """Held while one is asked for: threads that wait for it then share it."""
        self._lock = threading.Lock()
        """Guards what follows; never held during a request."""
        self._left_behind = set(left_behind)
        self._held: dict[str, _Held] = {}
        self._current: str | None = None
        self._used_at = clock.now()

    @contextmanager
    def one(self) -> Iterator[str]:
        """Give an allocation that lasts for one request.

        Raises:
            EngineError: there is none to be had.
        """
        allocation_id = self._join() or self._renew()
        try:
            yield allocation_id
        finally:
            with self._lock:
                self._used_at = self._clock.now()
                if allocation_id in self._held:
                    self._held[allocation_id].users -= 1
            self._release_each(self._retired())

    def hold(self, granted: Granted) -> None:
        """Keep an allocation, with one user, until it is released by name."""
        renew_after_s = max(granted.lasts_s - self._request_s, granted.lasts_s / 2)
        with self._lock:
            self._held[granted.id] = _Held(self._clock.now() + renew_after_s, users=1)
            self._tell()

    def lose(self, allocation_id: str) -> None:
        """Take note that the service took one back; more than one request may find out."""
        with self._lock:
            is_news = allocation_id in self._held
        if is_news:
            self._on_event("lost")
        self.forget(allocation_id)

    def forget(self, allocation_id: str) -> None:
        """Take note that one is gone."""
        with self._lock:
            self._held.pop(allocation_id, None)
            self._left_behind.discard(allocation_id)
            self._tell()

    @property
    def held(self) -> int:
        """Count those that are held."""
        with self._lock:
            return len(self._held)

    @property
    def idle_at(self) -> float | None:
        """Give when `release_idle` will have something to give back; None: never so far."""
        with self._lock:
            if self._left_behind:
                return self._used_at
            return self._used_at + self._idle_s if self._current in self._held else None

    def release_idle(self, now: float) -> None:
        """Give back what nobody has used for a while, and what an earlier process did not.

        Args:
            now: seconds since 1970 (UTC).
        """
        with self._lock:
            left_behind = list(self._left_behind)
            if now - self._used_at >= self._idle_s:
                self._current = None
        self._release_each([*left_behind, *self._retired()])

    def release_all(self) -> None:
        """Give everything back, used or not."""
        with self._lock:
            everything = [*self._held, *self._left_behind]
        self._release_each(everything)

    def _join(self) -> str | None:
        """Become a user of the allocation in use, if it lasts long enough."""
        with self._lock:
            held = self._held.get(self._current or "")
            if held is None or self._clock.now() >= held.renew_at:
                return None
            held.users += 1
            return self._current

    def _renew(self) -> str:
        """Ask for another, unless a thread that was quicker has it already."""
        with self._allocating:
            joined = self._join()
            if joined is not None:
                return joined
            granted = self._allocate()
            self.hold(granted)
            with self._lock:
                before, self._current = self._current, granted.id
                self._on_event("renewed" if before in self._held else "granted")
        self._release_each(self._retired())
        return granted.id

    def _retired(self) -> list[str]:
        """Give those that are replaced and that no request uses any more."""
        with self._lock:
            return [i for i, held in self._held.items() if i != self._current and not held.users]

    def _release_each(self, allocation_ids: Iterable[str]) -> None:
        """Give some back; what the service does not take expires by itself."""
        for allocation_id in allocation_ids:
            try:
                self._release(allocation_id)
            except EngineError as error:
                log.warning("allocation not released", extra={"because": str(error)})
                self.forget(allocation_id)
            else:
                self._on_event("released")

    def _tell(self) -> None:
        self._on_held(frozenset(self._held) | frozenset(self._left_behind))
