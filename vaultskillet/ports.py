"""What the trip of a note needs from the outside, as Protocols.

Adapters (`vault`, `store`, `engines`) implement these; `pipeline`, `worker` and `intake`
know nothing else. Each port has one contract suite in `tests/contracts`, which the real
adapter and the fake both pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from vaultskillet.core.links import LinkFormat
from vaultskillet.core.model import (
    Category,
    Complexity,
    CreateNote,
    Digest,
    EditNote,
    Embedding,
    Fate,
    Features,
    File,
    Found,
    Job,
    NotePath,
    Overtaken,
    Ownership,
    Plan,
    Priority,
    Reply,
    Request,
    RunId,
    SafeText,
    Similar,
    Skipped,
    Stamp,
    TagCandidate,
    Tier,
    Write,
    Written,
)
from vaultskillet.digest_ports import Activity, Books, Outbox
from vaultskillet.errors import EngineError, VaultError


class Clock(Protocol):
    """The time, so that tests can step it."""

    def now(self) -> float:
        """Give the time, in seconds since 1970 (UTC)."""
        ...

    def monotonic(self) -> float:
        """Give a time that never runs backwards, in seconds since some moment."""
        ...


class InferenceEngine(Protocol):
    """Something that answers requests; see `docs/engines.md` for how to write one."""

    @property
    def model_id(self) -> str:
        """Name the model in use, as people know it."""
        ...

    @property
    def local(self) -> bool:
        """Say whether text stays on this machine."""
        ...

    def load(self, repo: str) -> None:
        """Make the model ready; loading what is loaded already costs nothing.

        Args:
            repo: repository or folder of the model.

        Raises:
            EngineUnavailableError: it cannot be loaded.
        """
        ...

    def generate(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            EngineError: there is no reply.
        """
        ...

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch.

        Returns:
            One reply or error a request, in their order. One bad request costs the others
            nothing.
        """
        ...

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request piece by piece; the pieces joined are the reply's text.

        Raises:
            EngineError: there is no reply, or it broke off.
        """
        ...

    def close(self) -> None:
        """Free everything; may be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Holding:
    """What an engine holds while it is in use."""

    memory_bytes: int = 0
    """Of a model in this process."""
    allocations: int = 0
    """Of GPUs elsewhere, which cost money by the minute."""


@runtime_checkable
class Holder(Protocol):
    """An engine that holds something dear while it is in use; optional for an engine."""

    @property
    def holding(self) -> Holding:
        """Give what it holds now."""
        ...

    @property
    def idle_at(self) -> float | None:
        """Give when something may be let go, if nobody asks until then; None: nothing may.

        In seconds since 1970 (UTC).
        """
        ...

    def release_idle(self, now: float) -> None:
        """Let go of what nobody has used for a while; at `idle_at` that is something.

        Args:
            now: seconds since 1970 (UTC).
        """
        ...


class Standby(Protocol):
    """What is made ready for the work, and let go where there is none."""

    def warm_up(self) -> None:
        """Make ready what every work needs.

        Raises:
            EngineError: it is not to be had now; work that needs it will say so again.
        """
        ...

    def release_idle(self) -> float | None:
        """Let go of what nobody uses.

        Returns:
            The seconds until there may be more to let go; None: nothing that anybody holds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at an engine found, in one line each."""

    what: str
    mend: str = ""
    """How to mend it."""
    wrong: bool = False
    """Whether it will not work so; else it works, or at most may be meant otherwise."""


@runtime_checkable
class Inspectable(Protocol):
    """An engine that can say whether it would work; optional for an engine."""

    def inspect(self) -> Iterable[Finding]:
        """Look, without loading a model, whether all is there; raises nothing."""
        ...


class Vault(Protocol):
    """The notes on disk."""

    @property
    def link_format(self) -> LinkFormat:
        """How the vault wants its links written, as of the last sweep."""
        ...

    def sweep(self) -> Iterator[Found | Skipped]:
        """Walk the whole vault once, opening no file.

        Yields each note, and each thing left alone with its reason. In no special order.

        Raises:
            VaultError: the vault is not there, or cannot be listed.
        """
        ...

    def find(self, path: NotePath) -> Found | Skipped | None:
        """Judge one path as `sweep` would; None where there is no such file."""
        ...

    def is_watched(self, path: NotePath) -> bool:
        """Say whether a note lies in one of the watched categories."""
        ...

    def read(self, path: NotePath) -> File:
        """Read a note.

        Raises:
            NoteGoneError: it is not there.
            NoteUnreadableError: it is there, but cannot be read.
        """
        ...

    def commit(self, writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        """Write a batch of notes, each by compare-and-swap.

        A note is at any instant the old bytes or the new bytes; what this returns is
        durable. A new note gets the folders that it needs; where the very same one is
        there already, it counts as written.

        Returns:
            For each write, in order: `Written`; `Overtaken` where the note is not what the
            write expects (it was not touched); or the error that prevented it.
        """
        ...


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What is known of one note."""

    path: NotePath
    stamp: Stamp
    """Of the file when it was last read or written by us."""
    raw: Digest
    """Of the bytes under that stamp."""
    source: Digest | None = None
    """Source digest at the last finished trip; None: never finished one."""
    tier: Tier | None = None
    """Which model was asked in that trip; None: none was, or it is not known."""
    prompt: Digest | None = None
    """Of prompt and policies then; None: there was nothing to ask."""
    model: Digest | None = None
    """Of the model and how it was asked."""
    outcome: str = "new"
    """`new`, `unwatched`, `written` or `left`."""
    because: str = ""
    """Why it was routed so, or left alone, for a person."""
    run: RunId | None = None
    at: float = 0.0
    """Seconds since 1970 (UTC) of the last finished trip."""
    ownership: Ownership = field(default_factory=Ownership)
    failed: str = ""
    """Why calls in it failed, for a person; while a tag in the note says that they did."""


