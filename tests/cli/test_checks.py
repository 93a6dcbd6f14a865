"""What `doctor` finds."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.cli import checks
from vaultskillet.cli.check import Check, Grade
from vaultskillet.cli.watching import Mount
from vaultskillet.config import Config, HostedAI, Logs, Obsidian, load


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
    assert bad(checks.check_state_dir(tmp_path / "a/b", [])) == []


@pytest.mark.parametrize(
    ("state", "kind", "told"),
    [
        ("file/state", "ext4", "may not be written"),
        ("Dropbox/state", "ext4", "is synced by Dropbox, which corrupts databases"),
        ("state", "nfs4", "lies on nfs4, where databases break"),
        ("state", "fuse.sshfs", "lies on fuse.sshfs, where databases break"),
    ],
)
def test_the_state_may_not_lie_where_it_would_be_lost(
    tmp_path: Path, state: str, kind: str, told: str
) -> None:
    (tmp_path / "file").touch()
    (check,) = checks.check_state_dir(tmp_path / state, [Mount(str(tmp_path), kind)])
    assert check.grade is Grade.WRONG
    assert told in check.what
    assert "--state-dir DIR" in check.mend


def test_notes_that_a_person_can_mend_are_counted_with_an_example(vault: Path) -> None:
    (vault / "Garden/Compost.sync-conflict-20260318-071502-K3XQZ7A.md").touch()
    (vault / ".Cloud.md.icloud").touch()
    (vault / "Shut.md").write_text("x")
    (vault / "Shut.md").chmod(0o444)
    (vault / "One.md").write_text("x")
    (vault / "Two.md").hardlink_to(vault / "One.md")
    told = bad(checks.check_notes(vault, "Homeskillet"))
    assert told[0].startswith("conflict copies of sync services: 1, such as Garden/Compost.sync")
    assert told[1] == "notes that are not downloaded: 1, such as Cloud.md"
    assert told[2] == "notes that may not be read and written: 1, such as Shut.md"
    assert told[3].startswith("notes with several hard links: 2, such as ")


def test_logs_are_checked_where_they_go_to_a_file(tmp_path: Path) -> None:
    def told(**logs: object) -> list[str]:
        config = Config(
            obsidian=Obsidian(vault_path=tmp_path / "vault"), logs=Logs.model_validate(logs)
        )
        return bad(checks.check_logs(config, {}))

    (tmp_path / "a.log").touch()
    assert told() == told(file=tmp_path / "new/a.log") == told(file=tmp_path / "a.log") == []
    assert told(file=tmp_path) == [f"{tmp_path}: logs cannot be written there"]
    assert len(told(file=tmp_path / "a.log/b.log")) == 1
    assert "inside the vault" in told(file=tmp_path / "vault/a.log")[0]


def test_status_names_what_doctor_finds_in_the_settings(call: Call, vault: Path) -> None:
    (vault / ".obsidian/app.json").write_text("{")
    told = call("status", "--vault", vault).out
    assert f"problem  {vault}/.obsidian/app.json: cannot be read" in told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere they are kept anyway")
def test_who_sorts_by_creation_date_is_told_the_key() -> None:
    assert "write.keep_created: true" in checks.check_created(keep=False).mend
    assert checks.check_created(keep=True).mend == ""
