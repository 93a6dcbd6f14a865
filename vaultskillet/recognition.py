"""Recognise a note that stands where none was known: one that moved, or that came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vaultskillet.core.model import Digest, File, Note, NotePath, Ownership
from vaultskillet.core.note import reconcile
from vaultskillet.errors import FrontmatterError
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.store import Store

_Mark = tuple[str, str] | Digest | int
"""A property and a text of ours in it, the digest of a note's bytes, or the number of its file."""


def find_moved(
    strangers: Sequence[File],
    store: Store,
    *,
    is_gone: Callable[[NotePath], bool],
    missing: Iterable[NotePath],
    read: Callable[[File], Note],
) -> dict[NotePath, NotePath]:
    """Find what strangers were called before: by their bytes, or by what is ours in them.

    The second is for notes that were edited as they moved, be it by hand or because a link in
    them was rewritten.

    Args:
        strangers: notes that the ledger does not know.
        store: with the ledger that does not know them.
        is_gone: says whether no note stands any more at a path that the ledger knows.
        missing: paths that may be gone; those outside are found by their bytes only.
        read: reads a file as a note; a `FrontmatterError` says that it is none.

    Returns:
        New path -> old path; no old path comes twice.
    """
    moved: dict[NotePath, NotePath] = {}
    taken: set[NotePath] = set()

    def follow(file: File, candidates: Iterable[NotePath]) -> None:
        for old in candidates:
            if old not in taken and is_gone(old):
                moved[file.path] = old
                taken.add(old)
                return

    by_raw = store.ledger.with_raw([file.raw for file in strangers])
    for file in strangers:
        follow(file, by_raw.get(file.raw, ()))
    edited = [file for file in strangers if file.path not in moved]
    lost = store.ledger.get(missing) if edited else {}
    by_mark = _by_mark(lost, store.journal.unsettled() if lost else ())
    for file in edited if lost else ():
        if note := _read_if_note(file, read):
            follow(file, _find_alike(note, lost, by_mark))
    return moved


def find_returned(
    strangers: Sequence[File],
    store: Store,
    *,
    is_gone: Callable[[NotePath], bool],
    read: Callable[[File], Note],
) -> dict[NotePath, LedgerRow]:
    """Find what the journal still knows of strangers that were here before, or are copies.

    A branch of git that was left and taken up again, a drive that was away, a note out of the
    trash. Where a note came back under another name, its history follows it.

    Args:
        strangers: notes that the ledger does not know.
        store: whose journal may know them.
        is_gone: says whether no note stands any more at a path.
        read: reads a file as a note; a `FrontmatterError` says that it is none.

    Returns:
        New path -> the row that the ledger may have.
    """
    found: dict[NotePath, LedgerRow] = {}
    by_after = store.journal.with_after([file.raw for file in strangers])
    by_path: dict[NotePath, JournalEntry] = {}
    for entry in store.journal.entries(paths=[file.path for file in strangers]):
        by_path.setdefault(entry.write.path, entry)
    for file in strangers:
        entries = [by_path.get(file.path), by_after.get(file.raw)]
        candidates = [entry for entry in entries if entry is not None]
        if not candidates:
            continue
        note = _read_if_note(file, read)
        for entry in candidates:
            if note is None or not _is_of(entry, note):
                continue
            found[file.path] = _row_of(entry, note)
            if entry.write.path != file.path and is_gone(entry.write.path):
                store.journal.move(entry.write.path, file.path)
            break
    return found


def _by_mark(
    lost: Mapping[NotePath, LedgerRow], doubtful: Iterable[JournalEntry]
) -> Mapping[_Mark, Sequence[NotePath]]:
    """Give lost notes by what may still tell them: texts of ours, their bytes, their file.

    Args:
        lost: what is known of each of them.
        doubtful: writes that may have happened to them, and were not recorded.
    """
    found: dict[_Mark, list[NotePath]] = defaultdict(list)
    for path, row in lost.items():
        for mark in (*_texts_of(row.ownership), row.stamp.inode):
            found[mark].append(path)
    for entry in doubtful:
        if entry.write.path in lost:
            for mark in (*_texts_of(entry.owned_after), entry.after):
                found[mark].append(entry.write.path)
    return found


def _texts_of(ownership: Ownership) -> Iterator[_Mark]:
    """Give the texts that are ours in a note, each with the folded name of its property."""
    for name, value in ownership.values.items():
        if isinstance(value, str):
            yield name.casefold(), value


def _find_alike(
    note: Note, lost: Mapping[NotePath, LedgerRow], by_mark: Mapping[_Mark, Sequence[NotePath]]
) -> list[NotePath]:
    """Give what a note may have been called, the likeliest first.

    The number of a file that is gone is soon another's: alone, it says nothing.
    """
    marks: list[_Mark] = [note.raw]
    for name, value in note.properties.items():
        if isinstance(value, str):
            marks.append((name.casefold(), value))
    alike = [path for mark in marks for path in by_mark.get(mark, ())]
    for path in by_mark.get(note.stamp.inode, ()):
        row = lost[path]
        if row.source == note.source or reconcile(row.ownership, note.properties).values:
            alike.append(path)
    return alike


def _read_if_note(file: File, read: Callable[[File], Note]) -> Note | None:
    try:
        return read(file)
    except FrontmatterError:
        return None


def _is_of(entry: JournalEntry, note: Note) -> bool:
    """Say whether a write was to this note, and not to another one that bore its name."""
    standing = reconcile(entry.owned_after, note.properties).values.values()
    return entry.source == note.source or any(isinstance(value, str) for value in standing)


def _row_of(entry: JournalEntry, note: Note) -> LedgerRow:
    done = entry.state == "done"
    return LedgerRow(
        path=note.path,
        stamp=note.stamp,
        raw=note.raw,
        source=entry.source,
        outcome="written" if done else "left",
        because="known from the journal" if done else "taken back by hand",
        run=entry.run,
        at=entry.at,
        ownership=reconcile(entry.owned_after, note.properties),
    )
