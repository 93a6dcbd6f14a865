"""What was read from the database lately, kept for as long as nothing changes there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Reads by key, many at a time, and keeps what it read, and that there was nothing.

    When more is kept than it may, what was not asked for since the last such time makes room:
    that costs nothing per question, as a list in the order of use would.
    """

    def __init__(self, read: Callable[[Collection[K]], Mapping[K, V]], *, most: int) -> None:
        """Make an empty one.

        Args:
            read: gives what is there under some keys; a key under which nothing is is absent.
            most: at most twice so many keys are kept, and those of one question more.
        """
        self._read = read
        self._most = most
        self._young: dict[K, V | None] = {}
        self._old: dict[K, V | None] = {}

    def of(self, keys: Iterable[K]) -> dict[K, V]:
        """Give what is there under these keys; a key under which nothing is is absent."""
        wanted = keys if isinstance(keys, Collection) else tuple(keys)
        if len(self._young) > self._most:
            self._old, self._young = self._young, {}
        young, old = self._young, self._old
        missing = set(wanted).difference(young)
        if missing:
            new = missing.difference(old)
            young.update((key, old[key]) for key in missing if key in old)
            if new:
                found = self._read(new)
                young.update((key, found.get(key)) for key in new)
        return {key: value for key in wanted if (value := young[key]) is not None}

    def forget(self) -> None:
        """Keep nothing, since something changed."""
        self._young.clear()
        self._old.clear()
