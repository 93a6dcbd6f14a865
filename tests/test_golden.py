"""Whole runs over small vaults: what goes in, what must come out, byte for byte."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from vaultskillet.app import App, Mode, build
from vaultskillet.config import Config, Obsidian
from vaultskillet.report import RunReport

GOLDEN = Path(__file__).parent / "vaults"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    found = {file: file.stat() for file in folder.rglob("*")}
    return {str(file): (status.st_mtime_ns, status.st_ino) for file, status in found.items()}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Path:
    return GOLDEN / str(request.param)


@pytest.fixture
def vault(case: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(case / "before", tmp_path / "vault"))


def open_app(vault: Path, mode: Mode = Mode.WORK) -> App:
    config = Config(obsidian=Obsidian(enabled=True, vault_path=vault))
    return build(config, state_dir=vault.parent / "state", mode=mode, show_diffs=True)


def run(vault: Path, mode: Mode = Mode.WORK) -> RunReport:
    with open_app(vault, mode) as app:
        return app.run_once()


def test_a_run_gives_the_expected_bytes(case: Path, vault: Path) -> None:
    report = run(vault)
    assert report.count("failed") == 0
    assert contents(vault) == contents(case / "after")


def test_a_second_run_writes_nothing_and_touches_nothing(vault: Path) -> None:
    run(vault)
    before = stamps(vault)
    report = run(vault)
    assert report.results == ()
    assert stamps(vault) == before


def test_undo_gives_the_very_bytes_of_before(case: Path, vault: Path) -> None:
    written = run(vault).count("written")
    with open_app(vault) as app:
        undone = app.undo(None, run=None, since=None)
    assert [result.outcome for result in undone] == ["undone"] * written
    assert contents(vault) == contents(case / "before")


def test_what_was_taken_back_stays_so(case: Path, vault: Path) -> None:
    run(vault)
    with open_app(vault) as app:
        app.undo(None, run=None, since=None)
    run(vault)
    assert contents(vault) == contents(case / "before")


def test_a_dry_run_shows_the_same_changes_and_makes_none(case: Path, vault: Path) -> None:
    before = stamps(vault)
    tried = run(vault, Mode.DRY)
    assert contents(vault) == contents(case / "before")
    assert stamps(vault) == before
    assert not (vault.parent / "state").exists()
    done = run(vault)
    assert [(one.path, one.diff) for one in tried.results] == [
        (one.path, one.diff) for one in done.results
    ]


def test_a_dry_run_beside_a_state_leaves_the_state_as_it_is(vault: Path) -> None:
    run(vault)
    note = next(path for name in ("Mulch", "Kept", "Beds") for path in vault.rglob(f"{name}.md"))
    with note.open("ab") as file:
        file.write(b"\nA new paragraph, which says something more about the matter at hand.\n")
    before = stamps(vault.parent / "state")
    run(vault, Mode.DRY)
    assert stamps(vault.parent / "state") == before


def test_a_lost_state_makes_nothing_be_written_twice(vault: Path) -> None:
    run(vault)
    after = contents(vault)
    shutil.rmtree(vault.parent / "state")
    run(vault)
    again = contents(vault)
    for path, content in after.items():
        assert again[path].count(b"summary") == content.count(b"summary"), path


def test_every_note_that_was_left_is_named_with_its_reason(vault: Path) -> None:
    report = run(vault)
    with open_app(vault, Mode.LOOK) as app:
        status = app.status()
    written = {result.path for result in report.results if result.outcome == "written"}
    left = dict(status.left)
    assert all(left.values())
    for file in vault.rglob("*.md"):
        path = file.relative_to(vault).as_posix()
        hidden = any(f"{parent}/" in left for parent in Path(path).parents)
        assert (path in written) != (path in left or hidden), path


def test_two_at_once_are_refused(vault: Path) -> None:
    with open_app(vault), pytest.raises(Exception, match=f"process {os.getpid()}"):
        open_app(vault)
