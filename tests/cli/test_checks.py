"""What `doctor` finds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.cli import checks
from vaultskillet.cli.checks import Check, Grade
from vaultskillet.config import Config, HostedAI, Obsidian, load


def bad(found: Iterable[Check]) -> list[str]:
    return [check.what for check in found if check.grade is not Grade.OK]


def test_a_sound_vault_has_nothing_wrong(call: Call, vault: Path) -> None:
    ended = call("doctor", "--vault", vault)
    assert ended.code == 0
    assert f"   ok  vault: {vault}\n" in ended.out
    assert "wrong" not in ended.out


def test_an_unknown_engine_is_wrong(call: Call, vault: Path) -> None:
    ended = call("doctor", "--vault", vault, "--engine", "steam")
    assert ended.code == 1
    assert "steam" in next(line for line in ended.out.splitlines() if line.startswith("wrong"))


def test_a_missing_vault_is_wrong_and_mended(call: Call, tmp_path: Path) -> None:
    ended = call("doctor", "--vault", tmp_path / "gone")
    assert ended.code == 1
    assert "wrong  " in ended.out
    assert "-> name the vault with --vault DIR" in ended.out


def test_a_key_in_a_file_that_others_may_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("obsidian: {enabled: true}\nhosted_ai: {api_key: hush-hush}")
    config = load(file, vault=None, engine=None, environ={})
    file.chmod(0o644)
    told = bad(checks.check_file(file, config))
    assert told == [f"{file} holds a key, and others on this machine may read it"]
    file.chmod(0o600)
    assert bad(checks.check_file(file, config)) == []


def test_a_key_from_the_environment_is_no_secret_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("hosted_ai: {api_key: '${KEY}'}")
    config = Config(
        obsidian=Obsidian(enabled=True), hosted_ai=HostedAI.model_validate({"api_key": "hush"})
    )
    assert bad(checks.check_file(file, config)) == []


def test_a_vault_that_is_not_enabled_is_told() -> None:
    assert bad(checks.check_file(None, Config())) == ["`run` refuses: obsidian.enabled is false"]


def test_a_folder_that_obsidian_never_opened_is_told(tmp_path: Path) -> None:
    assert "holds no .obsidian folder" in bad(checks.check_settings(tmp_path))[0]


def test_settings_that_cannot_be_read_are_told(vault: Path) -> None:
    (vault / ".obsidian/app.json").write_text("{")
    assert len(bad(checks.check_settings(vault))) == 1


def test_a_category_without_a_folder_is_wrong(vault: Path) -> None:
    told = bad(checks.check_folders(vault, "obsidian.categories", ("Garden", "Gone")))
    assert told == ["obsidian.categories: the vault has no folder Gone"]


def test_the_state_may_be_a_folder_that_is_yet_to_be_made(tmp_path: Path) -> None:
    assert checks.check_state_dir(tmp_path / "a/b").grade is Grade.OK


def test_the_state_may_not_lie_below_a_file_or_in_a_synced_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert checks.check_state_dir(tmp_path / "file/state").grade is Grade.WRONG
    assert "synced by Dropbox" in checks.check_state_dir(tmp_path / "Dropbox/state").what


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
    assert bad(checks.check_sync(vault)) == [f"the vault is synced by {service}"]


def test_two_services_on_one_vault_are_one_too_many(tmp_path: Path) -> None:
    vault = tmp_path / "Dropbox/Notes"
    (vault / ".stfolder").mkdir(parents=True)
    (check,) = checks.check_sync(vault)
    assert check.what == "the vault is synced by Dropbox and Syncthing"
    assert "let one service alone" in check.mend


def test_a_vault_that_nothing_syncs_gives_no_hint(vault: Path) -> None:
    (vault / ".obsidian/core-plugins.json").write_text('{"sync": false}')
    assert bad(checks.check_sync(vault)) == []


def test_watching_is_checked_against_the_limit_and_the_file_system(tmp_path: Path) -> None:
    vault = tmp_path / "my notes"
    (vault / "a").mkdir(parents=True)
    point = str(vault).replace(" ", r"\040")
    mounts = f"disk / ext4 rw 0 0\nserver {point} nfs4 rw 0 0\n"
    told = bad(checks.check_watching(vault, mounts=mounts, limit=3))
    assert told == [
        f"{vault} lies on nfs4: changes made elsewhere are found by the sweep only",
        "2 folders to watch, and the system allows 3 for all programs",
    ]
    assert bad(checks.check_watching(vault, mounts="disk / ext4 rw 0 0\n", limit=4)) == []
