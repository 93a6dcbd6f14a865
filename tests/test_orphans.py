from __future__ import annotations

import pytest

from tests.trip import World
from vaultskillet.core.model import NotePath
from vaultskillet.orphans import find_orphans

ANSWER = NotePath("Homeskillet/Answers/Why.md")


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("in/Beds.md", b"The beds need soil in spring.\n")
    world.vault.save(ANSWER, b'---\nsource: "[[Beds]]"\n---\nBecause.\n')
    world.vault.save("Homeskillet/Review.md", b"Nothing waits.\n")
    return world


def orphans(world: World) -> dict[NotePath, str]:
    world.intake.sweep(settle=False)
    own = [path for path in world.vault.paths if path.startswith("Homeskillet/")]
    return find_orphans(own, world.vault, world.store.ledger)


def test_a_note_of_ours_whose_subject_stands_is_no_orphan(world: World) -> None:
    assert orphans(world) == {}
    world.vault.rename("in/Beds.md", "out/Beds.md")
    assert orphans(world) == {}


def test_a_note_of_ours_whose_subject_is_renamed_or_gone_is_reported(world: World) -> None:
    world.intake.sweep(settle=False)
    world.vault.rename("in/Beds.md", "in/Raised beds.md")
    told = "written by vaultskillet; [[Beds]], which it is about, is gone or renamed"
    assert orphans(world) == {ANSWER: told}


@pytest.mark.parametrize("source", [b"", b"source: Beds\n", b"source: [a, b]\n", b"source: [\n"])
def test_a_note_that_does_not_say_what_it_is_about_is_no_orphan(
    world: World, source: bytes
) -> None:
    world.vault.save(ANSWER, b"---\n" + source + b"---\nBecause.\n")
    world.vault.rename("in/Beds.md", "in/Raised beds.md")
    assert orphans(world) == {}
