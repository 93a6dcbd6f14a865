"""Keep our links in notes true that need nothing else: no engine has a part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vaultskillet.committing import commit
from vaultskillet.core import markdown
from vaultskillet.core.model import Left, NotePath, Outcome, Plan, Written
from vaultskillet.core.note import read_wishes, reconcile
from vaultskillet.core.plan import plan_mending
from vaultskillet.errors import RedactionError, VaultskilletError
from vaultskillet.linking import mend
from vaultskillet.pipeline import read_owned
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.trip import Bundle, Kit

TRUE = Left("its links are true")


def relink(paths: Sequence[NotePath], kit: Kit) -> dict[NotePath, Outcome]:
    """Mend the links of ours in these notes that a rename or a removal left untrue.

    Returns:
        What became of the notes in which something was to be mended.

    Raises:
        StoreError: the state could not be written; `recover` sets it right.
    """
    rows = {path: row for path, row in kit.store.ledger.get(paths).items() if row.ownership.links}
    plans = [plan for row in rows.values() if isinstance(plan := _plan(row, kit), Plan)]
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
