"""The agent's property list, and what launchd is understood to say."""

from __future__ import annotations

import os
import plistlib
import subprocess
from pathlib import Path

import pytest

from vaultskillet.service.definition import Service, is_sealed
from vaultskillet.service.launchd import Launchd

NASTY = 'it\'s $HOME 100% "q" <&> über ノート'

LAUNCHD = Launchd("notes-1", home=Path("/Users/ann"), user=501)


def service(*command: str, variables: tuple[str, ...] = (), file: Path = Path("/x")) -> Service:
    return Service(
        name="notes-1",
        vault=Path("/Users/ann/Notes"),
        command=command,
        environment_file=file,
        variables=variables,
        environment={"XDG_STATE_HOME": "/s"},
    )


def test_the_whole_agent() -> None:
    text = LAUNCHD.describe(service("/bin/vaultskillet", "run", "--vault", f"/Users/{NASTY}"))
    assert is_sealed(text)
    assert plistlib.loads(text.encode()) == {
        "Label": "vaultskillet.notes-1",
        "ProgramArguments": ["/bin/vaultskillet", "run", "--vault", f"/Users/{NASTY}"],
        "EnvironmentVariables": {
            "VAULTSKILLET_LOG": "/Users/ann/Library/Logs/vaultskillet-notes-1.log",
            "XDG_STATE_HOME": "/s",
        },
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 300,
        "ExitTimeOut": 10,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "StandardErrorPath": "/Users/ann/Library/Logs/vaultskillet-notes-1.err",
    }
    assert Path("/Users/ann/Library/LaunchAgents/vaultskillet.notes-1.plist") == LAUNCHD.file


@pytest.mark.parametrize("there", [True, False])
def test_variables_of_the_configuration_are_read_from_their_file(
    tmp_path: Path, *, there: bool
) -> None:
    file = tmp_path / NASTY
    if there:
        file.write_text("KEY='a $b c'\n", encoding="utf-8")
    command = ("/bin/sh", "-c", 'printf "%s|%s" "$KEY" "$1"', "sh", NASTY)
    agent = plistlib.loads(
        LAUNCHD.describe(service(*command, variables=("KEY",), file=file)).encode()
    )
    ended = subprocess.run(  # noqa: S603 - our own words
        agent["ProgramArguments"], check=True, capture_output=True, encoding="utf-8", env=os.environ
    )
    assert ended.stdout == f"{'a $b c' if there else ''}|{NASTY}"
