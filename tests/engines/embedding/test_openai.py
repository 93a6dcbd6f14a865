"""Embeddings over HTTP, against a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.server import Act, ScriptedServer, fail, give, hang, raw, reset, serving
from tests.fakes import FakeClock
from vaultskillet.core.model import SafeText
from vaultskillet.engines.embedding.openai import OpenAIEmbedder
from vaultskillet.errors import (
    ConfigError,
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
)

TEXTS = [SafeText("compost"), SafeText("stars")]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as running:
        yield running


@pytest.fixture
def embedder(server: ScriptedServer) -> Iterator[OpenAIEmbedder]:
    made = OpenAIEmbedder(
        f"{server.url}/v1", model="nomic", clock=FakeClock(), api_key="key", timeout_s=0.5
    )
    yield made
    made.close()


def vectors(*values: object) -> Act:
    return give({"data": [{"index": at, "embedding": value} for at, value in enumerate(values)]})


def test_a_batch_is_one_request(server: ScriptedServer, embedder: OpenAIEmbedder) -> None:
    server.say(vectors([1, 0.5], [0, -1]))
    assert embedder.embed(TEXTS) == [[1, 0.5], [0, -1]]
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/embeddings")
    assert seen.body == {"model": "nomic", "input": TEXTS, "encoding_format": "float"}
    assert seen.headers["Authorization"] == "Bearer key"


def test_vectors_are_put_into_the_order_of_the_texts(
    server: ScriptedServer, embedder: OpenAIEmbedder
) -> None:
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]
    server.say(give({"data": data}))
    assert embedder.embed(TEXTS) == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "act",
    [
        vectors([1.0]),
        vectors([1.0], [1.0, 2.0]),
        vectors([1.0], []),
        vectors([1.0], "1.0"),
        vectors([1.0], [None]),
        vectors([1.0], [float("nan")]),
        give({"data": None}),
        give({"data": ["x", "y"]}),
        give({}),
    ],
)
def test_what_is_no_vector_for_each_text_is_a_failure(
    server: ScriptedServer, embedder: OpenAIEmbedder, act: Act
) -> None:
    server.say(act)
    with pytest.raises(EngineFailedError, match="without an embedding for each text"):
        embedder.embed(TEXTS)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (fail(400), EngineRefusedError),
        (fail(401), EngineUnavailableError),
        (fail(404), EngineUnavailableError),
        (fail(500), EngineFailedError),
        (fail(503), EngineUnavailableError),
        (raw(b"<html>"), EngineUnavailableError),
        (reset, EngineFailedError),
        (hang, EngineTimeoutError),
    ],
)
def test_each_failure_has_its_kind_and_quotes_nothing(
    server: ScriptedServer, embedder: OpenAIEmbedder, act: Act, kind: type[EngineError]
) -> None:
    server.say(act)
    with pytest.raises(kind) as caught:
        embedder.embed(TEXTS)
    assert "hunter2" not in str(caught.value)


def test_text_stays_here_at_a_loopback_address_alone() -> None:
    clock = FakeClock()
    assert OpenAIEmbedder("http://127.0.0.1:1/v1", model="m", clock=clock).local
    assert not OpenAIEmbedder("https://api.example/v1", model="m", clock=clock).local
    assert OpenAIEmbedder("https://nas.example/v1", model="m", clock=clock, local=True).local
    with pytest.raises(ConfigError, match="unencrypted"):
        OpenAIEmbedder("http://api.example/v1", model="m", clock=clock, api_key="k")


def test_inspection_tells_what_answers(server: ScriptedServer, embedder: OpenAIEmbedder) -> None:
    server.say(vectors([1.0, 2.0, 3.0]), fail(404))
    [good], [bad] = list(embedder.inspect()), list(embedder.inspect())
    assert "nomic, 3 numbers" in good.what
    assert bad.wrong
