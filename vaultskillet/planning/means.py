"""What plans are made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaultskillet.shelf import Shelf
from vaultskillet.trip import Kit


@dataclass(frozen=True, slots=True)
class Means:
    """What a plan is made with, the same for a whole batch."""

    kit: Kit
    shelf: Shelf
    vocabulary: Mapping[str, int]
    """The vault's tags, and how many notes bear each."""
    max_attempts: int
    """So often a job is tried; what fails for the last time has failed."""
