"""A configuration becomes an App, which does what a person asks for one vault.

What is named here is imported when it is asked for: it brings nearly everything there is, and
`status` needs next to nothing of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultskillet.app.app import App
    from vaultskillet.app.clock import SystemClock, new_run_id
    from vaultskillet.app.parts import Mode, Progress
    from vaultskillet.app.policies import redaction_of
    from vaultskillet.app.wiring import build

__all__ = ["App", "Mode", "Progress", "SystemClock", "build", "new_run_id", "redaction_of"]

_HOMES = {
    "App": "app",
    "Mode": "parts",
    "Progress": "parts",
    "SystemClock": "clock",
    "build": "wiring",
    "new_run_id": "clock",
    "redaction_of": "policies",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
