"""Whether the machine runs on mains, as far as its system tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")

_PMSET = ("/usr/bin/pmset", "-g", "batt")
_PMSET_S = 5.0


def is_on_mains() -> bool:
    """Say whether the machine runs on mains; where nothing tells, it is taken to."""
    if sys.platform == "darwin":
        return reads_mains(_ask_pmset())
    return has_mains(SUPPLIES)


def has_mains(supplies: Path) -> bool:
    """Say so by what Linux shows of the power supplies.

    Args:
        supplies: the folder with an entry for each, as `/sys/class/power_supply`.
    """
    kinds = [(_read(one / "type"), one) for one in sorted(supplies.glob("*"))]
    # A mouse has a battery too; its scope is its device.
    batteries = [
        one for kind, one in kinds if kind == "Battery" and _read(one / "scope") != "Device"
    ]
    if not batteries:
        return True
    if any(kind in ("Mains", "USB") and _read(one / "online") == "1" for kind, one in kinds):
        return True
    return not any(_read(one / "status") == "Discharging" for one in batteries)


def reads_mains(told: str) -> bool:
    """Say so by what macOS's `pmset -g batt` prints."""
    return "'Battery Power'" not in told.partition("\n")[0]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _ask_pmset() -> str:
    try:
        return subprocess.run(  # noqa: S603 - a program of the system's, by its whole path
            _PMSET, capture_output=True, encoding="utf-8", timeout=_PMSET_S, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
