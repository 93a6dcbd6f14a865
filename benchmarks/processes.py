"""What another process takes: CPU, memory, wake-ups."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# A process counts what stood in memory where it was started from as its own peak, so it is
# started from a small one.
_LAUNCHER = """
import json, resource, subprocess, sys
none = subprocess.DEVNULL
code = subprocess.run(sys.argv[1:], stdin=none, stdout=none, stderr=none).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
_KB = 1024 if sys.platform == "darwin" else 1
"""What the system counts peak memory in: bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process or a call took."""

    cpu_s: float
    """User and system."""
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a process that goes on stands."""

    cpu_s: float
    memory_mb: float
    wakes: int
    """How often a thread of it has waited and come back so far."""


def cost_of(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, check: bool = True
) -> Cost:
    """Run a command to its end.

    Raises:
        CalledProcessError: it failed, and `check` was asked for.
    """
    told = subprocess.run(  # noqa: S603 - the harness's own commands
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        env=None if env is None else {**os.environ, **env},
        capture_output=True,
        check=True,
    ).stdout
    code, cpu_s, peak = json.loads(told)
    if check and code:
        raise subprocess.CalledProcessError(code, list(command))
    return Cost(cpu_s, peak / 1024 / _KB)


def ours(*words: object) -> list[str]:
    """Give the command line that runs vaultskillet from here."""
    return [sys.executable, "-m", "vaultskillet", *map(str, words)]


def vitals(pid: int) -> Vitals | None:
    """Look at a process; None where the system does not tell (only Linux does)."""
    folder = Path("/proc", str(pid))
    try:
        fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        memory = _status(folder, "VmRSS") / 1024
        wakes = sum(
            _status(task, "voluntary_ctxt_switches") for task in (folder / "task").iterdir()
        )
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Vitals(ticks / os.sysconf("SC_CLK_TCK"), memory, wakes)


def wait_for_rest(pid: int, *, quiet_s: float = 5.0, at_most_s: float = 600.0) -> bool:
    """Wait until a process has done nothing for a while; say whether it came to that."""
    until = time.monotonic() + at_most_s
    while time.monotonic() < until:
        before = vitals(pid)
        time.sleep(quiet_s)
        after = vitals(pid)
        if before is None or after is None:
            return False
        if after.cpu_s - before.cpu_s < 0.05:  # noqa: PLR2004 - the clock ticks a hundred times a second
            return True
    return False


def _status(folder: Path, key: str) -> int:
    lines = (folder / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))
