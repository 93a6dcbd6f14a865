"""The trip of a batch of jobs: read, redact, ask, generate, plan, commit, record.

A note's trip carries one task or several: enrichment, and what its calls ask for. Each task
becomes an errand with a request for an engine, or with none; all requests of a batch go out at
once. What came of the errands of a note becomes one plan. Text is redacted before it is
classified, since a model may do the classifying. A note that leaves the trip early is put into
`ended` with its outcome; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaultskillet import history
from vaultskillet.asking import Suggest, find_errands
from vaultskillet.core import markdown, redact
from vaultskillet.core.calls import less_requests, read_calls
from vaultskillet.core.model import (
    CreateNote,
    Failed,
    Features,
    Job,
    Left,
    Note,
    NotePath,
    Outcome,
    Overtaken,
    Ownership,
    Plan,
    Priority,
    Write,
    Written,
    title_of,
)
from vaultskillet.core.note import read_note, read_wishes, reconcile, user_tags
from vaultskillet.core.phrases import count_title_words, find_phrases
from vaultskillet.core.tasks import tasks_of
from vaultskillet.core.terms import features_of
from vaultskillet.errors import (
    FrontmatterError,
    NoteGoneError,
    RedactionError,
    VaultError,
    VaultskilletError,
    WriteError,
)
from vaultskillet.planning import Means, plan_notes
from vaultskillet.ports import JournalEntry, LedgerRow
from vaultskillet.shelf import Shelf
from vaultskillet.takeback import links_of
from vaultskillet.trip import Ended, Errand, Kit, Planned, Policy, Reading, Safe

UNCHANGED = Left("nothing changed since the last time")
GONE = Left("gone")

MAX_CANDIDATES = 12
"""How many tags are put before an engine to choose from."""


def process(jobs: Sequence[Job], kit: Kit, *, max_attempts: int = 1) -> list[Outcome]:
    """Take a batch of jobs, one a note, through the whole trip.

    Args:
        jobs: leased ones.
        kit: what the trip works with.
        max_attempts: so often a job is tried; a call that fails for the last time is marked.

    Returns:
        The outcome of each job, in order. All that was written is durable, in the
        journal and in the ledger.

    Raises:
        StoreError: the state could not be written. Notes may have been; the journal
            knows which, and `recover` sets the ledger right.
    """
    ended: Ended = {}
    rows = kit.store.ledger.get([job.path for job in jobs])
    vocabulary = kit.store.index.tag_counts()
    shelf = Shelf(kit.vault, kit.store, folder=kit.policy.output_folder)
    readings = _read(jobs, rows, kit, ended)
    safe = _redact(readings, kit, ended)
    errands = find_errands(safe, kit, shelf, _suggester(vocabulary, kit))
    done = _generate(errands, kit)
    means = Means(kit, shelf, vocabulary, max_attempts)
    planned = plan_notes(done, means, ended)
    committed = _commit(planned, kit, ended)
    with kit.store.transaction():  # a write that is settled is in the ledger, or neither is
        kit.store.journal.settle(done=committed.done, void=committed.void)
        _record(rows, readings, planned, kit, ended)
        _record_calls(committed, planned, kit, ended)
    _remove_answers(planned, kit, shelf, ended)
    for one in planned:
        if one.error and isinstance(ended[one.reading.path], Written):
            ended[one.reading.path] = Failed(one.error)  # what was done is done; the rest again
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
            else:
                readings.append(reading)
    return readings


def _read_one(job: Job, row: LedgerRow | None, kit: Kit) -> Reading | Left:
    """Read a note, and what is to be done in it."""
    known = row.ownership if row else Ownership()
    tag = kit.policy.tag
    note = read_note(kit.vault.read(job.path), known, tag=tag)
    document = markdown.read(note.body)
    calls = read_calls(note.properties, note.body, document, tag=tag)
    is_new = row is None or row.source != note.source
    is_due = job.force or (is_new and kit.vault.is_watched(job.path))
    if not is_due and not calls:
        return UNCHANGED
    if not note.body.strip():
        return Left("empty")
    wishes = read_wishes(note.properties, (one.name for one in document.tags), tag=tag)
    if wishes.skip:
        return Left(wishes.skip)
    if document.conflict_markers:
        return Left("a merge conflict is not resolved")
    ownership = reconcile(known, note.properties)
    return Reading(
        job,
        note,
        ownership,
        document,
        wishes,
        features=_features(note, document, ownership, kit.policy),
        calls=calls,
        tasks=tasks_of(calls, is_due=is_due, most=kit.policy.max_calls),
    )


def _features(
    note: Note, document: markdown.Document, ownership: Ownership, policy: Policy
) -> Features:
    body_tags = [tag.name for tag in document.tags]
    return features_of(
        note,
        document,
        tags=user_tags(note.properties, body_tags, ownership, tag=policy.tag),
        ours=policy.write.property_names,
    )


def _redact(readings: Sequence[Reading], kit: Kit, ended: Ended) -> list[Safe]:
    safe = []
    for reading in readings:
        body = less_requests(reading.note.body, reading.document, tag=kit.policy.tag)
        try:
            title = redact.redact(reading.note.title, kit.policy.filters).text
            text = redact.redact(body, kit.policy.filters).text
        except RedactionError as error:
            ended[reading.path] = Failed(error)
        else:
            safe.append(Safe(reading, title, text))
    return safe


def _suggester(vocabulary: Mapping[str, int], kit: Kit) -> Suggest:
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


def _generate(errands: Sequence[Errand], kit: Kit) -> list[Errand]:
    """Ask for all replies at once; each errand gets its own, or why there is none."""
    sent = [(errand.tier, errand.request) for errand in errands if errand.request is not None]
    replies = iter(kit.orchestrator.generate(sent))
    return [
        errand if errand.request is None else replace(errand, result=next(replies))
        for errand in errands
    ]


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of the journal's entries."""

    done: list[int]
    void: list[int]
    """Never written. One that failed on the disk is in neither list: it stays in doubt until
    somebody looks at the note."""
    own: dict[NotePath, int]
    """Note -> the entry of its own edits."""


