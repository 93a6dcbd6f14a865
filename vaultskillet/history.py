"""What the journal is for: finishing what a crash cut short, and taking writes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from vaultskillet.core import frontmatter
from vaultskillet.core.model import (
    CreateNote,
    Digest,
    EditNote,
    File,
    NotePath,
    Overtaken,
    Ownership,
    RemoveNote,
    Written,
)
from vaultskillet.core.note import reconcile
from vaultskillet.errors import FrontmatterError, NoteGoneError, VaultError
from vaultskillet.linking import follow
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault
from vaultskillet.takeback import disown, edits_back, is_marked, news_of

UNKNOWN = Digest("unknown")
"""The prompt of what a crash cut short: no prompt is equal to it, so that it counts as stale."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of taking back the writes to one note."""

    path: NotePath
    because: str
    """Why it was not taken back, or why there was nothing to take."""
    ok: bool


def recover(vault: Vault, store: Store, *, only: Collection[NotePath] | None = None) -> int:
    """Set journal and ledger right after a crash between intending and recording.

    A write to a known note that is not there, or cannot be read, stays in doubt: it may have got
    another name meanwhile.

    Args:
        vault: where the notes are.
        store: journal and ledger.
        only: the notes to see to; None: all, which is for whoever writes them.

    Returns:
        How many writes were in doubt.
    """
    doubtful = [
        entry for entry in store.journal.unsettled() if only is None or entry.write.path in only
    ]
    done: list[JournalEntry] = []
    void: list[int] = []
    rows: list[LedgerRow] = []
    known = store.ledger.get([entry.write.path for entry in doubtful])
    for entry in doubtful:
        row = known.get(entry.write.path)
        file = _read_if_there(vault, entry.write.path)
        if file is None and row is not None:
            continue
        if file is None or not _was_written(file, entry):
            void.append(entry.id)
            continue
        done.append(entry)
        if row is not None:
            rows.append(_row_after(row, file, entry))
    with store.transaction():
        settled = store.proposals.begun([entry.after for entry in done]) if done else frozenset()
        store.journal.settle(done=[entry.id for entry in done], void=void)
        store.ledger.put([_while_it_waits(row, known[row.path], settled) for row in rows])
        store.proposals.forget(settled)
    return len(doubtful)


def _while_it_waits(row: LedgerRow, before: LedgerRow, settled: Collection[NotePath]) -> LedgerRow:
    """Let a proposal wait on where what was written was something else, asked for in the note."""
    waits = (before.outcome, before.source) == (PROPOSED, row.source) and row.path not in settled
    return replace(row, outcome=PROPOSED, because=before.because) if waits else row


def _read_if_there(vault: Vault, path: NotePath) -> File | None:
    try:
        return vault.read(path)
    except VaultError:
        return None


def _was_written(file: File, entry: JournalEntry) -> bool:
    """Say whether an intended write happened, also where the user went on writing since."""
    raw = file.raw
    if raw in (entry.after, entry.write.expects):
        return raw == entry.after
    try:
        properties = frontmatter.read(file.content).properties
    except FrontmatterError:
        return False
    standing = reconcile(entry.owned_after, properties).values
    news = news_of(entry).items()
    return is_marked(file.content, entry) or any(standing.get(key) == value for key, value in news)


def _row_after(row: LedgerRow, file: File, entry: JournalEntry) -> LedgerRow:
    """Give the row of a note whose write was found to have happened."""
    return replace(
        row,
        stamp=file.stamp,
        raw=file.raw,
        source=entry.source,
        tier=None,
        prompt=UNKNOWN,
        model=None,
        outcome="written",
        because="finished after a crash",
        run=entry.run,
        at=entry.at,
        ownership=entry.owned_after,
    )


def undo(
    entries: Sequence[JournalEntry], vault: Vault, store: Store, *, now: float
) -> list[Undone]:
    """Take writes back, the newest first.

    A note that is as we left it gets its very bytes of before. One that was edited since
    loses only what is still ours; where that cannot be told apart, it is left as it is.

    Args:
        entries: newest first, as the journal gives them.
        vault: where the notes are.
        store: journal and ledger; both are set right.
        now: seconds since 1970 (UTC).

    Returns:
        What became of each note, by path; a note with several writes stands once.
    """
    results: dict[NotePath, Undone] = {}
    for entry in entries:
        path = entry.write.path
        if entry.state != "done" or (path in results and not results[path].ok):
            continue
        results[path] = _undo_one(entry, vault, store, now=now)
    return [results[path] for path in sorted(results)]


def _undo_one(entry: JournalEntry, vault: Vault, store: Store, *, now: float) -> Undone:
    path = entry.write.path
    if isinstance(entry.write, CreateNote):
        return _remove(entry, vault, store)
    try:
        file = vault.read(path)
        edits = edits_back(file, entry, _owned_now(file, vault, store))
        if edits:
            [result] = vault.commit([EditNote(path, file.raw, edits)])
            if isinstance(result, VaultError):
                raise result
            if isinstance(result, Overtaken):
                return Undone(path, "it changed this very moment; try again", ok=False)
            file = vault.read(path)
    except VaultError as error:
        return Undone(path, str(error), ok=False)
    with store.transaction():
        store.journal.mark_undone([entry.id])
        store.routes.mark_undone(path, entry.run)
        _disown(file, entry, store, now=now)
    return Undone(path, "" if edits else "nothing of ours was left in it", ok=True)


def _remove(entry: JournalEntry, vault: Vault, store: Store) -> Undone:
    """Take a note away that we had made, unless somebody wrote in it since."""
    path = entry.write.path
    [result] = vault.commit([RemoveNote(path, entry.after)])
    match result:
        case Overtaken():
            return Undone(path, "somebody wrote in it since; remove it by hand", ok=False)
        case NoteGoneError() | Written():
            store.journal.mark_undone([entry.id])
            gone = isinstance(result, NoteGoneError)
            return Undone(path, "it was gone already" if gone else "", ok=True)
        case error:
            return Undone(path, str(error), ok=False)


def _owned_now(file: File, vault: Vault, store: Store) -> Ownership:
    """Give what is ours in a note by the ledger, links that were rewritten since included."""
    row = store.ledger.get([file.path]).get(file.path)
    if row is None or not row.ownership.links:
        return Ownership()
    properties = frontmatter.read(file.content).properties
    return follow(file.path, properties, row.ownership, store=store, vault=vault)


def _disown(file: File, entry: JournalEntry, store: Store, *, now: float) -> None:
    """Record that what was taken back is refused: it does not come again by itself."""
    row = store.ledger.get([file.path]).get(file.path)
    if row is None:
        return
    properties = frontmatter.read(file.content).properties
    ownership = disown(row.ownership, [entry], properties)
    store.ledger.put(
        [
            replace(
                row,
                stamp=file.stamp,
                raw=file.raw,
                tier=None,
                prompt=None,
                model=None,
                outcome="left",
                because="taken back by hand",
                at=now,
                ownership=ownership,
            )
        ]
    )
