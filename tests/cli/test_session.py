"""Which notes a person means."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaultskillet.cli.session import check_vault, find_notes
from vaultskillet.errors import ConfigError

COMPOST = "Garden/Compost.md"


@pytest.mark.parametrize("name", [COMPOST, "Garden/Compost", "./Garden/../Garden/Compost"])
def test_a_note_may_be_named_relative_to_the_vault(vault: Path, name: str) -> None:
    assert find_notes(vault, [name]) == (COMPOST,)


def test_a_note_may_be_named_as_a_file(
    vault: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_notes(vault, [str(vault / COMPOST)]) == (COMPOST,)
    monkeypatch.chdir(vault / "Garden")
    assert find_notes(vault, ["Compost", "../Garden/Compost.md"]) == (COMPOST, COMPOST)
    (tmp_path / "link").symlink_to(vault)
    assert find_notes(vault, [str(tmp_path / "link" / COMPOST)]) == (COMPOST,)


def test_a_name_with_a_dot_is_still_a_name(vault: Path) -> None:
    (vault / "v1.2.md").write_text("x", encoding="utf-8")
    assert find_notes(vault, ["v1.2"]) == ("v1.2.md",)


@pytest.mark.parametrize(
    "name", ["gone", "", ".", "Garden", "../outside", "../outside.md", "picture.png", "a\0b"]
)
def test_what_is_no_note_of_the_vault_is_told(vault: Path, name: str) -> None:
    (vault.parent / "outside.md").write_text("x", encoding="utf-8")
    (vault / "picture.png").write_bytes(b"x")
    with pytest.raises(ConfigError, match="there is no such note in"):
        find_notes(vault, [name])


def test_a_vault_that_can_be_used_is_given_back(vault: Path) -> None:
    assert check_vault(vault) == vault
