"""A service of launchd, macOS's own: an agent of the user's."""

from __future__ import annotations

import plistlib
import re
import shlex
import time
from pathlib import Path

from vaultskillet.service.definition import NICE, STOP_S, ByHand, Service, State, seal
from vaultskillet.service.tool import ask

RETRY_S = 300
"""launchd starts it again after any failure, be it one that only a person can mend."""

_LOOK_S = 0.2
"""Between two looks whether it has ended."""

_WITH_VARIABLES = 'set -a; [ -r "$0" ] && . "$0"; exec "$@"'
"""For `sh -c`: read the file of variables, then become the program."""


class Launchd:
    """The service of one vault under `launchctl`."""

    def __init__(self, name: str, *, home: Path, user: int) -> None:
        """Make ready; nothing is asked or written yet.

        Args:
            name: of the service, as `name_for` gives it.
            home: of the user.
            user: the user's number, whose session it belongs to.
        """
        self.tool = "launchctl"
        self.label = f"vaultskillet.{name}"
        self.file = home / "Library" / "LaunchAgents" / f"{self.label}.plist"
        self._log = (
            home / "Library" / "Logs" / f"vaultskillet-{name}.log"
        )  # launchd makes no folder
        self._session = f"gui/{user}"
        self._target = f"{self._session}/{self.label}"
        self.by_hand = ByHand(
            start=f"launchctl bootstrap {self._session} {shlex.quote(str(self.file))}",
            stop=f"launchctl bootout {self._target}",
            logs=f"tail {shlex.quote(str(self._log))}",
        )

    def describe(self, service: Service) -> str:
        """Give the agent's property list."""
        command = list(service.command)
        if service.variables:
            command = ["/bin/sh", "-c", _WITH_VARIABLES, str(service.environment_file), *command]
        agent = {
            "Label": self.label,
            "ProgramArguments": command,
            "EnvironmentVariables": {"VAULTSKILLET_LOG": str(self._log), **service.environment},
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": RETRY_S,
            "ExitTimeOut": STOP_S,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": NICE,
            "StandardErrorPath": str(self._log.with_suffix(".err")),
        }
        return seal(plistlib.dumps(agent, sort_keys=False).decode(), "<!-- {} -->", line=3)

    def start(self, *, changed: bool) -> str:
        """Start it, now and at every log-in; give why that failed, empty where it did not."""
        if self.ask().known:
            if not changed:
                return ""
            if failed := self.stop():
                return failed
        return (
            ask("launchctl", "enable", self._target).failed
            or ask("launchctl", "bootstrap", self._session, str(self.file)).failed
        )

    def stop(self) -> str:
        """Stop it, now and for good; give why that failed, empty where it did not."""
        if not self.ask().known:
            return ""
        if failed := ask("launchctl", "bootout", self._target).failed:
            return failed
        for _ in range(round(2 * STOP_S / _LOOK_S)):  # launchd answers before it is done
            if not self.ask().known:
                return ""
            time.sleep(_LOOK_S)
        return f"{self.label} does not end"

    def forget(self) -> None:
        """Let launchd be: it keeps nothing of what it was told to boot out."""

    def ask(self) -> State:
        """Ask launchd how it stands."""
        said = ask("launchctl", "print", self._target)
        if said.failed:
            return State(known=False, because=said.failed)
        process = _number(r"pid = (\d+)", said.out)
        return State(
            known=True,
            running=process is not None,
            process=process,
            last_exit=_last_exit(said.out),
        )


def _last_exit(told: str) -> int | None:
    signal = _number(r"last terminating signal = .*?: (\d+)", told)
    return _number(r"last exit code = (\d+)", told) if signal is None else -signal


def _number(pattern: str, told: str) -> int | None:
    """Read a number from what launchd prints: one fact a line, indented."""
    found = re.search(rf"^\s*{pattern}", told, re.MULTILINE)
    return int(found[1]) if found else None
