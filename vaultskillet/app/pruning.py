"""What the state keeps for taking back, and for how long."""

from __future__ import annotations

from vaultskillet.ports.store import Store

JOURNAL_AGE_S = 180 * 24 * 3600
JOURNAL_BYTES = 256 * 1024 * 1024
"""What the journal keeps for `undo`: half a year, and not more than this; routes the same time."""


def prune(store: Store, *, now: float) -> None:
    """Drop what is too old to be taken back."""
    before = now - JOURNAL_AGE_S
    store.journal.prune(before=before, keep_bytes=JOURNAL_BYTES)
    store.routes.prune(before=before)
