"""Related notes from the first link to the last, over the whole trip."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.trip import POLICY, World
from vaultskillet import history
from vaultskillet.core.links import LinkFormat
from vaultskillet.core.model import NotePath, RunId, Written
from vaultskillet.core.privacy import Privacy
from vaultskillet.worker import Pace, Worker

BODY = b"The garden needs water in the morning.\n"
WRITTEN = b'---\nrelated:\n  - "[[Beds]]"\n  - "[[Compost]]"\n---\n' + BODY


@pytest.fixture
def world() -> World:
    write = replace(POLICY.write, summary=None, tags=None, related="related", max_related=3)
    world = World(policy=replace(POLICY, write=write))
    for name in ("Beds", "deep/Compost", "Private"):
        world.vault.save(
            f"{name}.md", b"---\nhomeskillet: false\n---\n" * (name == "Private") + BODY
        )
    world.vault.save("a.md", BODY)
    for path, score in {
        "Beds.md": 0.9,
        "deep/Compost.md": 0.8,
        "Private.md": 0.7,
        "Gone.md": 0.6,
        "unlike.md": 0.01,
    }.items():
        liken(world, path, score)
    return world


def liken(world: World, path: str, score: float) -> None:
    world.index.likeness[NotePath("a.md"), NotePath(path)] = score


def work(world: World) -> list[NotePath]:
    """Sweep, do all that is due, and give the notes that were written."""
    world.intake.sweep(settle=False)
    worker = Worker(
        world.kit,
        Pace(),
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )
    written = []
    while batch := worker.step():
        written += [job.path for job, outcome in batch if isinstance(outcome, Written)]
    return written


def links_in(world: World, path: str = "a.md") -> list[str]:
    lines = world.vault.content(path).decode().splitlines()
    return [line.strip().removeprefix("- ") for line in lines if "[[" in line]


def undo(world: World) -> None:
    results = history.undo(
        world.store.journal.entries(), world.vault, world.store, now=world.clock.now()
    )
    assert all(one.ok for one in results)


def rename(world: World, old: str, new: str) -> None:
    world.vault.save(new, world.vault.content(old))
    world.vault.remove(old)


def rewrite(world: World, old: bytes, new: bytes, path: str = "a.md") -> None:
    content = world.vault.content(path)
    assert old in content
    world.vault.save(path, content.replace(old, new))


def test_related_notes_are_named_and_no_others(world: World) -> None:
    assert work(world) == ["a.md"]
    assert world.vault.content("a.md") == WRITTEN
    assert work(world) == []


def test_a_note_whose_name_holds_something_sensitive_is_not_named(world: World) -> None:
    for path in ("Mail ann@example.org.md", "Call +49 30 901820/Beds too.md"):
        world.vault.save(path, BODY)
        liken(world, path, 0.95)
    work(world)
    assert links_in(world) == ['"[[Beds]]"', '"[[Compost]]"']


def test_a_note_in_a_private_folder_is_not_named() -> None:
    write = replace(POLICY.write, summary=None, tags=None, related="related", max_related=3)
    policy = replace(POLICY, write=write, privacy=Privacy(folders=("Journal",)))
    world = World(policy=policy)
    for path in ("a.md", "Beds.md", "Journal/Beds of mine.md"):
        world.vault.save(path, BODY)
        liken(world, path, 0.9)
    work(world)
    assert links_in(world) == ['"[[Beds]]"']


def test_a_note_that_is_renamed_to_something_sensitive_is_named_no_longer(world: World) -> None:
    work(world)
    rename(world, "Beds.md", "Mail ann@example.org.md")
    work(world)
    assert links_in(world) == ['"[[Compost]]"']


def test_a_note_is_written_as_the_vault_wants_links(world: World) -> None:
    world.vault.link_format = LinkFormat.ABSOLUTE
    work(world)
    assert links_in(world) == ['"[[Beds]]"', '"[[deep/Compost|Compost]]"']


def test_a_name_that_two_notes_share_leads_to_the_right_one(world: World) -> None:
    world.vault.save("other/Compost.md", BODY)
    work(world)
    assert links_in(world) == ['"[[Beds]]"', '"[[deep/Compost|Compost]]"']


def test_a_name_that_a_template_shares_counts_too(world: World) -> None:
    world.vault.skipped[NotePath("T/Compost.md")] = "in a template folder"
    work(world)
    assert links_in(world) == ['"[[Beds]]"', '"[[deep/Compost|Compost]]"']


@pytest.mark.parametrize(
    "body", [b"See [[beds#soil|the beds]].\n", b"See [them](Beds.md).\n", b"![[Beds]]\n"]
)
def test_what_is_linked_in_the_text_is_left_out(world: World, body: bytes) -> None:
    world.vault.save("a.md", BODY + body)
    work(world)
    assert '"[[Compost]]"' in links_in(world)
    assert '"[[Beds]]"' not in links_in(world)


def test_what_the_author_names_in_a_property_is_left_out(world: World) -> None:
    world.vault.save("a.md", b'---\nup: "[[Beds]]"\n---\n' + BODY)
    work(world)
    assert links_in(world) == ['up: "[[Beds]]"', '"[[Compost]]"']


def test_a_link_the_author_makes_in_the_text_takes_ours_out(world: World) -> None:
    work(world)
    rewrite(world, b"morning.", b"morning, see [[Beds]].")
    work(world)
    assert '"[[Beds]]"' not in links_in(world)
    rewrite(world, b"see [[Beds]].", b"or so.")
    work(world)
    assert links_in(world) == ['"[[Compost]]"', '"[[Beds]]"']


def test_no_more_than_asked_for(world: World) -> None:
    world.policy = replace(world.policy, write=replace(world.policy.write, max_related=1))
    work(world)
    assert links_in(world) == ['"[[Beds]]"']


def test_a_link_that_the_author_removed_is_vetoed_even_under_a_new_name(world: World) -> None:
    work(world)
    rewrite(world, b'  - "[[Beds]]"\n', b"")
    work(world)
    rename(world, "Beds.md", "Raised beds.md")
    liken(world, "Raised beds.md", 0.9)
    rewrite(world, b"morning.", b"morning, and at noon.")
    work(world)
    assert links_in(world) == ['"[[Compost]]"']


def test_once_all_were_removed_none_comes_back(world: World) -> None:
    world.policy = replace(world.policy, write=replace(world.policy.write, max_related=1))
    work(world)
    world.vault.save("a.md", BODY + b"More.\n")
    assert work(world) == []


def test_a_renamed_note_is_followed_without_any_engine(world: World) -> None:
    work(world)
    asked = len(world.asked)
    rename(world, "Beds.md", "deep/Raised beds.md")
    assert work(world) == ["a.md"]
    assert links_in(world) == ['"[[Raised beds]]"', '"[[Compost]]"']
    assert len(world.asked) == asked
    assert work(world) == []


def test_a_deleted_note_is_taken_out_of_ours_only(world: World) -> None:
    world.vault.save("a.md", b'---\nup: "[[Gone]]"\n---\n' + BODY + b"[[Gone]]\n")
    work(world)
    asked = len(world.asked)
    world.vault.remove("deep/Compost.md")
    assert work(world) == ["a.md"]
    assert links_in(world) == ['up: "[[Gone]]"', '"[[Beds]]"', "[[Gone]]"]
    assert len(world.asked) == asked
    assert work(world) == []


def test_the_last_link_that_goes_leaves_an_empty_list(world: World) -> None:
    world.policy = replace(world.policy, write=replace(world.policy.write, max_related=1))
    work(world)
    world.vault.remove("Beds.md")
    work(world)
    assert world.vault.content("a.md") == b"---\nrelated:\n---\n" + BODY


def test_what_obsidian_rewrote_for_a_rename_stays_ours(world: World) -> None:
    work(world)
    asked = len(world.asked)
    rename(world, "Beds.md", "Raised beds.md")
    rewrite(world, b"[[Beds]]", b"[[Raised beds]]")
    assert work(world) == []
    assert len(world.asked) == asked
    world.vault.remove("Raised beds.md")
    assert work(world) == ["a.md"]
    assert links_in(world) == ['"[[Compost]]"']


def test_a_renamed_bearer_is_mended_too(world: World) -> None:
    work(world)
    rename(world, "a.md", "b.md")
    assert work(world) == []
    rename(world, "Beds.md", "Raised beds.md")
    assert work(world) == ["b.md"]
    assert links_in(world, "b.md") == ['"[[Raised beds]]"', '"[[Compost]]"']


def test_a_note_that_was_moved_and_edited_at_once_keeps_its_link(world: World) -> None:
    work(world)
    world.vault.remove("Beds.md")
    world.vault.save("deep/Beds.md", BODY + b"Edited.\n")
    assert "a.md" not in work(world)
    assert world.vault.content("a.md") == WRITTEN


def test_a_note_that_becomes_private_is_named_no_longer(world: World) -> None:
    work(world)
    world.vault.save("Beds.md", b"---\nprivate: true\n---\n" + BODY)
    work(world)
    assert links_in(world) == ['"[[Compost]]"']


def test_a_note_that_wants_to_be_left_alone_is_not_mended(world: World) -> None:
    work(world)
    rewrite(world, b"---\n" + BODY, b"homeskillet: false\n---\n" + BODY)
    world.vault.remove("Beds.md")
    assert work(world) == []


def test_undo_gives_the_very_bytes_also_after_mending(world: World) -> None:
    work(world)
    rename(world, "Beds.md", "Raised beds.md")
    work(world)
    undo(world)
    assert world.vault.content("a.md") == BODY


def test_undo_of_all_leaves_no_empty_property_after_mending_and_an_edit(world: World) -> None:
    work(world)
    for name in ("Beds", "deep/Compost"):
        rename(world, f"{name}.md", f"{name} anew.md")
    work(world)
    world.vault.save("a.md", world.vault.content("a.md") + b"More.\n")
    undo(world)
    assert world.vault.content("a.md") == BODY + b"More.\n"


def test_undo_of_the_first_write_alone_finds_a_link_under_its_new_name(world: World) -> None:
    work(world)
    rename(world, "Beds.md", "Raised beds.md")
    rewrite(world, b"[[Beds]]", b"[[Raised beds]]")
    work(world)
    undo(world)
    assert world.vault.content("a.md") == BODY


def test_undo_of_one_run_takes_out_what_a_later_run_mended(world: World) -> None:
    work(world)
    rename(world, "Beds.md", "Raised beds.md")
    work(world)
    [_, first] = world.store.journal.entries()
    assert first.run == RunId("run-1")
    results = history.undo([first], world.vault, world.store, now=world.clock.now())
    assert [one.ok for one in results] == [True]
    assert world.vault.content("a.md") == BODY
