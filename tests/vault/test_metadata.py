"""The argument layout of the macOS call that no Linux can make."""

from __future__ import annotations

import struct

import pytest

from vaultskillet.vault.metadata import birth_time_request


@pytest.mark.parametrize(
    ("birth_s", "timespec"), [(1.5, (1, 500_000_000)), (0.0, (0, 0)), (-0.25, (-1, 750_000_000))]
)
def test_a_birth_time_becomes_the_system_s_seconds_and_nanoseconds(
    birth_s: float, timespec: tuple[int, int]
) -> None:
    request, value = birth_time_request(birth_s)
    assert struct.unpack("=qq", value) == timespec
    assert struct.unpack("=HHIIIII", request) == (5, 0, 0x200, 0, 0, 0, 0)
