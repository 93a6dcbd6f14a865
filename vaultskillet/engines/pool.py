"""A batch for an engine that answers one request at a time over a network."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError, EngineUnavailableError

_Work = tuple[Request, Future[Reply]]


class RequestPool:
    """Run the requests of a batch a few at once.

    Its threads are daemons: a server that never answers does not keep the process from ending,
    as those of `concurrent.futures` would.

    Args:
        generate: answers one request; called from many threads.
        concurrency: how many at once, over all batches.
    """

    def __init__(self, generate: Callable[[Request], Reply], *, concurrency: int) -> None:
        self._generate = generate
        self._concurrency = concurrency
        self._work = queue.SimpleQueue[_Work | None]()
        self._lock = threading.Lock()
        self._threads = 0
        self._closed = False

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Give a reply or an error for each request, in their order."""
        futures = [self._submit(request) for request in requests]
        return [_outcome(future) for future in futures]

    def close(self) -> None:
        """Take no more; nobody waits for what is under way. May be called twice."""
        with self._lock:
            self._closed = True
            for _ in range(self._threads):
                self._work.put(None)

    def _submit(self, request: Request) -> Future[Reply]:
        future = Future[Reply]()
        with self._lock:
            if self._closed:
                future.set_exception(EngineUnavailableError("the engine was closed"))
                return future
            self._work.put((request, future))
            if self._threads < self._concurrency:
                self._threads += 1
                name = f"engine-{self._threads}"
                threading.Thread(target=self._run, name=name, daemon=True).start()
        return future

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            request, future = item
            try:
                future.set_result(self._generate(request))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                future.set_exception(error)
            del item, request, future


def _outcome(future: Future[Reply]) -> Reply | EngineError:
    try:
        return future.result()
    except EngineError as error:
        return error
