"""The MLX engine: loads a model at first use, lets it go when idle. Needs no MLX to be imported."""

from __future__ import annotations

import contextlib
import gc
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from vaultskillet.core.model import Reply, Request, Tier
from vaultskillet.engines.chat import stream_without_thinking
from vaultskillet.engines.mlx.thread import EngineThread
from vaultskillet.engines.settings import EngineSettings
from vaultskillet.errors import EngineError, EngineUnavailableError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding, Holding

if TYPE_CHECKING:
    from vaultskillet.engines.mlx.model import Model

T = TypeVar("T")

MENDING_S = 300.0
"""How long what only a person can mend (a model that is missing or broken) is not tried again."""


def make_engine(settings: EngineSettings) -> MLXEngine:
    """Make the engine from the section `mlx`; both models are on one thread.

    The small model stays once it is loaded, the large one goes when it is idle.
    """
    options = settings.options
    is_large = settings.tier is Tier.QWEN
    return MLXEngine(
        settings.model,
        clock=settings.clock,
        context_limit=settings.context_limit,
        think_tokens=options["think_tokens"],
        batch_size=options["batch_size"],
        allow_download=options["allow_download"],
        idle_s=options["idle_minutes"] * 60 if is_large else None,
        memory_limit=_bytes_of(options["memory_gb"]),
        cache_limit=_bytes_of(options["cache_gb"]),
        thread=settings.share(EngineThread),
        is_stopping=settings.is_stopping,
    )


def _bytes_of(gigabytes: float | None) -> int | None:
    return None if gigabytes is None else int(gigabytes * 1e9)


