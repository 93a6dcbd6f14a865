"""The loop of the daemon, with real threads: what may break in it does not end it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.trip import World
from vaultskillet.core.model import Job, NotePath, Outcome
from vaultskillet.daemon import Daemon, Tempo
from vaultskillet.errors import EngineUnavailableError, VaultError
from vaultskillet.ports import OnChange, OnOverflow
from vaultskillet.worker import Pace, Worker

DEADLINE_S = 10.0
TEXT = b"The garden needs water in the morning.\n"


class FakeWatcher:
    """Tells what a test tells it."""

    def __init__(self, fails: VaultError | None = None) -> None:
        self.stopped = 0
        self._fails = fails

    def start(self, on_change: OnChange, on_overflow: OnOverflow) -> None:
        if self._fails:
            raise self._fails
        self.on_change, self.on_overflow = on_change, on_overflow

    def stop(self) -> None:
        self.stopped += 1


class FakeStandby:
    """Engines that hold nothing, and may break as they get ready."""

    def __init__(self, fails: Exception | None = None) -> None:
        self._fails = fails

    def warm_up(self) -> None:
        if self._fails:
            raise self._fails

    def release_idle(self) -> float | None:
        return None


class Outcomes:
    """Collects what a daemon tells."""

    def __init__(self) -> None:
        self.done: list[tuple[NotePath, Outcome]] = []
        self.fails: Exception | None = None
        self._told = threading.Condition()

    def __call__(self, job: Job, outcome: Outcome) -> None:
        with self._told:
            self.done.append((job.path, outcome))
            self._told.notify_all()
        if self.fails:
            raise self.fails

    def wait_for(self, *paths: str) -> None:
        with self._told:
            assert self._told.wait_for(
                lambda: set(paths) <= {path for path, _ in self.done}, DEADLINE_S
            ), self.done


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("a.md", TEXT)
    return world


@contextmanager
def running(
    world: World,
    told: Outcomes,
    watcher: FakeWatcher | None = None,
    standby: FakeStandby | None = None,
) -> Iterator[Daemon]:
    worker = Worker(
        world.kit,
        Pace(),
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )
    daemon = Daemon(
        intake=world.intake,
        worker=worker,
        watcher=watcher or FakeWatcher(),
        store=world.store,
        clock=world.clock,
        tempo=Tempo(sweep_s=3600, notes_per_minute=None),
        standby=standby or FakeStandby(),
        on_outcome=told,
    )
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(daemon.run()))
    thread.start()
    try:
        yield daemon
    finally:
        daemon.stop()
        thread.join(DEADLINE_S)
        assert ended == [True]


def test_what_is_there_at_the_start_is_done(world: World) -> None:
    told = Outcomes()
    with running(world, told):
        told.wait_for("a.md")
    assert b"summary" in world.vault.content("a.md")


def test_a_vault_that_cannot_be_watched_is_swept(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    told = Outcomes()
    with running(world, told, FakeWatcher(VaultError("too many folders"))):
        told.wait_for("a.md")
    assert "changes are found by sweeping only" in caplog.text


@pytest.mark.parametrize("fault", [EngineUnavailableError("away"), ZeroDivisionError()])
def test_an_engine_that_does_not_get_ready_does_not_end_the_work(
    world: World, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    told = Outcomes()
    with running(world, told, standby=FakeStandby(fault)):
        told.wait_for("a.md")
    assert "will wait for" in caplog.text


def test_a_listener_that_breaks_does_not_end_the_work(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    told, watcher = Outcomes(), FakeWatcher()
    told.fails = BrokenPipeError()
    with running(world, told, watcher):
        told.wait_for("a.md")
        world.vault.save("b.md", TEXT)
        watcher.on_overflow()
        told.wait_for("b.md")
    assert "BrokenPipeError" in caplog.text


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def fail_first(method: Callable[[], object]) -> Callable[[], object]:
    failures = iter([ZeroDivisionError()])

    def failing() -> object:
        for failure in failures:
            raise failure
        return method()

    return failing


def test_a_sweep_that_breaks_does_not_end_the_loop(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    told, watcher = Outcomes(), FakeWatcher()
    world.vault.sweep = fail_first(world.vault.sweep)  # type: ignore[assignment, method-assign] # a fault of ours
    with running(world, told, watcher):
        wait_until(lambda: "ZeroDivisionError" in caplog.text)
        watcher.on_overflow()
        told.wait_for("a.md")


def test_a_queue_that_breaks_does_not_end_the_work(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    told, watcher = Outcomes(), FakeWatcher()
    world.store.queue.next_due = fail_first(world.store.queue.next_due)  # type: ignore[assignment, method-assign] # a fault of ours
    with running(world, told, watcher):
        wait_until(lambda: "ZeroDivisionError" in caplog.text)
        watcher.on_overflow()
        told.wait_for("a.md")
