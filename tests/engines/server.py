"""A server on loopback that does as it is told, well or badly."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Handler(BaseHTTPRequestHandler):
    """Takes a request to the script of the server it came to."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ScriptedServer

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        seen = Seen(self.command, self.path, dict(self.headers), body)
        with contextlib.suppress(OSError):  # the client hung up, as some tests want
            self.server.answer(seen)(self)

    do_GET = do_HEAD = do_POST = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep quiet."""

    def send(
        self,
        content: bytes,
        *,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def begin_stream(self) -> None:
        """Send the head of a body whose end is the end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def reset(self) -> None:
        """Break the connection as a crash would."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True


Act = Callable[[Handler], None]
Script = Callable[[Seen], Act]


class ScriptedServer(ThreadingHTTPServer):
    """Answers each request as its script says, and remembers what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.script: Script = lambda _seen: fail(500)
        self.seen: list[Seen] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    def say(self, *acts: Act) -> None:
        """Do these in turn, the last for ever."""
        rest = list(acts)
        self.script = lambda _seen: rest.pop(0) if len(rest) > 1 else rest[0]

    def answer(self, seen: Seen) -> Act:
        with self._lock:
            self.seen.append(seen)
            return self.script(seen)

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a connection that a client dropped go in silence."""


@contextlib.contextmanager
def serving() -> Iterator[ScriptedServer]:
    """Run a server until the block ends."""
    with ScriptedServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


def give(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Act:
    """Answer with JSON."""
    return lambda handler: handler.send(json.dumps(value).encode(), status=status, headers=headers)


def fail(status: int, headers: Mapping[str, str] | None = None) -> Act:
    """Answer with an error that quotes what it should not."""
    error = {"error": {"message": "the note said hunter2", "code": "oops"}}
    return give(error, status=status, headers=headers)


def raw(content: bytes, *, kind: str = "application/json") -> Act:
    """Answer with any bytes."""
    return lambda handler: handler.send(content, kind=kind)


def complete(text: object, **usage: int) -> Act:
    """Answer as chat completions do."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
    }
    return give({"choices": [choice], "usage": usage})


def reset(handler: Handler) -> None:
    """Break the connection before an answer."""
    handler.reset()


def cut_short(handler: Handler) -> None:
    """Promise more bytes than come."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def hang(handler: Handler) -> None:
    """Say nothing until the server stops."""
    handler.server.stopping.wait(10)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """Send a blank now and then, and never come to an end."""
    handler.begin_stream()
    while not handler.server.stopping.wait(0.01):
        handler.wfile.write(b" ")


def gush(handler: Handler) -> None:
    """Send without end, as fast as it goes."""
    handler.begin_stream()
    while not handler.server.stopping.is_set():
        handler.wfile.write(b" " * 65536)


def event(content: str | None = None, *, finish: str | None = None) -> bytes:
    """Give one server-sent event of a streamed completion."""
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def stream(parts: Sequence[bytes], *, then: Act | None = None) -> Act:
    """Stream these bytes, then end, or do something worse."""

    def act(handler: Handler) -> None:
        handler.begin_stream()
        for part in parts:
            handler.wfile.write(part)
        if then is not None:
            then(handler)

    return act


def babble(handler: Handler) -> None:
    """Stream words without end."""
    handler.begin_stream()
    while not handler.server.stopping.wait(0.001):
        handler.wfile.write(event("word "))
