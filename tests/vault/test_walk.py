"""Which files of a vault are notes, and why the others are not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from vaultskillet.core.model import Found, NotePath, Skipped
from vaultskillet.errors import VaultError
from vaultskillet.vault.vault import DiskVault
from vaultskillet.vault.walk import is_dataless


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a vault with one of everything that is left alone."""
    vault = tmp_path / "vault"
    put(vault, ".obsidian/app.json", json.dumps({"userIgnoreFilters": ["Archive/", "/draft/"]}))
    put(vault, ".obsidian/templates.json", json.dumps({"folder": "Meta/Templates"}))
    put(vault, ".obsidian/daily-notes.json", json.dumps({"template": "Meta/Day"}))
    for path in (
        "Note.md", "deep/er/Note.md", "Meta/About.md", "Umlaut ä.md", "tpl/Meta/Templates/x.md",
        ".trash/Gone.md", ".trash/.deep/Gone.md", ".git/x.md", "deep/.hidden/y.md", ".dot.md",
        "Archive/Old.md", "Archive/deep/Old.md", "a draft.md", "Meta/Templates/T.md",
        "Meta/Templates/deep/T.md", "Meta/Day.md", "Homeskillet/Insights/I.md",
        "Note (Conflicted copy).md", "Note 2.md", "picture.png", ".Cloud.md.icloud", "NOTE.MD",
    ):  # fmt: skip
        put(vault, path, "x")
    put(vault, "empty.md", "")
    return vault


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def vault_at(root: Path) -> DiskVault:
    return DiskVault(root, output_folder="Homeskillet")


def test_every_note_is_found_and_nothing_else(root: Path) -> None:
    found = {each.path for each in vault_at(root).sweep() if isinstance(each, Found)}
    assert found == {
        "Note.md", "deep/er/Note.md", "Meta/About.md", "Umlaut ä.md", "tpl/Meta/Templates/x.md",
    }  # fmt: skip


def test_what_is_left_alone_is_named_with_its_reason(root: Path) -> None:
    skipped = {s.path: s.because for s in vault_at(root).sweep() if isinstance(s, Skipped)}
    assert skipped == {
        ".trash/Gone.md": "in the trash",
        ".trash/.deep/Gone.md": "in the trash",
        ".git/": "hidden folder",
        ".obsidian/": "hidden folder",
        "deep/.hidden/": "hidden folder",
        ".dot.md": "hidden file",
        "Archive/Old.md": "excluded in Obsidian's settings",
        "Archive/deep/Old.md": "excluded in Obsidian's settings",
        "a draft.md": "excluded in Obsidian's settings",
        "Meta/Templates/T.md": "in a template folder",
        "Meta/Templates/deep/T.md": "in a template folder",
        "Meta/Day.md": "used as a template",
        "Homeskillet/Insights/I.md": "written by vaultskillet",
        "Note (Conflicted copy).md": "conflict copy of Obsidian Sync",
        "Note 2.md": "conflict copy of iCloud: Note.md stands beside it",
        "Cloud.md": "not downloaded from iCloud",
        "empty.md": "empty",
    }


def test_find_agrees_with_the_sweep_on_every_file(root: Path) -> None:
    vault = vault_at(root)
    for each in vault.sweep():
        if not each.path.endswith("/") and each.path != "Cloud.md":
            assert vault.find(each.path) == each


@pytest.mark.parametrize("path", [".git/x.md", "deep/.hidden/y.md"])
def test_find_leaves_notes_in_hidden_folders_alone(root: Path, path: str) -> None:
    assert vault_at(root).find(NotePath(path)) == Skipped(NotePath(path), "hidden folder")


def test_links_are_named_and_not_followed(root: Path) -> None:
    (root / "link.md").symlink_to(root / "Note.md")
    (root / "linked").symlink_to(root / "deep")
    (root / "loop").symlink_to(root)
    (root / "dangling.md").symlink_to(root / "nothing")
    (root / "itself.md").symlink_to("itself.md")
    (root / "itself").symlink_to("itself")
    vault = vault_at(root)
    linked = {s.path for s in vault.sweep() if isinstance(s, Skipped) and "link" in s.because}
    assert linked == {"link.md", "linked/", "loop/", "dangling.md", "itself.md"}
    assert isinstance(vault.find(NotePath("link.md")), Skipped)
    assert isinstance(vault.find(NotePath("linked/er/Note.md")), Skipped)


def test_a_pipe_is_left_alone(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    assert Skipped(NotePath("pipe.md"), "not a regular file") in list(vault_at(root).sweep())


def test_names_that_are_not_utf8_are_named_in_letters(root: Path) -> None:
    (root / os.fsdecode(b"caf\xe9.md")).write_bytes(b"x")
    (root / os.fsdecode(b"dir\xe9")).mkdir()
    (root / os.fsdecode(b"dir\xe9") / "Note.md").write_bytes(b"x")
    paths = {
        each.path for each in vault_at(root).sweep() if "UTF-8" in getattr(each, "because", "")
    }
    assert paths == {r"caf\xe9.md", r"dir\xe9/"}


def test_settings_that_change_hold_from_the_next_sweep_on(root: Path) -> None:
    vault = vault_at(root)
    put(root, ".obsidian/app.json", json.dumps({"userIgnoreFilters": ["Note.md"]}))
    assert Skipped(NotePath("Note.md"), "excluded in Obsidian's settings") in list(vault.sweep())


def test_a_vault_that_vanished_says_so(root: Path) -> None:
    vault = vault_at(root)
    root.rename(root.parent / "elsewhere")
    with pytest.raises(VaultError, match="is its drive mounted"):
        list(vault.sweep())


def test_an_empty_folder_in_the_vaults_place_is_not_a_vault_without_notes(root: Path) -> None:
    vault = vault_at(root)
    root.rename(root.parent / "elsewhere")
    root.mkdir()
    with pytest.raises(VaultError, match="is its drive mounted"):
        list(vault.sweep())


def test_a_file_of_a_cloud_is_known_by_its_flag() -> None:
    class Status:
        """What `stat` says on macOS."""

        st_flags = 0x40000000

    assert is_dataless(Status())  # type: ignore[arg-type]  # only its flags are looked at
    assert not is_dataless(Path("/").stat())
