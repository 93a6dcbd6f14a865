"""What every `Journal` does."""

from __future__ import annotations

import pytest

from vaultskillet.core.model import (
    CreateNote,
    Digest,
    Edit,
    EditNote,
    Note,
    NotePath,
    Ownership,
    Plan,
    RunId,
    Stamp,
    digest_of,
)
from vaultskillet.core.splice import MisplacedEditError
from vaultskillet.ports.journal import Journal, JournalEntry
from vaultskillet.ports.ledger import Ledger, LedgerRow

A, B, C = (NotePath(f"{name}.md") for name in "abc")
RUN, LATER_RUN = RunId("run-1"), RunId("run-2")
OURS = Ownership(values={"summary": "Ein Satz.", "tags": ("a",)}, theirs=frozenset({"related"}))


def note(path: NotePath, content: bytes) -> Note:
    return Note(
        path=path,
        content=content,
        stamp=Stamp(size=len(content), mtime_ns=1, inode=1),
        raw=digest_of(content),
        source=digest_of(b"source of " + content),
        properties={},
        body="",
    )


def plan(path: NotePath, *, content: bytes = b"text", before: bytes = b"", bulk: int = 1) -> Plan:
    """Plan to put `bulk` bytes in place of `before`, at the start of a note."""
    write = EditNote(path, digest_of(content), (Edit(0, before, b"x" * bulk),))
    return Plan(note=note(path, content), writes=(write,), ownership=OURS)


def record(journal: Journal, path: NotePath, *, run: RunId = RUN, at: float = 0) -> int:
    (entry,) = journal.intend([plan(path)], run=run, now=at)
    journal.settle(done=[entry], void=[])
    return entry


def ids_of(entries: list[JournalEntry]) -> list[int]:
    return [entry.id for entry in entries]


