"""What `doctor` says of services that sync the vault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_checks import bad
from vaultskillet.cli.syncing import check_sync


@pytest.mark.parametrize(
    ("place", "marker", "service"),
    [
        ("Dropbox (Home)/Notes", None, "Dropbox"),
        ("OneDrive - Work/Notes", None, "OneDrive"),
        ("Library/Mobile Documents/iCloud~md~obsidian/Notes", None, "iCloud"),
        ("Notes", ".stfolder/x", "Syncthing"),
        ("Notes", '.obsidian/core-plugins.json:{"sync": true}', "Obsidian Sync"),
        ("Notes", '.obsidian/core-plugins.json:["sync"]', "Obsidian Sync"),
    ],
)
def test_each_sync_service_is_known_by_its_traces(
    tmp_path: Path, place: str, marker: str | None, service: str
) -> None:
    vault = tmp_path / place
    vault.mkdir(parents=True)
    if marker:
        name, _, text = marker.partition(":")
        (vault / name).parent.mkdir()
        (vault / name).write_text(text)
    assert bad(check_sync(vault))[0] == f"the vault is synced by {service}"


def test_two_services_on_one_vault_are_one_too_many(tmp_path: Path) -> None:
    vault = tmp_path / "Dropbox/Notes"
    (vault / ".stfolder").mkdir(parents=True)
    check, *_ = check_sync(vault)
    assert check.what == "the vault is synced by Dropbox and Syncthing"
    assert "let one service alone" in check.mend


def test_a_vault_that_nothing_syncs_gives_no_hint(vault: Path) -> None:
    (vault / ".obsidian/core-plugins.json").write_text('{"sync": false}')
    assert bad(check_sync(vault)) == []


@pytest.mark.parametrize("inner", [".", "Notes"])
def test_syncthing_is_told_of_files_that_live_for_an_instant(tmp_path: Path, inner: str) -> None:
    (tmp_path / ".stfolder").mkdir()
    (tmp_path / ".stignore").write_text("// .vaultskillet-*\n")
    _, check = check_sync(tmp_path / inner)
    assert check.mend == f"add the line (?d).vaultskillet-* to {tmp_path}/.stignore"
    (tmp_path / ".stignore").write_text("(?d).vaultskillet-*\n")
    assert len(list(check_sync(tmp_path / inner))) == 1
