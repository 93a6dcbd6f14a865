from __future__ import annotations

from dataclasses import replace

import pytest

from tests.trip import World, enrichment
from vaultskillet import history
from vaultskillet.core.model import (
    CreateNote,
    Edit,
    EditNote,
    Job,
    NotePath,
    Priority,
    digest_of,
)
from vaultskillet.errors import NoteUnreadableError
from vaultskillet.history import Undone
from vaultskillet.pipeline import process
from vaultskillet.ports.journal import JournalEntry

NOTE = NotePath("a.md")
BODY = b"The garden needs water in the morning.\n"
JOB = Job(NOTE, generation=1, priority=Priority.CHANGED, attempts=0, force=True)


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("a.md", b"---\ntags: [x]\n---\n" + BODY)
    world.gemma.says = lambda _: enrichment("Said.", ["garden"])
    return world


def enrich(world: World) -> None:
    world.intake.sweep(settle=False)
    world.intake.demand([NOTE])
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    process(jobs, world.kit)
    world.store.queue.done(jobs)


def undo(world: World) -> list[Undone]:
    entries = world.store.journal.entries()
    return history.undo(entries, world.vault, world.store, now=world.clock.now())


def test_undo_gives_the_very_bytes_of_before(world: World) -> None:
    before = world.vault.content("a.md")
    enrich(world)
    assert world.vault.content("a.md") == b"---\ntags: [x, garden]\nsummary: Said.\n---\n" + BODY
    assert undo(world) == [Undone(NOTE, "", ok=True)]
    assert world.vault.content("a.md") == before
    assert [entry.state for entry in world.store.journal.entries()] == ["undone"]


def test_what_was_taken_back_does_not_come_again(world: World) -> None:
    enrich(world)
    undo(world)
    before = world.vault.content("a.md")
    world.intake.sweep(settle=False)
    assert world.store.queue.lease(9, now=world.clock.now(), lease_s=1) == []
    world.vault.save("a.md", before + b"More.\n")
    world.intake.sweep(settle=False)
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    process(jobs, world.kit)
    assert world.vault.content("a.md") == before + b"More.\n"


def test_undo_after_an_edit_takes_out_only_what_is_ours(world: World) -> None:
    enrich(world)
    edited = world.vault.content("a.md").replace(b"tags: [x", b"title: T\ntags: [x, y") + b"More.\n"
    world.vault.save("a.md", edited)
    assert undo(world) == [Undone(NOTE, "", ok=True)]
    expected = b"---\ntitle: T\ntags: [x, y]\n---\n" + BODY + b"More.\n"
    assert world.vault.content("a.md") == expected


@pytest.mark.parametrize("damaged", [Edit(0, b"lost", b""), Edit(10**6, b"", b"x")])
def test_a_damaged_record_takes_nothing_back(world: World, damaged: Edit) -> None:
    enrich(world)
    written = world.vault.content("a.md")
    [entry] = world.store.journal.entries()
    edits = (damaged, *entry.write.edits) if damaged.start == 0 else (damaged,)
    damaged_entry = replace(entry, write=EditNote(NOTE, entry.write.expects, edits))
    [undone] = history.undo([damaged_entry], world.vault, world.store, now=0)
    assert not undone.ok
    assert "damaged" in undone.because
    assert world.vault.content("a.md") == written


def test_undo_leaves_a_summary_that_the_author_edited(world: World) -> None:
    enrich(world)
    edited = world.vault.content("a.md").replace(b"Said.", b"Said better.")
    world.vault.save("a.md", edited)
    undo(world)
    assert world.vault.content("a.md") == b"---\ntags: [x]\nsummary: Said better.\n---\n" + BODY


def test_undo_of_a_block_of_ours_takes_the_block_too(world: World) -> None:
    world.vault.save("a.md", BODY)
    enrich(world)
    world.vault.save("a.md", world.vault.content("a.md") + b"More.\n")
    undo(world)
    assert world.vault.content("a.md") == BODY + b"More.\n"


def test_two_writes_are_taken_back_one_after_the_other(world: World) -> None:
    before = world.vault.content("a.md")
    enrich(world)
    world.gemma.says = lambda _: enrichment("Said anew.", [])
    enrich(world)
    assert len(world.store.journal.entries()) == 2
    assert undo(world) == [Undone(NOTE, "", ok=True)]
    assert world.vault.content("a.md") == before


def test_undo_of_the_last_write_brings_our_earlier_one_back(world: World) -> None:
    enrich(world)
    first = world.vault.content("a.md")
    world.gemma.says = lambda _: enrichment("Said anew.", [])
    enrich(world)
    [last, _] = world.store.journal.entries()
    history.undo([last], world.vault, world.store, now=0)
    assert world.vault.content("a.md") == first
    row = world.store.ledger.get([NOTE])[NOTE]
    assert row.ownership.values == {"summary": "Said.", "tags": ("garden",)}
    assert row.ownership.theirs == frozenset()


def test_undo_twice_does_nothing_more(world: World) -> None:
    enrich(world)
    undo(world)
    commits = len(world.vault.commits)
    assert undo(world) == []
    assert len(world.vault.commits) == commits


