"""The page of what waits: kept true, and heard when somebody ticks a box on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_page import tick
from tests.test_review import BODY, DONE, NOTE, REVIEW, accept, make_world, says, waiting, work
from tests.trip import World, enrichment
from vaultskillet.core.model import NotePath
from vaultskillet.core.privacy import Privacy
from vaultskillet.core.redact import Finding
from vaultskillet.errors import NoteUnreadableError, WriteError
from vaultskillet.paging import LISTED, PageKeeper, page_of

PAGE = NotePath("Homeskillet/Review.md")
RESTS_S = 30.0


@pytest.fixture
def world() -> World:
    world = make_world()
    world.vault.save("b.md", b"The beds need soil when the sun is low.\n")
    return world


def keeper_of(world: World, *, rests_s: float = 0.0) -> PageKeeper:
    return PageKeeper(world.kit, rests_s=rests_s, is_restless=world.intake.is_restless)


def propose(world: World) -> None:
    work(world)
    keeper_of(world).keep()


def text_of(world: World, path: NotePath = PAGE) -> str:
    return world.vault.content(path).decode()


def ids_of(world: World) -> list[str]:
    """Give the names of the boxes for single proposals, by number."""
    lines = text_of(world).splitlines()
    ids = [line.rpartition("^")[2] for line in lines if "^" in line and "-all" not in line]
    return sorted(ids, key=lambda one: int(one.split("-")[1]))


def test_the_newest_stands_first(world: World) -> None:
    propose(world)
    assert text_of(world).index("## [[b]]") < text_of(world).index("## [[a]]")


def tick_on(world: World, *ids: str, at: float = 0.0) -> None:
    world.vault.save(PAGE, tick(text_of(world), *ids).encode(), at=at)


# --- what it says -----------------------------------------------------------------------


def test_what_waits_is_listed_with_links(world: World) -> None:
    propose(world)
    text = text_of(world)
    assert text.count("\n## [[a]]\n\n`summary: What it says.`\n`tags: garden`\n") == 1
    assert text.count("\n## [[b]]\n") == 1
    assert len(ids_of(world)) == 4


def test_a_note_whose_name_stands_twice_is_linked_so_that_it_is_found(world: World) -> None:
    world.vault.save("in/a.md", BODY)
    propose(world)
    assert "\n## [[a]]\n" in text_of(world)
    assert "\n## [[in/a|a]]\n" in text_of(world)


def test_there_is_no_page_where_nothing_waits(world: World) -> None:
    world.gemma.says = world.qwen.says = lambda _: enrichment(None)
    propose(world)
    assert PAGE not in world.vault.paths


def test_there_is_no_page_where_none_is_wanted(world: World) -> None:
    propose(world)
    world.policy = replace(REVIEW, review_page=False)
    assert keeper_of(world).is_kept()
    keeper_of(world).keep()
    assert PAGE not in world.vault.paths
    assert not keeper_of(world).is_kept()
    assert len(waiting(world)) == 2


def test_the_page_goes_once_nothing_waits(world: World) -> None:
    propose(world)
    accept(world)
    keeper_of(world).keep()
    assert PAGE not in world.vault.paths
    assert page_of(world.store) is None


def test_it_is_written_only_when_what_it_says_changes(world: World) -> None:
    propose(world)
    writes = len(world.vault.commits)
    keeper = keeper_of(world)
    for _ in range(3):
        keeper.keep()
        propose(world)
    assert len(world.vault.commits) == writes
    world.vault.save(NOTE, b"Something new, and the beds too.\n")
    propose(world)
    assert len(world.vault.commits) == writes + 1
    assert "`summary: Another text.`" in text_of(world)


def test_it_is_no_input_and_its_ticks_are_no_work(world: World) -> None:
    propose(world)
    asked = len(world.asked)
    world.vault.save(PAGE, text_of(world).encode() + b"\n")
    assert work(world) == {}
    assert len(world.asked) == asked


@pytest.mark.parametrize("hidden", ["private", "folder", "secret in its name"])
def test_a_note_that_is_not_to_be_named_in_others_is_not_named_here(hidden: str) -> None:
    world = make_world()
    text, path = BODY, "in/pay.md"
    match hidden:
        case "private":
            text = b"---\nprivate: true\n---\n" + BODY
        case "folder":
            world.policy = replace(REVIEW, privacy=Privacy(folders=("in",)))
            world.__post_init__()
            world.gemma.says = world.qwen.says = says
        case _:
            path = "in/pay jane.doe@acme-gardens.com.md"
    world.vault.save(path, text)
    propose(world)
    assert len(waiting(world)) == 2
    assert "pay" not in text_of(world)
    assert "More waits than stands here" in text_of(world)


def test_only_so_many_are_listed_and_the_rest_when_these_are_done(world: World) -> None:
    for number in range(LISTED):
        world.vault.save(f"{number}.md", BODY)
    propose(world)
    assert text_of(world).count("\n## ") == LISTED
    assert "More waits than stands here" in text_of(world)
    tick_on(world, "accept-all")
    keeper_of(world).hear()
    work(world)
    keeper_of(world).keep()
    assert text_of(world).count("\n## ") == 2
    assert "More waits than stands here" not in text_of(world)


def test_it_never_takes_the_name_of_another_note(world: World) -> None:
    world.vault.save("Weekly/review.md", b"---\nhomeskillet: false\n---\nMine.\n")
    propose(world)
    assert [path for path in world.vault.paths if path.startswith("Home")] == [
        "Homeskillet/Review - 2.md"
    ]


def test_a_note_that_no_link_can_lead_to_is_named(world: World) -> None:
    world.vault.save("No 1 #2.md", BODY)
    propose(world)
    world.vault.save("50 %% of it.md", BODY)
    propose(world)
    assert "\n## `No 1 #2`\n" in text_of(world)
    assert "\n## `50 %% of it`\n" in text_of(world)


def test_nothing_is_named_where_a_filter_fails(world: World) -> None:
    class Broken:
        name, kind = "broken", "x"

        def find(self, text: str) -> list[Finding]:
            raise ZeroDivisionError(text)

    work(world)
    filters = replace(world.policy.filters, filters=(Broken(),))
    world.policy = replace(world.policy, filters=filters)
    keeper_of(world).keep()
    assert PAGE not in world.vault.paths


def test_a_page_that_is_to_go_waits_until_it_rests(world: World) -> None:
    propose(world)
    world.vault.save(PAGE, text_of(world).encode(), at=world.clock.now())
    accept(world)
    keeper = keeper_of(world, rests_s=RESTS_S)
    keeper.keep()
    assert PAGE in world.vault.paths
    world.clock.step(RESTS_S)
    keeper.keep()
    assert PAGE not in world.vault.paths


# --- what is ticked ---------------------------------------------------------------------


def test_what_is_ticked_is_done(world: World) -> None:
    propose(world)
    first, _, _, last = ids_of(world)
    tick_on(world, first, last)
    assert keeper_of(world).hear()
    work(world)
    assert world.vault.content(NOTE) == DONE
    assert world.vault.content("b.md") == b"The beds need soil when the sun is low.\n"
    keeper_of(world).keep()
    assert PAGE not in world.vault.paths
    assert work(world) == {}


def test_properties_that_a_plug_in_gives_to_any_note_are_no_writing_and_stay(world: World) -> None:
    propose(world)
    stamped = b"---\nupdated: 2026-03-14\n---\n" + tick(text_of(world), ids_of(world)[0]).encode()
    world.vault.save(PAGE, stamped)
    keeper_of(world).keep()
    work(world)
    assert world.vault.content(NOTE) == DONE
    text = text_of(world)
    assert text.startswith("---\nupdated: 2026-03-14\n---\nWhat vaultskillet would write")
    assert "[x]" not in text
    accept(world)
    keeper_of(world).keep()
    assert PAGE not in world.vault.paths


def test_what_is_ticked_is_heard_before_the_page_is_written_anew(world: World) -> None:
    propose(world)
    tick_on(world, ids_of(world)[0])
    world.vault.save("b.md", b"Something new, and the beds too.\n")
    propose(world)
    assert "[x]" not in text_of(world)
    work(world)
    assert world.vault.content(NOTE) == DONE


def test_what_was_replaced_meanwhile_is_not_done_by_an_older_tick(world: World) -> None:
    propose(world)
    old = tick(text_of(world), ids_of(world)[0])
    world.vault.save(NOTE, b"Something new, and the beds too.\n")
    propose(world)
    world.vault.save(PAGE, old.encode())  # a phone that was away syncs
    assert not keeper_of(world).hear()
    assert len(waiting(world)) == 2


def test_a_tick_for_the_number_of_a_lost_state_says_nothing(world: World) -> None:
    propose(world)
    old = tick(text_of(world), "accept-all")
    other = make_world()
    other.vault.save(NOTE, b"Something new, and the beds too.\n")
    propose(other)
    other.vault.save(PAGE, old.encode())
    assert not keeper_of(other).hear()
    assert len(waiting(other)) == 1


def test_a_tick_rests_before_it_is_heard(world: World) -> None:
    propose(world)
    tick_on(world, ids_of(world)[0], at=world.clock.now())
    keeper = keeper_of(world, rests_s=RESTS_S)
    before = world.vault.content(PAGE)
    assert not keeper.hear()
    world.vault.save("b.md", b"Something new, and the beds too.\n")
    work(world)
    keeper.keep()
    assert world.vault.content(PAGE) == before
    world.clock.step(RESTS_S)
    assert keeper.hear()
    keeper.keep()
    assert "`summary: Another text.`" in text_of(world)


def test_a_page_that_changes_at_that_very_moment_is_written_another_time(world: World) -> None:
    propose(world)
    ticked = tick(text_of(world), ids_of(world)[0]).encode()
    world.vault.save("b.md", b"Something new, and the beds too.\n")
    work(world)
    world.vault.before_commit = lambda: world.vault.save(PAGE, ticked)
    keeper = keeper_of(world)
    keeper.keep()
    assert world.vault.content(PAGE) == ticked
    world.vault.before_commit = lambda: None
    keeper.keep()
    work(world)
    assert world.vault.content(NOTE) == DONE
    assert "`summary: Another text.`" in text_of(world)


def test_a_page_in_which_somebody_wrote_is_theirs_and_another_one_is_made(world: World) -> None:
    propose(world)
    theirs = tick(text_of(world), "accept-all").encode() + b"Ask Jane about these.\n"
    world.vault.save(PAGE, theirs)
    assert not keeper_of(world).hear()
    world.vault.save("b.md", b"Something new, and the beds too.\n")
    propose(world)
    assert world.vault.content(PAGE) == theirs
    assert "`summary: Another text.`" in text_of(world, NotePath("Homeskillet/Review - 2.md"))
    accept(world)
    keeper_of(world).keep()
    assert world.vault.content(PAGE) == theirs
    assert [path for path in world.vault.paths if path.startswith("Home")] == [PAGE]


def test_a_page_in_which_somebody_wrote_is_not_taken_away(world: World) -> None:
    propose(world)
    world.vault.save(PAGE, text_of(world).encode() + b"Ask Jane about these.\n")
    accept(world)
    keeper_of(world).keep()
    assert PAGE in world.vault.paths
    assert page_of(world.store) is None


def test_a_page_that_somebody_deleted_comes_back_when_it_has_something_new_to_say(
    world: World,
) -> None:
    propose(world)
    world.vault.remove(PAGE)
    propose(world)
    assert PAGE not in world.vault.paths
    world.vault.save("b.md", b"Something new, and the beds too.\n")
    propose(world)
    assert PAGE in world.vault.paths


def test_a_page_that_is_gone_when_nothing_waits_is_forgotten(world: World) -> None:
    propose(world)
    world.vault.remove(PAGE)
    accept(world)
    keeper_of(world).keep()
    assert page_of(world.store) is None


def test_a_page_that_cannot_be_read_or_written_stops_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    work(world)
    world.vault.fails[PAGE] = NoteUnreadableError("Homeskillet/Review.md: may not be read")
    keeper = keeper_of(world)
    for _ in range(3):
        keeper.keep()
    assert page_of(world.store) is None
    assert len(caplog.records) == 1
    del world.vault.fails[PAGE]
    world.vault.before_commit = lambda: world.vault.fails.update({PAGE: WriteError("full")})
    keeper.keep()
    assert page_of(world.store) is None
    world.vault.before_commit = lambda: None
    world.vault.fails.clear()
    keeper.keep()
    assert PAGE in world.vault.paths
    world.vault.fails[PAGE] = NoteUnreadableError("Homeskillet/Review.md: may not be read")
    assert not keeper.hear()


def test_it_is_kept_for_as_long_as_it_is_there(world: World) -> None:
    propose(world)
    world.policy = replace(REVIEW, review=False)
    assert keeper_of(world).is_kept()
    accept(world)
    keeper_of(world).keep()
    assert not keeper_of(world).is_kept()


def test_what_was_said_of_a_note_that_is_renamed_then_is_done(world: World) -> None:
    propose(world)
    tick_on(world, "accept-all")
    keeper_of(world).hear()
    world.vault.rename(NOTE, "in/renamed.md")
    work(world)
    assert world.vault.content("in/renamed.md") == DONE


def test_a_crash_after_the_page_was_written_writes_it_no_second_time(world: World) -> None:
    work(world)
    put = world.store.put_meta

    def fail(key: str, value: str) -> None:
        raise KeyboardInterrupt(key, value)

    world.store.put_meta = fail  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        keeper_of(world).keep()
    world.store.put_meta = put  # type: ignore[method-assign]
    writes = len(world.vault.commits)
    keeper_of(world).keep()
    assert len(world.vault.commits) == writes
    assert [path for path in world.vault.paths if path.startswith("Home")] == [PAGE]
