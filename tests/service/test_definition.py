"""What a service is called, what it refuses, and whose file it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.errors import ConfigError
from vaultskillet.service.definition import Service, is_sealed, name_for, seal

LINES = st.lists(st.text("abc #<->`\t", max_size=8), min_size=1, max_size=6)


def test_two_vaults_of_one_name_have_a_service_each(tmp_path: Path) -> None:
    assert name_for(tmp_path / "a/Notes") != name_for(tmp_path / "b/Notes")


def test_two_ways_to_one_vault_lead_to_one_service(tmp_path: Path) -> None:
    (tmp_path / "Notes").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Notes")
    assert name_for(tmp_path / "link") == name_for(tmp_path / "Notes")


@pytest.mark.parametrize("name", ["Записи", "it's %n $HOME @x", "a" * 200, "..."])
def test_a_name_is_made_of_letters_that_every_manager_takes(tmp_path: Path, name: str) -> None:
    slug = name_for(tmp_path / name)
    assert slug.isascii()
    assert len(slug) < 60
    assert slug.replace("-", "").isalnum()


@pytest.mark.parametrize("path", ["/a\nExecStartPre=/bin/rm", "/a\0", os.fsdecode(b"/\xff")])
def test_a_path_that_no_file_can_hold_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="holds a character"):
        Service(
            name="a",
            vault=Path("/a"),
            command=("/bin/vaultskillet", path),
            environment_file=Path("/env"),
        )


@given(LINES, st.integers(0, 3))
def test_what_was_sealed_is_ours_until_it_is_changed(lines: list[str], line: int) -> None:
    text = "".join(f"{each}\n" for each in lines)
    sealed = seal(text, "# {}", line=min(line, len(lines)))
    assert is_sealed(sealed)
    assert not is_sealed(sealed + "more\n")
    assert not is_sealed(text)
