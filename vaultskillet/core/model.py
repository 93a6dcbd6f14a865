"""The nouns: frozen values that every part of vaultskillet shares."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import partial
from typing import NamedTuple, NewType

from vaultskillet.errors import VaultskilletError

NotePath = NewType("NotePath", str)
"""Where a note stands: relative to the vault, forward slashes, spelt as on disk."""

Digest = NewType("Digest", str)
"""Hexadecimal BLAKE2b of 16 bytes; see `digest_of`."""

SafeText = NewType("SafeText", str)
"""Text that went through redaction. Only `vaultskillet.core.redact` makes one."""

RunId = NewType("RunId", str)
"""Names one run of vaultskillet in the journal; sorts by time."""


def title_of(path: NotePath) -> str:
    """Give a note's name: without its folder and `.md`.

    >>> title_of(NotePath("a/b c.md"))
    'b c'
    """
    return path.rpartition("/")[2].removesuffix(".md")


def digest_of(content: bytes) -> Digest:
    """Give the digest of some bytes."""
    return Digest(hashlib.blake2b(content, digest_size=16).hexdigest())


ABSENT = Digest("")
"""What a write expects that makes a note: there is none of that name."""


# --- a note on disk ---------------------------------------------------------------------


# A sweep makes two of each for every note; a named tuple is made and compared in a third of the
# time that a dataclass takes.
class Stamp(NamedTuple):
    """What `stat` says of a file; equal stamps mean: not touched, no need to open it."""

    size: int
    """In bytes."""
    mtime_ns: int
    """Nanoseconds since 1970."""
    inode: int


make_stamp: Callable[[tuple[int, int, int]], Stamp] = partial(tuple.__new__, Stamp)
"""Makes one of a tuple, in half the time."""


class Found(NamedTuple):
    """A file that a sweep takes for a note."""

    path: NotePath
    stamp: Stamp


make_found: Callable[[tuple[NotePath, Stamp]], Found] = partial(tuple.__new__, Found)
"""Makes one of a tuple, in half the time."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A note, or a folder (ending in `/`), that a sweep leaves alone, and why."""

    path: NotePath
    because: str


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a note and the stamp they were read under."""

    path: NotePath
    content: bytes
    stamp: Stamp
    born: float | None = None
    """When the file was made, in seconds since 1970; None where the system does not tell."""
    raw: Digest = field(init=False, repr=False, compare=False)
    """Of `content`: much asks for it, so it is made once."""

    def __post_init__(self) -> None:
        """Digest the bytes."""
        object.__setattr__(self, "raw", digest_of(self.content))


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was read and understood."""

    path: NotePath
    content: bytes
    """As on disk."""
    stamp: Stamp
    raw: Digest
    """Of `content`. Guards the write: a note whose raw digest moved is never written."""
    source: Digest
    """Of all that matters less what we own. Answers: is it done already?"""
    properties: Mapping[str, object]
    """The frontmatter, read as Obsidian reads it (YAML 1.2: dates are text)."""
    body: str
    """What follows the frontmatter, newlines as found."""

    @property
    def title(self) -> str:
        """The file's name without folder and `.md`."""
        return title_of(self.path)

    @property
    def name(self) -> str:
        """What its author calls it: its property `title`, or else its title."""
        given = self.properties.get("title")
        return given.strip() if isinstance(given, str) and given.strip() else self.title


@dataclass(frozen=True, slots=True)
class Ownership:
    """What is ours in a note, and what the user has taken from us."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Property -> what we last wrote and the user left standing."""
    vetoed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Property -> items of ours that the user removed: never proposed again."""
    theirs: frozenset[str] = frozenset()
    """Properties of ours that the user edited or removed: never written again."""
    links: Mapping[str, NotePath] = field(default_factory=dict)
    """Link that we wrote here at any time -> the note it leads to, wherever that is now."""


# --- work -------------------------------------------------------------------------------


class Priority(IntEnum):
    """Which job goes first; lower is sooner."""

    ON_DEMAND = 0
    CHANGED = 1
    BACKFILL = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One note that is due, leased to a worker."""

    path: NotePath
    generation: int
    """Rises with each change; a job is done only if it did not rise meanwhile."""
    priority: Priority
    attempts: int
    """Tries that failed so far."""
    force: bool
    """Do it even where nothing changed since the last time."""


class Tier(StrEnum):
    """Which of the two models."""

    GEMMA = "gemma"
    QWEN = "qwen"


class Category(StrEnum):
    """What kind of work a text calls for."""

    CODE = "code"
    REASONING = "reasoning"
    CREATIVE = "creative"
    EXTRACTION = "extraction"
    SUMMARY = "summary"
    CLASSIFICATION = "classification"


class Complexity(StrEnum):
    """How hard that work is."""

    SIMPLE = "simple"
    MODERATE = "moderate"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class Classification:
    """What a text is, who said so, and how long that took."""

    category: Category
    complexity: Complexity
    because: str
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Leave:
    """A route that ends here."""

    because: str


@dataclass(frozen=True, slots=True)
class Send:
    """A route to one of the models."""

    tier: Tier
    because: str
    thinking: bool = False


Route = Leave | Send


class Fate(StrEnum):
    """What became of values that we wrote."""

    KEPT = "kept"
    EDITED = "edited"
    """The user changed or removed some of them."""
    UNDONE = "undone"
    """The user had them taken back."""


