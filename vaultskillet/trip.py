"""The nouns of a trip: what it works with, and what a note is on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vaultskillet.core import markdown, redact
from vaultskillet.core.calls import Call
from vaultskillet.core.model import (
    Classification,
    CreateNote,
    Digest,
    Features,
    File,
    Job,
    Left,
    Note,
    NotePath,
    Outcome,
    Ownership,
    Plan,
    Reply,
    Request,
    RunId,
    SafeText,
    Tier,
    digest_of,
)
from vaultskillet.core.note import Wishes, read_note
from vaultskillet.core.plan import WritePolicy
from vaultskillet.core.privacy import BY_THE_NOTES_ALONE, Privacy
from vaultskillet.core.prompt import Recipe, RecipeDigests
from vaultskillet.core.reply import DraftPolicy
from vaultskillet.core.tasks import Task
from vaultskillet.errors import VaultskilletError
from vaultskillet.meanings import Meanings
from vaultskillet.orchestrator import Orchestrator
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import InferenceEngine
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.proposals import Values
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault
from vaultskillet.shelf import Place

GONE = Left("gone")
"""What becomes of a note that is no longer there."""

UNCHANGED = Left("nothing changed since the last time")
"""What becomes of a note in which there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration says of a trip."""

    tag: str
    """The tag that calls us, without `#`."""
    max_calls: int
    """So many calls of one note are heeded at once."""
    output_folder: str
    """Where our own notes go; vault-relative."""
    filters: redact.Policy
    recipe: Recipe
    """Of an enrichment."""
    digests: RecipeDigests
    insight: Recipe
    draft: DraftPolicy
    write: WritePolicy
    engines: Mapping[Tier, str]
    """What runs each model, as the configuration calls it."""
    privacy: Privacy = BY_THE_NOTES_ALONE
    review: bool = False
    """Whether what nobody asked for in the note itself waits for a person's verdict."""
    review_page: bool = True
    """Whether what waits is listed in a note of ours, with boxes to tick."""
    restore_in_note: bool = False
    """Whether what a placeholder stands for is put back into a summary of the very note."""


class Render(Protocol):
    """Fills a template in; see `vaultskillet.templates`."""

    def __call__(self, name: str, **values: object) -> str:
        """Give the template filled in.

        Raises:
            ConfigError: it is not there, or is wrong.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kit:
    """All that a trip works with."""

    vault: Vault
    store: Store
    orchestrator: Orchestrator
    render: Render
    clock: Clock
    policy: Policy
    run: RunId
    meanings: Meanings | None = None
    """Keeps embeddings; None where no model for them is configured."""

    @property
    def engines(self) -> Mapping[Tier, InferenceEngine]:
        """What runs each of the models."""
        return self.orchestrator.engines

    def read_note(self, file: File) -> Note:
        """Read a file as a note.

        Raises:
            FrontmatterError: it is not text, or its frontmatter is not valid.
        """
        return read_note(file, self.policy.write.property_names, tag=self.policy.tag)


@dataclass(frozen=True, slots=True)
class Reading:
    """A note that is worth the trip, with all that was read of it."""

    job: Job
    note: Note
    ownership: Ownership
    """What is still ours in it."""
    document: markdown.Document
    wishes: Wishes
    features: Features
    calls: tuple[Call, ...]
    tasks: tuple[Task, ...]
    """What is to be done in it."""
    left: Left | None = None
    """Why it is not enriched without a call, though it is due."""
    is_postponed: bool = False
    """Whether it is enriched another time, since what its calls ask for goes first."""

    @property
    def path(self) -> NotePath:
        """Where the note stands."""
        return self.job.path

    @property
    def body_tags(self) -> list[str]:
        """The tags in its text, without `#`."""
        return [tag.name for tag in self.document.tags]


@dataclass(frozen=True, slots=True)
class Safe:
    """A reading and what an engine may see of it."""

    reading: Reading
    title: SafeText
    name: SafeText
    """What the author calls the note; the title where nothing else is said."""
    text: SafeText
    """Without its calls, and without what is asked in them."""
    placeholders: Mapping[str, str] = field(repr=False)
    """What each placeholder in them stands for; goes nowhere but into this note."""

    @property
    def digest(self) -> Digest:
        """Of the texts by which the placeholders are numbered."""
        return digest_of(f"{self.title}\0{self.name}\0{self.text}".encode())

    @property
    def is_private(self) -> bool:
        """Whether only an engine on this machine may see it."""
        return self.reading.wishes.private is not None


@dataclass(frozen=True, slots=True)
class Errand:
    """One task of a note, on its way."""

    safe: Safe
    task: Task
    because: str = ""
    """Why it goes where it goes, for the ledger and for people."""
    label: Classification | None = None
    tier: Tier = Tier.GEMMA
    request: Request | None = None
    """What an engine is asked; None: nothing."""
    question: SafeText | None = None
    """What the author asks, where that is the task; harmless, on one line."""
    place: Place | None = None
    """Where the answer goes."""
    others: Mapping[SafeText, NotePath] | None = None
    """Notes that an insight may connect this one with, by the name that the engine is told."""
    result: Reply | Left | VaultskilletError | None = None
    """What came of it; None where nothing was asked."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Writes that belong together."""

    plan: Plan
    """Of one note's own edits."""
    notes: tuple[CreateNote | Plan, ...] = ()
    """Notes of ours that go first, since the note is to link to them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be written for one note."""

    reading: Reading
    because: str
    bundle: Bundle
    values: Values | None = None
    """What its properties are to say that is new; None where none is to be written."""
    is_proposed: bool = False
    """Whether it waits for a person's verdict."""
    routed: RoutedWrite | None = None
    """By which route its properties came about, if any did."""
    error: VaultskilletError | None = None
    """Why a part of it has to be tried again."""
    failures: tuple[str, ...] = ()
    """Why calls in it failed, each with its place."""
    is_enriched: bool = False
    """Whether the note as a whole was done."""
    taken_back: tuple[JournalEntry, ...] = ()
    """Earlier writes that this one takes back, newest first."""
    calls_left: bool = False
    """Whether calls remain for another trip."""


Ended = dict[NotePath, Outcome]
