"""A model in memory: chats in, replies out, a batch at a time.

All of it belongs to the engine thread.
"""

from __future__ import annotations

import copy
import gc
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_lm import load
from mlx_lm.generate import BatchGenerator
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.sample_utils import make_sampler

from vaultskillet.core.model import Reply, Request, SafeText
from vaultskillet.engines.chat import (
    Message,
    fold_system,
    messages_of,
    note_of,
)
from vaultskillet.engines.mlx.guide import Grammars, Guide
from vaultskillet.engines.mlx.halving import run_in_halves
from vaultskillet.engines.mlx.hub import EXAMPLE
from vaultskillet.engines.mlx.trim import cut, trim
from vaultskillet.engines.mlx.writing import Ask, OnPiece, Prefix, Writing
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineMemoryError,
    EngineRefusedError,
    EngineUnavailableError,
)

_PREFIXES = 4
_PREFILL_STEP = 2048
_SLACK = 8
"""Tokens may merge differently once a trimmed note stands in its chat."""


class Model:
    """Answer requests with one model; only on the thread that made it.

    Args:
        folder: the model's files.
        name: what people call it.
        context_limit: most tokens of prompt and reply together.
        think_tokens: most tokens of thoughts before a reply.
        batch_size: how many replies are written at once.
        is_stopping: says whether replies that are being written are to be broken off.
        lazy: leave the weights on disk, to see whether it could be loaded.
        monotonic: measures latency, in seconds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        context_limit: int,
        think_tokens: int,
        batch_size: int,
        is_stopping: Callable[[], bool] = lambda: False,
        lazy: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._model, self._tokenizer = _load(folder, name=name, lazy=lazy)
        if not self._tokenizer.has_chat_template:
            raise EngineUnavailableError(
                f"{name} has no chat template; choose a model that was made to follow instructions"
            )
        self._folds_system = self._refuses_system()
        trained = getattr(self._model.args, "max_position_embeddings", context_limit)
        self._context_limit = min(context_limit, trained)
        self._think_tokens = think_tokens if self._tokenizer.has_thinking else 0
        self._batch_size = batch_size
        self._is_stopping = is_stopping
        self._monotonic = monotonic
        self._ends = sorted(self._tokenizer.eos_token_ids)
        self._grammars = Grammars(self._tokenizer._tokenizer, self._ends)  # noqa: SLF001 - the wrapper has no other door
        self._prefixes = OrderedDict[tuple[str, bool], Prefix]()
        added = self._tokenizer.added_tokens_decoder.values()
        special = sorted((re.escape(t.content) for t in added if t.special), key=len)
        self._special = re.compile("|".join(reversed(special)) or r"(?!)")
        self._samplers = lru_cache(maxsize=8)(
            lambda temperature, top_p: make_sampler(temp=temperature, top_p=top_p)
        )

    @property
    def nbytes(self) -> int:
        """Give the size of the weights in memory."""
        return sum(weight.nbytes for _, weight in tree_flatten(self._model.parameters()))

    def answer(
        self, requests: Sequence[Request], *, on_piece: OnPiece | None = None
    ) -> list[Reply | EngineError]:
        """Give a reply or an error for each request, in their order.

        Args:
            requests: a batch.
            on_piece: told of the text of a single request as it is written.
        """
        asks: list[Ask | EngineError] = [self._prepared(request) for request in requests]
        ready = sorted((a for a in asks if isinstance(a, Ask)), key=lambda a: len(a.tokens))
        run_in_halves(
            ready,
            lambda batch: self._run(batch, on_piece),
            is_done=lambda ask: ask.outcome is not None,
            give_up=self._give_up,
            free=_free,
        )
        return [ask if isinstance(ask, EngineError) else _outcome(ask) for ask in asks]

    # --- prompts ------------------------------------------------------------------------

    def _prepared(self, request: Request) -> Ask | EngineError:
        try:
            if request.schema is not None:
                self._grammars.matcher(request.schema)
            return self._ask(request)
        except EngineError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the template may be anybody's code
            return EngineFailedError(
                f"{self.name} cannot take this request ({type(error).__name__})"
            )

    def _ask(self, request: Request) -> Ask:
        """Make the prompt, trimmed to the context, and find its prefix.

        Raises:
            EngineRefusedError: not even an empty note would fit.
        """
        limit = request.sampling.max_tokens
        room = self._context_limit - limit - self._thoughts_of(request)
        ours, whole = messages_of(request)
        tokens = self._tokens([ours, whole], request)
        text_room = self._count(request.text)
        while len(tokens) > room and text_room > 0:
            text_room = max(text_room - (len(tokens) - room) - _SLACK, 0)
            about = f"{request.title} {request.question or ''}"
            text = trim(request.text, title=about, room=text_room, count=self._count)
            user: Message = {"role": "user", "content": note_of(request, text=text)}
            tokens = self._tokens([ours, user], request)
        if len(tokens) > room and request.question:  # it is too long by itself
            question_room = self._count(request.question) - (len(tokens) - room) - _SLACK
            begins = cut(request.question, room=max(question_room, 0), count=self._count)
            shorter = replace(request, question=SafeText(begins))
            user = {"role": "user", "content": note_of(shorter, text="")}
            tokens = self._tokens([ours, user], request)
        if len(tokens) > room:
            raise EngineRefusedError(
                f"the instructions and {limit} tokens of reply do not fit into the context of "
                f"{self._context_limit} tokens; raise context_limit or lower max_new_tokens"
            )
        prefix = self._prefix(ours, request)
        if not prefix.tokens or tokens[: len(prefix.tokens)] != prefix.tokens:
            prefix = Prefix([], None)
        return Ask(request, tokens, prefix)

    def _refuses_system(self) -> bool:
        """Say whether the model knows of no turn but the user's and its own.

        Raises:
            EngineUnavailableError: its chat template takes no chat at all.
        """
        system: Message = {"role": "system", "content": "Be brief."}
        user: Message = {"role": "user", "content": "Why?"}
        if self._fault_of_template(system, user) is None:
            return False
        if (fault := self._fault_of_template(user)) is not None:
            raise EngineUnavailableError(
                f"the chat template of {self.name} is broken ({fault}); "
                "download it once more, or choose another"
            )
        return True

    def _fault_of_template(self, *messages: Message) -> str | None:
        try:
            self._tokenizer.apply_chat_template(list(messages), add_generation_prompt=True)
        except Exception as error:  # noqa: BLE001 - the template is anybody's code
            return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
        return None

    def _tokens(self, messages: Sequence[Message], request: Request) -> list[int]:
        if self._folds_system:
            messages = fold_system(messages)
        calm = [
            {**m, "content": self._special.sub(lambda s: f"{s[0][0]} {s[0][1:]}", m["content"])}
            for m in messages
        ]
        return list(
            self._tokenizer.apply_chat_template(
                calm,
                add_generation_prompt=True,
                enable_thinking=request.sampling.thinking and self._think_tokens > 0,
            )
        )

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _thoughts_of(self, request: Request) -> int:
        """Give how many tokens the thoughts may take, with those that end them."""
        if not (request.sampling.thinking and self._think_tokens):
            return 0
        return self._think_tokens + len(self._tokenizer.think_end_tokens)

    def _prefix(self, ours: Message, request: Request) -> Prefix:
        """Give what all prompts with our instructions begin with, computed once."""
        key = (ours["content"], request.sampling.thinking)
        if key not in self._prefixes:
            one, other = (
                self._tokens([ours, {"role": "user", "content": content}], request)
                for content in ("<note>", "Title:")
            )
            same = [
                a
                for a, b in takewhile(
                    lambda pair: pair[0] == pair[1], zip(one, other, strict=False)
                )
            ]
            self._prefixes[key] = Prefix(same, self._read(same))
            if len(self._prefixes) > _PREFIXES:
                self._prefixes.popitem(last=False)
        self._prefixes.move_to_end(key)
        return self._prefixes[key]

    def _read(self, tokens: Sequence[int]) -> list[Any]:
        """Give a cache that holds these tokens."""
        cache: list[Any] = make_prompt_cache(self._model)
        for start in range(0, len(tokens), _PREFILL_STEP):
            self._model(mx.array([tokens[start : start + _PREFILL_STEP]]), cache=cache)
            mx.eval([layer.state for layer in cache])
        return cache

    # --- replies ------------------------------------------------------------------------

    def _give_up(self, ask: Ask, because: str) -> None:
        if re.search(r"alloc|memory", because, re.IGNORECASE):
            ask.outcome = EngineMemoryError(f"{self.name} ran out of memory; lower context_limit")
        else:
            ask.outcome = EngineFailedError(f"{self.name} broke ({because.partition(':')[0]})")

    def _run(self, asks: Sequence[Ask], on_piece: OnPiece | None) -> None:
        """Write the replies of a batch."""
        started = self._monotonic()
        for ask in asks:
            ask.said.clear()  # of a try that broke
        generator = BatchGenerator(
            self._model,
            stop_tokens=[[token] for token in self._ends],
            completion_batch_size=self._batch_size,
            prefill_batch_size=min(8, self._batch_size),
        )
        try:
            guides = [self._guide(ask.request) for ask in asks]
            uids = generator.insert(
                [ask.tokens[len(ask.prefix.tokens) :] for ask in asks],
                max_tokens=[
                    ask.request.sampling.max_tokens + self._thoughts_of(ask.request) for ask in asks
                ],
                caches=[copy.deepcopy(ask.prefix.cache) for ask in asks],
                samplers=[
                    self._samplers(a.request.sampling.temperature, a.request.sampling.top_p)
                    for a in asks
                ],
                logits_processors=[[guide] if guide else [] for guide in guides],
            )
            writing = {
                uid: Writing(ask, guide, self._grammars, self._tokenizer.detokenizer)
                for uid, ask, guide in zip(uids, asks, guides, strict=True)
            }
            while writing:
                if self._is_stopping():
                    for one in writing.values():
                        one.break_off()
                    return
                for response in generator.next_generated():
                    one = writing[response.uid]
                    ended = response.finish_reason == "stop"
                    goes_on = one.add(None if ended else response.token, on_piece)
                    if response.finish_reason or not goes_on:
                        one.finish(self.name, on_piece, (self._monotonic() - started) * 1000)
                        del writing[response.uid]
                        if not response.finish_reason:
                            generator.remove([response.uid])
        finally:
            generator.close()

    def _guide(self, request: Request) -> Guide | None:
        thinks = self._thoughts_of(request) > 0
        if request.schema is None and not thinks:
            return None
        return Guide(
            end_tokens=self._ends,
            think_end=self._tokenizer.think_end_tokens or (),
            think_tokens=self._think_tokens if thinks else 0,
            matcher=None if request.schema is None else self._grammars.matcher(request.schema),
        )


def _load(folder: Path, *, name: str, lazy: bool) -> tuple[Any, Any]:
    """Load model and tokenizer.

    Raises:
        EngineUnavailableError: it is of a kind that does not write text, or a new one.
    """
    try:
        model, tokenizer, *_ = load(str(folder), lazy=lazy)
    except ValueError as error:
        kind = re.fullmatch(r"Model type (\S+) not supported\.", str(error))
        if kind is None:
            raise
        raise EngineUnavailableError(
            f"{name} is of the kind {kind[1]}, which mlx-lm cannot run; "
            f"choose a text model, such as {EXAMPLE}"
        ) from None
    return model, tokenizer


def _free() -> None:
    gc.collect()
    mx.clear_cache()


def _outcome(ask: Ask) -> Reply | EngineError:
    assert ask.outcome is not None  # noqa: S101 - each ask that was run has one
    return ask.outcome
