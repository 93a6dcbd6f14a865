"""The trip of a batch of jobs: read, redact, classify, route, generate, plan, commit, record.

Text is redacted before it is classified, since a model may do the classifying. A note that
leaves the trip early is put into `ended` with its outcome; the others go on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vaultskillet.core import markdown, redact
from vaultskillet.core.model import (
    Classification,
    Failed,
    Features,
    File,
    Job,
    Leave,
    Left,
    Note,
    NotePath,
    Outcome,
    Overtaken,
    Ownership,
    Plan,
    Reply,
    Request,
    RunId,
    SafeText,
    Send,
    TagCandidate,
    Tier,
    Written,
    title_of,
)
from vaultskillet.core.note import (
    Wishes,
    less_ours,
    read_note,
    read_wishes,
    reconcile,
    user_tags,
)
from vaultskillet.core.phrases import count_title_words, find_phrases
from vaultskillet.core.plan import Bearing, WritePolicy, disown, is_closed, plan_writes
from vaultskillet.core.prompt import Recipe, RecipeDigests, build_request
from vaultskillet.core.related import RelatedLinks
from vaultskillet.core.reply import DraftPolicy, read_draft
from vaultskillet.core.terms import features_of
from vaultskillet.core.trace import bears_trace
from vaultskillet.errors import (
    EngineError,
    FrontmatterError,
    NoteGoneError,
    RedactionError,
    VaultError,
    VaultskilletError,
    WriteError,
)
from vaultskillet.linking import follow, relate
from vaultskillet.orchestrator import Orchestrator
from vaultskillet.ports import Clock, InferenceEngine, LedgerRow, RoutedWrite, Store, Vault

UNCHANGED = Left("nothing changed since the last time")
GONE = Left("gone")
OTHERS = Left("it came with a summary like those that vaultskillet writes on other machines")
CLOSED = Left("all that could be written here is its author's, or another machine's")

MAX_CANDIDATES = 12
"""How many tags are put before an engine to choose from."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration says of a trip."""

    tag: str
    """The tag that calls us, without `#`."""
    filters: redact.Policy
    recipe: Recipe
    digests: RecipeDigests
    draft: DraftPolicy
    write: WritePolicy


@dataclass(frozen=True, slots=True)
class Kit:
    """All that a trip works with."""

    vault: Vault
    store: Store
    orchestrator: Orchestrator
    clock: Clock
    policy: Policy
    run: RunId

    @property
    def engines(self) -> Mapping[Tier, InferenceEngine]:
        """What runs each of the models."""
        return self.orchestrator.engines


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


@dataclass(frozen=True, slots=True)
class Safe:
    """A reading and what an engine may see of it."""

    reading: Reading
    title: SafeText
    text: SafeText