def _commit(planned: Sequence[Planned], kit: Kit, ended: Ended) -> Committed:
    """Write the notes, those of ours before those that are to link to them.

    The journal knows of each write before its first byte.
    """
    if not planned:
        return Committed([], [], {})
    parts = [part for one in planned for part in (*one.notes, one.plan)]
    ids = iter(kit.store.journal.intend(parts, run=kit.run, now=kit.clock.now()))
    ours = [_write_of(note) for one in planned for note in one.notes]
    made = iter(kit.vault.commit(ours) if ours else [])
    fates: list[tuple[int, Written | Overtaken | VaultError]] = []
    own: dict[NotePath, int] = {}
    ready: list[Planned] = []
    for one in planned:
        shelved = [(next(ids), next(made)) for _ in one.notes]
        own[one.reading.path] = next(ids)
        fates += shelved
        amiss = [result for _, result in shelved if not isinstance(result, Written)]
        if amiss:
            fates.append((own[one.reading.path], Overtaken("a note of ours is missing")))
            ended[one.reading.path] = _outcome_of(amiss[0])
        else:
            ready.append(one)
    results = kit.vault.commit([_write_of(one.plan) for one in ready]) if ready else []
    for one, result in zip(ready, results, strict=True):
        fates.append((own[one.reading.path], result))
        ended[one.reading.path] = _outcome_of(result)
    done = [id_ for id_, result in fates if isinstance(result, Written)]
    void = [id_ for id_, result in fates if not isinstance(result, Written | WriteError)]
    return Committed(done, void, own)


def _write_of(part: CreateNote | Plan) -> Write:
    return part if isinstance(part, CreateNote) else part.writes[0]


def _outcome_of(result: Written | Overtaken | VaultError) -> Outcome:
    return Failed(result) if isinstance(result, VaultError) else result


def _record(
    rows: Mapping[NotePath, LedgerRow],
    readings: Sequence[Reading],
    planned: Sequence[Planned],
    kit: Kit,
    ended: Ended,
) -> None:
    """Put into the ledger what became of each note; one that runs again keeps its row."""
    read = {reading.path: reading for reading in readings}
    plans = {one.reading.path: one for one in planned}
    finished = []
    for path, outcome in ended.items():
        match outcome:
            case Written():
                row = rows.get(path) or LedgerRow(path, outcome.stamp, outcome.raw)
                finished.append(_written_row(row, plans[path], outcome, kit))
            case Left(because=because) if outcome not in (UNCHANGED, GONE) and path in rows:
                finished.append(_left_row(rows[path], read.get(path), because, kit))
    kit.store.ledger.put(finished)


def _written_row(row: LedgerRow, one: Planned, written: Written, kit: Kit) -> LedgerRow:
    """Give the row of a note that was written, whether all of it was done or a part."""
    row = replace(
        row,
        stamp=written.stamp,
        raw=written.raw,
        run=kit.run,
        at=kit.clock.now(),
        ownership=one.plan.ownership,
        failed="; ".join(one.failures),
    )
    if one.error or not (one.is_enriched or kit.vault.is_watched(row.path)):
        return row
    return replace(
        row,
        source=one.plan.note.source,
        recipe=kit.policy.recipe_digest,
        outcome="left" if one.taken_back else "written",
        because="taken back on demand" if one.taken_back else one.because,
    )


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
        recipe=kit.policy.recipe_digest,
        ownership=reading.ownership,
    )


def _record_calls(committed: Committed, planned: Sequence[Planned], kit: Kit, ended: Ended) -> None:
    """Record what was taken back, and queue the notes in which calls remain."""
    written = [one for one in planned if isinstance(ended[one.reading.path], Written)]
    back = [one for one in written if one.taken_back]
    kit.store.journal.mark_undone(
        # The write that takes back is no write to take back: the next time would do it again.
        [id_ for one in back for id_ in (committed.own[one.reading.path], *_ids(one.taken_back))]
    )
    kit.store.queue.put(
        [one.reading.path for one in written if one.calls_left],
        priority=Priority.ON_DEMAND,
        now=kit.clock.now(),
    )


def _ids(entries: Sequence[JournalEntry]) -> list[int]:
    return [entry.id for entry in entries]


def _remove_answers(planned: Sequence[Planned], kit: Kit, shelf: Shelf, ended: Ended) -> None:
    """Remove the notes of ours to which the links were taken back, unless somebody wrote there."""
    for one in planned:
        if isinstance(ended[one.reading.path], Written):
            for link in links_of(one.taken_back):
                path = shelf.resolve(link, source=one.reading.path)
                if path and shelf.is_ours(path):
                    entries = kit.store.journal.entries(paths=[path])
                    history.undo(entries, kit.vault, kit.store, now=kit.clock.now())
