"""The OpenAI-compatible engine against a scripted server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from tests.contracts.engine import EngineContract
from tests.engines import server as acts
from tests.engines.fakes import SCHEMA, FakeClock, request_of
from tests.engines.server import Act, ScriptedServer, Seen, event
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.http import Limits
from vaultskillet.engines.openai import OpenAIEngine
from vaultskillet.errors import (
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)

LIMITS = Limits(connect_s=1.0, silence_s=0.3, total_s=0.6, body_bytes=100_000)


def engine_at(server: ScriptedServer, *, concurrency: int = 4) -> OpenAIEngine:
    return OpenAIEngine(
        server.url + "/v1",
        model="tiny",
        clock=FakeClock(),
        api_key="sk-secret",
        limits=LIMITS,
        concurrency=concurrency,
    )


@pytest.fixture
def engine(server: ScriptedServer) -> Iterator[OpenAIEngine]:
    engine = engine_at(server)
    yield engine
    engine.close()


def parrot(seen: Seen) -> Act:
    """Answer with the note itself, streamed or whole; refuse a note that says so."""
    if seen.body is None:
        return acts.give({"data": [{"id": "tiny"}]})
    note = seen.body["messages"][1]["content"]
    if "refuse" in note:
        return acts.fail(400)
    if seen.body["stream"]:
        pieces = [event(word + " ") for word in note.split(" ")]
        return acts.stream([*pieces, event(finish="stop"), b"data: [DONE]\n\n"])
    return acts.complete(note + " ", prompt_tokens=3, completion_tokens=2)


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, server: ScriptedServer, engine: OpenAIEngine) -> OpenAIEngine:
        server.script = parrot
        engine.load("tiny")
        return engine

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of("refuse")


def test_the_request_says_what_was_asked(server: ScriptedServer, engine: OpenAIEngine) -> None:
    server.say(acts.complete("Fine.", prompt_tokens=7, completion_tokens=2))
    reply = engine.generate(request_of(temperature=0.5, max_tokens=9))
    assert (reply.text, reply.prompt_tokens, reply.reply_tokens) == ("Fine.", 7, 2)
    [seen] = server.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.body == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Say it in one line."},
            {"role": "user", "content": "Title: Bread\n<note>\nBread needs time.\n</note>"},
        ],
        "temperature": 0.5,
        "top_p": 1.0,
        "max_tokens": 9,
        "stream": False,
        "chat_template_kwargs": {"enable_thinking": False},
    }


def test_a_schema_goes_along(server: ScriptedServer, engine: OpenAIEngine) -> None:
    server.say(acts.complete('```json\n{"summary": "x", "tags": []}\n```'))
    assert engine.generate(request_of(schema=SCHEMA)).text == '{"summary": "x", "tags": []}'
    assert server.seen[0].body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA},
    }


def only(kind: str | None) -> acts.Script:
    """Refuse all but one response format, and every field that OpenAI does not know."""

    def script(seen: Seen) -> Act:
        wanted = seen.body.get("response_format", {}).get("type")
        if wanted != kind or "chat_template_kwargs" in seen.body:
            return acts.fail(400)
        return acts.complete('{"a": 1}')

    return script


@pytest.mark.parametrize(("kind", "tries"), [("json_schema", 2), ("json_object", 3), (None, 4)])
def test_a_server_is_asked_in_poorer_ways_until_it_understands_and_then_in_that_way(
    server: ScriptedServer, engine: OpenAIEngine, kind: str | None, tries: int
) -> None:
    server.script = only(kind)
    assert engine.generate(request_of(schema=SCHEMA)).text == '{"a": 1}'
    assert len(server.seen) == tries
    assert engine.generate(request_of(schema=SCHEMA)).text == '{"a": 1}'
    assert len(server.seen) == tries + 1


def test_a_request_refused_in_every_way_is_refused_and_teaches_nothing(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.fail(400))
    with pytest.raises(EngineRefusedError):
        engine.generate(request_of(schema=SCHEMA))
    with pytest.raises(EngineRefusedError):
        list(engine.stream(request_of()))
    server.seen.clear()
    server.say(acts.complete('{"a": 1}'))
    engine.generate(request_of(schema=SCHEMA))
    [seen] = server.seen
    assert seen.body["response_format"]["type"] == "json_schema"


def test_a_reply_that_is_not_json_is_asked_for_once_more(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(
        acts.complete("Gladly!", prompt_tokens=5, completion_tokens=1),
        acts.complete('{"a": 1}', prompt_tokens=9, completion_tokens=4),
    )
    reply = engine.generate(request_of(schema=SCHEMA))
    assert (reply.text, reply.prompt_tokens, reply.reply_tokens) == ('{"a": 1}', 14, 5)
    assert server.seen[1].body["messages"][2] == {"role": "assistant", "content": "Gladly!"}


def test_a_reply_that_never_is_json_is_given_as_it_is(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.complete("Gladly!"))
    assert engine.generate(request_of(schema=SCHEMA)).text == "Gladly!"
    assert len(server.seen) == 2


def test_thoughts_are_not_part_of_a_reply(server: ScriptedServer, engine: OpenAIEngine) -> None:
    server.say(acts.complete("<think>Hm, {}.</think>\n\nYes."))
    assert engine.generate(request_of(thinking=True)).text == "Yes."
    assert server.seen[0].body["chat_template_kwargs"] == {"enable_thinking": True}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"choices": []},
        {"choices": "x"},
        {"choices": [1]},
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": 3}}]},
        {"choices": [{"message": {"content": ""}}]},
        {"choices": [{"message": {"content": " \n"}}]},
        {"choices": [{"message": {"content": "<think>only"}}]},
    ],
)
def test_an_answer_of_another_shape_or_of_nothing_is_a_failure(
    server: ScriptedServer, engine: OpenAIEngine, answer: object
) -> None:
    server.say(acts.give(answer))
    with pytest.raises(EngineFailedError):
        engine.generate(request_of())


def test_odd_usage_counts_for_nothing(server: ScriptedServer, engine: OpenAIEngine) -> None:
    choices = [{"message": {"content": "Yes."}}]
    server.say(
        acts.give({"choices": choices, "usage": {"prompt_tokens": "x", "completion_tokens": -1}}),
        acts.give({"choices": choices, "usage": None}),
    )
    for _ in range(2):
        reply = engine.generate(request_of())
        assert (reply.text, reply.prompt_tokens, reply.reply_tokens) == ("Yes.", 0, 0)


@pytest.mark.parametrize(
    "choice",
    [
        {"message": {"content": None, "refusal": "I will not."}, "finish_reason": "stop"},
        {"message": {"content": ""}, "finish_reason": "content_filter"},
    ],
)
def test_a_model_that_declines_is_not_asked_again(
    server: ScriptedServer, engine: OpenAIEngine, choice: object
) -> None:
    server.say(acts.give({"choices": [choice]}))
    with pytest.raises(EngineRefusedError):
        engine.generate(request_of())


def test_pieces_come_while_the_server_still_writes(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    read_one = threading.Event()

    def wait(handler: acts.Handler) -> None:
        assert read_one.wait(2)
        handler.wfile.write(event("two") + event(finish="stop"))

    server.say(acts.stream([b": alive\n\nevent: x\n", event("one ")], then=wait))
    pieces = engine.stream(request_of())
    assert next(pieces) == "one "
    read_one.set()
    assert list(pieces) == ["two"]


def test_a_streamed_schema_comes_as_one_checked_piece(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.complete('Here: {"a": 1}'))
    assert list(engine.stream(request_of(schema=SCHEMA))) == ['{"a": 1}']


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (acts.stream([event("one")]), EngineFailedError),
        (acts.stream([event("one")], then=acts.reset), EngineFailedError),
        (acts.stream([event("one"), b"data: {tru\n\n"]), EngineFailedError),
        (acts.stream([b'data: {"error": {"message": "x"}}\n\n']), EngineFailedError),
        (acts.stream([b'data: {"choices": [], "error": "x"}\n\n']), EngineFailedError),
        (acts.stream([b"data: [DONE]\n\n"]), EngineFailedError),
        (acts.stream([event(finish="stop")]), EngineFailedError),
        (acts.stream([event(finish="content_filter")]), EngineRefusedError),
        (acts.stream([event("one")], then=acts.hang), EngineTimeoutError),
        (acts.babble, EngineTimeoutError),
        (acts.gush, EngineFailedError),
        (acts.raw(b"<html>", kind="text/html"), EngineUnavailableError),
        (acts.complete(["a", 1]), EngineFailedError),
        (acts.fail(500), EngineFailedError),
    ],
)
def test_a_stream_that_goes_wrong_is_an_engine_error(
    server: ScriptedServer, engine: OpenAIEngine, act: Act, kind: type[EngineError]
) -> None:
    server.say(act)
    with pytest.raises(kind):
        list(engine.stream(request_of()))


def test_a_server_that_does_not_stream_is_understood(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.complete("<think>Hm.</think>All in one."))
    assert list(engine.stream(request_of())) == ["All in one."]


def test_a_model_that_the_server_has_not_is_named(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.fail(404))
    with pytest.raises(EngineUnavailableError, match=f"knows no model {engine.model_id},"):
        engine.generate(request_of())


def test_usage_at_the_end_of_a_stream_is_no_text(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 1}}\n\n'
    server.say(acts.stream([event("one"), event(finish="stop"), usage, b"data: [DONE]\n\n"]))
    assert list(engine.stream(request_of())) == ["one"]


def test_a_batch_runs_a_few_at_once_and_no_more(server: ScriptedServer) -> None:
    engine = engine_at(server, concurrency=3)
    busy, most, lock, full = 0, 0, threading.Lock(), threading.Event()

    def count(handler: acts.Handler) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
            if busy == 3:
                full.set()
        assert full.wait(2)
        with lock:
            busy -= 1
        acts.complete("Yes.")(handler)

    server.say(count)
    replies = engine.generate_many([request_of()] * 9)
    assert all(isinstance(reply, Reply) for reply in replies)
    assert most == 3
    engine.close()


def test_models_are_listed_by_name(server: ScriptedServer, engine: OpenAIEngine) -> None:
    server.say(acts.give({"data": [{"id": "b"}, {"id": "a"}, {"id": 3}, "x"]}))
    assert engine.models() == ["a", "b"]


@pytest.mark.parametrize("act", [acts.fail(404), acts.raw(b""), acts.give({"data": 1})])
def test_a_server_may_list_nothing(server: ScriptedServer, engine: OpenAIEngine, act: Act) -> None:
    server.say(act)
    engine.load("other")
    assert engine.model_id == "other"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, EngineUnavailableError),
        (429, QuotaError),
        (500, EngineFailedError),
        (503, EngineUnavailableError),
    ],
)
def test_a_server_that_fails_is_not_asked_in_other_ways(
    server: ScriptedServer, engine: OpenAIEngine, status: int, kind: type[EngineError]
) -> None:
    server.say(acts.fail(status))
    with pytest.raises(kind):
        engine.generate(request_of(schema=SCHEMA))
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 503])
def test_a_server_that_refuses_cannot_be_loaded_from(
    server: ScriptedServer, engine: OpenAIEngine, status: int
) -> None:
    server.say(acts.fail(status))
    with pytest.raises(EngineUnavailableError):
        engine.load("tiny")


@pytest.mark.parametrize(
    ("url", "model", "told", "local"),
    [
        ("http://127.0.0.1:11434/v1", "gemma3:270m", None, True),
        ("http://127.0.0.1:11434/v1", "gpt-oss:120b-cloud", None, False),
        ("http://127.0.0.1:11434/v1", "glm-4.6:cloud", None, False),
        ("http://127.0.0.1:11434/v1", "tiny", False, False),
        ("http://192.168.0.2:8080/v1", "tiny", None, False),
        ("http://192.168.0.2:8080/v1", "tiny", True, True),
        ("https://api.example/v1", "tiny", None, False),
    ],
)
def test_text_stays_here_only_at_a_loopback_address_or_when_told(
    url: str,
    model: str,
    told: bool | None,  # noqa: FBT001 - columns of the table
    local: bool,  # noqa: FBT001
) -> None:
    engine = OpenAIEngine(url, model=model, local=told, clock=FakeClock())
    assert engine.local is local
    engine.close()


def test_no_secret_shows(engine: OpenAIEngine) -> None:
    assert "sk-secret" not in repr(engine) + repr(vars(engine))


def test_control_tokens_of_a_note_reach_no_server(
    server: ScriptedServer, engine: OpenAIEngine
) -> None:
    server.say(acts.complete("Yes."))
    engine.generate(request_of("a <|im_end|> b"))
    assert "<|im_end|>" not in json.dumps(server.seen[0].body)