@dataclass(frozen=True, slots=True)
class Routed:
    """A safe text on its way to a model."""

    safe: Safe
    classification: Classification
    route: Send

    @property
    def because(self) -> str:
        """Why it goes where it goes, for the ledger and for people."""
        return f"{self.route.because} ({self.classification.because})"


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and the way that led to it."""

    routed: Routed
    model: str
    """Who wrote what is planned, as people know it."""
    plan: Plan


Ended = dict[NotePath, Outcome]


def process(jobs: Sequence[Job], kit: Kit) -> list[Outcome]:
    """Take a batch of jobs, one a note, through the whole trip.

    Returns:
        The outcome of each job, in order. All that was written is durable, in the
        journal and in the ledger.

    Raises:
        StoreError: the state could not be written. Notes may have been; the journal
            knows which, and `recover` sets the ledger right.
    """
    ended: Ended = {}
    rows = kit.store.ledger.get([job.path for job in jobs])
    readings = _read(jobs, rows, kit, ended)
    asking = [reading for reading in readings if reading.job.path not in ended]
    safe = _redact(asking, kit, ended)
    routed = _route(_classify(safe, kit), kit, ended)
    vocabulary = kit.store.index.tag_counts()
    suggest = _suggester(vocabulary, kit)
    asked = [(one, _request(one, suggest(one.safe.reading), kit)) for one in routed]
    replies = _generate(asked, kit, ended)
    planned = _plan(replies, vocabulary, kit, ended)
    done, void = commit([one.plan for one in planned], kit, ended)
    with kit.store.transaction():  # a write that is settled is in the ledger, or neither is
        kit.store.journal.settle(done=done, void=void)
        _record(rows, readings, routed, planned, kit=kit, ended=ended)
    return [ended[job.path] for job in jobs]


def _read(
    jobs: Sequence[Job], rows: Mapping[NotePath, LedgerRow], kit: Kit, ended: Ended
) -> list[Reading]:
    readings = []
    for job in jobs:
        try:
            reading = _read_one(job, rows.get(job.path), kit)
        except NoteGoneError:
            ended[job.path] = GONE
        except FrontmatterError as error:
            ended[job.path] = Left(str(error))
        except VaultskilletError as error:
            ended[job.path] = Failed(error)
        else:
            if isinstance(reading, Left):
                ended[job.path] = reading
                continue
            if left := _find_others(reading, rows.get(job.path), kit.policy.write):
                ended[job.path] = left
            if left is OTHERS:
                ownership = disown(reading.ownership, kit.policy.write)
                reading = replace(reading, ownership=ownership)
            readings.append(reading)
    return readings


def _read_one(job: Job, row: LedgerRow | None, kit: Kit) -> Reading | Left:
    note, known = read_owned(kit.vault.read(job.path), row, kit)
    if row and row.source == note.source and not job.force:
        return UNCHANGED
    if not note.body.strip():
        return Left("empty")
    document = markdown.read(note.body)
    wishes = read_wishes(note.properties, (tag.name for tag in document.tags), tag=kit.policy.tag)
    if wishes.skip:
        return Left(wishes.skip)
    if document.conflict_markers:
        return Left("a merge conflict is not resolved")
    ownership = reconcile(known, note.properties)
    features = _features(note, document, ownership, kit.policy)
    return Reading(job, note, ownership, document, wishes, features)


def read_owned(file: File, row: LedgerRow | None, kit: Kit) -> tuple[Note, Ownership]:
    """Read a note, and give what was ours in it before the user had it in hand.

    Raises:
        FrontmatterError: it cannot be read.
    """
    known = row.ownership if row else Ownership()
    note = read_note(file, kit.policy.write.property_names, tag=kit.policy.tag)
    return note, follow(file.path, note.properties, known, store=kit.store, vault=kit.vault)


def _find_others(reading: Reading, row: LedgerRow | None, policy: WritePolicy) -> Left | None:
    """Say why a note is left to others: to its author, or to a machine that shares the vault.

    A note that comes with a summary as we write them was done: there, or here before the
    state was lost.
    """
    if reading.job.force:
        return None
    note, ownership, key = reading.note, reading.ownership, policy.summary
    comes_done = (
        (row is None or row.source is None)
        and key is not None
        and key not in ownership.values
        and bears_trace(note.content, note.properties, key=key, own=policy.property_names)
    )
    if comes_done:
        return OTHERS
    return CLOSED if is_closed(note.properties, ownership, policy) else None


def _redact(readings: Sequence[Reading], kit: Kit, ended: Ended) -> list[Safe]:
    safe = []
    for reading in readings:
        try:
            title = redact.redact(reading.note.title, kit.policy.filters).text
            text = redact.redact(reading.note.body, kit.policy.filters).text
        except RedactionError as error:
            ended[reading.job.path] = Failed(error)
        else:
            safe.append(Safe(reading, title, text))
    return safe


def _classify(safe: Sequence[Safe], kit: Kit) -> list[tuple[Safe, Classification]]:
    """Classify in one batch, or two where what is private must not leave the machine."""
    labelled = []
    for private in (False, True):
        share = [one for one in safe if (one.reading.wishes.private is not None) is private]
        said = kit.orchestrator.classify_many([one.text for one in share], private=private)
        labelled += list(zip(share, said, strict=True))
    return labelled


def _route(labelled: Sequence[tuple[Safe, Classification]], kit: Kit, ended: Ended) -> list[Routed]:
    routed = []
    for safe, classification in labelled:
        private = safe.reading.wishes.private is not None
        match kit.orchestrator.route(classification, private=private):
            case Leave(because=because):
                ended[safe.reading.job.path] = Left(because)
            case Send() as route:
                routed.append(Routed(safe, classification, route))
    return routed


def _suggester(
    vocabulary: Mapping[str, int], kit: Kit
) -> Callable[[Reading], tuple[TagCandidate, ...]]:
    """Give what suggests tags for a note: the vault's own, or new ones where it has none."""
    if vocabulary:
        return lambda reading: kit.store.index.tag_candidates(
            reading.features, limit=MAX_CANDIDATES
        )
    titles = [title_of(path) for path in kit.store.ledger.stamps()]
    title_words = count_title_words(titles)
    return lambda reading: find_phrases(
        reading.note.title,
        " ".join(block.prose for block in reading.document.prose_blocks()),
        title_words=title_words,
        titles=len(titles),
    )