class MadeBy(NamedTuple):
    """By which recipe a note was done, as the ledger has it."""

    tier: Tier | None
    prompt: Digest | None
    model: Digest | None


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole ledger in short."""

    outcomes: Mapping[str, int]
    """How many notes have each outcome."""
    left: tuple[tuple[NotePath, str], ...]
    """Notes that are left alone or not watched, and why, by path."""
    failed: tuple[tuple[NotePath, str], ...]
    """Notes in which a tag says that a request failed, and why, by path."""
    recipes: Mapping[MadeBy, int]
    """How many notes were done by each."""


class Ledger(Protocol):
    """What is known of each note."""

    def get(self, paths: Iterable[NotePath]) -> dict[NotePath, LedgerRow]:
        """Give the rows of these notes; a note that is unknown is absent."""
        ...

    def stamps(self) -> dict[NotePath, Stamp]:
        """Give the stamp of every known note."""
        ...

    def put(self, rows: Sequence[LedgerRow]) -> None:
        """Insert or replace rows."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Give the row of a renamed note its new path; a row that stood there is replaced.

        Links of ours to the note lead to its new path from now on.
        """
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove rows of notes that are gone."""
        ...

    def with_raw(self, raws: Iterable[Digest]) -> dict[Digest, tuple[NotePath, ...]]:
        """Find the notes that had these bytes when last seen: a rename shows so."""
        ...

    def named(self, keys: Iterable[str]) -> list[NotePath]:
        """Give the notes whose file has one of these names, those left alone included.

        Args:
            keys: as `vaultskillet.core.links.file_keys` gives them.
        """
        ...

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        """Give the notes in which a link of ours leads to one of these, by path."""
        ...

    def unwatched(self) -> list[NotePath]:
        """Give the notes whose outcome is `unwatched`."""
        ...

    def rows(self) -> Iterator[LedgerRow]:
        """Give every row, by path."""
        ...

    def tally(self) -> Tally:
        """Count the rows, and name those that a person should look at."""
        ...

    def put_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Replace the list of what the last sweep left alone."""
        ...

    def skipped(self) -> list[Skipped]:
        """Give what the last sweep left alone, by path."""
        ...


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How full the queue is."""

    waiting: int
    leased: int
    buried: int


