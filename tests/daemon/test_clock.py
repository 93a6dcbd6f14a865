"""A clock that jumps hurts nothing: a wait is a span of time, not a place in it."""

from __future__ import annotations

import pytest

from tests.daemon.test_out_of_reach import worker
from tests.trip import World
from vaultskillet.core.model import NotePath, Priority, Written
from vaultskillet.errors import EngineUnavailableError, QuotaError
from vaultskillet.worker import LONGEST_WAIT_S

NOTE = NotePath("a.md")
HOUR_S = 3600
DAY_S = 24 * 3600.0


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save(NOTE, b"The garden needs water in the morning.\n")
    world.intake.sweep(settle=False)
    return world


def fail_once(world: World, error: EngineUnavailableError | QuotaError) -> None:
    says = world.gemma.says

    def failing(_: object) -> EngineUnavailableError | QuotaError:
        world.gemma.says = says
        return error

    world.gemma.says = failing


@pytest.mark.parametrize("back_s", [3600.0, 400 * DAY_S])
def test_what_waits_is_not_held_back_by_a_clock_that_is_set_back(
    world: World, back_s: float
) -> None:
    hands = worker(world)
    fail_once(world, EngineUnavailableError("away"))
    hands.step()
    world.clock.set_back(back_s)
    world.clock.step(50)
    assert hands.step() == []
    world.clock.step(100)
    [(_, outcome)] = hands.step()
    assert isinstance(outcome, Written)


def test_a_full_batch_that_waits_is_not_held_back_either(world: World) -> None:
    hands = worker(world, batch=1)
    fail_once(world, EngineUnavailableError("away"))
    hands.step()
    world.clock.set_back(3600)
    world.clock.step(150)
    [(_, outcome)] = hands.step()
    assert isinstance(outcome, Written)


def test_a_clock_that_was_set_back_between_two_runs_holds_nothing_for_ever(world: World) -> None:
    world.clock.step(400 * DAY_S)
    fail_once(world, EngineUnavailableError("away"))
    worker(world).step()
    world.clock.set_back(400 * DAY_S)
    hands = worker(world)  # another process
    assert hands.step() == []
    world.clock.step(LONGEST_WAIT_S)
    [(_, outcome)] = hands.step()
    assert isinstance(outcome, Written)


def test_a_wait_for_a_quota_is_kept_where_no_clock_jumped(world: World) -> None:
    until = world.clock.now() + HOUR_S
    fail_once(world, QuotaError("used up", until=until))
    worker(world).step()
    assert worker(world).step() == []
    world.clock.step(HOUR_S - 1)
    assert worker(world).step() == []
    world.clock.step(1)
    assert len(worker(world).step()) == 1


def test_a_laptop_that_slept_catches_up(world: World) -> None:
    hands = worker(world)
    hands.step()
    world.vault.save("b.md", b"Written on another machine while this one slept.\n")
    world.clock.sleep(3 * DAY_S)
    world.intake.call_sweep()
    world.intake.tick()
    assert [job.path for job, _ in hands.step()] == ["b.md"]


def test_notes_from_the_future_are_done(world: World) -> None:
    world.clock.set_back(world.clock.now() - 5)  # all stamps lie ahead of the clock now
    world.vault.save("b.md", b"The clock is wrong, and the note is right.\n")
    world.intake.call_sweep()
    world.intake.tick()
    world.clock.step(world.settler.quiet_s)
    world.intake.tick()
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    assert NotePath("b.md") in {job.path for job in jobs}
    assert {job.priority for job in jobs} <= set(Priority)
