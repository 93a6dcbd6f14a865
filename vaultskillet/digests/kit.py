"""What digests are made with, and what the configuration says of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

from vaultskillet.core import redact
from vaultskillet.core.model import NotePath, Reply, Request, RunId, Tier
from vaultskillet.core.periods import Rhythm, Unit
from vaultskillet.core.pieces import Query
from vaultskillet.core.privacy import BY_THE_NOTES_ALONE, Privacy
from vaultskillet.core.prompt import ModelSettings
from vaultskillet.errors import EngineError
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.digests import BookId
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault
from vaultskillet.templates import Templates

Progress = Callable[[str, int, int], None]
"""Told of (phase, done, total) as work goes on."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the configuration says of one digest."""

    book: BookId
    rhythm: Rhythm
    query: Query
    template: str
    tier: Tier
    pattern: str
    """Of the note's name, in Moment's notation."""
    write_to: Unit | None = None
    """Into the user's note of that period; None: a note of its own."""
    heading: str = "Digest"
    if_missing: Literal["note", "create", "leave"] = "note"
    if_empty: Literal["nothing", "note"] = "nothing"
    if_edited: Literal["below", "beside"] = "below"
    channels: tuple[str, ...] = ()
    """Ways out of the vault."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.book.name


@dataclass(frozen=True, slots=True)
class PeriodicNote:
    """Where the user's note of a day, week or month stands."""

    folder: str
    format: str
    """In Moment's notation."""


@dataclass(frozen=True, slots=True)
class Narrator:
    """Who writes the statements of digests."""

    ask: Callable[[Tier, Sequence[Request]], Sequence[Reply | EngineError]]
    models: Mapping[Tier, ModelSettings]
    """The tiers that have a model; of others nothing is asked."""


@dataclass(frozen=True, slots=True)
class DigestKit:
    """All that digests are made with."""

    vault: Vault
    store: Store
    clock: Clock
    zone: Callable[[], tzinfo]
    filters: redact.Policy
    tag: str
    """The tag that calls us, without `#`."""
    own_properties: Collection[str]
    """Names of the properties that we write."""
    templates: Templates
    narrator: Narrator
    output_folder: str
    run: RunId
    periodic: Callable[[], Mapping[Unit, PeriodicNote]]
    """Gives where the user's own notes of a period stand."""
    is_restless: Callable[[NotePath], bool]
    """Says whether a note changes still; such a one waits."""
    quiet_s: float = 30.0
    """How long a note of the user's rests before it is written."""
    privacy: Privacy = BY_THE_NOTES_ALONE
    """Which notes are private, beside those that say so themselves; none of them is told of."""
    progress: Progress = field(default=lambda _phase, _done, _total: None)

    def moment(self) -> datetime:
        """Give the time where the user is."""
        return datetime.fromtimestamp(self.clock.now(), self.zone())
