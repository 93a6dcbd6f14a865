"""Any server that speaks OpenAI's chat completions, on this machine or elsewhere.

Such are `mlx_lm.server`, Ollama, LM Studio, llama.cpp, vLLM and many hosted services. They
differ in what they accept, so a request begins in the richest dialect and steps down where the
server refuses it; what was accepted is remembered.
"""

from __future__ import annotations

import difflib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.chat import (
    Message,
    ask,
    messages_of,
    stream_without_thinking,
    without_thinking,
)
from vaultskillet.engines.http import Answer, Incoming, JsonClient, Limits, is_loopback, object_in
from vaultskillet.engines.pool import RequestPool
from vaultskillet.engines.settings import EngineSettings
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineUnavailableError,
)
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Finding


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What of a request a server understands."""

    json: str | None
    """Its `response_format`: `json_schema`, `json_object`, or None for the prompt alone."""
    template_kwargs: bool
    """Whether it hands `chat_template_kwargs` on, which switches thinking."""


_DIALECTS = (
    _Dialect(json="json_schema", template_kwargs=True),
    _Dialect(json="json_schema", template_kwargs=False),
    _Dialect(json="json_object", template_kwargs=False),
    _Dialect(json=None, template_kwargs=False),
)
_NOT_UNDERSTOOD = {400, 422, 501}
_LISTED = 8
"""How many models are named to a person, the most like the one wanted."""
_NAME_CHARS = 80


def make_engine(settings: EngineSettings) -> OpenAIEngine:
    """Make the engine from the section `openai`.

    Raises:
        ConfigError: the address or the key cannot be used.
    """
    options = settings.options
    timeout_s = options["timeout_secs"]
    return OpenAIEngine(
        options["base_url"],
        model=settings.model,
        clock=settings.clock,
        api_key=options["api_key"],
        local=options["local"],
        concurrency=options["concurrency"],
        limits=Limits(silence_s=timeout_s, total_s=timeout_s),
        token_limit_field=options["token_limit_field"],
    )


class OpenAIEngine:
    """Answer requests through a chat completions server; safe to use from many threads.

    Args:
        base_url: the API's address, such as `http://127.0.0.1:11434/v1`.
        model: what the server calls the model.
        api_key: bearer token, where the server wants one.
        local: whether text stays on this machine. None: so it does where the address is this
            machine's own and the model is not one that the server runs elsewhere.
        concurrency: how many requests of a batch run at once.
        limits: of time and size, for each request.
        token_limit_field: `max_tokens`, or `max_completion_tokens` where the service wants that.
        clock: tells the time that Retry-After counts from.
        monotonic: measures latency, in seconds.

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
        concurrency: int = 4,
        limits: Limits | None = None,
        token_limit_field: str = "max_tokens",  # noqa: S107 - not that kind of token
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._told_local = local
        self._is_loopback = is_loopback(base_url)
        self._client = JsonClient(
            base_url,
            api_key=api_key,
            local=self._is_loopback if local is None else local,
            limits=limits or Limits(),
            clock=clock,
            monotonic=monotonic,
        )
        self._token_limit_field = token_limit_field
        self._monotonic = monotonic
        self._pool = RequestPool(self.generate, concurrency=concurrency)
        self._lock = threading.Lock()
        self._understood: dict[bool, int] = {}
        """With a schema or without -> the dialect that was accepted last."""

    @property
    def model_id(self) -> str:
        """Name the model, as the server does."""
        return self._model

    @property
    def local(self) -> bool:
        """Say whether text stays on this machine."""
        if self._told_local is not None:
            return self._told_local
        return self._is_loopback and not _is_run_elsewhere(self._model)

    def load(self, repo: str) -> None:
        """Choose a model and see that the server answers.

        A model that the server does not list is not an error here: some servers load what they
        are asked for, and some list nothing.
        """
        self.models()
        self._model = repo

    def models(self) -> list[str]:
        """List the models that the server offers; empty where it does not say.

        Raises:
            EngineError: the server cannot be reached, or refuses the key.
        """
        answer = self._client.request("GET", "/models")
        if answer.status == HTTPStatus.NOT_FOUND:  # a server without a list
            return []
        if not answer.ok:
            raise self._client.refusal(answer)
        listed = (object_in(answer.body) or {}).get("data")
        if not isinstance(listed, list):
            return []
        names = (entry.get("id") for entry in listed if isinstance(entry, dict))
        return sorted(name for name in names if isinstance(name, str))

    def inspect(self) -> Iterator[Finding]:
        """Look whether the server answers, and whether it lists the model."""
        try:
            models = self.models()
        except EngineError as error:
            yield Finding(str(error), wrong=True)
            return
        where = self._client.where
        names = difflib.get_close_matches(self._model, models, n=_LISTED, cutoff=0.0)
        listed = ", ".join(name[:_NAME_CHARS] for name in names)
        listed += ", …" * (len(models) > len(names))
        if not models:
            yield Finding(f"{where} answers, and does not say which models it has")
        elif {self._model, f"{self._model}:latest"} & set(models):
            yield Finding(f"{where} has {self._model}; it lists {len(models)} models: {listed}")
        else:
            yield Finding(
                f"{where} lists {len(models)} models, but not {self._model}",
                f"set the model's repo to what it is called there: {listed}",
            )

    def generate(self, request: Request) -> Reply:
        """Answer one request; where JSON is wanted and not given, ask once more."""
        started = self._monotonic()
        reply = ask(request, lambda messages: self._complete(request, messages))
        return replace(reply, latency_ms=(self._monotonic() - started) * 1000)

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch, a few at once."""
        return self._pool.generate_many(requests)

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request as the server writes it.

        JSON comes in one piece, since only the whole of it can be told from what surrounds it.
        """
        if request.schema is not None:
            yield self.generate(request).text
            return
        said_anything = False
        for piece in stream_without_thinking(self._stream_raw(request)):
            said_anything = said_anything or bool(piece.strip())
            yield piece
        if not said_anything:
            raise self._said_nothing()

    def close(self) -> None:
        """Close all connections; may be called twice."""
        self._client.close()
        self._pool.close()

    def _complete(self, request: Request, messages: Sequence[Message]) -> Reply:
        for index in self._dialects(request):
            body = self._body(request, messages, dialect=_DIALECTS[index], stream=False)
            answer = self._client.request("POST", "/chat/completions", body)
            if answer.ok:
                self._remember(request, index)
                return self._reply(answer)
            if answer.status not in _NOT_UNDERSTOOD:
                break
        raise self._refusal(answer)

    def _stream_raw(self, request: Request) -> Iterator[str]:
        """Give the pieces as the server sends them, thoughts included."""
        messages = messages_of(request)
        for index in self._dialects(request):
            body = self._body(request, messages, dialect=_DIALECTS[index], stream=True)
            with self._client.open("POST", "/chat/completions", body) as incoming:
                if incoming.ok:
                    self._remember(request, index)
                    if incoming.is_document:  # it does not stream, whatever is asked
                        yield self._reply(incoming.read()).text
                    else:
                        yield from self._pieces(incoming)
                    return
                answer = incoming.read()
            if answer.status not in _NOT_UNDERSTOOD:
                break
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> EngineError:
        """Translate an answer that is not `ok`; where a model is not known, name it."""
        error = self._client.refusal(answer)
        if answer.status != HTTPStatus.NOT_FOUND:
            return error
        because = (
            f"{self._client.where} knows no model {self._model}, or has no such address (404); "
            "`vaultskillet doctor` lists its models"
        )
        return EngineUnavailableError(because, until=error.until)

    def _dialects(self, request: Request) -> list[int]:
        """Give the dialects to try: the one last accepted, then the poorer ones that differ."""
        wants_json = request.schema is not None
        with self._lock:
            first = self._understood.get(wants_json, 0)
        return [
            index
            for index in range(first, len(_DIALECTS))
            if wants_json or index == first or _DIALECTS[index].json is None
        ]

    def _remember(self, request: Request, index: int) -> None:
        with self._lock:
            self._understood[request.schema is not None] = index

    def _body(
        self, request: Request, messages: Sequence[Message], *, dialect: _Dialect, stream: bool
    ) -> dict[str, object]:
        sampling = request.sampling
        body: dict[str, object] = {
            "model": self._model,
            "messages": messages,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            self._token_limit_field: sampling.max_tokens,
            "stream": stream,
        }
        if dialect.template_kwargs:
            body["chat_template_kwargs"] = {"enable_thinking": sampling.thinking}
        if request.schema is not None and dialect.json == "json_schema":
            schema = {"name": "reply", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif request.schema is not None and dialect.json == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _reply(self, answer: Answer) -> Reply:
        whole = answer.json()
        message = self._choice(whole).get("message")
        content = message.get("content") if isinstance(message, dict) else None
        text = without_thinking(content) if isinstance(content, str) else ""
        if not text.strip():
            raise self._said_nothing()
        usage = whole.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        return Reply(
            text=text,
            model=self._model,
            prompt_tokens=_count(counts.get("prompt_tokens")),
            reply_tokens=_count(counts.get("completion_tokens")),
        )

    def _pieces(self, incoming: Incoming) -> Iterator[str]:
        """Give the text of a stream of server-sent events."""
        finished = False
        for line in incoming.lines():
            name, _, data = line.partition(":")
            if name != "data" or not data.strip():
                continue  # comments keep the connection alive
            if data.strip() == "[DONE]":
                return
            event = object_in(data)
            if event is None:
                raise self._misshapen()
            if event.get("choices") == [] and "error" not in event:
                continue  # the usage comes by itself
            choice = self._choice(event)
            finished = finished or choice.get("finish_reason") is not None
            delta = choice.get("delta")
            content = delta.get("content") if isinstance(delta, dict) else None
            if isinstance(content, str) and content:
                yield content
        if not finished:
            raise EngineFailedError(f"the stream from {self._client.where} broke off")

    def _choice(self, whole: Mapping[str, object]) -> dict[str, object]:
        """Give the one choice of an answer or an event.

        Raises:
            EngineRefusedError: the service filters the text or declines.
            EngineFailedError: it is an error, or nothing that we know.
        """
        match whole:
            case {"choices": [{"finish_reason": "content_filter"}, *_]} | {
                "choices": [{"message": {"refusal": str()}}, *_]
            }:
                raise EngineRefusedError(f"{self._client.where} declines to answer this text")
            case {"choices": [dict(choice), *_]}:
                return choice
            case _:
                raise self._misshapen()

    def _misshapen(self) -> EngineError:
        return EngineFailedError(
            f"{self._client.where} answered, but not as chat completions do; check base_url"
        )

    def _said_nothing(self) -> EngineError:
        return EngineFailedError(
            f"{self._model} at {self._client.where} answered nothing; try another model"
        )


def _is_run_elsewhere(model: str) -> bool:
    """Say whether a model's name is one that Ollama hands on to its makers' service."""
    return re.search(r"[:-]cloud$", model) is not None


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
