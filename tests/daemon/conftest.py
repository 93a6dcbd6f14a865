"""What the tests of lives and deaths share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """Give a folder in memory, where there is one: a real disk would be waited for."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of ours within
    with tempfile.TemporaryDirectory(dir=folder if folder.is_dir() else None) as name:
        yield Path(name)
