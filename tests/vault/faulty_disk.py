"""A disk whose calls are counted, and fail, kill or let an editor in at a chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaultskillet.vault.disk import Disk

WRITING = (
    "create",
    "write",
    "copy_metadata",
    "sync",
    "replace",
    "hold_off_writers",
    "status_of",
    "exchange",
    "remove",
    "sync_folder",
)
"""The calls of a commit that touch the disk, once the note is read."""


class FaultyDisk(Disk):
    """Does what it was told just before, or just after, a chosen call."""

    def __init__(
        self,
        *,
        before: Callable[[int, str], None] = lambda _number, _name: None,
        after: Callable[[int, str], None] = lambda _number, _name: None,
        can_exchange: bool = True,
    ) -> None:
        self.calls: list[str] = []
        self._before = before
        self._after = after
        self._can_exchange = can_exchange

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - any method of Disk
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any method of Disk
            self.calls.append(name)
            number = len(self.calls)
            self._before(number, name)
            if name == "exchange" and not self._can_exchange:
                return False
            result = found(*args, **kwargs)
            self._after(number, name)
            return result

        return counted
