from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from vaultskillet.app import Mode, build, new_run_id
from vaultskillet.config import Config, Obsidian, Privacy
from vaultskillet.core.model import NotePath, Overtaken, Write, Written
from vaultskillet.errors import ConfigError, VaultError
from vaultskillet.vault.vault import DiskVault

TEXT = "The garden needs water in the morning. The tomatoes need it most of all in summer.\n"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "Note.md").write_text(TEXT, encoding="utf-8")
    return folder


def config_of(vault: Path) -> Config:
    return Config(obsidian=Obsidian(enabled=True, vault_path=vault))


def test_a_note_that_is_saved_during_a_run_is_done_in_the_same_run(
    vault: Path, tmp_path: Path
) -> None:
    saves = ["Typed on. " + TEXT]

    class Busy(DiskVault):
        def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
            for text in saves:
                (vault / "Note.md").write_text(text, encoding="utf-8")
            saves.clear()
            return super().commit(writes)

    with build(config_of(vault), state_dir=tmp_path / "state", mode=Mode.WORK) as app:
        app._kit.vault.__class__ = Busy  # noqa: SLF001 - an editor cannot be timed from outside
        report = app.run_once()
    assert [result.outcome for result in report.results] == ["written"]
    text = (vault / "Note.md").read_text(encoding="utf-8")
    assert text.endswith("Typed on. " + TEXT)
    assert "summary: " in text


def test_processing_what_is_not_there_is_refused(vault: Path, tmp_path: Path) -> None:
    with (
        build(config_of(vault), state_dir=tmp_path / "state", mode=Mode.WORK) as app,
        pytest.raises(ConfigError, match="no such note"),
    ):
        app.process([NotePath("Nowhere.md")])


@pytest.mark.parametrize("mode", [Mode.WORK, Mode.DRY])
def test_with_a_slip_in_a_private_folder_nothing_is_done(
    vault: Path, tmp_path: Path, mode: Mode
) -> None:
    config = config_of(vault).model_copy(update={"privacy": Privacy(folders=("Jurnal",))})
    with pytest.raises(ConfigError, match="the vault has no folder Jurnal"):
        build(config, state_dir=tmp_path / "state", mode=mode)


def test_an_unknown_engine_is_refused(vault: Path, tmp_path: Path) -> None:
    config = config_of(vault).model_copy(update={"engine": "oracle"})
    with pytest.raises(ConfigError, match="no engine 'oracle'"):
        build(config, state_dir=tmp_path / "state", mode=Mode.WORK)


def test_names_of_runs_sort_by_time() -> None:
    assert new_run_id(0) < new_run_id(1) < new_run_id(1e9)
