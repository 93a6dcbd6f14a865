"""Embeddings from any server that speaks OpenAI's `/v1/embeddings`, on this machine or elsewhere.

Such are Ollama, LM Studio, llama.cpp, vLLM, Text Embeddings Inference and many hosted services.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vaultskillet.core.model import SafeText
from vaultskillet.engines.http import Answer, JsonClient, Limits, is_loopback
from vaultskillet.errors import EngineError, EngineFailedError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding

NUMBER_BYTES = 32
"""What a number of a vector takes in JSON, generously."""
MOST_NUMBERS = 8192
"""Vectors of the largest models have half as many."""


class OpenAIEmbedder:
    """Embed texts through a server; safe to use from many threads.

    Args:
        base_url: the API's address, such as `http://127.0.0.1:11434/v1`.
        model: what the server calls the model.
        clock: tells the time that Retry-After counts from.
        api_key: bearer token, where the server wants one.
        local: whether text stays on this machine. None: so it does at a loopback address.
        batch_size: most texts of one request.
        timeout_s: for a whole answer, in seconds.

    Raises:
        ConfigError: the address or the key cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        model: str,
        clock: Clock,
        api_key: str | None = None,
        local: bool | None = None,
        batch_size: int = 32,
        timeout_s: float = 60.0,
    ) -> None:
        self.model_id = model
        self.local = is_loopback(base_url) if local is None else local
        self._client = JsonClient(
            base_url,
            api_key=api_key,
            local=self.local,
            limits=Limits(
                silence_s=timeout_s,
                total_s=timeout_s,
                body_bytes=(batch_size + 1) * MOST_NUMBERS * NUMBER_BYTES,
            ),
            clock=clock,
        )

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each text, in order.

        Raises:
            EngineError: the server cannot be reached, refuses, or answers something else.
        """
        body = {"model": self.model_id, "input": list(texts), "encoding_format": "float"}
        answer = self._client.request("POST", "/embeddings", body)
        if not answer.ok:
            raise self._client.refusal(answer)
        return _vectors_in(answer, count=len(texts))

    def inspect(self) -> Iterator[Finding]:
        """Look whether the server embeds."""
        try:
            [vector] = self.embed([SafeText("test")])
        except EngineError as error:
            yield Finding(str(error), wrong=True)
            return
        yield Finding(f"{self._client.where} embeds with {self.model_id}, {len(vector)} numbers")

    def release_idle(self, now: float) -> None:
        """Do nothing: what the server holds is its own matter."""

    def close(self) -> None:
        """Close all connections; may be called twice."""
        self._client.close()


def _vectors_in(answer: Answer, *, count: int) -> list[Sequence[float]]:
    """Read the vectors, and see that there is one for each text, all of one size."""
    data = answer.json().get("data")
    entries = data if isinstance(data, list) else []
    vectors = {
        entry.get("index", at): entry.get("embedding")
        for at, entry in enumerate(entries)
        if isinstance(entry, dict)
    }
    good = [vector for at in range(count) if (vector := _vector_of(vectors.get(at)))]
    if len(good) < count or len({len(vector) for vector in good}) != 1:
        raise EngineFailedError(
            f"{answer.where} answered without an embedding for each text; "
            "check that the model is one for embeddings"
        )
    return good


def _vector_of(value: object) -> Sequence[float]:
    """Give a vector; an empty one for anything else."""
    if not isinstance(value, list) or len(value) > MOST_NUMBERS:
        return ()
    is_good = all(isinstance(number, int | float) and math.isfinite(number) for number in value)
    return value if is_good else ()
