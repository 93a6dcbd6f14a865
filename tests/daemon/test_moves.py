"""Notes that move, vanish and return keep what is known of them, by content and not by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.daemon.test_out_of_reach import fail_once, worker
from tests.trip import World, enrichment
from vaultskillet.core.model import Found, NotePath, Ownership, Skipped
from vaultskillet.errors import StoreError
from vaultskillet.history import recover, undo

TEXT = b"The garden of number %d needs water in the morning, see [[Beds]].\n"


def run(world: World) -> None:
    world.intake.sweep(settle=False)
    hands = worker(world)
    while hands.step():
        pass


def watch(world: World, *paths: str) -> None:
    """Tell of paths, let them rest, and do what is due."""
    for path in paths:
        world.intake.hint(NotePath(path))
    world.intake.tick()
    world.clock.step(world.settler.quiet_s)
    world.intake.tick()
    hands = worker(world)
    while hands.step():
        pass


def ownership(world: World, path: str) -> Ownership | None:
    row = world.store.ledger.get([NotePath(path)]).get(NotePath(path))
    return row.ownership if row else None


OURS = Ownership(values={"summary": "It is number 1.", "tags": ("water",)})
SECOND = {"summary": "It is number 2."}


@pytest.fixture
def world() -> World:
    """Give a vault of one enriched note, and one that keeps the vault from being empty."""
    world = World()
    answers = (enrichment(f"It is number {number}.", ["water"]) for number in range(1, 9))
    world.gemma.says = lambda _: next(answers)
    world.vault.save("in/a.md", TEXT % 1)
    run(world)
    world.vault.save("other.md", b"---\nhomeskillet: false\n---\nx\n")
    run(world)
    assert ownership(world, "in/a.md") == OURS
    world.gemma.asked.clear()
    world.vault.commits.clear()
    return world


def move(world: World, old: str, new: str, *, changed: bytes | None = None) -> None:
    content = world.vault.content(old) if changed is None else changed
    world.vault.remove(old)
    world.vault.save(new, content)


@pytest.mark.parametrize("watched", [True, False])
def test_a_note_whose_links_were_rewritten_as_it_moved_keeps_what_is_ours(
    world: World, *, watched: bool
) -> None:
    content = world.vault.content("in/a.md").replace(b"[[Beds]]", b"[[../Beds]]")
    move(world, "in/a.md", "out/b.md", changed=content)
    if watched:
        watch(world, "in/a.md", "out/b.md")
    else:
        run(world)
    assert ownership(world, "in/a.md") is None
    assert world.store.journal.entries(paths=[NotePath("in/a.md")]) == []
    [entry, first] = world.store.journal.entries(paths=[NotePath("out/b.md")])
    assert first.owned_after == entry.owned_before == OURS
    assert world.vault.content("out/b.md").count(b"summary: It is number 2.") == 1


def test_a_note_that_is_renamed_and_then_typed_in_keeps_what_is_ours(world: World) -> None:
    world.vault.rename("in/a.md", "in/b.md")
    world.intake.hint(NotePath("in/a.md"))
    for _ in range(4):  # the old name comes to rest long before the new one
        world.intake.hint(NotePath("in/b.md"))
        world.vault.edit("in/b.md", world.vault.content("in/b.md") + b"More.\n")
        world.intake.tick()
        world.clock.step(world.settler.quiet_s - 10)
    watch(world, "in/b.md")
    assert ownership(world, "in/b.md") == replace(OURS, values={**OURS.values, **SECOND})
    run(world)
    assert ownership(world, "in/a.md") is None


def test_a_note_that_calls_under_its_new_name_is_known_before_the_old_one_rests(
    world: World,
) -> None:
    world.vault.rename("in/a.md", "in/b.md")
    world.vault.edit("in/b.md", world.vault.content("in/b.md") + b"#homeskillet\n")
    for path in ("in/a.md", "in/b.md"):
        world.intake.hint(NotePath(path))
    world.intake.tick()
    world.clock.step(10)  # a note that calls has rested by now, and no other
    world.intake.tick()
    known = ownership(world, "in/b.md")
    assert known is not None
    assert known.values == OURS.values


@pytest.mark.parametrize("more", [b"", b"More.\n"], ids=["as it was", "edited"])
def test_a_write_that_was_not_recorded_is_known_where_its_note_moved_meanwhile(
    world: World, more: bytes
) -> None:
    world.vault.save("in/c.md", TEXT % 3)
    world.intake.sweep(settle=False)
    fail_once(world.store.journal, "settle")
    with pytest.raises(StoreError):
        worker(world).step()
    move(world, "in/c.md", "out/d.md", changed=world.vault.content("in/c.md") + more)
    recover(world.vault, world.store)  # as the next start does
    run(world)
    known = ownership(world, "out/d.md")
    assert known is not None
    assert known.values.keys() == {"summary", "tags"}
    assert world.store.journal.unsettled() == []
    [entry, *_] = world.store.journal.entries(paths=[NotePath("out/d.md")])
    assert entry.state == "done"


def test_a_sweep_forgets_no_note_that_may_be_the_one_that_changes_still(world: World) -> None:
    content = world.vault.content("in/a.md")
    world.vault.remove("in/a.md")
    world.vault.save("in/b.md", content + b"More.\n", at=world.clock.now())
    world.intake.call_sweep()
    world.intake.tick()
    watch(world, "in/b.md")
    assert ownership(world, "in/b.md") == replace(OURS, values={**OURS.values, **SECOND})
    run(world)
    assert ownership(world, "in/a.md") is None


def test_a_note_that_moves_while_the_vault_is_walked_is_not_forgotten(world: World) -> None:
    sweep = world.vault.sweep

    def walk() -> Iterator[Found | Skipped]:
        world.vault.rename("in/a.md", "out/b.md")  # behind the back of the walk
        world.vault.edit("out/b.md", world.vault.content("out/b.md") + b"More.\n")
        for path in ("in/a.md", "out/b.md"):
            world.intake.hint(NotePath(path))
        return (one for one in sweep() if one.path != "out/b.md")

    world.vault.sweep = walk  # type: ignore[method-assign] # what it saw was true, once
    world.intake.sweep(settle=True)
    world.vault.sweep = sweep  # type: ignore[method-assign] # as it was
    watch(world, "out/b.md")
    assert ownership(world, "out/b.md") == replace(OURS, values={**OURS.values, **SECOND})


def test_a_deleted_note_is_forgotten_once_a_new_one_has_come_to_rest(world: World) -> None:
    world.vault.remove("in/a.md")
    world.vault.save("in/new.md", b"It has nothing to do with that.\n", at=world.clock.now())
    world.intake.call_sweep()
    world.intake.tick()
    assert ownership(world, "in/a.md") == OURS
    watch(world, "in/new.md")
    world.intake.tick()  # the sweep that was owed
    assert ownership(world, "in/a.md") is None


@pytest.mark.parametrize("path", ["in/never.md", "Templates/day.md"])
def test_what_is_no_note_keeps_no_deleted_one_known(world: World, path: str) -> None:
    world.vault.skipped[NotePath("Templates/day.md")] = "in a template folder"
    world.vault.remove("in/a.md")
    world.intake.hint(NotePath(path))
    world.intake.call_sweep()
    world.intake.tick()
    assert ownership(world, "in/a.md") is None


def test_a_note_that_lost_our_summary_and_its_name_is_known_by_its_file_and_our_tags(
    world: World,
) -> None:
    content = world.vault.content("in/a.md").replace(b"summary: It is number 1.\n", b"")
    world.vault.rename("in/a.md", "in/b.md")
    world.vault.edit("in/b.md", content + b"More.\n")
    run(world)
    assert ownership(world, "in/b.md") == Ownership(
        values={"tags": ("water",)}, theirs=frozenset({"summary"})
    )


def test_a_new_note_whose_file_has_the_number_of_one_that_is_gone_is_new(world: World) -> None:
    world.vault.rename("in/a.md", "in/b.md")
    world.vault.edit("in/b.md", b"Something else altogether, and new.\n")
    run(world)
    assert ownership(world, "in/b.md") == Ownership(values={**SECOND, "tags": ("water",)})


def test_a_note_that_returns_is_known_and_makes_no_work(world: World) -> None:
    content = world.vault.content("in/a.md")
    world.vault.remove("in/a.md")
    run(world)
    assert ownership(world, "in/a.md") is None
    world.vault.save("in/a.md", content)
    run(world)
    assert ownership(world, "in/a.md") == OURS
    assert not world.asked
    assert not world.vault.commits


def test_a_note_that_returns_elsewhere_brings_its_history(world: World) -> None:
    content = world.vault.content("in/a.md")
    world.vault.remove("in/a.md")
    run(world)
    world.vault.save("out/b.md", content)
    run(world)
    assert ownership(world, "out/b.md") == OURS
    assert len(world.store.journal.entries(paths=[NotePath("out/b.md")])) == 1
    assert not world.asked


def test_a_note_that_returns_edited_is_done_again_and_ours_is_known(world: World) -> None:
    content = world.vault.content("in/a.md")
    world.vault.remove("in/a.md")
    run(world)
    world.vault.save("in/a.md", content.replace(b"  - water\n", b"  - mine\n") + b"More.\n")
    run(world)
    known = ownership(world, "in/a.md")
    assert known is not None
    assert known.values == {"summary": "It is number 2."}
    assert known.vetoed == {"tags": ("water",)}


def test_a_note_that_was_taken_back_is_not_written_again_when_it_returns(world: World) -> None:
    undo(world.store.journal.entries(), world.vault, world.store, now=0)
    world.vault.commits.clear()
    world.vault.remove("in/a.md")
    run(world)
    world.vault.save("in/a.md", TEXT % 1)
    run(world)
    assert not world.asked
    assert not world.vault.commits


def test_another_note_under_the_name_of_one_that_is_gone_is_new(world: World) -> None:
    world.vault.remove("in/a.md")
    run(world)
    world.vault.save("in/a.md", b"---\ntags:\n  - water\n---\nSomething else altogether.\n")
    run(world)
    known = ownership(world, "in/a.md")
    assert known == Ownership(values={"summary": "It is number 2."})


def test_a_copy_has_no_part_in_the_history_and_makes_no_work(world: World) -> None:
    world.vault.save("in/a copy.md", world.vault.content("in/a.md"))
    run(world)
    assert ownership(world, "in/a copy.md") == ownership(world, "in/a.md") == OURS
    assert world.store.journal.entries(paths=[NotePath("in/a copy.md")]) == []
    assert not world.asked


def test_a_folder_renamed_over_a_thousand_notes_takes_all_along() -> None:
    world = World()
    for number in range(1000):
        world.vault.save(f"in/{number:04}.md", TEXT % number)
    world.gemma.says = lambda request: enrichment(f"Of {request.title}.", ["water", "soil"])
    run(world)
    for path in world.vault.paths:  # the author takes a tag out of each
        world.vault.save(path, world.vault.content(path).replace(b"  - soil\n", b""))
    world.vault.save("in/0007.md", world.vault.content("in/0007.md") + b"More.\n")
    run(world)
    rows = {row.path: row for row in world.store.ledger.rows()}
    entries = len(world.store.journal.entries())
    world.gemma.asked.clear()
    world.vault.commits.clear()
    for path in world.vault.paths:
        move(world, path, path.replace("in/", "out/new/"))
    run(world)
    assert not world.asked
    assert not world.vault.commits
    for row in world.store.ledger.rows():
        old = rows.pop(NotePath(row.path.replace("out/new/", "in/")))
        assert (row.ownership, row.source) == (old.ownership, old.source)
    assert not rows
    assert len(world.store.journal.entries()) == entries == 1000
    assert {entry.write.path[:8] for entry in world.store.journal.entries()} == {"out/new/"}
    vetoed = world.store.ledger.get([NotePath("out/new/0007.md")])
    assert vetoed[NotePath("out/new/0007.md")].ownership.vetoed == {"tags": ("soil",)}
