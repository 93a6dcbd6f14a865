"""What every `Ledger` does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaultskillet.core.model import (
    Digest,
    NotePath,
    Ownership,
    RunId,
    Skipped,
    Stamp,
    Tier,
    digest_of,
)
from vaultskillet.ports.ledger import Ledger, LedgerRow

A, B, C, D = (NotePath(f"{name}.md") for name in "abcd")
RAW = digest_of(b"a note")


def row(path: NotePath, *, raw: Digest = RAW, inode: int = 1) -> LedgerRow:
    return LedgerRow(path=path, stamp=Stamp(size=6, mtime_ns=7, inode=inode), raw=raw)


FULL = LedgerRow(
    path=NotePath("Проекты/日記 ' \" %.md"),
    stamp=Stamp(size=2**63, mtime_ns=-(2**70), inode=2**128 - 1),
    raw=RAW,
    source=digest_of(b"source"),
    tier=Tier.QWEN,
    prompt=digest_of(b"prompt"),
    model=digest_of(b"model"),
    outcome="written",
    because="a 'reason'\nof two lines",
    run=RunId("20260101T000000"),
    at=1_700_000_000.25,
    ownership=Ownership(
        values={"summary": "Ein Satz.", "tags": ("a", "b/c"), "empty": ()},
        vetoed={"tags": ("d",)},
        theirs=frozenset({"category", "related"}),
        links={"[[é]]": NotePath("deep/é.md")},
    ),
)


class LedgerContract:
    """The suite; a subclass gives the `ledger` to run it on."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        raise NotImplementedError

    def test_a_row_comes_back_as_it_was_put(self, ledger: Ledger) -> None:
        ledger.put([FULL, row(A)])
        assert ledger.get([FULL.path, A, B]) == {FULL.path: FULL, A: row(A)}

    def test_notes_are_found_by_the_names_of_their_files(self, ledger: Ledger) -> None:
        ledger.put([row(NotePath("x/Note.md")), row(NotePath("note.md")), row(A)])
        ledger.put_skipped([Skipped(NotePath("Templates/NOTE.md"), "a template")])
        assert sorted(ledger.named(["note.md", "other.md"])) == [
            "Templates/NOTE.md", "note.md", "x/Note.md",
        ]  # fmt: skip
        ledger.move(NotePath("note.md"), B)
        ledger.put_skipped([])
        assert ledger.named(["note.md", "b.md"]) == [B, "x/Note.md"]

    def test_a_link_of_ours_is_found_by_where_it_leads(self, ledger: Ledger) -> None:
        bearing = replace(row(A), ownership=Ownership(links={"[[b]]": B, "[[c]]": C}))
        ledger.put([bearing, row(B), row(C)])
        assert ledger.linking_to([B, D]) == [A]
        ledger.put([replace(bearing, ownership=Ownership(links={"[[c]]": C}))])
        assert ledger.linking_to([B]) == []
        ledger.forget([A])
        assert ledger.linking_to([C]) == []

    def test_a_link_of_ours_follows_a_rename(self, ledger: Ledger) -> None:
        owned = Ownership(values={"related": ("[[b]]",)}, links={"[[b]]": B, "[[c]]": C})
        ledger.put([replace(row(A), ownership=owned), row(B), row(C)])
        ledger.move(B, D)
        assert ledger.linking_to([B]) == []
        assert ledger.linking_to([D]) == [A]
        moved = ledger.get([A])[A].ownership
        assert moved == replace(owned, links={"[[b]]": D, "[[c]]": C})
        ledger.move(A, B)
        assert ledger.linking_to([C]) == ledger.linking_to([D]) == [B]

    def test_the_notes_that_nobody_watches_are_told(self, ledger: Ledger) -> None:
        ledger.put([row(A), replace(row(C), outcome="unwatched")])
        ledger.put([replace(row(B), outcome="unwatched")])
        assert ledger.unwatched() == [B, C]

    def test_an_unknown_note_is_absent(self, ledger: Ledger) -> None:
        assert ledger.get([A]) == {}
        assert ledger.get([]) == {}

    def test_a_row_put_again_is_replaced(self, ledger: Ledger) -> None:
        ledger.put([row(A), row(B)])
        ledger.put([row(A, inode=2)])
        assert ledger.get([A, B]) == {A: row(A, inode=2), B: row(B)}

    def test_stamps_are_those_of_every_note(self, ledger: Ledger) -> None:
        ledger.put([row(A, inode=5), FULL])
        assert ledger.stamps() == {A: Stamp(size=6, mtime_ns=7, inode=5), FULL.path: FULL.stamp}

    def test_rows_come_by_path(self, ledger: Ledger) -> None:
        names = [NotePath(f"{number % 7}/{number}.md") for number in range(2500)]
        ledger.put([row(name) for name in names])
        assert [known.path for known in ledger.rows()] == sorted(names)

    def test_a_renamed_note_keeps_its_row(self, ledger: Ledger) -> None:
        ledger.put([row(A, inode=5)])
        ledger.move(A, B)
        assert ledger.get([A, B]) == {B: row(B, inode=5)}

    def test_a_renamed_note_replaces_the_row_that_stood_there(self, ledger: Ledger) -> None:
        ledger.put([row(A, inode=5), row(B, inode=6)])
        ledger.move(A, B)
        assert list(ledger.rows()) == [row(B, inode=5)]

    def test_moving_an_unknown_note_or_onto_itself_changes_nothing(self, ledger: Ledger) -> None:
        ledger.put([row(A)])
        ledger.move(B, A)
        ledger.move(A, A)
        assert list(ledger.rows()) == [row(A)]

    def test_a_forgotten_note_is_unknown(self, ledger: Ledger) -> None:
        ledger.put([row(A), row(B)])
        ledger.forget([A, C])
        assert list(ledger.rows()) == [row(B)]

    def test_its_rows_are_counted_and_those_named_that_need_a_look(self, ledger: Ledger) -> None:
        left = replace(row(B), outcome="left", because="empty")
        unwatched = replace(row(A), outcome="unwatched", because="elsewhere", failed="line 1: no")
        ledger.put([FULL, replace(FULL, path=C), left, unwatched])
        told = ledger.tally()
        assert told.outcomes == {"written": 2, "left": 1, "unwatched": 1}
        assert told.left == ((A, "elsewhere"), (B, "empty"))
        assert told.failed == ((A, "line 1: no"),)
        assert told.recipes == {
            (FULL.tier, FULL.prompt, FULL.model): 2,
            (None, None, None): 2,
        }

    def test_notes_are_found_by_their_bytes(self, ledger: Ledger) -> None:
        other = digest_of(b"other")
        ledger.put([row(B), row(A), row(C, raw=other), row(D, raw=digest_of(b"third"))])
        found = ledger.with_raw([RAW, other, digest_of(b"nowhere")])
        assert found == {RAW: (A, B), other: (C,)}

    def test_what_was_skipped_is_replaced_and_comes_by_path(self, ledger: Ledger) -> None:
        ledger.put_skipped([Skipped(B, "template"), Skipped(C, "empty")])
        ledger.put_skipped([Skipped(B, "empty"), Skipped(A, "hidden")])
        assert ledger.skipped() == [Skipped(A, "hidden"), Skipped(B, "empty")]
        ledger.put_skipped([])
        assert ledger.skipped() == []
