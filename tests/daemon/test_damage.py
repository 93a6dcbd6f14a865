"""A state that is lost or damaged: the notes are not done twice, and what is ours is known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaultskillet.app import App, Mode, build
from vaultskillet.config import Config, Obsidian
from vaultskillet.report import RunReport

TEXT = (
    "# Number {0}\n\nThe garden of number {0} needs water in the morning, and the beds need soil. "
    "The tomatoes of bed {0} need it most of all, and compost feeds the soil. #garden\n"
)
NOTES = 60


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    for number in range(NOTES):
        note = folder / f"{number:02}.md"
        note.write_text(TEXT.format(number), encoding="utf-8")
    return folder


def open_app(vault: Path, mode: Mode = Mode.WORK) -> App:
    config = Config(obsidian=Obsidian(enabled=True, vault_path=vault))
    return build(config, state_dir=vault.parent / "state", mode=mode)


def run(vault: Path) -> RunReport:
    with open_app(vault) as app:
        return app.run_once()


def contents(vault: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in vault.glob("*.md")}


def owned(vault: Path) -> int:
    """Count the notes whose summary is known to be ours."""
    with open_app(vault, Mode.LOOK) as app:
        rows = list(app._kit.store.ledger.rows())  # noqa: SLF001 - no command tells it
    return sum("summary" in row.ownership.values for row in rows)


def spoil(state: Path, part: float) -> None:
    """Spoil a page of the database, somewhere between its head (0) and its end (1)."""
    page = int(state.stat().st_size // 4096 * part)
    with state.open("r+b") as file:
        file.seek(page * 4096)
        file.write(os.urandom(4096))


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.9])
def test_a_damaged_state_makes_no_note_be_done_twice(
    vault: Path, part: float, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(vault).count("written") == NOTES
    before = contents(vault)
    spoil(vault.parent / "state" / "state.sqlite3", part)
    report = run(vault)
    assert report.count("written") == report.count("failed") == 0
    assert contents(vault) == before
    if "damaged" in caplog.text:  # a page that nothing stands on harms nobody
        assert owned(vault) > 0 or part == 0.0
    assert run(vault).unchanged == NOTES


def spoil_count(state: Path) -> None:
    """Spoil the count of free pages: the check finds fault, and every row can be read."""
    with state.open("r+b") as file:
        file.seek(36)
        file.write(b"\0\0\0\7")


def test_what_is_saved_is_ours_still(vault: Path) -> None:
    run(vault)
    spoil_count(vault.parent / "state" / "state.sqlite3")
    run(vault)
    assert owned(vault) == NOTES
    note = vault / "07.md"
    head, _, _ = note.read_text(encoding="utf-8").rpartition("---\n")
    cheese = "The cheese of the farm is old and hard. It comes from the milk of goats in summer.\n"
    note.write_text(f"{head}---\n{cheese}", encoding="utf-8")
    assert run(vault).count("written") == 1
    assert "\nsummary: The cheese of the farm" in note.read_text(encoding="utf-8")


def test_a_state_that_is_lost_makes_no_note_be_done_twice(vault: Path) -> None:
    run(vault)
    before = contents(vault)
    for file in (vault.parent / "state").iterdir():
        file.unlink()
    report = run(vault)
    assert report.count("written") == 0
    assert contents(vault) == before
    assert owned(vault) == 0


def test_a_saved_history_can_be_taken_back(vault: Path) -> None:
    before = contents(vault)
    run(vault)
    spoil_count(vault.parent / "state" / "state.sqlite3")
    with open_app(vault) as app:
        undone = app.undo(None, run=None, since=None)
    assert {one.outcome for one in undone} == {"undone"}
    assert contents(vault) == before