@dataclass(frozen=True, slots=True)
class Buried:
    """A job that was given up, and why."""

    path: NotePath
    attempts: int
    because: str
    at: float
    """Seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """A job that was tried in vain and waits for another try, and why."""

    path: NotePath
    attempts: int
    """Failures that count; what only waits for its engine has none."""
    because: str
    until: float
    """Seconds since 1970 (UTC)."""


class Queue(Protocol):
    """The jobs that are due: one a note, however often it changed. Times are seconds, UTC."""

    def put(
        self,
        paths: Iterable[NotePath],
        *,
        priority: Priority,
        now: float,
        not_before: float = 0.0,
        force: bool = False,
    ) -> None:
        """Make notes due.

        Every put raises the generation. A note that waits already keeps its place and the
        sooner priority, and takes the later `not_before`; with `force` it takes this one,
        since a person asked. One that is leased will be due again, with force only if this
        put has it. One that was buried starts anew.
        """
        ...

    def lease(
        self,
        limit: int,
        *,
        now: float,
        lease_s: float,
        only: frozenset[NotePath] | None = None,
        most: Priority = Priority.BACKFILL,
    ) -> list[Job]:
        """Take up to `limit` due jobs: by priority, then the longest waiting.

        Nobody else gets them until `now + lease_s`. A job whose lease ran out is due again;
        once somebody took it anew, or it was forgotten, the former holder has no say in it:
        `again`, `retry` and `bury` do nothing, `done` only what is true in any case.

        Args:
            limit: at most so many.
            now: the time.
            lease_s: how long the lease holds, in seconds.
            only: none but these; None: any.
            most: none that come after this priority.
        """
        ...

    def done(self, jobs: Sequence[Job]) -> None:
        """Finish leased jobs; one whose generation rose meanwhile is due again, as if new."""
        ...

    def again(self, jobs: Sequence[Job], *, not_before: float, because: str) -> None:
        """Give leased jobs back without counting a failure."""
        ...

    def retry(self, job: Job, *, not_before: float, because: str) -> None:
        """Give a leased job back and count a failure."""
        ...

    def bury(self, job: Job, *, now: float, because: str) -> None:
        """Count a failure and give a leased job up.

        One whose generation rose is due again instead, as if new.
        """
        ...

    def recover(self) -> int:
        """Make every leased job due again; give how many.

        For the start of the one worker: whoever held a lease then is dead.
        """
        ...

    def bring_forward(self, *, by: float, latest: float) -> None:
        """Let all that waits come due sooner, since the clock was set back.

        Args:
            by: so many seconds.
            latest: and nothing later than this.
        """
        ...

    def hasten(self, *, now: float, before: float) -> None:
        """Make due now what would come due before some time, since a person asks for it."""
        ...

    def revive(self, paths: Iterable[NotePath] | None, *, now: float) -> int:
        """Make buried jobs due again (None: all); give how many."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Drop the jobs of notes that are gone."""
        ...

    def counts(self, *, now: float) -> QueueCounts:
        """Count the jobs."""
        ...

    def next_due(self) -> float | None:
        """Give the earliest time at which a job may be leased, which may be past.

        None when there is no job but buried ones.
        """
        ...

    def delayed(self, *, now: float) -> list[Delayed]:
        """List what was given back and is not under way, by path."""
        ...

    def buried(self) -> list[Buried]:
        """List what was given up, by path."""
        ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write to one note: enough to finish it, to show it and to take it back."""

    id: int
    run: RunId
    at: float
    """Seconds since 1970 (UTC)."""
    write: EditNote | CreateNote
    """`write.expects` is the raw digest before."""
    after: Digest
    """Raw digest after."""
    owned_before: Ownership
    owned_after: Ownership
    source: Digest
    state: str
    """`intended` (the file may be old or new), `done`, `void` (never happened), `undone`."""


@dataclass(frozen=True, slots=True)
class RoutedWrite:
    """What was written to a note in a run, and by which route it came about."""

    path: NotePath
    run: RunId
    at: float
    """Seconds since 1970 (UTC)."""
    tier: Tier
    model: str
    """Who wrote it, as people know it."""
    category: Category
    complexity: Complexity
    because: str
    """Why it went there, for a person."""
    fate: Fate = Fate.KEPT


@dataclass(frozen=True, slots=True)
class RouteCounts:
    """What became of all that one route led to, in writes."""

    tier: Tier
    category: Category
    kept: int = 0
    edited: int = 0
    undone: int = 0


class Routes(Protocol):
    """Which route each write came about by, and what became of it: to judge the routing by."""

    def put(self, writes: Sequence[RoutedWrite]) -> None:
        """Record writes; one of the same note and run is replaced."""
        ...

    def of(self, path: NotePath) -> list[RoutedWrite]:
        """Give the writes to a note, newest first."""
        ...

    def mark_edited(self, paths: Iterable[NotePath]) -> None:
        """Record that the user changed what was written last to these notes."""
        ...

    def mark_undone(self, path: NotePath, run: RunId) -> None:
        """Record that what a run wrote to a note was taken back."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the writes to a renamed note follow it."""
        ...

    def counts(self) -> list[RouteCounts]:
        """Count the fates, by tier and category in the order of their names."""
        ...

    def prune(self, *, before: float) -> int:
        """Drop what is older than this, in seconds since 1970 (UTC); give how many."""
        ...


