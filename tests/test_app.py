from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from vaultskillet.app import Mode, build, new_run_id
from vaultskillet.config import Config, Digest, Obsidian, Privacy
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


def test_what_waits_past_midnight_is_tried_at_once_like_all_that_waits_briefly(
    vault: Path, tmp_path: Path
) -> None:
    clock = FakeClock(20_000 * 86_400 - 20.0)
    state = tmp_path / "state"
    with build(config_of(vault), state_dir=state, mode=Mode.WORK, clock=clock) as app:
        app.sweep()
        queue = app._kit.store.queue  # noqa: SLF001 - an engine that is away for a moment
        queue.again(
            queue.lease(1, now=clock.now(), lease_s=9), not_before=clock.now() + 60, because="away"
        )
        assert [result.outcome for result in app.run_once().results] == ["written"]


def test_a_template_that_is_wrong_is_told_before_a_request_needs_it(
    vault: Path, tmp_path: Path
) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "answer.md").write_text("{{ answer }}\n{{ anwser }}\n", encoding="utf-8")
    config = config_of(vault).model_copy(update={"templates": own})
    with pytest.raises(ConfigError, match=r"answer\.md:2: 'anwser' is undefined"):
        build(config, state_dir=tmp_path / "state", mode=Mode.LOOK)


def test_a_digest_that_fails_is_named_costs_nothing_else_and_is_tried_again(
    vault: Path, tmp_path: Path
) -> None:
    clock = FakeClock(time.time())
    broken, mended = (
        config_of(vault).model_copy(update={"digests": (Digest(name="daily", template=name),)})
        for name in ("none", "digest")
    )

    def run(config: Config) -> dict[str, str]:
        with build(config, state_dir=tmp_path / "state", mode=Mode.WORK, clock=clock) as app:
            return {one.path.partition(" 2")[0]: one.outcome for one in app.run_once().results}

    assert run(broken) == {"Note.md": "written"}
    (vault / "Other.md").write_text(TEXT + TEXT, encoding="utf-8")
    clock.step(24 * 3600)
    assert run(broken) == {"Other.md": "written", "digest daily": "failed"}
    assert run(mended) == {"Homeskillet/Digests/Digest daily": "written"}


NOTE = NotePath("Note.md")
ASKING = "\n#homeskillet Where is water needed?\n"


def test_undo_by_name_removes_the_answer_too(vault: Path, tmp_path: Path) -> None:
    (vault / "Note.md").write_text(TEXT + ASKING, encoding="utf-8")
    with build(config_of(vault), state_dir=tmp_path / "state", mode=Mode.WORK) as app:
        report = app.run_once()
        answer = NotePath("Homeskillet/Answers/Where is water needed.md")
        assert [result.path for result in report.results] == [answer, NOTE]
        undone = app.undo([NOTE], run=None, since=None)
    assert [(result.path, result.outcome) for result in undone] == [
        (NOTE, "undone"),
        (answer, "undone"),
    ]
    assert (vault / "Note.md").read_text(encoding="utf-8") == TEXT + ASKING
    assert not (vault / answer).exists()


def test_a_request_that_failed_is_told_in_the_report_and_in_status(
    vault: Path, tmp_path: Path
) -> None:
    (vault / "Note.md").write_text("#homeskillet\n", encoding="utf-8")
    with build(config_of(vault), state_dir=tmp_path / "state", mode=Mode.WORK) as app:
        [result] = app.run_once().results
        status = app.status()
    because = "line 1: there is no text in the note to go by"
    assert (result.outcome, result.because) == ("written", because)
    assert status.failed == ((NOTE, because),)


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
