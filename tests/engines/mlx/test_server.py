"""The OpenAI-compatible engine against the real mlx_lm.server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.engine import EngineContract
from tests.engines.fakes import SCHEMA, FakeClock, request_of
from vaultskillet.core.model import Request
from vaultskillet.engines.openai import OpenAIEngine
from vaultskillet.errors import EngineError


@pytest.fixture(scope="module")
def base_url(checkpoints: dict[str, Path]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlx_lm", "server", "--model", str(checkpoints["qwen3"])]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    ) as server:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/v1"
        server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes connections: there is no event for that across processes."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "mlx_lm.server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("mlx_lm.server took no connection within a minute")


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, base_url: str) -> Iterator[OpenAIEngine]:
        engine = OpenAIEngine(base_url, model="default_model", clock=FakeClock())
        engine.load("default_model")
        yield engine
        engine.close()

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of(max_tokens=-1)

    def test_it_is_local(self, engine: OpenAIEngine) -> None:
        assert engine.local

    def test_its_models_can_be_listed(self, engine: OpenAIEngine) -> None:
        assert isinstance(engine.models(), list)

    def test_a_schema_that_it_ignores_breaks_nothing(self, engine: OpenAIEngine) -> None:
        try:
            assert engine.generate(request_of(schema=SCHEMA)).text
        except EngineError as error:
            assert "answered nothing" in str(error)  # noqa: PT017 - either may come of random weights
