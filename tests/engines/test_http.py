"""The HTTP client against a server that misbehaves."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import server as acts
from tests.engines.fakes import FakeClock
from tests.engines.server import Act, ScriptedServer, serving
from vaultskillet.engines.http import MENDING_S, JsonClient, Limits, is_loopback
from vaultskillet.errors import (
    ConfigError,
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)

KEY = "sk-secret-0123456789"
LIMITS = Limits(connect_s=1.0, silence_s=0.2, total_s=0.5, body_bytes=100_000)


@pytest.fixture
def client(server: ScriptedServer, clock: FakeClock) -> Iterator[JsonClient]:
    client = JsonClient(server.url, api_key=KEY, local=True, limits=LIMITS, clock=clock)
    yield client
    client.close()


def test_json_goes_out_and_comes_back(server: ScriptedServer, client: JsonClient) -> None:
    server.say(acts.give({"b": [1]}))
    assert client.request("POST", "/x", {"a": "ü"}).json() == {"b": [1]}
    [seen] = server.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/x", {"a": "ü"})
    assert seen.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, EngineUnavailableError),
        (400, EngineRefusedError),
        (401, EngineUnavailableError),
        (402, QuotaError),
        (403, EngineUnavailableError),
        (404, EngineUnavailableError),
        (408, EngineTimeoutError),
        (413, EngineRefusedError),
        (418, EngineRefusedError),
        (429, QuotaError),
        (500, EngineFailedError),
        (502, EngineUnavailableError),
        (503, EngineUnavailableError),
        (504, EngineTimeoutError),
        (999, EngineFailedError),
    ],
)
def test_each_status_becomes_the_error_it_means(
    server: ScriptedServer, client: JsonClient, status: int, kind: type[EngineError]
) -> None:
    server.say(acts.fail(status, {"Location": "http://elsewhere.example/"}))
    answer = client.request("POST", "/x", {})
    assert not answer.ok
    error = client.refusal(answer)
    assert type(error) is kind
    assert str(status) in str(error)
    assert "hunter2" not in str(error)
    assert len(server.seen) == 1


def test_what_a_person_must_mend_is_not_tried_for_a_while(
    server: ScriptedServer, client: JsonClient, clock: FakeClock
) -> None:
    server.say(acts.fail(401))
    assert client.refusal(client.request("GET", "/")).until == clock.now() + MENDING_S


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("7", 1_000_007.0),
        ("Mon, 12 Jan 1970 13:46:50 GMT", 1_000_010.0),
        ("soon", None),
        ("-1", None),
        ("9" * 5000, None),
        ("Mon, 12 Jan 99999 13:46:50 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(
    server: ScriptedServer, client: JsonClient, header: str, until: float | None
) -> None:
    server.say(acts.fail(429, {"Retry-After": header}))
    assert client.refusal(client.request("GET", "/")).until == until


@pytest.mark.parametrize(
    ("act", "kind", "says"),
    [
        (acts.reset, EngineFailedError, "broke off"),
        (acts.cut_short, EngineFailedError, "broke off"),
        (acts.hang, EngineTimeoutError, "silent for 0.2 s"),
        (acts.drip, EngineTimeoutError, "longer than 0.5 s"),
        (acts.gush, EngineFailedError, "more than 100000 bytes"),
        (acts.raw(b'{"a": "tru'), EngineUnavailableError, "not a JSON object"),
        (acts.raw(b"<html>", kind="text/html"), EngineUnavailableError, "not a JSON object"),
        (acts.raw(b""), EngineUnavailableError, "not a JSON object"),
        (acts.raw(b"[" * 90_000), EngineUnavailableError, "not a JSON object"),
        (acts.give([1]), EngineUnavailableError, "not a JSON object"),
    ],
)
def test_a_misbehaving_server_gives_an_engine_error_in_time(
    server: ScriptedServer, client: JsonClient, act: Act, kind: type[EngineError], says: str
) -> None:
    server.say(act)
    started = time.monotonic()
    with pytest.raises(kind, match=says) as caught:
        client.request("POST", "/", {"note": "private"}).json()
    assert time.monotonic() - started < 2
    assert KEY not in str(caught.value)
    assert "private" not in str(caught.value)


def test_no_server_is_an_engine_error() -> None:
    with serving() as server:
        url = server.url
    client = JsonClient(url, api_key=None, local=True, limits=LIMITS, clock=FakeClock())
    with pytest.raises(EngineUnavailableError, match="is it running"):
        client.request("GET", "/")
    client.close()


def test_a_server_that_takes_no_connection_is_an_engine_error() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        limits = Limits(connect_s=0.1)
        client = JsonClient(url, api_key=None, local=True, limits=limits, clock=FakeClock())
        with pytest.raises(EngineUnavailableError, match=r"within 0\.1 s"):
            client.request("GET", "/")
        client.close()


def test_a_closed_client_gives_an_engine_error(client: JsonClient) -> None:
    client.close()
    with pytest.raises(EngineUnavailableError, match="was closed"):
        client.request("GET", "/")


def test_lines_come_whole_however_they_were_cut(server: ScriptedServer, client: JsonClient) -> None:
    server.say(acts.stream([b"on", b"e\r\n\ntw", b"o\xc3", b"\xa9\nrest"]))
    with client.open("GET", "/") as incoming:
        assert list(incoming.lines()) == ["one", "", "twoé", "rest"]


def test_an_endless_stream_is_cut_off(server: ScriptedServer, client: JsonClient) -> None:
    server.say(acts.babble)
    with (
        pytest.raises(EngineTimeoutError, match="longer than"),
        client.open("GET", "/") as incoming,
    ):
        for _ in incoming.lines():
            pass


@pytest.mark.parametrize(
    "url",
    ["", "localhost", "ftp://x", "http://", "http://me:secret@h/v1", "http://h:x"],
)
def test_an_address_that_cannot_be_used_is_a_config_error(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        JsonClient(url, api_key=None, local=False, limits=LIMITS, clock=FakeClock())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "key"), [("https://h", "sk\nx"), ("https://h", "schlüssel"), ("http://h", KEY)]
)
def test_a_key_that_would_break_or_leak_is_a_config_error(url: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        JsonClient(url, api_key=key, local=False, limits=LIMITS, clock=FakeClock())
    assert key not in str(caught.value)


def test_a_local_service_is_reached_without_the_proxy_of_the_environment(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(acts.give({}))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    client = JsonClient(server.url, api_key=None, local=True, limits=LIMITS, clock=FakeClock())
    assert client.request("GET", "/").ok
    client.close()


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8080", True),
        ("http://localhost:8080", True),
        ("http://LOCALHOST", True),
        ("http://192.168.0.2", False),
        ("https://localhost.example", False),
        ("http://0.0.0.0", False),
        ("http://127.0.0.1.example", False),
        ("http://localhost.example:8080", False),
        ("http://localhost%00.example", False),
        ("http://127.1", False),
        ("http://[::ffff:127.0.0.1]", False),
        ("http://host.example/127.0.0.1", False),
        ("http://host.example?@127.0.0.1", False),
        ("http://host.example#@127.0.0.1", False),
    ],
)
def test_loopback_is_told_from_the_address_alone(url: str, loopback: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@host.example",
        "http://localhost:1@host.example",
        "http://127.0.0.1\\@host.example",
        "http://host.example\\@127.0.0.1",
        "http://127.0.0.1;@host.example",
    ],
)
def test_an_address_with_a_name_before_its_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="must hold no name or password"):
        is_loopback(url)


@given(st.text())
def test_any_text_for_an_address_is_judged_without_a_crash(url: str) -> None:
    with contextlib.suppress(ConfigError):
        is_loopback(url)
