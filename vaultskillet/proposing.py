"""Plan what is proposed for a note on the note as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from vaultskillet.core import markdown
from vaultskillet.core.model import Draft, Job, Left, Plan, Priority, Skipped
from vaultskillet.core.note import Wishes, reconcile
from vaultskillet.core.plan import plan_writes
from vaultskillet.core.related import RelatedLinks
from vaultskillet.linking import relate_to
from vaultskillet.pipeline import features_in, read_owned, redact_note
from vaultskillet.planning.properties import bearing_of, restored, values_of
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import Proposal, Values
from vaultskillet.trip import Kit, Reading

CHANGED = Left("it changed since that was proposed")
"""What was proposed says nothing of the note any more."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a proposal comes to on the note as it is now."""

    plan: Plan
    values: Values
    """What of its values is new there."""


def plan_proposal(proposal: Proposal, row: LedgerRow | None, kit: Kit) -> Replanned | Left:
    """Plan what a proposal sets, as a trip would that came to the same values just now.

    Args:
        proposal: what is to be set.
        row: what is known of its note.
        kit: what a trip works with.

    Returns:
        A plan, or why there is nothing to write; `CHANGED` where the note is another one now,
        apart from what is ours in it.

    Raises:
        VaultError: the note cannot be read.
        RedactionError: a filter failed.
    """
    found = kit.vault.find(proposal.path)
    if isinstance(found, Skipped):
        return Left(found.because)
    note, known = read_owned(kit.vault.read(proposal.path), row, kit)
    if note.source != proposal.source:
        return CHANGED
    document = markdown.read(note.body)
    ownership = reconcile(known, note.properties)
    reading = Reading(
        Job(note.path, 0, Priority.CHANGED, 0, force=proposal.values.force),
        note,
        ownership,
        document,
        Wishes(None, None),
        features=features_in(note, document, ownership, kit.policy),
        calls=(),
        tasks=(),
    )
    related = _relate(proposal, reading, kit)
    bearing = bearing_of(reading, related=related, force=proposal.values.force)
    policy, values = kit.policy.write, proposal.values
    outcome = plan_writes(note, _draft(proposal, reading, kit), bearing, policy)
    if isinstance(outcome, Left):
        return outcome
    new = values_of(outcome.ownership, values.draft, bearing, policy, seen=values.seen)
    return Replanned(outcome, new)


def _draft(proposal: Proposal, reading: Reading, kit: Kit) -> Draft:
    """Give the draft; what its placeholders stand for is known only while they are the same."""
    draft, seen = proposal.values.draft, proposal.values.seen
    if not (seen and kit.policy.restore_in_note):
        return draft
    safe = redact_note(reading, kit.policy)
    return restored(draft, safe, kit.policy) if safe.digest == seen else draft


def _relate(proposal: Proposal, reading: Reading, kit: Kit) -> RelatedLinks:
    if kit.policy.write.related is None:
        return RelatedLinks()
    return relate_to(
        proposal.values.related,
        reading.features,
        reading.ownership,
        store=kit.store,
        vault=kit.vault,
        filters=kit.policy.filters,
    )
