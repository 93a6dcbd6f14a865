"""Moves: which notes were renamed, until the notes of our own that link to them follow."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vaultskillet.core.model import NotePath
from vaultskillet.ports.store import Store

_MOVES = "moves"
"""Under this name the store keeps them: old path -> new path, as JSON."""


def add_moves(moved: Mapping[NotePath, NotePath], store: Store) -> None:
    """Record renamed notes, new path -> old path; called in the transaction that moves them."""
    if not moved:
        return
    waiting = waiting_moves(store)
    first = {new: old for old, new in waiting.items()}
    for new, old in moved.items():
        if old in first:  # renamed again, before anything followed
            waiting[first[old]] = new
        waiting[old] = new
    store.put_meta(_MOVES, json.dumps(waiting))


def waiting_moves(store: Store) -> dict[NotePath, NotePath]:
    """Give the renamed notes that nothing followed yet: old path -> new path."""
    kept = json.loads(store.get_meta(_MOVES) or "{}")
    return {NotePath(old): NotePath(new) for old, new in kept.items()}


def forget_moves(store: Store) -> None:
    """Record that all that is to follow has followed."""
    store.put_meta(_MOVES, "{}")
