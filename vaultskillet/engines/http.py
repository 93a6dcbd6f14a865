"""JSON over HTTP with limits, every failure translated: the one home of httpx.

Nothing is retried here (see `vaultskillet.engines.retry`), no redirect is followed, and no
message holds a key, a note's text or what the other side wrote.
"""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from vaultskillet.errors import (
    ConfigError,
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
)
from vaultskillet.ports.clock import Clock

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody. Reading the list of those to trust takes 0.1 s, and plain HTTP needs it not."""

MENDING_S = 300.0
"""How long what only a person can mend (a wrong key or address) is not tried again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, and how much may come back."""

    connect_s: float = 5.0
    silence_s: float = 120.0
    """Longest wait for the next byte; a server that does not stream is silent throughout."""
    total_s: float = 300.0
    """Longest time for the whole answer, however steadily it drips."""
    body_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a status that is no success means."""

    kind: type[EngineError]
    says: str
    to_be_mended: bool = False
    """Whether only a person can mend it."""


_KEY = _Meaning(EngineUnavailableError, "refused the API key; check it", to_be_mended=True)
_ADDRESS = _Meaning(
    EngineUnavailableError, "knows no such model or address; check both", to_be_mended=True
)
_LATE = _Meaning(EngineTimeoutError, "timed out")

_FAILED = _Meaning(EngineFailedError, "failed")
_DOWN = _Meaning(EngineUnavailableError, "is not available")