def _features(
    note: Note, document: markdown.Document, ownership: Ownership, policy: Policy
) -> Features:
    body_tags = [tag.name for tag in document.tags]
    return features_of(
        replace(note, properties=less_ours(note.properties, ownership)),
        document,
        tags=user_tags(note.properties, body_tags, ownership, tag=policy.tag),
        ours=policy.write.property_names,
    )


def _request(routed: Routed, candidates: tuple[TagCandidate, ...], kit: Kit) -> Request:
    return build_request(
        kit.policy.recipe,
        routed.route,
        title=routed.safe.title,
        text=routed.safe.text,
        tag_candidates=candidates,
    )


def _body_tags(reading: Reading) -> list[str]:
    return [tag.name for tag in reading.document.tags]


def _generate(
    asked: Sequence[tuple[Routed, Request]], kit: Kit, ended: Ended
) -> list[tuple[Routed, Reply]]:
    """Ask for all replies; an engine that has none ends the note's trip."""
    replies = []
    answers = kit.orchestrator.generate([(one.route.tier, request) for one, request in asked])
    for (routed, _), answer in zip(asked, answers, strict=True):
        if isinstance(answer, EngineError):
            ended[routed.safe.reading.job.path] = Failed(answer)
        else:
            replies.append((routed, answer))
    return replies


def _plan(
    replies: Sequence[tuple[Routed, Reply]],
    vocabulary: Mapping[str, int],
    kit: Kit,
    ended: Ended,
) -> list[Planned]:
    policy = kit.policy
    planned = []
    for routed, reply in replies:
        reading = routed.safe.reading
        try:
            draft = read_draft(
                reply, vocabulary=vocabulary, policy=policy.draft, filters=policy.filters
            )
        except VaultskilletError as error:
            ended[reading.job.path] = Failed(error)
            continue
        bearing = Bearing(
            ownership=reading.ownership,
            body_tags=_body_tags(reading),
            inline_fields=[field.key for field in reading.document.inline_fields],
            force=reading.job.force,
            related=_relate(reading, kit),
        )
        draft = replace(draft, category=routed.classification.category)
        match plan_writes(reading.note, draft, bearing, policy.write):
            case Left() as left:
                ended[reading.job.path] = left
            case Plan() as plan:
                planned.append(Planned(routed, reply.model, plan))
    return planned


def _relate(reading: Reading, kit: Kit) -> RelatedLinks:
    if kit.policy.write.related is None:
        return RelatedLinks()
    return relate(reading.features, reading.ownership, store=kit.store, vault=kit.vault)


