"""What the engines' tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.fakes import FakeClock
from tests.engines.server import ScriptedServer, serving


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
