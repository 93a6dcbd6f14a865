"""What became of each route: kept, edited, undone."""

from __future__ import annotations

import pytest

from tests.trip import World, enrichment
from vaultskillet import history
from vaultskillet.core.model import Category, Complexity, Fate, NotePath, RunId, Tier
from vaultskillet.pipeline import process
from vaultskillet.ports.routes import RouteCounts

NOTE = NotePath("a.md")
BODY = b"The garden needs water in the morning.\n"


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("a.md", BODY)
    world.gemma.says = lambda _: enrichment("Said.", ["garden"])
    return world


def work(world: World) -> None:
    """Do what is due, in a run."""
    world.intake.sweep(settle=False)
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    process(jobs, world.kit)
    world.store.queue.done(jobs)


def edit(world: World, old: bytes, new: bytes) -> None:
    content = world.vault.content("a.md")
    assert old in content
    world.vault.save("a.md", content.replace(old, new))


def fates(world: World) -> list[Fate]:
    return [write.fate for write in world.store.routes.of(NOTE)]


def test_a_write_is_kept_with_the_route_that_led_to_it(world: World) -> None:
    work(world)
    [write] = world.store.routes.of(NOTE)
    assert (write.tier, write.model, write.run) == (Tier.GEMMA, "scripted", "run-1")
    assert (write.category, write.complexity) == (Category.SUMMARY, Complexity.SIMPLE)
    assert write.because == "summary, simple (rules: no cue, so summary; simple)"
    assert write.because == world.store.ledger.get([NOTE])[NOTE].because
    assert write.fate is Fate.KEPT


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Said.", b"Said better."), (b"summary: Said.\n", b""), (b"garden\n", b"plants\n")],
)
def test_a_value_that_the_user_changed_is_noticed(world: World, old: bytes, new: bytes) -> None:
    work(world)
    edit(world, old, new)
    work(world)
    assert fates(world) == [Fate.EDITED]


def test_writing_on_in_the_note_is_no_edit_of_ours(world: World) -> None:
    work(world)
    edit(world, BODY, BODY + b"More, and the roses too.\n")
    work(world)
    assert fates(world) == [Fate.KEPT]


def test_a_run_that_writes_again_starts_anew(world: World) -> None:
    work(world)
    world.run = RunId("run-2")
    world.clock.step(60)
    world.gemma.says = lambda _: enrichment("Said.", ["garden", "roses"])
    edit(world, b"Said.", b"Said better.")
    edit(world, BODY, BODY + b"More.\n")
    work(world)
    assert fates(world) == [Fate.KEPT, Fate.EDITED]
    assert world.store.routes.counts() == [
        RouteCounts(Tier.GEMMA, Category.SUMMARY, kept=1, edited=1)
    ]


def test_what_was_taken_back_is_noticed(world: World) -> None:
    work(world)
    entries = world.store.journal.entries()
    history.undo(entries, world.vault, world.store, now=world.clock.now())
    work(world)
    assert fates(world) == [Fate.UNDONE]


def test_what_was_taken_back_on_demand_is_noticed(world: World) -> None:
    work(world)
    world.run = RunId("run-2")
    world.clock.step(60)
    edit(world, BODY, BODY + b"\n#homeskillet/undo\n")
    work(world)
    assert world.vault.content("a.md") == BODY + b"\n#homeskillet/done\n"
    assert fates(world) == [Fate.UNDONE]


def test_the_fates_follow_a_renamed_note(world: World) -> None:
    work(world)
    world.vault.save("b.md", world.vault.content("a.md"))
    world.vault.remove("a.md")
    work(world)
    assert fates(world) == []
    assert [write.fate for write in world.store.routes.of(NotePath("b.md"))] == [Fate.KEPT]


def test_a_note_that_was_routed_but_not_written_has_no_fate(world: World) -> None:
    world.gemma.says = lambda _: enrichment(None)
    work(world)
    assert fates(world) == []
    row = world.store.ledger.get([NOTE])[NOTE]
    assert (row.outcome, row.tier, row.prompt) == ("left", Tier.GEMMA, "prompt")
