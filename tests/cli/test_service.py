"""Installing, asking after and removing a service, by transcript, with stand-ins for its tools."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vaultskillet.service.definition import name_for

# Writes down how it was called. What it answers, and whether it fails, stands in files.
TOOL = """\
#!/bin/sh
echo "$(basename "$0") $*" >> '{folder}/calls'
case "$*" in
  bootstrap*) touch '{folder}/known' ;;
  bootout*) rm -f '{folder}/known' ;;
  print*) [ -e '{folder}/known' ] || exit 113 ;;
esac
if [ -e '{folder}/fault' ]; then cat '{folder}/fault' >&2; exit 1; fi
case "$*" in *show*|print*) cat '{folder}/answer' ;; esac
"""


@dataclass(frozen=True)
class Tools:
    """A folder on PATH that holds nothing but stand-ins."""

    folder: Path

    def add(self, name: str) -> None:
        tool = self.folder / name
        tool.write_text(TOOL.format(folder=self.folder), encoding="utf-8")
        tool.chmod(0o755)

    def answer(self, text: str) -> None:
        (self.folder / "answer").write_text(text, encoding="utf-8")

    def fail(self, text: str) -> None:
        (self.folder / "fault").write_text(f"{text}\n", encoding="utf-8")

    def calls(self) -> list[str]:
        """Give the calls since the last time."""
        file = self.folder / "calls"
        calls = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return calls


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    tools = Tools(folder)
    tools.answer("LoadState=loaded\nActiveState=inactive\nMainPID=0\n")
    return tools


@dataclass(frozen=True)
class Bench:
    """The commands `service` on one vault under one manager."""

    do: Callable[..., str]
    file: Path
    label: str


@pytest.fixture
def systemd(call: Call, vault: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tools.folder / "config"))
    tools.add("systemctl")
    label = f"vaultskillet-{name_for(vault)}.service"
    return Bench(
        lambda *words: call("service", *words, "--manager", "systemd", "--vault", vault).out,
        tools.folder / "config/systemd/user" / label,
        label,
    )


@pytest.fixture
def launchd(call: Call, vault: Path, tools: Tools) -> Bench:
    tools.add("launchctl")
    label = f"vaultskillet.{name_for(vault)}"
    return Bench(
        lambda *words: call("service", *words, "--manager", "launchd", "--vault", vault).out,
        Path.home() / "Library/LaunchAgents" / f"{label}.plist",
        label,
    )


def exec_start(unit: Path) -> str:
    return next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))


def test_systemd_gets_a_unit_and_is_told_to_start_it(
    systemd: Bench, tools: Tools, vault: Path
) -> None:
    out = systemd.do("install")
    assert out.startswith(f"Wrote {systemd.file}\nStarted {systemd.label}; its logs: journalctl")
    assert exec_start(systemd.file).endswith(f' "run" "--vault" "{vault}"')
    assert tools.calls() == [
        "systemctl --user daemon-reload",
        f"systemctl --user enable {systemd.label}",
        f"systemctl --user restart {systemd.label}",
    ]


def test_to_install_twice_changes_nothing_and_interrupts_nothing(
    systemd: Bench, tools: Tools
) -> None:
    systemd.do("install")
    before, _ = systemd.file.read_bytes(), tools.calls()
    assert systemd.do("install").startswith(f"There already: {systemd.file}\nStarted")
    assert systemd.file.read_bytes() == before
    assert tools.calls() == [f"systemctl --user enable --now {systemd.label}"]


def test_other_options_replace_the_unit_and_restart_it(systemd: Bench, tools: Tools) -> None:
    systemd.do("install")
    tools.calls()
    systemd.do("install", "--verbose")
    assert exec_start(systemd.file).endswith(' "--verbose"')
    assert tools.calls()[-1] == f"systemctl --user restart {systemd.label}"


def test_uninstall_stops_it_and_leaves_nothing_of_ours(
    systemd: Bench, tools: Tools, vault: Path
) -> None:
    systemd.do("install")
    other = systemd.file.with_name("other.service")
    other.touch()
    tools.calls()
    assert systemd.do("uninstall") == f"Removed {systemd.file}\n"
    assert list(systemd.file.parent.iterdir()) == [other]
    assert tools.calls() == [
        f"systemctl --user disable --now {systemd.label}",
        "systemctl --user daemon-reload",
    ]
    assert systemd.do("uninstall") == f"Not installed: there is no {systemd.file}\n"
    assert (vault / "Garden/Compost.md").exists()


def test_every_common_option_is_baked_in_by_its_absolute_path(
    call: Call, vault: Path, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.add("systemctl")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    (tmp_path / "mine.yaml").write_text("watch: {quiet_s: 5}", encoding="utf-8")
    words = ["--config", "mine.yaml", "--vault", vault.name, "--state-dir", "st", "--json-logs"]
    ended = call("service", "install", "--print", *words, "--engine", "extractive")
    assert (
        f' "run" "--config" "{tmp_path}/mine.yaml" "--vault" "{vault}" '
        f'"--state-dir" "{tmp_path}/st" "--engine" "extractive" "--json-logs"\n'
    ) in ended.out
    assert 'Environment="XDG_STATE_HOME=/s"\n' in ended.out
    assert tools.calls() == []
    assert not list(Path.home().rglob("*.service"))


def test_a_configuration_that_names_the_vault_is_enough(
    call: Call, vault: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tools.add("systemctl")
    file = tmp_path / "config.yaml"
    file.write_text(f"obsidian: {{enabled: true, vault_path: '{vault}'}}", encoding="utf-8")
    monkeypatch.setenv("VAULTSKILLET_CONFIG", str(file))
    out = call("service", "install", "--print", "--manager", "systemd").out
    assert f' "run" "--config" "{file}"\n' in out


def test_a_vault_that_is_not_enabled_gets_no_service(
    call: Call, vault: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"obsidian: {{vault_path: '{vault}'}}", encoding="utf-8")
    ended = call("service", "install", "--config", file)
    assert ended.code == 2
    assert "obsidian.enabled is false" in ended.err


def test_no_secret_stands_in_the_file_and_the_person_is_told_where_to_put_it(
    call: Call, vault: Path, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.add("systemctl")
    file = tmp_path / "config.yaml"
    file.write_text("openai:\n  api_key: ${MY_KEY}  # not ${OTHER}\n", encoding="utf-8")
    monkeypatch.setenv("MY_KEY", "hush-hush-hush")
    words = ["service", "install", "--manager", "systemd", "--vault", vault, "--config", file]
    out = call(*words).out
    env_file = Path.home() / ".config/vaultskillet/service.env"
    assert "The configuration needs MY_KEY. The service reads them from\n" in out
    assert f"{env_file}: write lines such as MY_KEY='...', and chmod 600.\n" in out
    (unit,) = Path.home().rglob("*.service")
    assert f"\nEnvironmentFile=-{env_file}\n" in unit.read_text()
    assert "hush" not in unit.read_text() + out
    env_file.parent.mkdir(parents=True, exist_ok=True)
    env_file.write_text("MY_KEY='hush-hush-hush'\n", encoding="utf-8")
    assert "needs" not in call(*words).out


def test_two_vaults_have_a_service_each(call: Call, vault: Path, tools: Tools) -> None:
    tools.add("systemctl")
    other = vault.with_name("Other")
    (other / ".obsidian").mkdir(parents=True)
    for each in (vault, other):
        call("service", "install", "--manager", "systemd", "--vault", each)
    assert len(list(Path.home().rglob("*.service"))) == 2
    call("service", "uninstall", "--manager", "systemd", "--vault", other)
    (left,) = Path.home().rglob("*.service")
    assert name_for(vault) in left.name


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_a_file_that_somebody_else_wrote_or_changed_is_left_alone(
    call: Call, vault: Path, systemd: Bench, tools: Tools, command: str
) -> None:
    systemd.do("install")
    changed = systemd.file.read_text() + "Nice=19\n"
    systemd.file.write_text(changed)
    tools.calls()
    ended = call("service", command, "--manager", "systemd", "--vault", vault, "--verbose")
    assert ended.code == 2
    assert "is not as vaultskillet wrote it, so it is left alone" in ended.err
    assert systemd.file.read_text() == changed
    assert tools.calls() == []


def test_where_the_tool_is_absent_the_person_gets_the_command(
    call: Call, vault: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tools.folder))
    words = ["--manager", "systemd", "--vault", vault]
    label = f"vaultskillet-{name_for(vault)}.service"
    installed = call("service", "install", *words)
    assert installed.code == 0
    assert f"To start it: systemctl --user enable --now {label}\n" in installed.out
    told = call("service", "status", *words).out
    assert "state      unknown: there is no systemctl on this machine\n" in told
    removed = call("service", "uninstall", *words).out
    assert f"Should it still run: systemctl --user disable --now {label}\n" in removed
    assert not list(Path.home().rglob("*.service"))


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_a_manager_that_refuses_is_quoted_and_nothing_is_half_removed(
    call: Call, vault: Path, systemd: Bench, tools: Tools, command: str
) -> None:
    systemd.do("install")
    tools.fail("Failed to connect to bus: No medium found")
    ended = call("service", command, "--manager", "systemd", "--vault", vault)
    assert ended.code == 1
    assert "Failed to connect to bus: No medium found\nTry: systemctl --user" in ended.err
    assert systemd.file.exists()


SHOWN = """\
LoadState=loaded
ActiveState={active}
MainPID={pid}
ExecMainStartTimestampMonotonic=100
ExecMainExitTimestampMonotonic={exit}
ExecMainCode={code}
ExecMainStatus={status}
"""


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (
            SHOWN.format(active="active", pid=42, exit=0, code=0, status=0),
            ["state      running, process 42"],
        ),
        (
            SHOWN.format(active="failed", pid=0, exit=9, code=1, status=2),
            ["state      not running", "last exit  2, the command line or the configuration"],
        ),
        (
            SHOWN.format(active="activating", pid=0, exit=9, code=2, status=9),
            ["state      not running", "last exit  by signal 9"],
        ),
        (
            "LoadState=not-found\nActiveState=inactive\n",
            ["state      unknown: systemd does not know vaultskillet-"],
        ),
    ],
)
def test_status_tells_what_systemd_says(
    systemd: Bench, tools: Tools, answer: str, lines: list[str]
) -> None:
    systemd.do("install")
    tools.answer(answer)
    out = systemd.do("status")
    assert f"file       {systemd.file}\n" in out
    for line in lines:
        assert line in out


def test_status_of_what_is_not_installed_says_so(systemd: Bench, tools: Tools) -> None:
    tools.answer("LoadState=not-found\n")
    assert f"{systemd.file} (not installed)\n" in systemd.do("status")
    told = json.loads(systemd.do("status", "--json"))
    assert (told["installed"], told["running"], told["last_exit"]) == (False, False, None)


def test_launchd_gets_an_agent_and_is_told_to_start_it(launchd: Bench, tools: Tools) -> None:
    out = launchd.do("install")
    assert out.startswith(f"Wrote {launchd.file}\nStarted {launchd.label}; its logs: tail ")
    assert plistlib.loads(launchd.file.read_bytes())["Label"] == launchd.label
    changes = [line for line in tools.calls() if " print " not in line]
    session = changes[0].split()[-1].rpartition("/")[0]
    assert session.startswith("gui/")
    assert changes == [
        f"launchctl enable {session}/{launchd.label}",
        f"launchctl bootstrap {session} {launchd.file}",
    ]


def test_launchd_is_told_anew_only_where_the_agent_changed(launchd: Bench, tools: Tools) -> None:
    launchd.do("install")
    tools.calls()
    launchd.do("install")
    assert [line.split()[1] for line in tools.calls()] == ["print"]
    launchd.do("install", "--json-logs")
    changes = [line.split()[1] for line in tools.calls()]
    assert [each for each in changes if each != "print"] == ["bootout", "enable", "bootstrap"]


def test_uninstall_boots_the_agent_out(launchd: Bench, tools: Tools) -> None:
    launchd.do("install")
    tools.calls()
    assert launchd.do("uninstall") == f"Removed {launchd.file}\n"
    assert [line.split()[1] for line in tools.calls()] == ["print", "bootout", "print"]
    assert not launchd.file.exists()


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ("\tstate = running\n\tpid = 42\n", ["state      running, process 42\n"]),
        (
            "\tstate = not running\n\tlast exit code = 2: (unknown)\n",
            ["state      not running\n", "last exit  2, the command line"],
        ),
        (
            "\tstate = not running\n\tlast terminating signal = Killed: 9\n",
            ["last exit  by signal 9\n"],
        ),
        ("\tstate = running\n\tpid = 7\n\tlast exit code = (never exited)\n", ["process 7\n"]),
    ],
)
def test_status_tells_what_launchd_says(
    launchd: Bench, tools: Tools, answer: str, lines: list[str]
) -> None:
    launchd.do("install")
    tools.answer(answer)
    out = launchd.do("status")
    for line in lines:
        assert line in out