def _why_not_loaded(repo: str, error: Exception) -> str:
    """Say what is wrong with a model whose files looked whole."""
    says = _first_line(error)
    if isinstance(error, MemoryError) or re.search(r"alloc|out of memory", says, re.IGNORECASE):
        return f"the model {repo} does not fit into memory; choose a smaller one, or fewer bits"
    return (
        f"the model {repo} cannot be loaded: its files do not fit together "
        f"({type(error).__name__}: {says}); download it once more, or choose another"
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


class MLXEngine:
    """Answer requests with a model in this process; safe to use from many threads.

    Args:
        repo: folder or hub repository of the model.
        clock: tells how long the model was idle.
        context_limit: most tokens of prompt and reply together; longer notes are trimmed.
        think_tokens: most tokens of thoughts before a reply.
        batch_size: how many replies are written at once.
        allow_download: fetch a model that is not on this machine; it may be many gigabytes.
        idle_s: how long the model is kept unused; None: for ever.
        memory_limit: bytes that MLX may use before it waits; None: its own choice.
        cache_limit: bytes that MLX keeps for reuse; None: its own choice.
        thread: shared with other engines, and closed by who made it; None: one of its own.
        is_stopping: says whether replies that are being written are to be broken off.
        monotonic: measures latency, in seconds.
    """

    local = True

    def __init__(
        self,
        repo: str,
        *,
        clock: Clock,
        context_limit: int = 4096,
        think_tokens: int = 1024,
        batch_size: int = 16,
        allow_download: bool = False,
        idle_s: float | None = None,
        memory_limit: int | None = None,
        cache_limit: int | None = None,
        thread: EngineThread | None = None,
        is_stopping: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repo = repo
        self._clock = clock
        self._context_limit = context_limit
        self._think_tokens = think_tokens
        self._batch_size = batch_size
        self._allow_download = allow_download
        self._idle_s = idle_s
        self._memory_limit = memory_limit
        self._cache_limit = cache_limit
        self._thread = thread or EngineThread()
        self._owns_thread = thread is None
        self._is_stopping = is_stopping
        self._monotonic = monotonic
        self._leaving = False
        self._closed = False
        self._model: Model | None = None
        self._used_at = clock.now()
        self._loaded_bytes = 0

    @property
    def model_id(self) -> str:
        """Name the model: its repository or folder."""
        return self._repo

    def load(self, repo: str) -> None:
        """Load a model now; another one that was loaded is let go first."""
        self._run(lambda: self._load(repo))

    def generate(self, request: Request) -> Reply:
        """Answer one request."""
        [outcome] = self._run(lambda: self._answer([request]))
        if isinstance(outcome, EngineError):
            raise outcome
        return outcome

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch in one go."""
        if not requests:
            return []
        try:
            return self._run(lambda: self._answer(requests))
        except EngineError as error:
            return [type(error)(str(error), until=error.until) for _ in requests]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request as the model writes it; JSON comes in one piece."""
        if request.schema is not None:
            yield self.generate(request).text
            return
        yield from stream_without_thinking(self._pieces(request))

    @property
    def holding(self) -> Holding:
        """Give the size of the model's weights in memory, if it is loaded."""
        return Holding(memory_bytes=self._loaded_bytes)

    @property
    def idle_at(self) -> float | None:
        """Give when the model may be let go, in seconds since 1970 (UTC)."""
        if self._idle_s is None or self._model is None:
            return None
        return self._used_at + self._idle_s

    def release_idle(self, now: float) -> None:
        """Let the model go where nobody has used it for a while.

        Args:
            now: seconds since 1970 (UTC).
        """
        idle_s, idle_at = self._idle_s, self.idle_at
        if idle_s is not None and idle_at is not None and now >= idle_at:
            self._run(lambda: self._unload(idle_since=now - idle_s))

    def inspect(self) -> Iterator[Finding]:
        """Look whether the model could be loaded; nothing is ever downloaded for that."""
        try:
            model_bytes = self._run(lambda: self._open(self._repo, lazy=True).nbytes)
        except EngineError as error:
            yield Finding(str(error), wrong=True)
        else:
            yield Finding(f"the model {self._repo} is whole ({model_bytes / 1e6:,.1f} MB)")

    def close(self) -> None:
        """Break off what is being written, let the model go, end the thread if it is our own.

        May be called twice.
        """
        if self._closed:
            return
        self._leaving = True
        with contextlib.suppress(EngineUnavailableError):  # a shared thread may be closed already
            self._run(lambda: self._unload(idle_since=None))
        self._closed = True
        if self._owns_thread:
            self._thread.close()

    def _run(self, work: Callable[[], T]) -> T:
        """Do work on the engine's thread."""
        if self._closed:
            raise EngineUnavailableError(f"the engine of {self._repo} was closed")
        return self._thread.run(work)

    def _pieces(self, request: Request) -> Iterator[str]:
        """Give the pieces that the engine's thread writes, thoughts included."""
        pieces = queue.SimpleQueue[str | EngineError | None]()
        left = threading.Event()

        def put(piece: str) -> bool:
            pieces.put(piece)
            return not left.is_set()

        def write() -> None:
            try:
                [outcome] = self._answer([request], on_piece=put)
                pieces.put(outcome if isinstance(outcome, EngineError) else None)
            except EngineError as error:
                pieces.put(error)

        self._run(lambda: None)  # raises where the engine was closed
        self._thread.submit(write)
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, EngineError):
                    raise piece
                yield piece
        finally:
            left.set()

    # --- on the engine's thread ---------------------------------------------------------

    def _answer(
        self, requests: Sequence[Request], *, on_piece: Callable[[str], bool] | None = None
    ) -> list[Reply | EngineError]:
        model = self._load(self._repo)
        try:
            return model.answer(requests, on_piece=on_piece)
        finally:
            self._used_at = self._clock.now()

    def _load(self, repo: str) -> Model:
        if self._model is not None and repo == self._repo:
            return self._model
        self._unload(idle_since=None)
        model = self._open(repo, lazy=False)
        self._repo, self._model, self._loaded_bytes = repo, model, model.nbytes
        self._used_at = self._clock.now()
        return model

    def _open(self, repo: str, *, lazy: bool) -> Model:
        """Open a model.

        Raises:
            EngineUnavailableError: it is not here or cannot be loaded, which a person must mend.
        """
        try:
            return self._read(repo, lazy=lazy)
        except EngineError as error:
            because = str(error)
        except ModuleNotFoundError:
            because = "MLX is not installed; get it with: pip install 'vaultskillet[mlx]'"
        except ImportError as error:
            because = f"MLX does not work on this machine ({_first_line(error)})"
        except Exception as error:  # noqa: BLE001 - there is no end of ways to be corrupt
            because = _why_not_loaded(repo, error)
        raise EngineUnavailableError(because, until=self._clock.now() + MENDING_S)

    def _read(self, repo: str, *, lazy: bool) -> Model:
        import mlx.core as mx  # noqa: PLC0415 - an optional, heavy library

        from vaultskillet.engines.mlx.files import check  # noqa: PLC0415 - it needs the above
        from vaultskillet.engines.mlx.hub import find_model  # noqa: PLC0415 - likewise
        from vaultskillet.engines.mlx.model import Model  # noqa: PLC0415 - likewise

        if self._memory_limit is not None:
            mx.set_memory_limit(self._memory_limit)
        if self._cache_limit is not None:
            mx.set_cache_limit(self._cache_limit)
        folder = find_model(repo, allow_download=self._allow_download and not lazy)
        check(folder, name=repo)
        return Model(
            folder,
            name=repo,
            context_limit=self._context_limit,
            think_tokens=self._think_tokens,
            batch_size=self._batch_size,
            is_stopping=lambda: self._leaving or self._is_stopping(),
            lazy=lazy,
            monotonic=self._monotonic,
        )

    def _unload(self, *, idle_since: float | None) -> None:
        """Let the model go, unless it was used later than some time."""
        if self._model is None or (idle_since is not None and self._used_at > idle_since):
            return
        import mlx.core as mx  # noqa: PLC0415 - an optional, heavy library

        self._model, self._loaded_bytes = None, 0
        gc.collect()
        mx.clear_cache()
