"""The fake vault keeps the contract of the real one."""

from __future__ import annotations

import pytest

from tests.contracts.vault import Bench, VaultContract
from tests.fake_vault import FakeVault


@pytest.fixture
def bench() -> Bench:
    vault = FakeVault(watched=("thoughts",))
    return Bench(vault, vault.save, vault.remove)


class TestFakeVault(VaultContract):
    """Runs the contract."""
