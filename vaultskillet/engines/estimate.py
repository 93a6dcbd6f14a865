"""An engine that asks no model, and counts what asking one would take."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vaultskillet.core import classify
from vaultskillet.core.model import Reply, Request
from vaultskillet.core.prompt import estimate_tokens
from vaultskillet.engines.chat import messages_of
from vaultskillet.engines.extractive import ExtractiveEngine
from vaultskillet.errors import EngineError


@dataclass(frozen=True, slots=True)
class Estimate:
    """What requests to one model would take."""

    calls: int = 0
    prompt_tokens: int = 0
    """About so many."""
    reply_tokens: int = 0
    """At most so many."""


class EstimatingEngine:
    """Answer as the built-in engine does, so that a trip goes on to its end, and count.

    Args:
        model: that would be asked.
        local: whether text would stay on this machine.
        context_limit: most tokens of prompt and reply together: prompts are cut to it.
        thought_tokens: most tokens that the model thinks beside those of a reply.
    """

    def __init__(
        self, model: str, *, local: bool, context_limit: int, thought_tokens: int = 0
    ) -> None:
        self.model_id = model
        self.local = local
        self._context_limit = context_limit
        self._thought_tokens = thought_tokens
        self._answers = ExtractiveEngine()
        self._lock = threading.Lock()
        self.estimate = Estimate()
        """Of all requests so far."""

    def load(self, repo: str) -> None:
        """Do nothing: no model is asked."""

    def generate(self, request: Request) -> Reply:
        """Count one request, and answer it."""
        self._count(request)
        if request.schema == classify.SCHEMA:
            return Reply(_classification(request), self.model_id)
        return replace(self._answers.generate(request), model=self.model_id)

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Count a batch, and answer it."""
        replies: list[Reply | EngineError] = []
        for request in requests:
            try:
                replies.append(self.generate(request))
            except EngineError as error:
                replies.append(error)
        return replies

    def stream(self, request: Request) -> Iterator[str]:
        """Count one request, and answer it line by line."""
        self._count(request)
        yield from self._answers.stream(request)

    def close(self) -> None:
        """Answer no more."""
        self._answers.close()

    def _count(self, request: Request) -> None:
        prompt = sum(estimate_tokens(message["content"]) for message in messages_of(request))
        reply = request.sampling.max_tokens
        reply += self._thought_tokens if request.sampling.thinking else 0
        with self._lock:
            so_far = self.estimate
            self.estimate = Estimate(
                so_far.calls + 1,
                so_far.prompt_tokens + min(prompt, self._context_limit),
                so_far.reply_tokens + reply,
            )


def _classification(request: Request) -> str:
    """Say by rules what the model would say: it decides over the calls that follow."""
    said = classify.classify_by_rules(request.text)
    return json.dumps({"category": said.category, "complexity": said.complexity})
