from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.trip import POLICY, World
from vaultskillet.core import redact
from vaultskillet.core.model import NotePath, Ownership, Priority, Skipped
from vaultskillet.core.redact import Finding
from vaultskillet.errors import NoteUnreadableError, VaultError
from vaultskillet.pipeline import process

TEXT = b"The garden needs water. #garden\n"


def due(world: World) -> list[str]:
    """Lease all that is due, and give it back."""
    jobs = world.store.queue.lease(100, now=world.clock.now(), lease_s=1)
    world.store.queue.again(jobs, not_before=0, because="later")
    return sorted(job.path for job in jobs)


def enrich(world: World) -> None:
    """Do all that is due."""
    jobs = world.store.queue.lease(100, now=world.clock.now(), lease_s=1)
    process(jobs, world.kit)
    world.store.queue.done(jobs)


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("a.md", TEXT)
    world.vault.save("in/b.md", TEXT)
    return world


def test_a_sweep_learns_and_queues_what_is_new(world: World) -> None:
    world.vault.skipped[NotePath("t/x.md")] = "a template"
    report = world.intake.sweep(settle=False)
    assert (report.learned, len(report.unchanged), report.gone) == (2, 0, 0)
    assert report.skipped == (Skipped(NotePath("t/x.md"), "a template"),)
    assert world.store.ledger.skipped() == list(report.skipped)
    assert due(world) == ["a.md", "in/b.md"]
    assert world.index.known[NotePath("a.md")].tags == ("garden",)