class JournalContract:
    """The suite; a subclass gives the `journal`, and the `ledger` beside it."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        raise NotImplementedError

    @pytest.fixture
    def journal(self, ledger: Ledger) -> Journal:
        raise NotImplementedError

    def test_an_intent_comes_back_as_it_was_recorded(
        self, journal: Journal, ledger: Ledger
    ) -> None:
        content = "---\nä: 1\n---\n".encode() + b"\xff\x00 \xe4 \xed\xa0\x80\r\n"
        before = Ownership(values={"tags": ("old",)})
        ledger.put([LedgerRow(A, Stamp(1, 2, 3), digest_of(content), ownership=before)])
        write = EditNote(
            A, digest_of(content), (Edit(4, b"", b"\xff\xe4\n"), Edit(13, content[13:], b"\x00"))
        )
        (entry,) = journal.intend([Plan(note(A, content), (write,), OURS)], run=RUN, now=1.5)
        assert journal.unsettled() == [
            JournalEntry(
                id=entry,
                run=RUN,
                at=1.5,
                write=write,
                after=digest_of(content[:4] + b"\xff\xe4\n" + content[4:13] + b"\x00"),
                owned_before=before,
                owned_after=OURS,
                source=digest_of(b"source of " + content),
                state="intended",
            )
        ]

    def test_a_note_unknown_to_the_ledger_owned_nothing(self, journal: Journal) -> None:
        journal.intend([plan(A)], run=RUN, now=0)
        assert journal.unsettled()[0].owned_before == Ownership()

    def test_each_write_has_its_entry_in_order(self, journal: Journal) -> None:
        second = EditNote(A, digest_of(b"xtext"), (Edit(1, b"text", b"y"),))
        both = Plan(note(A, b"text"), (*plan(A).writes, second), OURS)
        ids = journal.intend([plan(B), both], run=RUN, now=0)
        entries = journal.unsettled()
        assert ids_of(entries) == ids == sorted(ids)
        assert [entry.write.path for entry in entries] == [B, A, A]
        assert [entry.after for entry in entries[1:]] == [digest_of(b"xtext"), digest_of(b"xy")]

    def test_a_new_note_comes_back_as_it_was_recorded(self, journal: Journal) -> None:
        alone, beside = CreateNote(B, b"alone \xff"), CreateNote(C, b"beside")
        edit = plan(A).writes[0]
        both = Plan(note(A, b"text"), (beside, edit), OURS)
        journal.intend([alone, both], run=RUN, now=0)
        entries = journal.unsettled()
        assert [entry.write for entry in entries] == [alone, beside, edit]
        assert entries[0].after == digest_of(b"alone \xff")
        assert [entry.owned_after for entry in entries] == [Ownership(), Ownership(), OURS]
        assert entries[0].source == Digest("")

    def test_a_write_that_does_not_fit_its_note_is_refused(self, journal: Journal) -> None:
        with pytest.raises(MisplacedEditError):
            journal.intend([plan(A), plan(B, before=b"other")], run=RUN, now=0)
        assert journal.unsettled() == []

    def test_a_settled_entry_is_done_or_void(self, journal: Journal) -> None:
        a, b, c = journal.intend([plan(A), plan(B), plan(C)], run=RUN, now=0)
        journal.settle(done=[a], void=[b])
        assert ids_of(journal.unsettled()) == [c]
        assert [(entry.id, entry.state) for entry in journal.entries()] == [(a, "done")]

    def test_what_was_settled_stays_so(self, journal: Journal) -> None:
        entry = record(journal, A)
        journal.settle(done=[], void=[entry])
        assert ids_of(journal.entries()) == [entry]

    def test_only_what_was_done_can_be_undone(self, journal: Journal) -> None:
        done = record(journal, A)
        (intended,) = journal.intend([plan(B)], run=RUN, now=0)
        journal.mark_undone([done, intended])
        assert [(entry.id, entry.state) for entry in journal.entries()] == [(done, "undone")]
        assert ids_of(journal.unsettled()) == [intended]

    def test_entries_come_newest_first_and_filtered(self, journal: Journal) -> None:
        first = record(journal, A, at=1)
        second = record(journal, B, at=2)
        third = record(journal, A, run=LATER_RUN, at=3)
        assert ids_of(journal.entries()) == [third, second, first]
        assert ids_of(journal.entries(paths=[A, C])) == [third, first]
        assert ids_of(journal.entries(paths=[])) == []
        assert ids_of(journal.entries(run=RUN)) == [second, first]
        assert ids_of(journal.entries(since=2)) == [third, second]
        assert ids_of(journal.entries(paths=[A], run=RUN, since=1)) == [first]

    def test_the_last_write_that_led_to_a_content_is_found(self, journal: Journal) -> None:
        record(journal, A)
        last = record(journal, B)
        journal.mark_undone([last])
        journal.intend([plan(C)], run=RUN, now=0)
        after = digest_of(b"xtext")
        found = journal.with_after([after, digest_of(b"nowhere")])
        assert {digest: entry.id for digest, entry in found.items()} == {after: last}
        assert journal.with_after([]) == {}

    def test_the_history_follows_a_renamed_note(self, journal: Journal) -> None:
        first, second = record(journal, A), record(journal, B)
        journal.move(A, B)
        assert ids_of(journal.entries(paths=[B])) == [second, first]
        assert journal.entries(paths=[A]) == []

    def test_old_entries_are_pruned(self, journal: Journal) -> None:
        record(journal, A, at=1)
        second = record(journal, A, at=2)
        assert journal.prune(before=2, keep_bytes=10**9) == 1
        assert ids_of(journal.entries()) == [second]

    def test_the_oldest_entries_beyond_the_size_are_pruned(self, journal: Journal) -> None:
        ids = journal.intend([plan(A, bulk=10_000) for _ in range(5)], run=RUN, now=0)
        journal.settle(done=ids, void=[])
        assert journal.prune(before=0, keep_bytes=25_000) == 3
        assert ids_of(journal.entries()) == [ids[4], ids[3]]

    def test_an_unsettled_entry_is_never_pruned(self, journal: Journal) -> None:
        (entry,) = journal.intend([plan(A)], run=RUN, now=0)
        assert journal.prune(before=1e9, keep_bytes=0) == 0
        assert ids_of(journal.unsettled()) == [entry]
