"""Record what became of the notes of a trip: in the ledger, the routes, the journal, the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vaultskillet.committing import Committed
from vaultskillet.core.model import Left, NotePath, Priority, Tier, Written
from vaultskillet.core.tasks import Enrich
from vaultskillet.ports.ledger import LedgerRow
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
    finished = []
    for path, outcome in ended.items():
        match outcome:
            case Written():
                row = rows.get(path) or LedgerRow(path, outcome.stamp, outcome.raw)
                finished.append(_written_row(row, plans[path], outcome, tiers.get(path), kit))
            case Left(because=because) if outcome not in (UNCHANGED, GONE) and path in rows:
                row = _left_row(rows[path], read.get(path), because, kit)
                finished.append(_with_recipe(row, tiers.get(path), kit))
    kit.store.ledger.put(finished)
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
    if one.error or not (one.is_enriched or kit.vault.is_watched(row.path)):
        return row
    row = replace(
        row,
        source=one.reading.note.source,
        outcome="left" if one.taken_back else "written",
        because="taken back on demand" if one.taken_back else one.because,
    )
    return _with_recipe(row, tier, kit) if one.is_enriched else row


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
    kit.store.queue.put(
        [one.reading.path for one in written if one.calls_left],
        priority=Priority.ON_DEMAND,
        now=kit.clock.now(),
    )