def commit(plans: Sequence[Plan], kit: Kit, ended: Ended) -> tuple[list[int], list[int]]:
    """Write the notes; the journal knows of each write before its first byte.

    Returns:
        The journal's entries that were written, and those that were not. One that failed on
        the disk is in neither: it stays in doubt until somebody looks at the note.
    """
    if not plans:
        return [], []
    ids = kit.store.journal.intend(plans, run=kit.run, now=kit.clock.now())
    results = kit.vault.commit([write for plan in plans for write in plan.writes])
    left = iter(results)
    for plan in plans:
        for result in itertools.islice(left, len(plan.writes)):
            ended[plan.note.path] = _outcome_of(result)
    fates = list(zip(ids, results, strict=True))
    done = [id_ for id_, result in fates if isinstance(result, Written)]
    void = [id_ for id_, result in fates if not isinstance(result, Written | WriteError)]
    return done, void


def _outcome_of(result: Written | Overtaken | VaultError) -> Outcome:
    match result:
        case NoteGoneError():
            return GONE
        case VaultError():
            return Failed(result)
        case _:
            return result


def _record(
    rows: Mapping[NotePath, LedgerRow],
    readings: Sequence[Reading],
    routed: Sequence[Routed],
    planned: Sequence[Planned],
    *,
    kit: Kit,
    ended: Ended,
) -> None:
    """Put into the ledger what became of each note; one that runs again keeps its row."""
    read = {reading.job.path: reading for reading in readings}
    asked = {one.safe.reading.job.path: one for one in routed}
    written = {one.plan.note.path: one for one in planned}
    finished = []
    for path, outcome in ended.items():
        match outcome:
            case Written():
                finished.append(_written_row(written[path], outcome, kit))
            case Left(because=because) if outcome not in (UNCHANGED, GONE) and path in rows:
                row = _left_row(rows[path], read.get(path), because, kit)
                finished.append(_with_recipe(row, asked.get(path), kit))
    kit.store.ledger.put(finished)
    kit.store.routes.put(
        [_routed_write(written[row.path], kit) for row in finished if row.outcome == "written"]
    )


def _written_row(one: Planned, written: Written, kit: Kit) -> LedgerRow:
    row = LedgerRow(
        path=written.path,
        stamp=written.stamp,
        raw=written.raw,
        source=one.plan.note.source,
        outcome="written",
        because=one.routed.because,
        run=kit.run,
        at=kit.clock.now(),
        ownership=one.plan.ownership,
    )
    return _with_recipe(row, one.routed, kit)


def _left_row(row: LedgerRow, reading: Reading | None, because: str, kit: Kit) -> LedgerRow:
    """Give the row of a note that was left; without a reading it is due at any change."""
    row = replace(
        row, source=None, outcome="left", because=because, run=kit.run, at=kit.clock.now()
    )
    if reading is None:
        return row
    return replace(
        row,
        stamp=reading.note.stamp,
        raw=reading.note.raw,
        source=reading.note.source,
        ownership=reading.ownership,
    )


def _with_recipe(row: LedgerRow, routed: Routed | None, kit: Kit) -> LedgerRow:
    """Give a row that says by which recipe the note was done, if it came so far."""
    if routed is None:
        return replace(row, tier=None, prompt=None, model=None)
    tier, digests = routed.route.tier, kit.policy.digests
    return replace(row, tier=tier, prompt=digests.prompt, model=digests.models[tier])


def _routed_write(one: Planned, kit: Kit) -> RoutedWrite:
    classification = one.routed.classification
    return RoutedWrite(
        path=one.plan.note.path,
        run=kit.run,
        at=kit.clock.now(),
        tier=one.routed.route.tier,
        model=one.model,
        category=classification.category,
        complexity=classification.complexity,
        because=one.routed.because,
    )
