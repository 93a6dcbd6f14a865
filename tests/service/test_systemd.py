"""The unit's text, as systemd itself reads it where it is on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.service.definition import Service, is_sealed
from vaultskillet.service.systemd import Systemd

NASTY = 'it\'s $HOME ${HOME} 100% %n "q" [x]* \\n; # über ノート'

PATHS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40) | st.lists(
    st.sampled_from(["%", "$", "\\", '"', "'", " ", ";", "#", "a"])
).map("".join)


def unit_of(
    *command: str, environment: dict[str, str] | None = None, file: Path = Path("/service.env")
) -> str:
    service = Service(
        name="notes-1",
        vault=Path("/home/ann/100% Notes"),
        command=command,
        environment_file=file,
        environment=environment or {},
    )
    return Systemd("notes-1", home=Path("/home/ann"), environ={}).describe(service)


def value_of(unit: str, key: str) -> str:
    return next(line for line in unit.splitlines() if line.startswith(f"{key}="))[len(key) + 1 :]


def words_of(line: str) -> list[str]:
    """Read a quoted command line as systemd.syntax(7) has it."""
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


def test_the_whole_unit() -> None:
    unit = unit_of("/bin/vaultskillet", "run", environment={"XDG_STATE_HOME": "/s"})
    assert is_sealed(unit)
    assert unit.partition("\n")[2] == (
        "[Unit]\n"
        "Description=vaultskillet (/home/ann/100%% Notes)\n"
        "\n"
        "[Service]\n"
        "Type=exec\n"
        'ExecStart=:"/bin/vaultskillet" "run"\n'
        'Environment="XDG_STATE_HOME=/s"\n'
        "EnvironmentFile=-/service.env\n"
        "Restart=on-failure\n"
        "RestartSec=30\n"
        "RestartPreventExitStatus=2\n"
        "TimeoutStopSec=10\n"
        "StandardOutput=null\n"
        "Nice=10\n"
        "IOSchedulingClass=idle\n"
        "NoNewPrivileges=yes\n"
        "\n"
        "[Install]\n"
        "WantedBy=default.target\n"
    )


@given(st.lists(PATHS, min_size=1, max_size=4))
def test_every_word_comes_back_as_it_was(words: list[str]) -> None:
    line = value_of(unit_of("/bin/vaultskillet", *words), "ExecStart")
    assert line.startswith(":")
    assert words_of(line) == ["/bin/vaultskillet", *words]


@pytest.mark.parametrize(
    ("environ", "file"),
    [
        ({}, "/home/ann/.config/systemd/user/vaultskillet-notes-1.service"),
        ({"XDG_CONFIG_HOME": "/c"}, "/c/systemd/user/vaultskillet-notes-1.service"),
        ({"XDG_CONFIG_HOME": "c"}, "/home/ann/.config/systemd/user/vaultskillet-notes-1.service"),
    ],
)
def test_the_unit_stands_where_the_user_manager_looks(environ: dict[str, str], file: str) -> None:
    assert Systemd("notes-1", home=Path("/home/ann"), environ=environ).file == Path(file)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_reads_what_was_meant(tmp_path: Path) -> None:
    program = tmp_path / NASTY / "vaultskillet"
    program.parent.mkdir()
    shutil.copy("/bin/true", program)
    env_file = tmp_path / NASTY / "service.env"
    unit = tmp_path / "vaultskillet-notes-1.service"
    words = ["run", "--vault", f"/home/{NASTY}", "--verbose"]
    state = {"XDG_STATE_HOME": f"/s/{NASTY}"}
    unit.write_text(unit_of(str(program), *words, environment=state, file=env_file))
    ended = subprocess.run(  # noqa: S603 - our own words
        ["systemd-analyze", "--user", "verify", str(unit)],  # noqa: S607 - the system's own
        check=True,
        capture_output=True,
        encoding="utf-8",
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_LEVEL": "debug",
             "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    told = re.findall(
        r"^\s*(Command Line|Environment|EnvironmentFile): (.*)$", ended.stdout, re.MULTILINE
    )
    told_of = dict(told)
    assert told_of["Environment"] == f"XDG_STATE_HOME=/s/{NASTY}"
    assert Path(told_of["EnvironmentFile"][1:]).name == "service.env"
    printed = subprocess.run(  # noqa: S603 - what systemd quoted for a shell
        ["/bin/sh", "-c", f"printf '%s\\n' {told_of['Command Line']}"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert printed.stdout.splitlines() == ["/usr/bin/env", str(program), *words]
