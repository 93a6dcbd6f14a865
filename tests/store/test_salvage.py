"""What a damaged database still holds is saved, wherever the damage is."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.journal import plan
from tests.contracts.ledger import FULL
from vaultskillet.core.model import NotePath, RunId, Stamp
from vaultskillet.errors import StoreError
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.store.database import Database
from vaultskillet.store.salvage import salvage
from vaultskillet.store.store import SqliteStore

PAGE = 4096
NOTES = 400


@pytest.fixture
def full(path: Path) -> Path:
    """Give a database of many pages, closed."""
    store = SqliteStore(Database(path))
    rows = [replace(FULL, path=NotePath(f"{number:03}.md")) for number in range(NOTES)]
    store.ledger.put(rows)
    ids = store.journal.intend([plan(row.path, bulk=100) for row in rows], run=RunId("r"), now=1)
    store.journal.settle(done=ids, void=[])
    store.close()
    return path


def spoil(path: Path, *pages: int) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(b"\xde\xad" * (PAGE // 2))


def reopen(path: Path) -> tuple[SqliteStore, int, int]:
    database = Database(path)
    assert database.set_aside is not None
    notes, writes = salvage(database.set_aside, database)
    return SqliteStore(database), notes, writes


def test_rows_before_and_behind_the_damage_are_saved(full: Path) -> None:
    """The first page that is spoiled is said to hold neither the schema nor a root."""
    pages = full.stat().st_size // PAGE
    saved = []
    for page in range(pages // 4, pages, pages // 8):
        content = full.read_bytes()
        spoil(full, page)
        store, notes, writes = reopen(full)
        saved.append((notes, writes))
        for row in store.ledger.rows():
            assert row.ownership == FULL.ownership
            assert row.source == FULL.source
            assert row.stamp == Stamp(0, 0, 0)
        for entry in store.journal.entries():
            assert entry.owned_after == plan(entry.write.path).ownership
        store.close()
        full.write_bytes(content)
    assert len(saved) >= 5
    assert all(notes + writes > NOTES for notes, writes in saved)


@pytest.mark.parametrize("damage", ["head", "cut", "text", "noise"])
def test_whatever_is_damaged_the_new_database_is_sound(full: Path, damage: str) -> None:
    content = full.read_bytes()
    chance = random.Random(7)  # noqa: S311 - no secret
    match damage:
        case "head":
            full.write_bytes(b"\0" * 100 + content[100:])
        case "cut":
            full.write_bytes(content[: len(content) // 2])
        case "text":
            full.write_bytes(b"# a note\n" * 999)
        case _:
            spoil(full, *chance.sample(range(1, len(content) // PAGE), 20))
    store, notes, writes = reopen(full)
    assert len(store.ledger.stamps()) == notes
    assert len(store.journal.entries()) == writes
    store.journal.intend([plan(NotePath("new.md"))], run=RunId("s"), now=2)
    store.close()
    again = Database(full)
    assert again.set_aside is None
    again.close()


def test_a_note_of_which_something_was_proposed_is_due_again(path: Path) -> None:
    store = SqliteStore(Database(path))
    rows = [replace(FULL, path=NotePath(f"{number:03}.md")) for number in range(NOTES)]
    store.ledger.put([replace(row, outcome=PROPOSED) for row in rows])
    store.close()
    spoil(path, path.stat().st_size // PAGE // 2)
    store, notes, _ = reopen(path)
    assert notes > 0
    assert {row.source for row in store.ledger.rows()} == {None}
    store.close()


def test_who_is_not_alone_sets_nothing_aside(full: Path) -> None:
    full.write_bytes(b"# a note\n" * 999)
    with pytest.raises(StoreError, match="damaged"):
        Database(full, alone=False)
    assert {part.name for part in full.parent.iterdir()} == {full.name, f"{full.name}.sound"}
