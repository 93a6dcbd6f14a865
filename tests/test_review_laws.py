"""The laws of reviewing: to accept all is as good as writing at once, to refuse all as not to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.core.test_frontmatter_laws import any_notes
from tests.core.test_marks import BODIES, FRONTS
from tests.test_review import REVIEW, accept, make_world, reject, undo, waiting, work
from tests.trip import World, enrichment
from vaultskillet.core.model import Digest, NotePath, Request, digest_of

PATHS = ["a.md", "in/b.md", "c.md"]

texts = any_notes | st.builds("{}{}".format, FRONTS, BODIES).map(str.encode)
saves = st.dictionaries(st.sampled_from(PATHS), texts, min_size=1)


def says(request: Request) -> str:
    """Say something that the text alone decides."""
    if not request.schema:
        return "It needs water."
    digest = digest_of(request.text.encode("utf-8", "replace"))
    tags = ["x", "new", f"t{digest[:1]}x"][: int(digest[1], 16) % 4]
    return enrichment(f"Said of {digest[:2]}." if int(digest[2], 16) % 5 else None, tags)


def world_of(*, review: bool) -> World:
    world = make_world(replace(REVIEW, review=review))
    world.gemma.says = world.qwen.says = says
    world.vault.remove("a.md")
    world.vault.save("z.md", b"---\nhomeskillet: false\n---\nMine.\n")  # it is never empty
    for one in PATHS:
        for other in PATHS:
            world.index.likeness[NotePath(one), NotePath(other)] = 0.5 if one != other else 0.0
    return world


def save(world: World, notes: Mapping[str, bytes], written: Mapping[str, bytes]) -> None:
    """Let the author write; a note that is ours in part keeps that part, and grows."""
    for path, content in notes.items():
        world.vault.save(path, written[path] + b"\nMore.\n" if path in written else content)


def contents(world: World) -> dict[str, bytes]:
    return {path: world.vault.content(path) for path in world.vault.paths}


@settings(max_examples=150)
@given(st.lists(saves, min_size=1, max_size=3))
def test_to_accept_all_leaves_each_byte_as_writing_at_once_does(
    rounds: list[Mapping[str, bytes]],
) -> None:
    at_once, judged = world_of(review=False), world_of(review=True)
    for notes in rounds:
        written = contents(at_once)
        assert written == contents(judged)
        for world in (at_once, judged):
            save(world, notes, written)
            work(world)
        event(f"{len(waiting(judged))} wait")
        accept(judged)
        assert contents(judged) == contents(at_once)
        assert waiting(judged) == []
        assert work(judged) == work(at_once) == {}


@given(saves)
def test_to_take_back_what_was_accepted_gives_the_bytes_of_before(
    notes: Mapping[str, bytes],
) -> None:
    world = world_of(review=True)
    save(world, {path: text.replace(b"homeskillet", b"x") for path, text in notes.items()}, {})
    before = contents(world)
    work(world)
    assert contents(world) == before
    accept(world)
    undo(world)
    assert contents(world) == before


@settings(max_examples=50)
@given(st.lists(saves, min_size=1, max_size=3))
def test_to_refuse_all_touches_nothing_and_nothing_of_it_comes_again(
    rounds: list[Mapping[str, bytes]],
) -> None:
    world = world_of(review=True)
    refused: set[object] = set()
    for notes in rounds:
        harmless = {path: text.replace(b"homeskillet", b"x") for path, text in notes.items()}
        save(world, harmless, {})
        before = contents(world)
        work(world)
        for one in waiting(world):
            draft = one.values.draft
            said = [(one.path, item) for item in (draft.summary, *draft.tags, *one.values.related)]
            assert refused.isdisjoint(said)
            refused |= {(path, item) for path, item in said if item}
        reject(world)
        assert contents(world) == before
        assert work(world) == {}
        assert world.vault.commits == []


def test_no_digest_of_a_note_is_that_of_one_that_is_not_finished() -> None:
    assert len(digest_of(b"")) != len(Digest("unfinished"))