class Journal(Protocol):
    """Every write, recorded durably before it happens."""

    def intend(self, plans: Sequence[Plan | CreateNote], *, run: RunId, now: float) -> list[int]:
        """Record that these plans, or notes that belong to no other, are about to be written.

        Durable on return or, inside a transaction, when that has been committed. What was
        owned before is what the ledger holds now; in a new note nothing is owned, it is ours
        as a whole.

        Returns:
            The id of each entry; one entry a write, in the order of plans and their writes.

        Raises:
            MisplacedEditError: a write does not fit the note that it was planned on.
        """
        ...

    def settle(self, *, done: Sequence[int], void: Sequence[int]) -> None:
        """Record what became of intended entries; those settled already stay as they are."""
        ...

    def unsettled(self) -> list[JournalEntry]:
        """Give the entries that are still `intended`, oldest first: a crash lies between."""
        ...

    def entries(
        self,
        *,
        paths: Sequence[NotePath] | None = None,
        run: RunId | None = None,
        since: float | None = None,
    ) -> list[JournalEntry]:
        """Give the entries that are `done` or `undone`, newest first.

        Args:
            paths: of these notes; None: of all.
            run: of this run; None: of all.
            since: not older than this, in seconds since 1970 (UTC); None: of any age.
        """
        ...

    def with_after(self, digests: Iterable[Digest]) -> dict[Digest, JournalEntry]:
        """Find the last write, `done` or `undone`, that led to each of these contents."""
        ...

    def mark_undone(self, ids: Sequence[int]) -> None:
        """Record that these, which were `done`, were taken back."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let the history of a renamed note follow it."""
        ...

    def prune(self, *, before: float, keep_bytes: int) -> int:
        """Drop the oldest entries; give how many. One that is still `intended` is kept.

        Args:
            before: all older than this, in seconds since 1970 (UTC).
            keep_bytes: and so many more that the edits of those that stay fit into this.
        """
        ...


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did, in notes."""

    written: int = 0
    left: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of vaultskillet on the vault."""

    id: RunId
    started: float
    """Seconds since 1970 (UTC)."""
    ended: float | None = None
    """None: it is still going, or was killed."""
    counts: RunCounts = field(default_factory=RunCounts)


class Runs(Protocol):
    """The last runs, for people."""

    def start(self, run: RunId, *, at: float) -> None:
        """Record that a run started."""
        ...

    def end(self, run: RunId, *, at: float, counts: RunCounts) -> None:
        """Record that a run ended, and what it did."""
        ...

    def last(self, limit: int) -> list[Run]:
        """Give the last runs, newest first."""
        ...


class Embedder(Protocol):
    """A model that tells where texts stand among all texts."""

    @property
    def model_id(self) -> str:
        """What the model is called."""
        ...

    @property
    def local(self) -> bool:
        """Whether text stays on this machine."""
        ...

    def embed(self, texts: Sequence[SafeText]) -> list[Sequence[float]]:
        """Give a vector for each of some texts, in order, all of the same size.

        Raises:
            EngineError: there are none; the texts may be embedded later.
        """
        ...

    def release_idle(self, now: float) -> None:
        """Let go of what nobody uses.

        Args:
            now: seconds since 1970 (UTC).
        """
        ...

    def close(self) -> None:
        """Free everything; may be called twice."""
        ...


