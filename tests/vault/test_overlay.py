from __future__ import annotations

import pytest

from tests.contracts.vault import PATH, Bench, VaultContract, appended
from tests.fake_vault import FakeVault
from vaultskillet.core.model import NotePath
from vaultskillet.errors import NoteUnreadableError
from vaultskillet.vault.overlay import OverlayVault


@pytest.fixture
def base() -> FakeVault:
    return FakeVault(watched=("thoughts",))


@pytest.fixture
def bench(base: FakeVault) -> Bench:
    return Bench(OverlayVault(base), base.save, base.remove)


class TestOverlayVault(VaultContract):
    """Runs the contract."""


def test_the_vault_beneath_stays_as_it_is(base: FakeVault) -> None:
    base.save(PATH, b"one")
    OverlayVault(base).commit([appended(b"one", b" two")])
    assert base.content(PATH) == b"one"
    assert base.commits == []


def test_a_second_write_builds_on_the_first(base: FakeVault) -> None:
    base.save(PATH, b"one")
    overlay = OverlayVault(base)
    overlay.commit([appended(b"one", b" two")])
    overlay.commit([appended(b"one two", b" three")])
    assert overlay.read(PATH).content == b"one two three"


def test_a_note_that_cannot_be_read_is_reported(base: FakeVault) -> None:
    error = NoteUnreadableError("denied")
    base.fails[NotePath(PATH)] = error
    assert OverlayVault(base).commit([appended(b"one", b" two")]) == [error]
