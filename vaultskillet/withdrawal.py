"""Take back what was written, notes of ours as a whole: Obsidian may have mended their links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from vaultskillet import history
from vaultskillet.core.model import CreateNote, NotePath
from vaultskillet.history import Undone
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.shelf import Shelf
from vaultskillet.trip import Kit


def take_back(entries: Sequence[JournalEntry], kit: Kit, shelf: Shelf) -> list[Undone]:
    """Take writes back.

    Args:
        entries: newest first, as the journal gives them.
        kit: its vault and store.
        shelf: knows the notes of ours.

    Returns:
        What became of each note, by path.
    """
    by_path: dict[NotePath, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        by_path[entry.write.path].append(entry)
    now = kit.clock.now()
    undone = []
    for path in sorted(by_path):
        writes = by_path[path]
        made = _as_a_whole(writes, kit, shelf)
        results = history.undo([made] if made else writes, kit.vault, kit.store, now=now)
        if made and all(result.ok for result in results):
            kit.store.journal.mark_undone([one.id for one in writes if one.state == "done"])
        undone += results
    return undone


def _as_a_whole(writes: Sequence[JournalEntry], kit: Kit, shelf: Shelf) -> JournalEntry | None:
    """Give what removes a note of ours as it is now; None where not all of it is to go."""
    made = writes[-1]
    if not isinstance(made.write, CreateNote) or made.state != "done":
        return None
    standing = [
        entry
        for entry in kit.store.journal.entries(paths=[made.write.path])
        if entry.state == "done" and entry not in writes
    ]
    version = None if standing else shelf.version_of(made.write.path)
    return replace(made, after=version.file.raw) if version else None
