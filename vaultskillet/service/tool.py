"""Call the system's own tool for services."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

WAIT_S = 60
"""Longer than a service may take to stop."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool said."""

    out: str = ""
    failed: str = ""
    """Why it did not do what it was asked, in one line; empty where it did."""


def has(tool: str) -> bool:
    """Say whether a tool is on this machine."""
    return shutil.which(tool) is not None


def ask(tool: str, *words: str) -> Said:
    """Call a tool and wait for its end."""
    program = shutil.which(tool)
    if program is None:
        return Said(failed=f"there is no {tool} on this machine")
    try:
        ended = subprocess.run(  # noqa: S603 - no shell; the words are ours
            [program, *words],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            timeout=WAIT_S,
        )
    except subprocess.TimeoutExpired:
        return Said(failed=f"{tool} gave no answer within {WAIT_S} s")
    except OSError as error:
        return Said(failed=f"{tool} cannot be started: {error.strerror}")
    if ended.returncode == 0:
        return Said(out=ended.stdout)
    said = (ended.stderr or ended.stdout).strip().splitlines()
    return Said(out=ended.stdout, failed=said[-1] if said else f"it ended with {ended.returncode}")
