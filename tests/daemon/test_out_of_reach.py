"""A state or a vault out of reach for a while, and faults of our own: nothing is forgotten."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.trip import World
from vaultskillet.core.model import Left, NotePath, Written
from vaultskillet.errors import StoreError
from vaultskillet.worker import Pace, Worker

NOTE = NotePath("a.md")
TEXT = b"The garden needs water in the morning.\n"


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save(NOTE, TEXT)
    return world


def worker(world: World, *, batch: int = 32) -> Worker:
    return Worker(
        world.kit,
        Pace(batch=batch),
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )


def fail_once(owner: object, name: str) -> None:
    """Let the next call of a method end as with a database that another process holds."""
    method: Callable[..., Any] = getattr(owner, name)
    failures = iter([StoreError("state.sqlite3: another process is busy with it")])

    def failing(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any method
        for failure in failures:
            raise failure
        return method(*args, **kwargs)

    setattr(owner, name, failing)


def settle(world: World) -> None:
    world.clock.step(world.settler.quiet_s)


def paths_due(world: World) -> Iterator[str]:
    return (job.path for job in world.store.queue.lease(9, now=world.clock.now(), lease_s=1))


def test_a_change_that_could_not_be_queued_is_queued_at_the_next_tick(world: World) -> None:
    world.intake.hint(NOTE)
    world.intake.tick()
    settle(world)
    fail_once(world.store.queue, "put")
    with pytest.raises(StoreError):
        world.intake.tick()
    assert world.intake.is_restless(NOTE)
    world.intake.tick()
    assert list(paths_due(world)) == [NOTE]


def test_a_write_that_could_not_be_recorded_is_known_before_the_next_batch(world: World) -> None:
    world.intake.sweep(settle=False)
    hands = worker(world)
    fail_once(world.store.journal, "settle")
    with pytest.raises(StoreError):
        hands.step()
    assert b"summary" in world.vault.content(NOTE)
    world.intake.sweep(settle=False)  # it sees a note that changed
    [(_, outcome)] = hands.step()
    assert outcome == Left("nothing changed since the last time")
    row = world.store.ledger.get([NOTE])[NOTE]
    assert row.ownership.values == {"summary": "What it says."}
    assert [entry.state for entry in world.store.journal.entries()] == ["done"]
    assert len(world.asked) == 1


def test_a_batch_that_broke_off_waits_for_no_lease_to_run_out(world: World) -> None:
    world.intake.sweep(settle=False)
    hands = worker(world)
    fail_once(world.store.journal, "intend")
    with pytest.raises(StoreError):
        hands.step()
    [(_, outcome)] = hands.step()
    assert isinstance(outcome, Written)


def test_a_note_that_breaks_its_reading_stops_no_sweep(world: World) -> None:
    world.vault.save("b.md", TEXT)
    is_watched = world.vault.is_watched

    def stumble(path: NotePath) -> bool:
        if path == NOTE:
            raise ZeroDivisionError
        return is_watched(path)

    world.vault.is_watched = stumble  # type: ignore[method-assign] # a fault of ours
    report = world.intake.sweep(settle=False)
    [left] = report.left
    assert left.path == NOTE
    assert "ZeroDivisionError" in left.because
    assert list(paths_due(world)) == ["b.md"]
