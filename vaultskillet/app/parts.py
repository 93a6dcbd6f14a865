"""What an App is made of, and what it may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vaultskillet.app.accounts import Accounts
from vaultskillet.app.engines import Engines
from vaultskillet.config import Config
from vaultskillet.core.model import Tier
from vaultskillet.core.settle import Settler
from vaultskillet.daemon import Tempo
from vaultskillet.engines.estimate import EstimatingEngine
from vaultskillet.ports.vault import Watcher
from vaultskillet.trip import Kit
from vaultskillet.vault.vault import DiskVault

Progress = Callable[[str, int, int], None]
"""Told of (phase, done, total) as work goes on."""


class Mode(Enum):
    """What an App may do."""

    WORK = "work"
    """Read and write, alone: a second one is refused."""
    DRY = "dry"
    """All of it, but on copies in memory: nothing on disk changes."""
    ESTIMATE = "estimate"
    """As dry, and no model is asked: what it would take is counted."""
    LOOK = "look"
    """Only look."""
    AMEND = "amend"
    """Take back what was written, or write what was proposed, alone; no model is asked."""
    QUEUE = "queue"
    """Change the state beside a worker, which finds what is due there."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an App is made of."""

    root: Path
    """The vault's folder."""
    state: Path
    """The state database."""
    config: Config
    vault: DiskVault
    """On disk, whatever `kit.vault` is."""
    kit: Kit
    engines: Engines
    accounts: Accounts
    estimates: Mapping[Tier, EstimatingEngine]
    """What stands in the place of models that are not to be asked."""
    settler: Settler
    watcher: Watcher
    tempo: Tempo
    progress: Progress
    show_diffs: bool
    problems: tuple[str, ...]
    """What of the vault's own settings is not understood."""
    closing: ExitStack
    """What is to be closed in the end."""
