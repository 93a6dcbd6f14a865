"""Record what became of the notes of a trip, in all parts of the state that know of notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vaultskillet.committing import Committed
from vaultskillet.core.model import Left, NotePath, Priority, Proposed, Tier, Written
from vaultskillet.core.tasks import Enrich
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED, Proposal
from vaultskillet.trip import GONE, UNCHANGED, Ended, Errand, Kit, Planned, Reading


def record(
    rows: Mapping[NotePath, LedgerRow],
    readings: Sequence[Reading],
    errands: Sequence[Errand],
    planned: Sequence[Planned],
    *,
    kit: Kit,
    ended: Ended,
) -> None:
    """Put into the ledger what became of each note; one that runs again keeps its row."""
    read = {reading.path: reading for reading in readings}
    plans = {one.reading.path: one for one in planned}
    tiers = {
        errand.safe.reading.path: errand.tier
        for errand in errands
        if isinstance(errand.task, Enrich) and errand.request is not None
    }
    finished: list[LedgerRow] = []
    for path, outcome in ended.items():
        match outcome:
            case Written():
                row = rows.get(path) or LedgerRow(path, outcome.stamp, outcome.raw)
                finished.append(_written_row(row, plans[path], outcome, tiers.get(path), kit))
            case Proposed():
                row = _proposed_row(rows.get(path), plans[path], kit)
                finished.append(_with_recipe(row, tiers.get(path), kit))
            case Left(because=because) if outcome not in (UNCHANGED, GONE) and path in rows:
                row = _left_row(rows[path], read.get(path), because, kit)
                finished.append(_with_recipe(row, tiers.get(path), kit))
    kit.store.ledger.put(finished)
    _record_proposals(rows, finished, plans, kit)
    kit.store.routes.put(
        [
            one.routed
            for one in planned
            if one.routed and isinstance(ended[one.reading.path], Written)
        ]
    )


def _written_row(
    row: LedgerRow, one: Planned, written: Written, tier: Tier | None, kit: Kit
) -> LedgerRow:
    """Give the row of a note that was written, whether all of it was done or a part."""
    row = replace(
        row,
        stamp=written.stamp,
        raw=written.raw,
        run=kit.run,
        at=kit.clock.now(),
        ownership=one.bundle.plan.ownership,
        failed="; ".join(one.failures),
    )
    if (
        one.error
        or one.reading.is_postponed
        or not (one.is_enriched or kit.vault.is_watched(row.path))
    ):
        return row
    source = one.reading.note.source
    if one.taken_back:
        row = replace(row, outcome="left", because="taken back on demand")
    elif one.is_enriched or (row.outcome, row.source) != (PROPOSED, source):
        row = replace(row, outcome="written", because=one.because)
    row = replace(row, source=source)
    return _with_recipe(row, tier, kit) if one.is_enriched else row


def _proposed_row(row: LedgerRow | None, one: Planned, kit: Kit) -> LedgerRow:
    """Give the row of a note of which something is proposed."""
    note = one.reading.note
    return replace(
        row or LedgerRow(note.path, note.stamp, note.raw),
        stamp=note.stamp,
        raw=note.raw,
        source=note.source,
        outcome=PROPOSED,
        because=one.because,
        run=kit.run,
        at=kit.clock.now(),
        ownership=one.reading.ownership,
    )


def _record_proposals(
    rows: Mapping[NotePath, LedgerRow],
    finished: Sequence[LedgerRow],
    plans: Mapping[NotePath, Planned],
    kit: Kit,
) -> None:
    """Let what is proposed wait, and what was proposed before of a note that is done wait no more.

    Where nothing is proposed, the state is not even asked.
    """
    waited = {path for path, row in rows.items() if row.outcome == PROPOSED}
    over = [row.path for row in finished if row.path in waited and row.outcome != PROPOSED]
    if over:
        kit.store.proposals.forget(over)
    new = [
        Proposal(row.path, plan.reading.note.source, plan.values, row.at, plan.routed)
        for row in finished
        if (plan := plans.get(row.path)) and plan.is_proposed and plan.values
    ]
    if new:
        kit.store.proposals.put(new)
    # Where a call was answered, less may be left of it; or somebody has accepted it meanwhile.
    fresh = {one.path for one in new}
    still = waited.intersection(row.path for row in finished if row.outcome == PROPOSED) - fresh
    kit.store.queue.put(sorted(still), priority=Priority.CHANGED, now=kit.clock.now())


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


def _with_recipe(row: LedgerRow, tier: Tier | None, kit: Kit) -> LedgerRow:
    """Give a row that says by which recipe the note was done, if it came so far."""
    if tier is None:
        return replace(row, tier=None, prompt=None, model=None)
    digests = kit.policy.digests
    return replace(row, tier=tier, prompt=digests.prompt, model=digests.models[tier])


def record_calls(committed: Committed, planned: Sequence[Planned], kit: Kit, ended: Ended) -> None:
    """Record what was taken back, and queue the notes in which calls remain."""
    written = [one for one in planned if isinstance(ended[one.reading.path], Written)]
    back = [one for one in written if one.taken_back]
    kit.store.journal.mark_undone(
        # The write that takes back is no write to take back: the next time would do it again.
        [
            id_
            for one in back
            for id_ in (committed.own[one.reading.path], *(entry.id for entry in one.taken_back))
        ]
    )
    for one in back:
        for run in {entry.run for entry in one.taken_back}:
            kit.store.routes.mark_undone(one.reading.path, run)
    now = kit.clock.now()
    again = [one.reading.path for one in written if one.calls_left]
    kit.store.queue.put(again, priority=Priority.ON_DEMAND, now=now)
    postponed = [one.reading.path for one in written if one.reading.is_postponed]
    kit.store.queue.put(postponed, priority=Priority.CHANGED, now=now)
