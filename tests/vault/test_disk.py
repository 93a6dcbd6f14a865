"""The system calls by themselves."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vaultskillet.vault.disk import Disk


def read(path: Path) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        return Disk().read(file)
    finally:
        os.close(file)


@pytest.mark.parametrize("size", [0, 1, 4096, 100_000])
def test_a_file_is_read_as_a_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    assert read(path) == b"x" * size


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_a_file_that_is_longer_than_it_seemed_is_read_as_a_whole() -> None:
    path = Path("/proc/self/auxv")  # whose size is told as 0
    assert len(read(path)) > path.stat().st_size
    assert read(path) == path.read_bytes()