class Index(Protocol):
    """What the notes are about, on disk, updated in place."""

    def put(self, features: Sequence[Features]) -> None:
        """Insert or replace notes."""
        ...

    def forget(self, paths: Iterable[NotePath]) -> None:
        """Remove notes that are gone."""
        ...

    def move(self, old: NotePath, new: NotePath) -> None:
        """Let a renamed note keep what is known of it."""
        ...

    def put_embeddings(self, embeddings: Mapping[NotePath, Embedding]) -> None:
        """Insert or replace embeddings of notes that are in the index; `similar` heeds them."""
        ...

    def not_embedded(self, digests: Mapping[NotePath, Digest]) -> list[NotePath]:
        """Give those of these notes in the index whose embedding has another digest, or none."""
        ...

    def never_embedded(self, model: str, *, limit: int | None) -> list[NotePath]:
        """Give notes in the index that no model of this name embedded; None: all of them."""
        ...

    def tag_candidates(self, features: Features, *, limit: int) -> tuple[TagCandidate, ...]:
        """Give the vault's tags that fit a note, best first; its own tags excluded."""
        ...

    def similar(self, features: Features, *, limit: int, least: float = 0.0) -> tuple[Similar, ...]:
        """Give the notes most like one, best first; itself and unlisted ones excluded.

        Args:
            features: what the one is about.
            limit: how many at most.
            least: the score below which none is wanted: the higher, the sooner it is answered.
        """
        ...

    def unlisted(self, paths: Iterable[NotePath]) -> frozenset[NotePath]:
        """Give those of these notes that no other note may name."""
        ...

    def rarities(self, terms: Sequence[int]) -> list[float]:
        """Give how rare each term is in the vault: 1 where one note has it, 0 where most do."""
        ...

    def tag_counts(self) -> Mapping[str, int]:
        """Give each tag of the vault, in its most common spelling, and how many notes bear it."""
        ...


class Store(Protocol):
    """The state of one vault."""

    @property
    def ledger(self) -> Ledger:
        """What is known of each note."""
        ...

    @property
    def queue(self) -> Queue:
        """The jobs that are due."""
        ...

    @property
    def journal(self) -> Journal:
        """Every write."""
        ...

    @property
    def index(self) -> Index:
        """What the notes are about."""
        ...

    @property
    def routes(self) -> Routes:
        """What became of each route."""
        ...

    @property
    def runs(self) -> Runs:
        """The last runs."""
        ...

    @property
    def activity(self) -> Activity:
        """When notes were made and changed."""
        ...

    @property
    def books(self) -> Books:
        """Which digests were made, and which are due."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What is to be sent."""
        ...

    def get_meta(self, key: str) -> str | None:
        """Give a small value kept under a name; None where there is none."""
        ...

    def put_meta(self, key: str, value: str) -> None:
        """Keep a small value under a name."""
        ...

    def tidy(self) -> None:
        """Let the database look after itself: its statistics, its log, the space it holds."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make all that is done inside one durable unit; nested ones join the outer.

        Raises:
            StoreError: it could not be committed; nothing of it happened.
        """
        ...

    def close(self) -> None:
        """Close the database; may be called twice."""
        ...


OnChange = Callable[[NotePath], None]
"""Told of each path that may have changed; called from the watcher's thread."""

OnOverflow = Callable[[], None]
"""Told that events were lost, or that a root came or went: sweep."""


class Watcher(Protocol):
    """Hints that something changed; the sweep is the truth."""

    def start(self, on_change: OnChange, on_overflow: OnOverflow) -> None:
        """Begin to watch.

        Raises:
            VaultError: watching is not possible here (with the limit to raise, if that is it).
        """
        ...

    def stop(self) -> None:
        """Stop, and wait until no call-back will come any more; may be called twice."""
        ...
