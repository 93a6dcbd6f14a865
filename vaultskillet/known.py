"""What is known of notes that are renamed or gone: every part of the state follows."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from vaultskillet.core.model import NotePath, Priority
from vaultskillet.moves import add_moves
from vaultskillet.ports.store import Store

log = logging.getLogger(__name__)


def follow_renamed(moved: Mapping[NotePath, NotePath], store: Store) -> None:
    """Let all that is known of renamed notes follow them, new path -> old path.

    Called in the transaction that learns of them.
    """
    for new, old in moved.items():
        log.info("followed a renamed note", extra={"path": new, "old_path": old})
        store.ledger.move(old, new)
        store.journal.move(old, new)
        store.routes.move(old, new)
        store.proposals.move(old, new)
        store.activity.move(old, new)
        store.index.move(old, new)
    store.queue.forget(moved.values())
    add_moves(moved, store)


def requeue_decided(paths: Collection[NotePath], store: Store, *, now: float) -> None:
    """Queue those of these notes of whose proposals somebody said something."""
    if paths:
        decided = [proposal.path for proposal, _ in store.proposals.decided(paths)]
        store.queue.put(decided, priority=Priority.ON_DEMAND, now=now)


def forget_gone(paths: Collection[NotePath], store: Store) -> None:
    """Forget all that is known of notes that are gone."""
    store.ledger.forget(paths)
    store.activity.forget(paths)
    store.index.forget(paths)
    store.queue.forget(paths)
    store.proposals.forget(paths)
