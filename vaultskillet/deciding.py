"""Do what a person said of proposals: write what was accepted, remember what was refused."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vaultskillet.committing import Committed, commit
from vaultskillet.core.model import (
    Failed,
    Left,
    NotePath,
    Outcome,
    Plan,
    Priority,
    Written,
)
from vaultskillet.core.note import reconcile
from vaultskillet.core.plan import refuse
from vaultskillet.core.splice import steps_of
from vaultskillet.errors import NoteGoneError, VaultError, VaultskilletError
from vaultskillet.pipeline import read_owned
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED, Proposal, Verdict
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.proposing import CHANGED, Replanned, plan_proposal
from vaultskillet.trip import GONE, Bundle, Ended, Kit

REFUSED = Left("refused in review")

log = logging.getLogger(__name__)


def settle_decided(rows: Mapping[NotePath, LedgerRow], kit: Kit) -> dict[NotePath, Outcome]:
    """Do what was said of the proposals for these notes, if anything was; see `settle`."""
    waiting = [path for path, row in rows.items() if row.outcome == PROPOSED]
    said = kit.store.proposals.decided(waiting) if waiting else []
    return settle(said, kit) if said else {}


def settle(said: Sequence[tuple[Proposal, Verdict]], kit: Kit) -> dict[NotePath, Outcome]:
    """Write what was accepted, and remember what was refused.

    What was accepted is planned anew on the note as it is now, and written as everything is. For
    a note that is another one by now it is dropped, and the note is due again. A proposal waits
    on where its note could not be written, or changed at this very moment.

    Returns:
        What became of each note. All that was written is durable, in the journal and in the
        ledger.

    Raises:
        StoreError: the state could not be written; `recover` sets it right.
    """
    rows = kit.store.ledger.get([proposal.path for proposal, _ in said])
    ended: Ended = {}
    plans: dict[NotePath, Plan] = {}
    for proposal, verdict in said:
        path = proposal.path
        planned = REFUSED if verdict is Verdict.REJECT else _plan(proposal, rows[path], kit)
        if isinstance(planned, Replanned):
            plans[path] = planned.plan
        else:
            ended[path] = planned
    committed = _write(plans, kit, ended)
    proposals = {proposal.path: proposal for proposal, _ in said}
    with kit.store.transaction():  # as in a trip: in the ledger, or not settled either
        kit.store.journal.settle(done=committed.done, void=committed.void)
        _record(proposals, rows, plans, kit, ended)
    for path, outcome in ended.items():
        log.info("decided", extra={"path": path, "outcome": type(outcome).__name__.lower()})
    return ended


def _record(
    proposals: Mapping[NotePath, Proposal],
    rows: Mapping[NotePath, LedgerRow],
    plans: Mapping[NotePath, Plan],
    kit: Kit,
    ended: Ended,
) -> None:
    """Record what became of each note; where nothing could be done, the proposal waits on."""
    finished: list[LedgerRow] = []
    routes: list[RoutedWrite] = []
    again: list[Proposal] = []
    now = kit.clock.now()
    for path, outcome in ended.items():
        row, proposal = replace(rows[path], run=kit.run, at=now), proposals[path]
        match outcome:
            case Written():
                finished.append(_written_row(row, plans[path], outcome))
                if proposal.routed:
                    routes.append(replace(proposal.routed, run=kit.run, at=now))
            case Left() if outcome == REFUSED:
                finished.append(_refused_row(row, proposal, kit))
            case Left(because=because) if outcome != GONE:
                finished.append(replace(row, outcome="left", because=because))
            case Failed(error=error) if not error.transient:  # it is for a person to say again
                again.append(proposal)
    kit.store.ledger.put(finished)
    kit.store.routes.put(routes)
    kit.store.proposals.forget([row.path for row in finished])
    kit.store.proposals.put(again)
    due = [path for path, outcome in ended.items() if outcome == CHANGED]
    kit.store.queue.put(due, priority=Priority.CHANGED, now=now)


def refresh(rows: Mapping[NotePath, LedgerRow], kit: Kit) -> dict[NotePath, Outcome]:
    """Let what waits for notes that somebody touched say what is still to be set there.

    Args:
        rows: what is known of them; they are the same notes, apart from what is ours in them.
        kit: what a trip works with.

    Returns:
        What became of those for which nothing waits any more.

    Raises:
        StoreError: the state could not be read or written.
    """
    paths = [path for path, row in rows.items() if row.outcome == PROPOSED]
    proposals = kit.store.proposals.waiting(paths) if paths else []
    if not proposals:
        return {}
    ended: Ended = {}
    new: list[Proposal] = []
    for proposal in proposals:
        outcome = _plan(proposal, rows[proposal.path], kit)
        if isinstance(outcome, Replanned) and outcome.values != proposal.values:
            new.append(replace(proposal, values=outcome.values))
        elif isinstance(outcome, Left) and outcome not in (GONE, CHANGED):
            ended[proposal.path] = outcome
    with kit.store.transaction():
        _record({one.path: one for one in proposals}, rows, {}, kit, ended)
        kit.store.proposals.put(new)
    return ended


def _plan(proposal: Proposal, row: LedgerRow, kit: Kit) -> Replanned | Left | Failed:
    try:
        return plan_proposal(proposal, row, kit)
    except NoteGoneError:
        return GONE
    except VaultskilletError as error:
        return Failed(error)


def _write(plans: Mapping[NotePath, Plan], kit: Kit, ended: Ended) -> Committed:
    """Write; after a crash it is known from the state which writes settle a proposal."""
    afters = {path: step.after for path, plan in plans.items() for step in steps_of(plan)}
    if afters:
        kit.store.proposals.begin(afters)
    return commit([Bundle(plan) for plan in plans.values()], kit, ended)


def _written_row(row: LedgerRow, plan: Plan, written: Written) -> LedgerRow:
    return replace(
        row,
        stamp=written.stamp,
        raw=written.raw,
        outcome="written",
        ownership=plan.ownership,
    )


def _refused_row(row: LedgerRow, proposal: Proposal, kit: Kit) -> LedgerRow:
    """Give the row of a note of which somebody refused what was proposed."""
    ownership = row.ownership
    properties: Mapping[str, object] = {}
    try:
        note, known = read_owned(kit.vault.read(row.path), row, kit)
    except VaultError:  # gone, or not to be read: then by what is known of it
        pass
    else:
        ownership, properties = reconcile(known, note.properties), note.properties
    values = proposal.values
    refused = refuse(ownership, values.draft, values.related, properties, kit.policy.write)
    return replace(row, outcome="left", because=REFUSED.because, ownership=refused)
