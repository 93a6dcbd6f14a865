"""A service of systemd's user manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vaultskillet.service.definition import NICE, STOP_S, ByHand, Service, State, seal
from vaultskillet.service.tool import ask

_TOOL = ("systemctl", "--user")

_SHOWN = (
    "LoadState", "ActiveState", "MainPID", "ExecMainStartTimestampMonotonic",
    "ExecMainExitTimestampMonotonic", "ExecMainCode", "ExecMainStatus",
)  # fmt: skip

_KILLED = {"2", "3"}
"""`ExecMainCode` of a process that a signal ended: CLD_KILLED and CLD_DUMPED."""

_QUOTES = set("'\"\\")


class Systemd:
    """The service of one vault under `systemctl --user`."""

    def __init__(self, name: str, *, home: Path, environ: Mapping[str, str]) -> None:
        """Make ready; nothing is asked or written yet.

        Args:
            name: of the service, as `name_for` gives it.
            home: of the user.
            environ: says where configurations are kept.
        """
        set_folder = environ.get("XDG_CONFIG_HOME", "")
        folder = Path(set_folder) if set_folder.startswith("/") else home / ".config"
        self.tool = "systemctl"
        self.label = f"vaultskillet-{name}.service"
        self.file = folder / "systemd" / "user" / self.label
        self.by_hand = ByHand(
            start=f"systemctl --user enable --now {self.label}",
            stop=f"systemctl --user disable --now {self.label}",
            logs=f"journalctl --user -u {self.label}",
        )

    def describe(self, service: Service) -> str:
        """Give the unit's text."""
        environment = "".join(
            f"Environment={_quote(f'{name}={value}')}\n"
            for name, value in sorted(service.environment.items())
        )
        unit = f"""\
[Unit]
Description=vaultskillet ({_specifier_free(str(service.vault))})

[Service]
Type=exec
ExecStart={_command(service.command)}
{environment}EnvironmentFile=-{_pattern(service.environment_file)}
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
TimeoutStopSec={STOP_S}
StandardOutput=null
Nice={NICE}
IOSchedulingClass=idle
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
        return seal(unit, "# {}", line=0)

    def start(self, *, changed: bool) -> str:
        """Start it, now and at every log-in; give why that failed, empty where it did not."""
        if not changed:
            return ask(*_TOOL, "enable", "--now", self.label).failed
        return (
            ask(*_TOOL, "daemon-reload").failed
            or ask(*_TOOL, "enable", self.label).failed
            or ask(*_TOOL, "restart", self.label).failed
        )

    def stop(self) -> str:
        """Stop it, now and for good; give why that failed, empty where it did not."""
        return ask(*_TOOL, "disable", "--now", self.label).failed

    def forget(self) -> None:
        """Let systemd know that the file is gone."""
        ask(*_TOOL, "daemon-reload")

    def ask(self) -> State:
        """Ask systemd how it stands."""
        said = ask(*_TOOL, "show", f"--property={','.join(_SHOWN)}", self.label)
        if said.failed:
            return State(known=False, because=said.failed)
        told = dict(line.split("=", 1) for line in said.out.splitlines() if "=" in line)
        if told.get("LoadState") != "loaded":
            return State(known=False, because=f"systemd does not know {self.label}")
        return State(
            known=True,
            running=told.get("ActiveState") in ("active", "reloading", "deactivating"),
            process=int(told.get("MainPID", "0")) or None,
            last_exit=_last_exit(told),
        )


def _last_exit(told: Mapping[str, str]) -> int | None:
    if told.get("ExecMainExitTimestampMonotonic", "0") == "0":
        return None
    status = int(told.get("ExecMainStatus", "0"))
    return -status if told.get("ExecMainCode") in _KILLED else status


def _command(words: tuple[str, ...]) -> str:
    """Give a command line in which `:` before the program leaves every `$` as it is."""
    if _QUOTES & set(words[0]):  # systemd takes no such name for a program's
        words = ("/usr/bin/env", *words)
    return ":" + " ".join(_quote(word) for word in words)


def _quote(word: str) -> str:
    """Quote a word of a command line or an environment."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifier_free(escaped)}"'


def _specifier_free(text: str) -> str:
    return text.replace("%", "%%")


def _pattern(path: Path) -> str:
    """Give a path where systemd expects a pattern, and no quotes."""
    return _specifier_free(re.sub(r"([\\*?\[])", r"\\\1", str(path)))
