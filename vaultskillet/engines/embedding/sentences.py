"""Embeddings by a model in this very process, through sentence-transformers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vaultskillet.core.model import SafeText
from vaultskillet.errors import EngineFailedError, EngineUnavailableError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LIBRARY = "sentence_transformers"
INSTALL = "install it with: pip install 'vaultskillet[embeddings]'"


class SentenceEmbedder:
    """Embed texts by a model that is loaded at first use, and leaves the memory when idle.

    Args:
        model: a folder, or the name of a repository on the Hugging Face hub.
        clock: tells when the model was used last.
        allow_download: fetch a model that is not on this machine.
        idle_s: seconds without use after which the model leaves the memory.
    """

    local = True

    def __init__(self, model: str, *, clock: Clock, allow_download: bool, idle_s: float) -> None:
        self.model_id = model
        self._clock = clock
        self._allow_download = allow_download
        self._idle_s = idle_s
        self._loaded: SentenceTransformer | None = None
        self._used_at = 0.0

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each text, in order.

        Raises:
            EngineUnavailableError: the library or the model is not here.
            EngineFailedError: the model broke.
        """
        model = self._load()
        self._used_at = self._clock.now()
        try:
            vectors: list[Sequence[float]] = model.encode(
                list(texts), show_progress_bar=False, convert_to_numpy=True
            ).tolist()
        except Exception as error:
            raise EngineFailedError(
                f"the model {self.model_id} broke ({type(error).__name__}); "
                "check that it is one for sentence-transformers"
            ) from error
        return vectors

    def inspect(self) -> Iterator[Finding]:
        """Look whether the library is here, and the model where it is a folder."""
        if find_spec(LIBRARY) is None:
            yield Finding("sentence-transformers is not installed", INSTALL)
        else:
            yield Finding(f"{self.model_id}, in this process")

    def release_idle(self, now: float) -> None:
        """Let the model leave the memory if nobody used it for long."""
        if self._loaded is not None and now - self._used_at >= self._idle_s:
            self._loaded = None

    def close(self) -> None:
        """Let the model go; may be called twice."""
        self._loaded = None

    def _load(self) -> SentenceTransformer:
        if self._loaded is None:
            self._loaded = self._make()
        return self._loaded

    def _make(self) -> SentenceTransformer:
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - optional, heavy
            from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415
        except ImportError as error:
            raise EngineUnavailableError(
                f"embeddings want sentence-transformers; {INSTALL}"
            ) from error
        disable_progress_bar()  # of weights that are loaded; what takes long is shown by us
        folder = Path(self.model_id).expanduser()
        name = str(folder) if folder.is_dir() else self.model_id
        try:
            return SentenceTransformer(
                name, local_files_only=not self._allow_download, trust_remote_code=False
            )
        except Exception as error:
            raise EngineUnavailableError(
                f"the model {self.model_id} cannot be loaded ({type(error).__name__}); name a "
                f"folder, get it with: hf download {self.model_id}  (or permit it with "
                "embeddings.allow_download)"
            ) from error
