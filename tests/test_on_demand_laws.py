"""The laws, held over whole trips: whatever a note holds, and wherever its calls stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_marks import BODIES, FRONTS
from tests.test_on_demand import NOTE, run, says
from tests.trip import World
from vaultskillet import history

OTHER = b"The garden needs water.\n"


@settings(max_examples=40)
@given(front=FRONTS, body=BODIES, is_watched=st.booleans())
def test_a_note_comes_to_rest_and_all_of_it_can_be_taken_back(
    *, front: str, body: str, is_watched: bool
) -> None:
    before = (front + body).encode()
    world = World()
    world.vault.watched = None if is_watched else ("watched",)
    world.gemma.says = world.qwen.says = says
    world.vault.save("Other.md", OTHER)
    world.vault.save(NOTE, before)
    for _ in range(3):  # an undo goes first, what else is asked after it
        run(world)
    asked = len(world.asked)
    world.vault.save(NOTE, world.vault.content(NOTE))
    assert run(world) == {}
    assert len(world.asked) == asked
    entries = world.store.journal.entries()
    undone = history.undo(entries, world.vault, world.store, now=world.clock.now())
    assert all(one.ok for one in undone)
    assert {path: world.vault.content(path) for path in world.vault.paths} == {
        "Other.md": OTHER,
        NOTE: before,
    }
