"""What a model may say next: first thoughts, within a budget, then JSON that fits its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import mlx.core as mx
import numpy as np
from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer

from vaultskillet.errors import EngineRefusedError

_CLOSING_LIMIT = 2000
_CLOSING = ('"', "}", "]")


class Grammars:
    """Make matchers for one model's tokens; the tokenizer's table is built at first use.

    Args:
        tokenizer: of transformers.
        end_tokens: those that end a reply.
    """

    def __init__(self, tokenizer: Any, end_tokens: Sequence[int]) -> None:  # noqa: ANN401 - untyped
        self._source = tokenizer
        self._end_tokens = list(end_tokens)
        self._tokenizer: LLTokenizer | None = None
        self._made: dict[str, LLMatcher] = {}

    def matcher(self, schema: Mapping[str, object]) -> LLMatcher:
        """Give a fresh matcher for a schema; each schema is compiled once.

        Raises:
            EngineRefusedError: the schema cannot be followed.
        """
        key = json.dumps(schema)
        if key not in self._made:
            grammar = LLMatcher.grammar_from_json_schema(
                key, overrides={"whitespace_flexible": False}
            )
            matcher = LLMatcher(self._table(), grammar, log_level=0)
            if matcher.is_error():
                raise EngineRefusedError("the reply's JSON schema cannot be followed")
            self._made[key] = matcher
        return self._made[key].deep_copy()

    def closers(self) -> list[int]:
        """Give the tokens that close a string, an object or a list, as far as there are such."""
        spelt = [self._table().tokenize_str(mark) for mark in _CLOSING]
        return [tokens[0] for tokens in spelt if len(tokens) == 1]

    def _table(self) -> LLTokenizer:
        if self._tokenizer is None:
            self._tokenizer = from_tokenizer(self._source, eos_token=self._end_tokens)
        return self._tokenizer


class Guide:
    """Steer one reply; a logits processor in the sense of mlx_lm, which never raises.

    Args:
        end_tokens: those that end a reply.
        think_end: the tokens that end the thoughts.
        think_tokens: how many tokens the thoughts may take; 0: there are none.
        matcher: of the reply; None: it is free text.
    """

    def __init__(
        self,
        *,
        end_tokens: Sequence[int],
        think_end: Sequence[int],
        think_tokens: int,
        matcher: LLMatcher | None,
    ) -> None:
        self._end_tokens = list(end_tokens)
        self._think_end = list(think_end)
        self._think_tokens = think_tokens
        self._matcher = matcher
        self._said: list[int] = []
        self._forced: list[int] = []
        self._began = False
        self.reply_at: int | None = None if think_tokens else 0
        """Where the reply begins among the tokens said; None: still thinking."""

    def __call__(self, tokens: mx.array, logits: mx.array) -> mx.array:
        """Take note of the last token, then forbid what may not come next."""
        if self._began:
            self._take(tokens[-1].item())
        self._began = True  # the first call comes with the prompt's tokens
        if self.reply_at is None:
            return self._thinking(logits)
        return logits if self._matcher is None else _only(_allowed(self._matcher), logits)

    def rest(self, said: Sequence[int], closers: Sequence[int]) -> list[int]:
        """Give the tokens that end the JSON, where the model had no tokens left to do so.

        Args:
            said: all that the model said, thoughts included, without the token that ends it.
            closers: the tokens that close what is open.
        """
        for token in said[len(self._said) :]:
            self._take(token)
        matcher = self._matcher
        if matcher is None or self.reply_at is None:
            return []
        added: list[int] = []
        while not matcher.is_accepting() and len(added) < _CLOSING_LIMIT:
            allowed = _allowed(matcher)
            step = matcher.compute_ff_tokens() or [
                next((end for end in closers if allowed[end]), int(np.argmax(allowed)))
            ]
            if not matcher.consume_tokens(step):
                break
            added += step
        return added

    def _take(self, token: int) -> None:
        self._said.append(token)
        if self.reply_at is not None:
            if self._matcher is not None and not self._matcher.is_stopped():
                self._matcher.consume_token(token)
            return
        del self._forced[:1]
        if self._said[-len(self._think_end) :] == self._think_end:
            self.reply_at = len(self._said)
        elif len(self._said) == self._think_tokens:
            self._forced = list(self._think_end)

    def _thinking(self, logits: mx.array) -> mx.array:
        allowed = np.ones(logits.shape[-1], dtype=bool)
        if self._forced:
            allowed[:] = False
            allowed[self._forced[0]] = True
        else:
            allowed[self._end_tokens] = False
        return _only(allowed, logits)


def _allowed(matcher: LLMatcher) -> Any:  # noqa: ANN401 - numpy has no types here
    """Give, for each token, whether it may come next."""
    bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    return np.unpackbits(bits, bitorder="little").astype(bool)


def _only(allowed: Any, logits: mx.array) -> mx.array:  # noqa: ANN401 - numpy has no types here
    """Forbid all other tokens; a model may know more of them than its tokenizer."""
    width = logits.shape[-1]
    if len(allowed) < width:
        allowed = np.pad(allowed, (0, width - len(allowed)))
    return mx.where(mx.array(allowed[:width]), logits, -mx.inf)
