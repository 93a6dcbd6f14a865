"""Tiny models, made once; what needs MLX is not collected where MLX is not installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.engines.fakes import FakeClock
from vaultskillet.engines.mlx.engine import MLXEngine
from vaultskillet.engines.mlx.thread import EngineThread

os.environ["MLX_DISABLE_COMPILE"] = "1"  # the first compile takes seconds
os.environ["HF_HUB_OFFLINE"] = "1"

if find_spec("mlx_lm") is None:
    collect_ignore = ["test_engine.py", "test_hub.py", "test_server.py"]


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from tests.engines.checkpoints import KINDS, make_checkpoint  # noqa: PLC0415 - it needs MLX

    folder = tmp_path_factory.mktemp("checkpoints")
    return {kind: make_checkpoint(folder / kind, kind) for kind in KINDS}


@pytest.fixture(scope="session")
def thread() -> Iterator[EngineThread]:
    thread = EngineThread()
    yield thread
    thread.close()


@pytest.fixture(params=["gemma3_text", "qwen3", "qwen3_moe"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> Iterator[MLXEngine]:
    engine = MLXEngine(str(checkpoints[kind]), clock=clock, thread=thread, think_tokens=12)
    yield engine
    engine.close()
