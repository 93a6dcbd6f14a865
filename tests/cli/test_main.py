"""The command as a whole: its options, its errors, and how soon it speaks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.core.model import Tier
from vaultskillet.stale import Part

COMMANDS = [
    "run", "process", "status", "history", "undo", "retry", "redact", "classify", "init",
    "doctor", "demo", "service install", "service uninstall", "service status",
]  # fmt: skip

HEAVY = {
    "apscheduler", "frontmatter", "httpx", "jinja2", "phonenumbers", "pydantic", "sqlite3",
    "vaultskillet.core.markdown", "vaultskillet.core.model", "vaultskillet.ports", "watchdog",
    "yaml",
}  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from vaultskillet.cli.main import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    told = subprocess.run(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )
    assert "demo" in told.stdout
    assert HEAVY.isdisjoint(told.stderr.split())


def test_what_an_option_offers_is_all_there_is(call: Call) -> None:
    for command, option, choices in (("ask", "--model", Tier), ("rerun", "--stale", Part)):
        told = call(command, "x", option, "none of them").err
        assert ", ".join(f"'{choice}'" for choice in choices) in " ".join(told.split())


@pytest.mark.parametrize(
    "command", [["--help"], ["status"], ["status", "--json"], ["run", "--once"]]
)
def test_a_reader_who_has_enough_is_no_fault(call: Call, vault: Path, command: list[str]) -> None:
    at = [] if command == ["--help"] else ["--vault", str(vault)]
    call("run", "--once", "--vault", vault)
    reader, writer = os.pipe()
    os.close(reader)
    told = subprocess.run(  # noqa: S603 - our own program, whose output nobody reads
        [sys.executable, "-m", "vaultskillet", *command, *at],
        check=False,
        stdout=writer,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    os.close(writer)
    assert (told.returncode, told.stderr) == (1, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_the_common_options(call: Call, command: str) -> None:
    ended = call(*command.split(), "--help")
    assert ended.code == 0
    for option in ("config", "vault", "state-dir", "engine", "verbose", "json-logs"):
        assert f"--{option}" in ended.out


def test_an_unknown_option_ends_with_2(call: Call) -> None:
    assert call("run", "--wonce").code == 2


def test_a_wrong_configuration_is_one_line_and_ends_with_2(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("watch:\n  quite_s: 3\n", encoding="utf-8")
    ended = call("run", "--config", file)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == (
        f"vaultskillet: {file}:2: watch.quite_s: is not a key; did you mean quiet_s?\n"
    )


@pytest.mark.parametrize("command", [["run"], ["run", "--once"], ["status"], ["process", "a"]])
def test_without_a_vault_the_person_is_told_how_to_name_one(call: Call, command: list[str]) -> None:
    ended = call(*command)
    assert ended.code == 2
    assert ended.err.count("\n") == 1


def test_a_missing_vault_and_a_file_for_a_vault_end_with_2(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    gone = call("run", "--once", "--vault", tmp_path / "gone")
    file = call("run", "--once", "--vault", tmp_path / "file")
    assert (gone.code, file.code) == (2, 2)
    assert "there is no such vault" in gone.err
    assert "is a file; a vault is the folder" in file.err


def test_a_fault_tells_its_kind_and_place_and_nothing_of_what_it_worked_on() -> None:
    program = (
        "import sys, threading\n"
        "from vaultskillet.cli.main import app, main\n"
        "def fault():\n"
        "    says = 'the password is hunter2'\n"
        "    raise ValueError(says)\n"
        "@app.command()\n"
        "def broken():\n"
        "    from vaultskillet import logs\n"
        "    logs.set_up(level=10, json_lines=False, secrets=())\n"
        "    thread = threading.Thread(target=fault)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        "    fault()\n"
        "sys.argv = ['vaultskillet', 'broken']\n"
        "main()"
    )
    ended = subprocess.run(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )
    thread, trace, line = ended.stderr.splitlines()
    assert "a thread broke" in thread
    assert "line 5, in fault" in trace
    assert line.startswith("vaultskillet: a fault in vaultskillet (ValueError); --verbose tells")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "the password is" not in ended.stderr


def test_garbage_is_seldom_looked_for() -> None:
    program = (
        "import gc, sys\n"
        "from vaultskillet.cli.main import GARBAGE_AFTER, main\n"
        "sys.argv = ['vaultskillet', '--help']\n"
        "try: main()\n"
        "finally: assert gc.get_threshold()[0] == GARBAGE_AFTER, gc.get_threshold()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)  # noqa: S603 - our own
