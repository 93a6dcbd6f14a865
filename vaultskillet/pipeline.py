"""The trip of a batch of jobs: read, redact, ask, generate, plan, commit, record.

A note's trip carries one task or several: enrichment, and what its calls ask for. Each task
becomes an errand with a request for an engine, or with none; all requests of a batch go out at
once. What came of the errands of a note becomes one plan. Text is redacted before it is
classified, since a model may do the classifying. A note that leaves the trip early is put into
`ended` with its outcome; the others go on. Where a person is to judge what is written, it is not
committed but proposed, unless the note itself asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vaultskillet.asking import Suggest, find_errands
from vaultskillet.committing import commit
from vaultskillet.core import markdown, redact
from vaultskillet.core.blocks import without_blocks
from vaultskillet.core.calls import less_requests, read_calls
from vaultskillet.core.model import (
    Failed,
    Features,
    File,
    Job,
    Left,
    Note,
    NotePath,
    Outcome,
    Ownership,
    Proposed,
    Written,
    title_of,
)
from vaultskillet.core.note import (
    less_ours,
    read_authored,
    read_wishes,
    reconcile,
    user_tags,
)
from vaultskillet.core.phrases import count_title_words, find_phrases
from vaultskillet.core.plan import WritePolicy, disown, is_closed
from vaultskillet.core.tasks import is_whole, tasks_of
from vaultskillet.core.terms import features_of
from vaultskillet.core.trace import bears_trace
from vaultskillet.errors import (
    FrontmatterError,
    NoteGoneError,
    RedactionError,
    VaultskilletError,
)
from vaultskillet.linking import follow
from vaultskillet.meanings import passage_of
from vaultskillet.planning.means import Means
from vaultskillet.planning.planner import plan_notes
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.recording import record, record_calls
from vaultskillet.shelf import Shelf
from vaultskillet.trip import GONE, UNCHANGED, Ended, Errand, Kit, Planned, Policy, Reading, Safe
from vaultskillet.withdrawal import take_back

OTHERS = Left("it came with a summary like those that vaultskillet writes on other machines")
CLOSED = Left("all that could be written here is its author's, or another machine's")

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
    safe = _redact([one for one in readings if one.path not in ended], kit, ended)
    _embed(safe, kit)
    errands = find_errands(safe, kit, shelf, _suggester(vocabulary, kit))
    done = _generate(errands, kit)
    means = Means(kit, shelf, vocabulary, max_attempts)
    planned = plan_notes(done, means, ended)
    ended.update({one.reading.path: Proposed() for one in planned if one.is_proposed})
    ready = [one for one in planned if not one.is_proposed]
    _remove_answers(ready, kit, shelf)
    committed = commit([one.bundle for one in ready], kit, ended)
    with kit.store.transaction():  # a write that is settled is in the ledger, or neither is
        kit.store.journal.settle(done=committed.done, void=committed.void)
        record(rows, readings, errands, planned, kit=kit, ended=ended)
        record_calls(committed, ready, kit, ended)
    for one in ready:
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
                continue
            readings.append(reading)
            if not reading.tasks:
                ended[job.path] = reading.left or UNCHANGED
    return readings


def _read_one(job: Job, row: LedgerRow | None, kit: Kit) -> Reading | Left:
    """Read a note, and what is to be done in it."""
    tag = kit.policy.tag
    note, known = read_owned(kit.vault.read(job.path), row, kit)
    document = markdown.read(note.body)
    calls = read_calls(note.properties, note.body, document, tag=tag)
    is_new = row is None or row.source != note.source
    is_due = job.force or (is_new and kit.vault.is_watched(job.path))
    if not is_due and not calls:
        return UNCHANGED
    if not without_blocks(note.body).strip():
        return Left("empty")
    wishes = read_wishes(note.properties, (one.name for one in document.tags), tag=tag)
    if wishes.skip:
        return Left(wishes.skip)
    if document.conflict_markers:
        return Left("a merge conflict is not resolved")
    folder = kit.policy.privacy.folder_of(job.path)
    if folder and not wishes.private:
        wishes = replace(wishes, private=f"in the private folder {folder}")
    ownership = reconcile(known, note.properties)
    left = None
    if is_due and not job.force:
        left = _find_others(note, ownership, row, kit.policy.write)
    if left is OTHERS:
        ownership = disown(ownership, kit.policy.write)
    tasks = tasks_of(calls, is_due=is_due and not left, most=kit.policy.max_calls)
    asked = tuple(task for task in tasks if task.calls)
    is_postponed = False
    if kit.policy.review and asked and is_due:
        waits = row is not None and row.outcome == PROPOSED
        is_postponed = asked != tasks or (waits and not any(map(is_whole, asked)))
    return Reading(
        job,
        note,
        ownership,
        document,
        wishes,
        features=features_in(note, document, ownership, kit.policy),
        calls=calls,
        tasks=asked if is_postponed else tasks,
        left=left,
        is_postponed=is_postponed,
    )


def read_owned(file: File, row: LedgerRow | None, kit: Kit) -> tuple[Note, Ownership]:
    """Read a note, and give what was ours in it before the user had it in hand.

    Raises:
        FrontmatterError: it cannot be read.
    """
    known = row.ownership if row else Ownership()
    note = kit.read_note(file)
    return note, follow(file.path, note.properties, known, store=kit.store, vault=kit.vault)


def _find_others(
    note: Note, ownership: Ownership, row: LedgerRow | None, policy: WritePolicy
) -> Left | None:
    """Say why a note is left to others: to its author, or to a machine that shares the vault.

    A note that comes with a summary as we write them was done: there, or here before the
    state was lost.
    """
    key = policy.summary
    comes_done = (
        (row is None or row.source is None)
        and key is not None
        and key not in ownership.values
        and bears_trace(note.content, note.properties, key=key, own=policy.property_names)
    )
    if comes_done:
        return OTHERS
    return CLOSED if is_closed(note.properties, ownership, policy) else None


def features_in(
    note: Note, document: markdown.Document, ownership: Ownership, policy: Policy
) -> Features:
    """Give what a note is about by what its author wrote, without what is ours in it."""
    document = read_authored(note.body, document)
    body_tags = [tag.name for tag in document.tags]
    return features_of(
        less_ours(note, ownership),
        document,
        tags=user_tags(note.properties, body_tags, ownership, tag=policy.tag),
        ours=policy.write.property_names,
    )


def _redact(readings: Sequence[Reading], kit: Kit, ended: Ended) -> list[Safe]:
    safe = []
    for reading in readings:
        try:
            safe.append(redact_note(reading, kit.policy))
        except RedactionError as error:
            ended[reading.path] = Failed(error)
    return safe


def redact_note(reading: Reading, policy: Policy) -> Safe:
    """Redact a note, and keep it on this machine if a secret was found anywhere in it.

    Raises:
        RedactionError: a filter failed.
    """
    note, wishes = reading.note, reading.wishes
    body = less_requests(note.body, reading.document, tag=policy.tag)
    title, name, text = redact.redact_all((note.title, note.name, body), policy.filters)
    if policy.privacy.local_on_findings and not wishes.private:
        whole = f"{note.title}\n{note.content.decode()}"
        if redact.redact(whole, policy.filters).holds_secret:
            reading = replace(reading, wishes=replace(wishes, private="a secret was found in it"))
    placeholders = {**title.placeholders, **name.placeholders, **text.placeholders}
    return Safe(reading, title.text, name.text, text.text, placeholders)


def _embed(safe: Sequence[Safe], kit: Kit) -> None:
    """Have the notes embedded whose text is new, before what is related to them is looked for."""
    if kit.meanings is not None:
        kit.meanings.learn(
            passage_of(one.reading.path, name=one.name, text=one.text, private=one.is_private)
            for one in safe
        )


def _suggester(vocabulary: Mapping[str, int], kit: Kit) -> Suggest:
    """Give what suggests tags for a note: the vault's own, or new ones where it has none."""
    if vocabulary:
        return lambda safe: kit.store.index.tag_candidates(
            safe.reading.features, limit=MAX_CANDIDATES
        )
    titles = [title_of(path) for path in kit.store.ledger.stamps()]
    title_words = count_title_words(titles)
    return lambda safe: find_phrases(
        safe.title,
        " ".join(block.prose for block in markdown.read(safe.text).prose_blocks()),
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


def _remove_answers(planned: Sequence[Planned], kit: Kit, shelf: Shelf) -> None:
    """Remove the notes of ours whose links are to be taken back, unless somebody wrote there.

    Before the links go: a crash in between leaves the call standing, and all is done again.
    """
    for path in [path for one in planned for path in shelf.answers_to(one.taken_back)]:
        take_back(kit.store.journal.entries(paths=[path]), kit, shelf)
