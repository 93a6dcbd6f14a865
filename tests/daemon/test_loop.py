"""The loop of the daemon, with real threads: what may break in it does not end it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.digests.desk import kit_of, spec
from tests.trip import World
from vaultskillet.core.model import Job, NotePath, Outcome
from vaultskillet.daemon import Daemon, Tempo
from vaultskillet.digests.desk import Desk
from vaultskillet.digests.kit import Spec
from vaultskillet.errors import EngineUnavailableError, VaultError
from vaultskillet.paging import PageKeeper
from vaultskillet.ports.vault import OnChange, OnOverflow
from vaultskillet.schedule import Entry, Timetable
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
    *,
    digests: Sequence[Spec] = (),
    entries: Callable[[Callable[[str], None]], Sequence[Entry]] = lambda _ask: (),
    errands: Mapping[str, Callable[[], object]] | None = None,
    page: PageKeeper | None = None,
) -> Iterator[Daemon]:
    worker = Worker(
        world.kit,
        Pace(),
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )
    desk = Desk(digests, kit_of(world))
    desk.enqueue_due()
    daemon = Daemon(
        intake=world.intake,
        worker=worker,
        watcher=watcher or FakeWatcher(),
        store=world.store,
        clock=world.clock,
        tempo=Tempo(notes_per_minute=None),
        standby=standby or FakeStandby(),
        timetable=lambda ask: Timetable(
            entries(ask),
            store=world.store,
            clock=world.clock,
            zone=lambda: UTC,
            on_mains=lambda: True,
        ),
        desk=desk,
        page=page,
        errands=lambda _ask: {"digests": desk.enqueue_due, **(errands or {})},
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


DAYS = timedelta(days=1)


def at_once(name: str, ask: Callable[[str], None], done: threading.Event) -> Entry:
    """Give an entry that is due until its work was done."""
    return Entry(name, lambda last: None if done.is_set() else last, lambda: ask(name))


def test_scheduled_work_is_done_on_the_working_thread(world: World) -> None:
    done = threading.Event()
    threads: list[str] = []

    def work() -> None:
        threads.append(threading.current_thread().name)
        done.set()

    with running(
        world,
        Outcomes(),
        entries=lambda ask: [at_once("index", ask, done)],
        errands={"index": work},
    ):
        assert done.wait(DEADLINE_S)
    assert set(threads) == {"worker"}


def test_a_digest_that_falls_due_is_made(world: World) -> None:
    told, done = Outcomes(), threading.Event()
    with running(world, told, digests=[spec()]):
        told.wait_for("a.md")
    world.clock.step(2 * 86_400)
    written = f"Digest daily {datetime.fromtimestamp(world.clock.now(), UTC) - DAYS:%Y-%m-%d}"

    def is_made() -> bool:
        return any(written in str(one.path) for one in world.vault.commits)

    world.vault.save("b.md", TEXT, at=world.clock.now() - 86_400)
    world.intake.sweep(settle=False)
    with running(
        world, told, digests=[spec()], entries=lambda ask: [at_once("digests", ask, done)]
    ):
        until = time.monotonic() + DEADLINE_S
        while not is_made() and time.monotonic() < until:
            time.sleep(0.01)
        done.set()
    assert is_made()


class LateSweep(FakeStandby):
    """Holds the sweeps of a vault up until the worker has looked what there is to do."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._looked = threading.Event()
        sweep = world.vault.sweep

        def later() -> object:
            assert self._looked.wait(DEADLINE_S)
            return sweep()

        world.vault.sweep = later  # type: ignore[assignment, method-assign] # as a large vault is

    def release_idle(self) -> float | None:
        self._looked.set()
        return None


def test_what_fell_due_while_nothing_ran_waits_for_the_first_sweep(world: World) -> None:
    told = Outcomes()
    with running(world, told, digests=[spec()]):
        told.wait_for("a.md")
    world.vault.save("b.md", TEXT, at=world.clock.now())
    world.clock.step(86_400)
    day = datetime.fromtimestamp(world.clock.now(), UTC) - DAYS
    path = f"Homeskillet/Digests/Digest daily {day:%Y-%m-%d}.md"
    with running(world, told, digests=[spec()], standby=LateSweep(world)):
        wait_until(lambda: any(one.path == path for one in world.vault.commits))
    assert "[[b]]" in world.vault.content(path).decode()


def test_one_that_falls_due_waits_for_a_sweep_of_its_own(world: World) -> None:
    told, done = Outcomes(), threading.Event()
    with running(world, told, digests=[spec()]):
        told.wait_for("a.md")
    with running(
        world, told, digests=[spec()], entries=lambda ask: [at_once("digests", ask, done)]
    ):
        wait_until(lambda: world.store.queue.next_due() is None)
        world.vault.save("b.md", TEXT, at=world.clock.now())  # and nobody tells of it
        day = datetime.fromtimestamp(world.clock.now(), UTC)
        world.clock.step(86_400)
        path = f"Homeskillet/Digests/Digest daily {day:%Y-%m-%d}.md"
        wait_until(lambda: any(one.path == path for one in world.vault.commits))
        done.set()
    assert "[[b]]" in world.vault.content(path).decode()
