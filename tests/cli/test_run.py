"""Working on a vault, and taking it back, by transcript."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended
from vaultskillet.cli.demo import SAMPLE

NOTE = "Garden/Compost.md"
ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_run_writes_a_summary_and_a_second_one_nothing(call: Call, vault: Path) -> None:
    first = call("run", "--once", "--vault", vault)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("notes: 1 written")
    assert b"\nsummary: A compost bin smells" in (vault / NOTE).read_bytes()
    written = (vault / NOTE).stat()
    second = call("run", "--once", "--vault", vault)
    assert second.out.startswith("notes: 1 unchanged")
    assert (vault / NOTE).stat() == written


def test_a_dry_run_shows_the_diff_and_changes_nothing(call: Call, vault: Path) -> None:
    before = contents(vault)
    ended = call("run", "--dry-run", "--vault", vault)
    assert ended.code == 0
    assert f"--- a/{NOTE}\n+++ b/{NOTE}\n" in ended.out
    assert "\n+summary: A compost bin smells" in ended.out
    assert "notes: 1 would be written" in ended.out
    assert contents(vault) == before
    assert not list(Path.home().rglob("*.sqlite3"))


def test_a_note_keeps_its_file_where_its_creation_date_is_to_be_kept(
    call: Call, vault: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("write: {keep_created: true}", encoding="utf-8")
    before, text = (vault / NOTE).stat(), (vault / NOTE).read_bytes()
    words = ["--vault", vault, "--config", file]
    assert call("run", "--once", *words).out.startswith("notes: 1 written")
    assert (vault / NOTE).stat().st_ino == before.st_ino
    assert call("run", "--once", *words).out.startswith("notes: 1 unchanged")
    assert call("undo", *words).out == f"undone: {NOTE}\n"
    assert (vault / NOTE).read_bytes() == text
    assert (vault / NOTE).stat().st_ino == before.st_ino


def test_undo_gives_back_the_very_bytes(call: Call, vault: Path) -> None:
    before = contents(vault)
    call("run", "--once", "--vault", vault)
    ended = call("undo", "--vault", vault)
    assert (ended.code, ended.out) == (0, f"undone: {NOTE}\n")
    assert contents(vault) == before
    assert call("undo", "--vault", vault).out == "nothing to take back\n"


def test_history_tells_every_write_and_of_one_note_the_change(call: Call, vault: Path) -> None:
    assert call("history", "--vault", vault).out == "nothing was written\n"
    call("run", "--once", "--vault", vault)
    assert call("history", "--vault", vault).out.endswith(f"done  {NOTE}\n")
    assert "\n    + summary: A compost" in call("history", "Garden/Compost", "--vault", vault).out
    (entry,) = json.loads(call("history", "--json", "--vault", vault).out)
    assert (entry["note"], entry["state"]) == (NOTE, "done")


def test_process_does_one_note_and_names_it(call: Call, vault: Path) -> None:
    ended = call("process", "Garden/Compost", "--vault", vault)
    assert (ended.code, ended.out) == (0, f"written: {NOTE}\n")
    gone = call("process", "gone", "--vault", vault)
    assert gone.code == 2
    assert gone.err == f"vaultskillet: gone: there is no such note in {vault}\n"


def test_a_request_that_failed_is_named_with_its_line_and_status_says_why(
    call: Call, vault: Path
) -> None:
    (vault / "Ask.md").write_text("Too short.\n\n#homeskillet/undo\n", encoding="utf-8")
    told = "request failed: Ask.md (line 3: nothing that was written to it stands in it)\n"
    assert call("process", "Ask", "--vault", vault) == Ended(0, told, "")
    assert "#homeskillet/failed" in (vault / "Ask.md").read_text(encoding="utf-8")
    assert told in call("status", "--vault", vault).out


def test_status_tells_what_was_left_alone_and_why(call: Call, vault: Path) -> None:
    call("run", "--once", "--vault", vault)
    ended = call("status", "--vault", vault)
    assert ended.code == 0
    assert "1 written, 0 left alone, 0 failed" in ended.out
    assert "left alone: Templates/Day.md (in a template folder)" in ended.out
    told = json.loads(call("status", "--json", "--vault", vault).out)
    assert told["vault"] == str(vault)
    assert told["queue"] == {"waiting": 0, "leased": 0, "buried": 0}


def test_retry_counts_what_is_due_again(call: Call, vault: Path) -> None:
    assert call("retry", "--vault", vault).out == "0 notes are due again\n"


def test_a_note_that_waited_is_counted_once(call: Call, vault: Path) -> None:
    note = vault / "Garden/Compost.md"
    note.chmod(0o444)
    assert "1 failed" in call("run", "--once", "--vault", vault).out
    note.chmod(0o644)
    call("retry", "--vault", vault)
    assert call("run", "--once", "--vault", vault).out.startswith(
        "notes: 1 written, 2 left alone ("
    )


def test_run_refuses_a_vault_that_is_not_enabled(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"obsidian: {{vault_path: '{vault}'}}", encoding="utf-8")
    ended = call("run", "--once", "--config", file)
    assert ended.code == 2
    assert "obsidian.enabled is false" in ended.err
    assert call("run", "--once", "--config", file, "--vault", vault).code == 0


def test_an_unknown_engine_ends_with_2(call: Call, vault: Path) -> None:
    ended = call("run", "--once", "--vault", vault, "--engine", "steam")
    assert ended.code == 2
    assert "steam" in ended.err


def test_the_demo_shows_the_changes_and_can_be_taken_back(call: Call, tmp_path: Path) -> None:
    folder, state = tmp_path / "demo", tmp_path / "demo-state"
    ended = call("demo", folder)
    assert (ended.code, ended.err) == (0, "")
    assert "+++ b/Garden/Tomatoes on the balcony.md\n" in ended.out
    assert f"vaultskillet undo --vault {folder} --state-dir {state}\n" in ended.out
    assert "vaultskillet run --once --vault PATH" in ended.out
    assert "@" not in ended.out.replace("@@", "")
    assert call("undo", "--vault", folder, "--state-dir", state).code == 0
    assert contents(folder) == contents(SAMPLE)


def test_the_demo_refuses_a_folder_that_is_not_empty(call: Call, vault: Path) -> None:
    before = contents(vault)
    ended = call("demo", vault)
    assert ended.code == 2
    assert "is not empty" in ended.err
    assert contents(vault) == before


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["term", "int"]
)
def test_the_daemon_does_what_is_due_and_stops_when_asked(
    vault: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("watch: {quiet_s: 0}\nlogs: {file: run.log}", encoding="utf-8")
    program = "from vaultskillet.cli.main import main; main()"
    words = ["run", "--vault", str(vault), "--config", str(file)]
    with subprocess.Popen(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline() == f"written: {NOTE}\n"
        daemon.send_signal(number)
        assert daemon.wait(timeout=10) == code
        assert daemon.stderr is not None
        assert "info" not in daemon.stderr.read()
    assert f"info: written path={NOTE}\n" in (tmp_path / "run.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("Notes/run.log", "logs may not lie inside the vault"),
        ("..", "logs cannot be written there (Is a directory)"),
    ],
)
def test_a_log_that_has_no_place_is_told_before_anything_is_done(
    call: Call, vault: Path, tmp_path: Path, log: str, told: str
) -> None:
    before = contents(vault)
    file = tmp_path / "config.yaml"
    file.write_text(f"logs: {{file: {log}}}", encoding="utf-8")
    ended = call("run", "--vault", vault, "--config", file)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert told in ended.err
    assert contents(vault) == before
