"""Keep our links in notes true that need nothing else: no engine has a part in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vaultskillet.committing import commit
from vaultskillet.core import markdown
from vaultskillet.core.model import Left, NotePath, Outcome, Plan, Proposed, Written
from vaultskillet.core.note import read_wishes, reconcile
from vaultskillet.core.plan import plan_mending
from vaultskillet.errors import RedactionError, VaultskilletError
from vaultskillet.linking import mend
from vaultskillet.pipeline import read_owned
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED, Proposal, Values
from vaultskillet.trip import Bundle, Kit

TRUE = Left("its links are true")

MENDED = "links of ours in it are to be mended"


def relink(known: Mapping[NotePath, LedgerRow], kit: Kit) -> dict[NotePath, Outcome]:
    """Mend the links of ours in these notes that a rename or a removal left untrue.

    Where a person is to judge what is written, that is proposed; and where something is proposed
    for a note already, it comes with that.

    Args:
        known: what is known of the notes.
        kit: what a trip works with.

    Returns:
        What became of the notes in which something was to be mended.

    Raises:
        StoreError: the state could not be written; `recover` sets it right.
    """
    rows = {path: row for path, row in known.items() if row.ownership.links}
    if kit.policy.review:
        rows = {path: row for path, row in rows.items() if row.outcome in ("written", "left")}
    plans = [plan for row in rows.values() if isinstance(plan := _plan(row, kit), Plan)]
    if kit.policy.review:
        return _propose(plans, rows, kit)
    ended: dict[NotePath, Outcome] = {}
    committed = commit([Bundle(plan) for plan in plans], kit, ended)
    written = []
    for plan in plans:
        outcome = ended[plan.note.path]
        if isinstance(outcome, Written):
            row = rows[plan.note.path]
            written.append(
                replace(row, stamp=outcome.stamp, raw=outcome.raw, ownership=plan.ownership)
            )
    with kit.store.transaction():
        kit.store.journal.settle(done=committed.done, void=committed.void)
        kit.store.ledger.put(written)
    return ended


def _propose(
    plans: Sequence[Plan], rows: Mapping[NotePath, LedgerRow], kit: Kit
) -> dict[NotePath, Outcome]:
    """Propose to mend links, and nothing else; the notes are as they were."""
    now = kit.clock.now()
    notes = [plan.note for plan in plans]
    with kit.store.transaction():
        kit.store.ledger.put(
            [
                replace(rows[note.path], outcome=PROPOSED, because=MENDED, run=kit.run, at=now)
                for note in notes
            ]
        )
        kit.store.proposals.put([Proposal(note.path, note.source, Values(), now) for note in notes])
    return {note.path: Proposed() for note in notes}


def _plan(row: LedgerRow, kit: Kit) -> Plan | Left:
    """Plan what is to be mended in a note; one that cannot be read is left as it is."""
    key = kit.policy.write.related
    if key is None:
        return TRUE
    try:
        note, known = read_owned(kit.vault.read(row.path), row, kit)
    except VaultskilletError as error:
        return Left(str(error))
    body_tags = (tag.name for tag in markdown.read(note.body).tags)
    if skip := read_wishes(note.properties, body_tags, tag=kit.policy.tag).skip:
        return Left(skip)
    ownership = reconcile(known, note.properties)
    try:
        related = mend(
            row.path, ownership, store=kit.store, vault=kit.vault, filters=kit.policy.filters
        )
    except RedactionError as error:
        return Left(str(error))
    return plan_mending(note, ownership, key, related)