# --- what a note is about ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Features:
    """What the index remembers of a note; holds no readable text but tags and links."""

    path: NotePath
    terms: Mapping[int, float]
    """64-bit hash of a term -> its weight within the note, not yet by rarity."""
    tags: tuple[str, ...]
    """The user's tags, as written, without `#`; not those we wrote."""
    links: tuple[str, ...] = ()
    """Targets of the note's wikilinks, as written, without heading or alias."""
    names: tuple[str, ...] = ()
    """What the note is called: title and aliases."""
    words: tuple[int, ...] = ()
    """Hashes of its words in order, 0 between blocks, to find mentions in; not kept."""
    listed: bool = True
    """Whether other notes may name it; not so where its author wants it private or left alone."""


class Evidence(NamedTuple):
    """What speaks for a link from one note to another; each from 0 to 1."""

    cosine: float = 0.0
    """Of their telling terms."""
    mention: float = 0.0
    """The other's name stands in the text: how telling that name is."""
    backlink: bool = False
    """The other links here."""
    votes: float = 0.0
    """The share of the most similar notes that link to the other, by similarity."""
    nearness: float = 0.0
    """How much of their folders is the same."""
    popularity: float = 0.0
    """The logarithm of how many notes link to the other, over its greatest value."""
    meaning: float = 0.0
    """How much nearer the other's embedding is than those of most notes; 0 without any."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Where a note's text stands among texts, by what it means."""

    model: str
    """What made it; those of two models do not compare."""
    digest: Digest
    """Of model and text: it is not made again while that is the same."""
    signs: bytes
    """See `vaultskillet.core.embedding`; empty where the text may not or cannot be embedded."""


class TagEvidence(NamedTuple):
    """What speaks for a tag in a note; shares are from 0 to 1."""

    share: float = 0.0
    """Of the votes of the nearest tagged notes, by similarity."""
    beside: float = 0.0
    """How many of the similar notes in the same folder bear it, those without tags counted in."""
    in_title: bool = False
    """The note's title or an alias mentions it."""
    mention: float = 0.0
    """Its text, of which the title is a part, does: how many notes with these words bear it."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A note that is like another."""

    path: NotePath
    score: float
    """0 to 1: how likely it is that an author who links would link them."""
    evidence: Evidence = field(default_factory=Evidence)


# --- to the model and back --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TagCandidate:
    """A tag that the vault's own habits suggest for a note."""

    tag: str
    """As the vault spells it, without `#`."""
    score: float
    """Between 0 and 1: the share of such suggestions that are expected to be right."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model picks its words."""

    temperature: float
    top_p: float
    max_tokens: int
    thinking: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """All that an engine may know: our instructions, and text that was redacted."""

    recipe: str
    """Name of the prompt template."""
    instructions: str
    """Our own words, the same for a whole batch: the shared prefix."""
    title: SafeText
    text: SafeText
    """The note's Markdown without frontmatter, redacted, within the context limit."""
    sampling: Sampling
    tag_candidates: tuple[TagCandidate, ...] = ()
    """Best first."""
    note_names: tuple[SafeText, ...] = ()
    """Of other notes, which the reply may connect this one with."""
    schema: Mapping[str, object] | None = None
    """JSON schema that the reply must meet; None for free text."""
    question: SafeText | None = None
    """What a person asks, where that is the task: its text is then the context, or empty."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an engine said; not yet to be trusted."""

    text: str
    """JSON where the request had a schema."""
    model: str
    """Which model wrote it, for the ledger and for people."""
    prompt_tokens: int = 0
    reply_tokens: int = 0
    latency_ms: float = 0.0
    calls: int = 1
    """How often the model was called for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that was checked, cleaned and redacted again."""

    summary: str | None = None
    """One line of text."""
    tags: tuple[str, ...] = ()
    """Without `#`, valid in Obsidian, best first."""
    category: str | None = None
    """What the classifier said."""


# --- to the disk ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes `content[start:end]`, which are `before`, by `after`."""

    start: int
    before: bytes
    after: bytes

    @property
    def end(self) -> int:
        """Where the replaced bytes end."""
        return self.start + len(self.before)


@dataclass(frozen=True, slots=True)
class EditNote:
    """A write: some spans of one note, on condition that it is still what was read."""

    path: NotePath
    expects: Digest
    """The raw digest of the note that the edits were planned on."""
    edits: tuple[Edit, ...]
    """In order, without overlaps."""


@dataclass(frozen=True, slots=True)
class CreateNote:
    """A write: a new note, on condition that none of that name is there."""

    path: NotePath
    content: bytes

    @property
    def expects(self) -> Digest:
        """The digest of what is there before: nothing."""
        return ABSENT

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The same as an edit of nothing."""
        return (Edit(0, b"", self.content),)


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """A write: a note of ours is taken away, on condition that it is still what we wrote."""

    path: NotePath
    expects: Digest


Write = EditNote | CreateNote | RemoveNote


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written for one note, in order, and what is ours in it afterwards."""

    note: Note
    writes: tuple[EditNote | CreateNote, ...]
    """Edits of the note itself; and new notes that belong to it, which go first."""
    ownership: Ownership


@dataclass(frozen=True, slots=True)
class Written:
    """The note was written, made or removed."""

    path: NotePath
    stamp: Stamp
    raw: Digest
    """Of what is there now; `ABSENT` where it was removed."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What would be written waits for a person's verdict; the note was not touched."""


@dataclass(frozen=True, slots=True)
class Left:
    """The note was left alone."""

    because: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The note changed while it was worked on; the job runs again."""

    because: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The note could not be done; `error.transient` says whether to try again."""

    error: VaultskilletError


Outcome = Written | Proposed | Left | Overtaken | Failed