# By status, else by its first digit; all others failed.
_MEANINGS = {
    3: _Meaning(EngineUnavailableError, "redirects; give the final address", to_be_mended=True),
    4: _Meaning(EngineRefusedError, "refused the request"),
    401: _KEY,
    402: _Meaning(QuotaError, "wants payment", to_be_mended=True),
    403: _KEY,
    404: _ADDRESS,
    405: _ADDRESS,
    408: _LATE,
    429: _Meaning(QuotaError, "asks for fewer requests"),
    502: _DOWN,
    503: _DOWN,
    504: _LATE,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, of whatever status."""

    where: str
    """The address for messages: scheme, host and port only."""
    status: int
    body: bytes = field(repr=False)
    until: float | None = None
    """From Retry-After: seconds since 1970 (UTC)."""

    @property
    def ok(self) -> bool:
        """Say whether the request was accepted."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def json(self) -> dict[str, object]:
        """Give the body.

        Raises:
            EngineUnavailableError: it is not a JSON object.
        """
        value = object_in(self.body)
        if value is None:
            raise EngineUnavailableError(
                f"{self.where} answered with something that is not a JSON object; "
                "check that the base URL is that of the model's API"
            )
        return value


class JsonClient:
    """Send JSON to one service; safe to use from many threads.

    Args:
        base_url: with `http` or `https` and the API's path, such as `http://127.0.0.1:8080/v1`.
        api_key: sent as a bearer token, and nowhere else.
        local: the service is on this machine or is trusted like it: no proxy is used.
        limits: of time and size, for each request.
        clock: tells the time that Retry-After counts from.
        monotonic: measures how long a request takes, in seconds.

    Raises:
        ConfigError: the address or the key cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None,
        local: bool,
        limits: Limits,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        url = _checked_url(base_url)
        self.where = f"{url.scheme}://{url.netloc.decode('ascii')}"
        self._base_url = str(url).rstrip("/")
        self._limits = limits
        self._clock = clock
        self._monotonic = monotonic
        headers = {"Accept-Encoding": "identity"}  # a packed answer could unpack to any size
        if api_key:
            if not (api_key.isascii() and api_key.isprintable()):
                raise ConfigError(f"the API key for {self.where} holds characters no key has")
            if url.scheme == "http" and not (local or is_loopback(base_url)):
                raise ConfigError(f"{self.where} would get its API key unencrypted; use https")
            headers["Authorization"] = f"Bearer {api_key}"
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(limits.silence_s, connect=limits.connect_s),
            limits=httpx.Limits(max_connections=None),
            trust_env=not local,
            verify=httpx.create_ssl_context() if url.scheme == "https" else _NO_TLS,
        )

    def request(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Send one request and read the whole answer.

        Raises:
            EngineError: there is no answer, or it breaks a limit. Any status is an answer.
        """
        with self.open(method, path, body) as incoming:
            return incoming.read()

    @contextmanager
    def open(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Iterator[Incoming]:
        """Send one request and give its answer as it comes in; leaving hangs up.

        Raises:
            EngineError: as in `request`, also while the answer is read.
        """
        if self._client.is_closed:
            raise EngineUnavailableError(f"the connection to {self.where} was closed")
        deadline = self._monotonic() + self._limits.total_s
        content = None if body is None else json.dumps(body, ensure_ascii=False)
        try:
            with self._client.stream(
                method,
                self._base_url + path,
                content=None if content is None else content.encode("utf-8", "replace"),
                headers={} if content is None else {"Content-Type": "application/json"},
            ) as response:
                yield Incoming(
                    response=response,
                    where=self.where,
                    until=_retry_at(response.headers.get("Retry-After"), now=self._clock.now()),
                    is_late=lambda: self._monotonic() > deadline,
                    limits=self._limits,
                )
        except httpx.ConnectError as error:
            raise EngineUnavailableError(
                f"cannot reach {self.where}; is it running, and is there a network?"
            ) from error
        except httpx.ConnectTimeout as error:
            raise EngineUnavailableError(
                f"{self.where} did not take the connection within {self._limits.connect_s:g} s"
            ) from error
        except httpx.TimeoutException as error:
            raise EngineTimeoutError(
                f"{self.where} was silent for {self._limits.silence_s:g} s"
            ) from error
        except httpx.HTTPError as error:
            raise EngineFailedError(f"the connection to {self.where} broke off") from error

    def refusal(self, answer: Answer) -> EngineError:
        """Translate an answer that is not `ok` into the error it means."""
        meaning = _MEANINGS.get(answer.status) or _MEANINGS.get(answer.status // 100, _FAILED)
        until = self._clock.now() + MENDING_S if meaning.to_be_mended else answer.until
        return meaning.kind(f"{self.where} {meaning.says} ({answer.status})", until=until)

    def close(self) -> None:
        """Close all connections; may be called twice."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer whose body is still coming in."""

    response: httpx.Response
    where: str
    until: float | None
    is_late: Callable[[], bool]
    limits: Limits

    @property
    def ok(self) -> bool:
        """Say whether the request was accepted."""
        return self.response.is_success

    @property
    def is_document(self) -> bool:
        """Say whether it is one JSON value, or a web page, by what it says of itself."""
        kind: str = self.response.headers.get("Content-Type", "")
        return kind.partition(";")[0].strip().lower() in {"application/json", "text/html"}

    def read(self) -> Answer:
        """Read the rest.

        Raises:
            EngineError: it breaks a limit.
        """
        body = b"".join(self._chunks())
        return Answer(self.where, self.response.status_code, body, self.until)

    def lines(self) -> Iterator[str]:
        """Give the lines as they come, without their ends; bytes not UTF-8 are replaced.

        Raises:
            EngineError: they break a limit.
        """
        rest = b""
        for chunk in self._chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line.rstrip(b"\r").decode("utf-8", "replace") for line in whole)
        if rest:
            yield rest.decode("utf-8", "replace")

    def _chunks(self) -> Iterator[bytes]:
        """Give the body as sent, within the limits."""
        size = 0
        for chunk in self.response.iter_raw():
            size += len(chunk)
            if size > self.limits.body_bytes:
                raise EngineFailedError(
                    f"{self.where} sent more than {self.limits.body_bytes} bytes; hung up"
                )
            if self.is_late():
                raise EngineTimeoutError(
                    f"{self.where} took longer than {self.limits.total_s:g} s; hung up"
                )
            yield chunk


def object_in(content: bytes | str) -> dict[str, object] | None:
    """Give the JSON object that some text is, or None where it is anything else."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def is_loopback(base_url: str) -> bool:
    """Say whether an address is this very machine.

    >>> is_loopback("http://127.0.0.1:8080/v1"), is_loopback("http://localhost.evil.example")
    (True, False)
    """
    host = _checked_url(base_url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked_url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ConfigError("base_url is not a URL; it looks like https://host/v1") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigError("base_url must begin with http:// or https:// and name a host")
    if url.userinfo:
        raise ConfigError("base_url must hold no name or password; use api_key")
    return url


def _retry_at(header: str | None, *, now: float) -> float | None:
    """Read Retry-After, which is a number of seconds or a date."""
    if header is None:
        return None
    if re.fullmatch(r"\d{1,9}", header, re.ASCII):
        return now + int(header)
    try:
        return parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError):
        return None
