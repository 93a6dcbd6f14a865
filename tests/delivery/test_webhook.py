"""A webhook, against a real HTTP server on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vaultskillet.delivery.webhook import Address, post_webhook
from vaultskillet.errors import DeliveryError

CONTENT = {"digest": "weekly", "text": "**9–15 March**"}


class Hook(ThreadingHTTPServer):
    """Keeps what it is told, and answers as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 204
        self.told: list[tuple[str | None, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/secret-part"


class Handler(BaseHTTPRequestHandler):
    """Takes a POST."""

    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_gets_the_digest_as_json(hook: Hook) -> None:
    post_webhook(Address(hook.url), CONTENT)
    post_webhook(Address(hook.url, "s3cret"), CONTENT)
    assert hook.told == [(None, CONTENT), ("Bearer s3cret", CONTENT)]


@pytest.mark.parametrize("status", [302, 400, 500])
def test_anything_but_success_is_a_failure_that_hides_the_address(hook: Hook, status: int) -> None:
    hook.status = status
    with pytest.raises(DeliveryError, match=f"127.0.0.1 answered {status}") as caught:
        post_webhook(Address(hook.url, "s3cret"), CONTENT)
    assert "secret" not in str(caught.value)
    assert len(hook.told) == 1


def test_a_server_that_is_away_is_told_by_its_host() -> None:
    address = Address("http://127.0.0.1:9/secret")
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1 cannot be reached") as caught:
        post_webhook(address, CONTENT)
    assert "secret" not in f"{caught.value} {address!r}"


def test_a_server_that_hangs_up_or_is_no_web_server_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(DeliveryError, match=r"127\.0\.0\.1 broke off \(\w+\)") as caught:
            post_webhook(Address(f"http://127.0.0.1:{server.getsockname()[1]}/secret"), CONTENT)
        thread.join()
    assert "secret" not in str(caught.value)


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(DeliveryError, match="the address is not valid"):
        post_webhook(Address("http://127.0.0.1:port/secret"), CONTENT)