def test_a_note_that_cannot_be_read_is_reported(world: World) -> None:
    enrich(world)
    world.vault.fails[NOTE] = NoteUnreadableError("a.md: denied")
    assert undo(world) == [Undone(NOTE, "a.md: denied", ok=False)]
    assert [entry.state for entry in world.store.journal.entries()] == ["done"]


def test_an_edit_at_the_moment_of_undo_is_kept(world: World) -> None:
    enrich(world)
    world.vault.before_commit = lambda: world.vault.save("a.md", b"Typed.\n")
    [undone] = undo(world)
    assert not undone.ok
    assert world.vault.content("a.md") == b"Typed.\n"


def test_a_broken_frontmatter_is_left_as_it_is(world: World) -> None:
    enrich(world)
    broken = world.vault.content("a.md").replace(b"tags: [x", b"tags: [[x")
    world.vault.save("a.md", broken)
    [undone] = undo(world)
    assert not undone.ok
    assert world.vault.content("a.md") == broken


# --- after a crash ---


def crash(world: World) -> JournalEntry:
    """Write the note, and forget that it was written."""
    world.intake.sweep(settle=False)
    row = world.store.ledger.get([NOTE])[NOTE]
    settle = world.store.journal.settle
    world.store.journal.settle = lambda **_: None  # type: ignore[method-assign] # the crash
    process([JOB], world.kit)
    world.store.journal.settle = settle  # type: ignore[method-assign] # and after
    world.store.ledger.put([row])
    [entry] = world.store.journal.unsettled()
    return entry


def state(world: World) -> str:
    assert world.store.journal.unsettled() == []
    return next((entry.state for entry in world.store.journal.entries()), "void")


def test_a_write_that_happened_is_recorded_after_a_crash(world: World) -> None:
    entry = crash(world)
    assert history.recover(world.vault, world.store) == 1
    assert state(world) == "done"
    row = world.store.ledger.get([NOTE])[NOTE]
    assert (row.raw, row.source, row.outcome) == (entry.after, entry.source, "written")
    assert row.ownership.values == {"summary": "Said.", "tags": ("garden",)}


def test_a_write_that_did_not_happen_is_void_after_a_crash(world: World) -> None:
    before = world.vault.content("a.md")
    crash(world)
    world.vault.save("a.md", before)
    history.recover(world.vault, world.store)
    assert state(world) == "void"
    assert world.store.ledger.get([NOTE])[NOTE].outcome == "new"


def test_a_write_is_recognised_though_the_author_went_on_writing(world: World) -> None:
    crash(world)
    edited = world.vault.content("a.md") + b"More.\n"
    world.vault.save("a.md", edited)
    history.recover(world.vault, world.store)
    assert state(world) == "done"
    row = world.store.ledger.get([NOTE])[NOTE]
    assert row.raw == digest_of(edited)
    assert row.ownership.values == {"summary": "Said.", "tags": ("garden",)}


def test_a_note_that_is_gone_leaves_a_void_entry_once_it_is_known_to_be_gone(
    world: World,
) -> None:
    world.vault.save("b.md", BODY)
    entry = crash(world)
    world.vault.remove("a.md")
    history.recover(world.vault, world.store)
    assert world.store.journal.unsettled() == [entry]  # it may have got another name
    world.intake.sweep(settle=False)
    history.recover(world.vault, world.store)
    assert state(world) == "void"


@pytest.mark.parametrize("content", [b"Rewritten.\n", b"---\na: [\n---\n"])
def test_a_note_that_holds_nothing_of_ours_leaves_a_void_entry(
    world: World, content: bytes
) -> None:
    crash(world)
    world.vault.save("a.md", content)
    history.recover(world.vault, world.store)
    assert state(world) == "void"


ANSWER = CreateNote(NotePath("Homeskillet/Answers/New.md"), b"an answer\n")


def answer(world: World) -> None:
    journal = world.store.journal
    ids = journal.intend([ANSWER], run=world.kit.run, now=0)
    world.vault.commit([ANSWER])
    journal.settle(done=ids, void=[])


def test_undo_takes_a_note_of_ours_away(world: World) -> None:
    answer(world)
    assert undo(world) == [Undone(ANSWER.path, "", ok=True)]
    assert world.vault.find(ANSWER.path) is None


def test_a_note_of_ours_that_the_user_wrote_in_is_not_taken_away(world: World) -> None:
    answer(world)
    world.vault.save(ANSWER.path, b"an answer\nand a remark\n")
    [undone] = undo(world)
    assert not undone.ok
    assert "wrote in it since" in undone.because
    assert world.vault.content(ANSWER.path) == b"an answer\nand a remark\n"


def test_a_note_of_ours_that_is_gone_is_taken_away_already(world: World) -> None:
    answer(world)
    world.vault.remove(ANSWER.path)
    assert undo(world) == [Undone(ANSWER.path, "it was gone already", ok=True)]


@pytest.mark.parametrize("made", [True, False])
def test_a_note_whose_making_was_cut_short_is_judged_by_looking(
    world: World, *, made: bool
) -> None:
    world.store.journal.intend([ANSWER], run=world.kit.run, now=0)
    if made:
        world.vault.commit([ANSWER])
    assert history.recover(world.vault, world.store) == 1
    assert [entry.state for entry in world.store.journal.entries()] == ["done"] * made
