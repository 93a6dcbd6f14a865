"""A disk whose calls are counted; it does what it is told before or after a chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaultskillet.vault.disk import Disk

Hook = Callable[[int, str], None]
"""Told the number of the call, from 1, and its name."""


def nothing(_number: int, _name: str) -> None:
    """Let the call be."""


class FaultyDisk(Disk):
    """Counts calls; a hook may raise, kill the process, or save the note as an editor does."""

    def __init__(
        self, *, before: Hook = nothing, after: Hook = nothing, can_exchange: bool = True
    ) -> None:
        self.calls: list[str] = []
        self.held: int | None = None
        """The file that others are held off from."""
        self._before = before
        self._after = after
        self._can_exchange = can_exchange

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - any method of Disk
        found = super().__getattribute__(name)
        if name not in vars(Disk):
            return found

        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any method of Disk
            self.calls.append(name)
            number = len(self.calls)
            self._before(number, name)
            if name == "exchange" and not self._can_exchange:
                return False
            result = found(*args, **kwargs)
            if name in ("hold_off_writers", "hold_off_all") and result:
                self.held = args[0]
            self._after(number, name)
            return result

        return counted
