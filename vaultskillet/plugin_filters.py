"""Redaction filters of plug-ins, each in a process of its own, so that it can be stopped.

A pattern that never comes to its end holds the one lock of the interpreter: no thread could
stop it, and no other would run.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from vaultskillet.core.filters.finding import Filter, Finding
from vaultskillet.errors import PluginError
from vaultskillet.plugins import FILTERS, installed, load

_START_S = 30.0
"""In which a plug-in has to be imported."""

_SPAWN = multiprocessing.get_context("spawn")

_Answer = list[tuple[str, int, int]] | str
"""The findings, or the name of what was raised."""


def load_filters(names: Sequence[str] | None, *, limit_s: float) -> tuple[PluginFilter, ...]:
    """Start the filters of plug-ins.

    Args:
        names: which; None: all that are installed.
        limit_s: how long each may take for a text, in seconds.

    Raises:
        PluginError: one of them is not installed, cannot be imported or is no filter.
    """
    wanted = installed(FILTERS) if names is None else tuple(names)
    return tuple(PluginFilter(name, limit_s=limit_s) for name in wanted)


class PluginFilter:
    """A plug-in's filter; its process ends with this object, or with ours."""

    def __init__(self, name: str, *, limit_s: float) -> None:
        """Start it.

        Raises:
            PluginError: it cannot be imported, or is no filter.
        """
        self.name = name
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._process, self._connection = _start(name)

    def find(self, text: str) -> list[Finding]:
        """Find what is sensitive in a text; see `vaultskillet.core.filters.finding.Filter`.

        Raises:
            TimeoutError: it took too long; its process is stopped.
            PluginError: it failed, or its process came to an end.
        """
        with self._lock:
            if not self._process.is_alive():
                self._process, self._connection = _start(self.name)
            answer = self._ask(text)
        if isinstance(answer, str):
            raise PluginError(f"plug-in {self.name!r} ({FILTERS}) raised {answer}")
        return [Finding(kind, start, end) for kind, start, end in answer]  # type: ignore[arg-type]  # redaction judges the kind

    def _ask(self, text: str) -> _Answer:
        try:
            self._connection.send(text)
            if self._connection.poll(self._limit_s):
                answer: _Answer = self._connection.recv()
                return answer
        except (EOFError, OSError):
            self._stop()
            raise PluginError(f"plug-in {self.name!r} ({FILTERS}) ended its process") from None
        self._stop()
        raise TimeoutError(f"plug-in {self.name!r} ({FILTERS}) took over {self._limit_s:g} s")

    def _stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()


def _start(name: str) -> tuple[SpawnProcess, Connection]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(name, theirs), name=name, daemon=True)
    process.start()
    theirs.close()
    try:
        wrong = ours.recv() if ours.poll(_START_S) else f"takes over {_START_S:g} s to start"
    except EOFError:
        wrong = "ends its process when it is imported"
    if wrong:
        process.kill()
        process.join()
        ours.close()
        raise PluginError(wrong if name in wrong else f"plug-in {name!r} ({FILTERS}) {wrong}")
    return process, ours


# --- in the process of the plug-in --------------------------------------------------------


def _serve(name: str, connection: Connection) -> None:
    """Run the filter for whoever holds the other end, until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to both of us
    sys.stdout = sys.stderr  # what goes to ours is read by programs
    try:
        filter_ = _make(name)
    except PluginError as error:
        connection.send(str(error))
        return
    connection.send("")
    while True:
        try:
            text = connection.recv()
        except EOFError:
            return
        connection.send(_answer(filter_, text))


def _make(name: str) -> Filter:
    """Make the filter that an entry point names.

    Raises:
        PluginError: it cannot be made, or is no filter.
    """
    make = load(FILTERS, name)
    try:
        filter_: Filter = make()  # type: ignore[operator]  # a plug-in's; what is wrong is caught
    except Exception as error:
        raise PluginError(
            f"plug-in {name!r} ({FILTERS}) cannot be made:"
            f" {type(error).__name__}: {' '.join(str(error).split())}"
        ) from error
    if not callable(getattr(filter_, "find", None)):
        raise PluginError(f"plug-in {name!r} ({FILTERS}) is no filter: it has no method find")
    return filter_


def _answer(filter_: Filter, text: str) -> _Answer:
    """Give what the filter finds, or else the name of what it raised; never the text of that."""
    try:
        return [(str(one.kind), int(one.start), int(one.end)) for one in filter_.find(text)]
    except Exception as error:  # noqa: BLE001 - whatever it is, redaction is told
        return type(error).__name__