def test_a_second_sweep_opens_no_file(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.reads.clear()
    report = world.intake.sweep(settle=False)
    assert (report.learned, sorted(report.unchanged)) == (0, ["a.md", "in/b.md"])
    assert not world.vault.reads


def test_a_change_that_is_no_cause_for_work_counts_as_none(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.save("a.md", b"---\nsummary: mine\n---\n" + TEXT)
    report = world.intake.sweep(settle=False)
    assert (report.learned, len(report.unchanged), report.left) == (1, 2, ())
    assert due(world) == []


def test_a_note_that_was_left_and_is_due_again_is_not_left_yet(world: World) -> None:
    world.intake.sweep(settle=False)
    row = world.store.ledger.get([NotePath("a.md")])[NotePath("a.md")]
    world.store.ledger.put([replace(row, outcome="left", because="empty")])
    world.vault.save("a.md", TEXT + b"More.\n")
    assert world.intake.sweep(settle=False).left == ()


def test_only_watched_folders_are_due_but_all_are_learned(world: World) -> None:
    world.vault.watched = ("in",)
    world.intake.sweep(settle=False)
    assert due(world) == ["in/b.md"]
    assert set(world.index.known) == {"a.md", "in/b.md"}
    row = world.store.ledger.get([NotePath("a.md")])[NotePath("a.md")]
    assert (row.outcome, row.because) == ("unwatched", "outside the watched folders")


def test_a_folder_that_is_watched_from_now_on_becomes_due(world: World) -> None:
    world.vault.watched = ("in",)
    world.intake.sweep(settle=False)
    world.vault.watched = None
    world.intake.sweep(settle=False)
    assert due(world) == ["a.md", "in/b.md"]


def test_a_broken_note_is_left_with_its_reason(world: World) -> None:
    world.vault.save("a.md", b"---\na: [\n---\n")
    world.intake.sweep(settle=False)
    row = world.store.ledger.get([NotePath("a.md")])[NotePath("a.md")]
    assert row.outcome == "left"
    assert "YAML" in row.because
    assert due(world) == ["in/b.md"]


def test_a_note_that_cannot_be_read_is_due_so_that_its_failure_is_told(world: World) -> None:
    world.vault.fails[NotePath("a.md")] = NoteUnreadableError("a.md: denied")
    world.intake.sweep(settle=False)
    assert due(world) == ["a.md", "in/b.md"]
    world.vault.fails.clear()
    assert world.intake.sweep(settle=False).learned == 1


def test_the_same_bytes_under_a_new_stamp_make_no_work(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.save("a.md", world.vault.content("a.md"))
    assert world.intake.sweep(settle=False).learned == 1
    assert due(world) == []


def test_a_deleted_note_is_forgotten(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.remove("a.md")
    assert world.intake.sweep(settle=False).gone == 1
    assert due(world) == ["in/b.md"]
    assert set(world.index.known) == {"in/b.md"}
    assert set(world.store.ledger.stamps()) == {"in/b.md"}


def test_a_note_below_a_folder_that_cannot_be_listed_is_not_forgotten(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.remove("in/b.md")
    world.vault.skipped[NotePath("in/")] = "cannot be listed"
    assert world.intake.sweep(settle=False).gone == 0
    assert set(world.store.ledger.stamps()) == {"a.md", "in/b.md"}


def test_a_renamed_note_keeps_what_is_known_of_it(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    content = world.vault.content("a.md")
    world.vault.remove("a.md")
    world.vault.save("new/name.md", content)
    world.intake.sweep(settle=False)
    new = NotePath("new/name.md")
    row = world.store.ledger.get([new])[new]
    assert row.ownership == Ownership(values={"summary": "What it says."})
    assert len(world.store.journal.entries(paths=[new])) == 1
    assert due(world) == []
    assert set(world.index.known) == {"in/b.md", new}
    assert world.index.known[new].names == ("name",)


def test_a_note_that_was_renamed_before_it_was_done_is_still_due(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.remove("a.md")
    world.vault.save("new.md", TEXT)
    world.intake.sweep(settle=False)
    assert due(world) == ["in/b.md", "new.md"]


def test_a_copy_is_a_note_of_its_own(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.save("copy.md", TEXT)
    world.intake.sweep(settle=False)
    assert set(world.store.ledger.stamps()) == {"a.md", "copy.md", "in/b.md"}


def test_an_empty_vault_is_taken_for_a_drive_that_is_not_there(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.remove("a.md")
    world.vault.remove("in/b.md")
    with pytest.raises(VaultError, match="2 notes are known"):
        world.intake.sweep(settle=False)
    assert len(world.store.ledger.stamps()) == 2


def test_a_note_on_demand_goes_first_and_by_force(world: World) -> None:
    world.intake.sweep(settle=False)
    world.intake.demand([NotePath("in/b.md")])
    first = world.store.queue.lease(1, now=world.clock.now(), lease_s=1)[0]
    assert (first.path, first.priority, first.force) == ("in/b.md", Priority.ON_DEMAND, True)


# --- watched ---


def test_a_hint_is_looked_at_after_the_quiet_time(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.save("a.md", b"Another text about trees.\n")
    world.intake.hint(NotePath("a.md"))
    assert world.intake.wake.is_set()
    world.intake.tick()
    assert not world.intake.wake.is_set()
    assert due(world) == []
    assert world.intake.next_due() == world.clock.monotonic() + 8
    world.clock.step(30)
    world.intake.tick()
    assert due(world) == ["a.md"]
    assert world.intake.next_due() is None


def test_our_own_write_comes_back_as_no_work(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.reads.clear()
    world.intake.hint(NotePath("a.md"))
    world.intake.tick()
    world.clock.step(30)
    world.intake.tick()
    assert not world.vault.reads
    assert due(world) == []


def test_a_rename_seen_by_the_watcher_keeps_what_is_known(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    content = world.vault.content("a.md")
    world.vault.remove("a.md")
    world.vault.save("z.md", content)
    for path in ("a.md", "z.md"):
        world.intake.hint(NotePath(path))
    world.intake.tick()
    world.clock.step(30)
    world.intake.tick()
    rows = world.store.ledger.get([NotePath("z.md")])
    assert rows[NotePath("z.md")].ownership.values == {"summary": "What it says."}


def test_a_sweep_that_was_asked_for_holds_back_what_changed_a_moment_ago(world: World) -> None:
    world.clock.step(20 - world.clock.now())  # the notes' stamps are a few nanoseconds old
    world.intake.call_sweep()
    world.intake.tick()
    assert due(world) == []
    world.clock.step(11)
    world.intake.tick()
    assert due(world) == ["a.md", "in/b.md"]


def test_a_sweep_that_is_asked_for_during_a_sweep_is_not_lost(world: World) -> None:
    world.intake.call_sweep()
    is_watched = world.vault.is_watched

    def ask_again(path: NotePath) -> bool:
        world.vault.is_watched = is_watched  # type: ignore[method-assign] # once is enough
        world.intake.call_sweep()
        world.vault.save("late.md", TEXT)
        return is_watched(path)

    world.vault.is_watched = ask_again  # type: ignore[method-assign] # a moment in the sweep
    world.intake.tick()
    assert "late.md" not in due(world)
    world.intake.tick()
    assert "late.md" in due(world)


def test_a_sweep_that_failed_is_tried_again(world: World) -> None:
    world.intake.sweep(settle=False)
    contents = {path: world.vault.content(path) for path in ("a.md", "in/b.md")}
    for path in contents:
        world.vault.remove(path)
    world.intake.call_sweep()
    with pytest.raises(VaultError):
        world.intake.tick()
    for path, content in contents.items():
        world.vault.save(path, content)
    world.vault.save("new.md", TEXT)
    world.intake.tick()
    assert "new.md" in due(world)


def test_a_tag_that_holds_something_sensitive_is_not_learned(world: World) -> None:
    world.vault.save("a.md", b"---\ntags: [roof, tel-030-9018201]\n---\nIt leaks.\n")
    world.intake.sweep(settle=False)
    assert world.index.known[NotePath("a.md")].tags == ("roof",)


def test_where_a_filter_fails_no_tag_is_learned() -> None:
    class Broken:
        name = "broken"

        def find(self, text: str) -> Iterable[Finding]:
            raise ValueError(text)

    world = World(policy=replace(POLICY, filters=redact.Policy(filters=(Broken(),))))
    world.vault.save("a.md", b"---\ntags: [roof]\n---\nIt leaks.\n")
    report = world.intake.sweep(settle=False)
    assert report.left == ()
    assert world.index.known[NotePath("a.md")].tags == ()


# --- calls ---

CALL = b"The garden needs water.\n\n#homeskillet Is it wet?\n"


def test_a_note_that_calls_is_due_first_whatever_folder_it_lies_in(world: World) -> None:
    world.vault.watched = ("in",)
    world.vault.save("a.md", CALL)
    world.intake.sweep(settle=False)
    first, second = world.store.queue.lease(2, now=world.clock.now(), lease_s=1)
    assert (first.path, first.priority, first.force) == ("a.md", Priority.ON_DEMAND, False)
    assert (second.path, second.priority) == ("in/b.md", Priority.BACKFILL)
    assert world.store.ledger.get([NotePath("a.md")])[NotePath("a.md")].outcome == "unwatched"


def test_a_call_is_noticed_after_a_quiet_time_of_its_own(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.save("a.md", CALL)
    world.vault.save("in/b.md", TEXT + b"Typed on.\n")
    for path in ("a.md", "in/b.md"):
        world.intake.hint(NotePath(path))
    world.intake.tick()
    assert world.intake.next_due() == world.clock.monotonic() + 8
    world.clock.step(8)
    world.intake.tick()
    assert due(world) == ["a.md"]
    assert world.intake.is_restless(NotePath("in/b.md"))
    assert world.intake.next_due() == world.clock.monotonic() + 22
    world.clock.step(22)
    world.intake.tick()
    assert due(world) == ["a.md", "in/b.md"]


def test_a_note_that_calls_and_is_typed_in_is_left_until_it_rests(world: World) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    for _ in range(4):
        world.vault.save("a.md", world.vault.content("a.md") + CALL)
        world.intake.hint(NotePath("a.md"))
        world.intake.tick()
        world.clock.step(7)
        world.intake.tick()
        assert due(world) == []
    world.clock.step(1)
    world.intake.tick()
    assert due(world) == ["a.md"]


@pytest.mark.parametrize("content", [b"#homeskillet/done\n", b"---\na: [\n---\n#homeskillet\n"])
def test_a_note_that_does_not_call_rests_as_any_other(world: World, content: bytes) -> None:
    world.intake.sweep(settle=False)
    enrich(world)
    world.vault.save("a.md", content)
    world.intake.hint(NotePath("a.md"))
    world.intake.tick()
    world.clock.step(8)
    world.intake.tick()
    assert world.intake.next_due() == world.clock.monotonic() + 22


def test_a_note_that_vanished_before_it_was_looked_at_is_no_fault(world: World) -> None:
    world.intake.hint(NotePath("gone.md"))
    world.vault.save("denied.md", CALL)
    world.vault.fails[NotePath("denied.md")] = NoteUnreadableError("denied")
    world.intake.hint(NotePath("denied.md"))
    world.intake.tick()
    world.clock.step(8)
    world.intake.tick()
    assert due(world) == []
