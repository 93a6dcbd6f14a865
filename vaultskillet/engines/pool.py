"""A batch for an engine that answers one request at a time over a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError


class RequestPool:
    """Run the requests of a batch a few at once.

    Args:
        generate: answers one request; called from many threads.
        concurrency: how many at once, over all batches.
    """

    def __init__(self, generate: Callable[[Request], Reply], *, concurrency: int) -> None:
        self._generate = generate
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="engine")

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Give a reply or an error for each request, in their order."""
        try:
            return list(self._threads.map(self._attempt, requests))
        except RuntimeError:  # it was closed; then so is the engine, and each request says it
            return [self._attempt(request) for request in requests]

    def close(self) -> None:
        """Wait for what is under way, then end the threads; may be called twice."""
        self._threads.shutdown()

    def _attempt(self, request: Request) -> Reply | EngineError:
        try:
            return self._generate(request)
        except EngineError as error:
            return error
