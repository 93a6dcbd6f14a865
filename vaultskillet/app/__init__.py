"""A configuration becomes an App, which does what a person asks for one vault."""

from vaultskillet.app.app import App, Mode, Progress
from vaultskillet.app.clock import SystemClock
from vaultskillet.app.policies import redaction_of
from vaultskillet.app.wiring import build, new_run_id

__all__ = ["App", "Mode", "Progress", "SystemClock", "build", "new_run_id", "redaction_of"]
