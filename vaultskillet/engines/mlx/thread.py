"""The one thread that owns all MLX objects.

MLX's lazy arrays must not cross threads, and a thread that used MLX must let go of it before it
ends: else the process may abort at its exit.
"""

from __future__ import annotations

import atexit
import gc
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from vaultskillet.errors import EngineUnavailableError

T = TypeVar("T")


class EngineThread:
    """Run work in order on one long-lived thread; share it between engines.

    It ends with `close`, or with the process.
    """

    def __init__(self) -> None:
        self._work = queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None]()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Let work run after all that was submitted before.

        Raises:
            EngineUnavailableError: the thread was closed.
        """
        future = Future[T]()
        with self._lock:
            if self._closed:
                raise EngineUnavailableError("the engine was closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mlx", daemon=True)
                self._thread.start()
                atexit.register(self.close)
            self._work.put((work, future))
        return future

    def run(self, work: Callable[[], T]) -> T:
        """Do work on the thread and give what it returns.

        Raises:
            EngineUnavailableError: the thread was closed.
        """
        return self.submit(work).result()

    def close(self) -> None:
        """Finish what was submitted, then end the thread; may be called twice."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._work.put(None)
                atexit.unregister(self.close)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            work, future = item
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is raised where it was waited for
                future.set_exception(error)
            del item, work, future  # what they hold must not outlive the next wait
        _let_go_of_mlx()


def _let_go_of_mlx() -> None:
    """Leave no MLX object behind; must run on the thread that made them."""
    gc.collect()
    mx = sys.modules.get("mlx.core")
    if mx is not None:
        mx.synchronize()
        mx.clear_cache()
        mx.clear_streams()
