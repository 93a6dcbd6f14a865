"""A request on its way through a model: its prompt, and the reply that is being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.chat import without_thinking
from vaultskillet.engines.mlx.guide import Grammars, Guide
from vaultskillet.errors import EngineError, EngineFailedError, EngineUnavailableError

OnPiece = Callable[[str], bool]
"""Told of each piece of a reply; says whether to go on."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the prompts of a batch have in common."""

    tokens: list[int]
    cache: list[Any] | None
    """The model's state after these tokens; copied before use."""


@dataclass(slots=True)
class Ask:
    """One request on its way."""

    request: Request
    tokens: list[int]
    prefix: Prefix
    said: list[int] = field(default_factory=list)
    outcome: Reply | EngineError | None = None


class Writing:
    """A reply that is being written."""

    def __init__(
        self,
        ask: Ask,
        guide: Guide | None,
        grammars: Grammars,
        detokenizer: Any,  # noqa: ANN401 - untyped
    ) -> None:
        self._ask = ask
        self._grammars = grammars
        self._guide = guide
        self._detokenizer = detokenizer
        self._replied = 0

    def add(self, token: int | None, on_piece: OnPiece | None) -> bool:
        """Take a token, None at the end; say whether there may be more."""
        if token is None:
            return False
        self._ask.said.append(token)
        if self._guide is not None and (
            self._guide.reply_at is None or len(self._ask.said) <= self._guide.reply_at
        ):
            return True
        self._replied += 1
        self._detokenizer.add_token(token)
        goes_on = on_piece is None or on_piece(self._detokenizer.last_segment)
        return goes_on and self._replied < self._ask.request.sampling.max_tokens

    def break_off(self) -> None:
        """Make no reply: the program ends."""
        self._ask.outcome = EngineUnavailableError("the engine was closed")

    def finish(self, model: str, on_piece: OnPiece | None, latency_ms: float) -> None:
        """Make the reply."""
        ask = self._ask
        if ask.request.schema is not None and self._guide is not None:
            for token in self._guide.rest(ask.said, self._grammars.closers()):
                self._detokenizer.add_token(token)
        self._detokenizer.finalize()
        if on_piece is not None:
            on_piece(self._detokenizer.last_segment)
        text = without_thinking(self._detokenizer.text)
        if not text.strip():
            ask.outcome = EngineFailedError(f"{model} answered nothing; try another model")
            return
        ask.outcome = Reply(
            text=text,
            model=model,
            prompt_tokens=len(ask.tokens),
            reply_tokens=len(ask.said),
            latency_ms=latency_ms,
        )
