"""Answers and insights follow a note that was renamed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_on_demand import INSIGHT, TEXT, run, says, text
from tests.trip import World
from vaultskillet.core.model import Found, NotePath, Skipped
from vaultskillet.errors import VaultError
from vaultskillet.following import follow_moves
from vaultskillet.moves import waiting_moves
from vaultskillet.shelf import Shelf
from vaultskillet.withdrawal import take_back

pytestmark = pytest.mark.usefixtures("utc")

ANSWER = "Homeskillet/Answers/Is it wet.md"


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.watched = ("watched",)
    world.gemma.says = world.qwen.says = says
    world.vault.save("a.md", TEXT + b"# Why?\n\n#homeskillet Is it wet?\n\n#homeskillet/think\n")
    run(world)
    return world


def rename(world: World, old: str, new: str) -> None:
    content = world.vault.content(old)
    world.vault.remove(old)
    world.vault.save(new, content)
    run(world)
    follow_moves(world.kit)


def test_links_to_a_renamed_note_are_mended_in_our_own(world: World) -> None:
    rename(world, "a.md", "Garden.md")
    answer = text(world, ANSWER)
    assert 'source: "[[Garden]]"' in answer
    assert "Asked in [[Garden]]." in answer
    assert "[[a" not in answer + text(world, INSIGHT)
    assert waiting_moves(world.store) == {}


def test_a_link_keeps_its_heading_and_gets_a_path_where_the_name_is_not_enough(
    world: World,
) -> None:
    world.vault.save("b/Garden.md", b"Another of that name.\n")
    rename(world, "a.md", "deep/Garden.md")
    assert 'source: "[[deep/Garden|Garden]]"' in text(world, ANSWER)


def test_a_link_does_not_come_to_mean_another_note_of_the_old_name(world: World) -> None:
    world.vault.save("b/a.md", b"Another of that name.\n")
    rename(world, "a.md", "Garden.md")
    assert 'source: "[[Garden]]"' in text(world, ANSWER)


def test_a_note_that_only_changed_its_folder_needs_no_other_link(world: World) -> None:
    before = text(world, ANSWER)
    rename(world, "a.md", "deep/a.md")
    assert text(world, ANSWER) == before
    assert waiting_moves(world.store) == {}


def test_a_note_that_was_renamed_twice_is_followed_once(world: World) -> None:
    content = world.vault.content("a.md")
    for old, new in (("a.md", "b.md"), ("b.md", "c.md")):
        world.vault.remove(old)
        world.vault.save(new, content)
        run(world)
    assert waiting_moves(world.store)[NotePath("a.md")] == "c.md"
    follow_moves(world.kit)
    assert "Asked in [[c]]." in text(world, ANSWER)


@pytest.mark.parametrize("name", ['Gar"den.md', "Gar#den.md"])
def test_a_name_that_no_link_of_ours_can_have_changes_nothing(world: World, name: str) -> None:
    before = text(world, ANSWER)
    rename(world, "a.md", name)
    assert text(world, ANSWER) == before
    assert waiting_moves(world.store) == {}


def test_an_answer_that_somebody_wrote_in_is_theirs(world: World) -> None:
    mine = text(world, ANSWER) + "Mine.\n"
    world.vault.save(ANSWER, mine.encode())
    rename(world, "a.md", "Garden.md")
    assert text(world, ANSWER) == mine


def test_insights_are_brought_up_to_date_where_they_stand_though_the_note_is_renamed(
    world: World,
) -> None:
    rename(world, "a.md", "Garden.md")
    again = world.vault.content("Garden.md").replace(
        b"#homeskillet/done [[a - insights]]", b"#homeskillet/think [[a - insights]]"
    )
    world.vault.save("Garden.md", again)
    run(world)
    assert text(world, "Garden.md").endswith("#homeskillet/done [[a - insights]]\n")
    assert world.vault.paths == ["Garden.md", ANSWER, INSIGHT]


def test_links_that_obsidian_mended_make_an_answer_nobodys_but_ours(world: World) -> None:
    content = world.vault.content("a.md")
    world.vault.remove("a.md")
    mended = world.vault.content(ANSWER).replace(b"[[a]]", b"[[Garden]]")
    world.vault.save(ANSWER, mended)
    again = content.replace(b"#homeskillet/done Is it wet?", b"#homeskillet Is it dry?")
    world.vault.save("Garden.md", again)
    run(world)
    assert "> Is it dry?" in text(world, ANSWER)
    assert world.vault.paths == ["Garden.md", ANSWER, INSIGHT]


def test_undo_removes_an_answer_whose_links_obsidian_mended(world: World) -> None:
    for path in (ANSWER, INSIGHT):
        world.vault.save(path, world.vault.content(path).replace(b"[[a]]", b"[[Garden]]"))
    rename(world, "a.md", "Garden.md")
    world.vault.save("Garden.md", world.vault.content("Garden.md") + b"\n#homeskillet/undo\n")
    run(world)
    assert world.vault.paths == ["Garden.md"]
    assert "[[" not in text(world, "Garden.md")
    assert {entry.state for entry in world.store.journal.entries()} == {"undone"}


def test_an_answer_goes_as_a_whole_only_where_all_that_was_written_there_is_taken_back(
    world: World,
) -> None:
    rename(world, "a.md", "Garden.md")  # a second write of ours to the answer
    world.vault.save(ANSWER, world.vault.content(ANSWER).replace(b"[[Garden]]", b"[[Bed]]"))
    rename(world, "Garden.md", "Bed.md")
    newest, oldest = world.store.journal.entries(paths=[NotePath(ANSWER)])
    shelf = Shelf(world.kit.vault, world.store, folder="Homeskillet")
    assert not take_back([oldest], world.kit, shelf)[0].ok
    assert ANSWER in world.vault.paths
    assert take_back([newest, oldest], world.kit, shelf)[0].ok
    assert ANSWER not in world.vault.paths


def test_a_vault_that_is_out_of_reach_is_followed_later(world: World) -> None:
    def gone() -> Iterator[Found | Skipped]:
        raise VaultError("it is not there")

    content = world.vault.content("a.md")
    world.vault.remove("a.md")
    world.vault.save("Garden.md", content)
    run(world)
    sweep, world.vault.sweep = world.vault.sweep, gone  # type: ignore[method-assign] # unplugged
    follow_moves(world.kit)
    world.vault.sweep = sweep  # type: ignore[method-assign] # and plugged in again
    follow_moves(world.kit)
    assert "Asked in [[Garden]]." in text(world, ANSWER)
