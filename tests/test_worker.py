from __future__ import annotations

import logging
import random
from collections.abc import Sequence

import pytest

from tests.trip import World, enrichment
from vaultskillet.core.model import (
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Request,
    Write,
    Written,
)
from vaultskillet.errors import (
    DiskFullError,
    EngineError,
    EngineFailedError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    QuotaError,
    VaultError,
    WriteError,
)
from vaultskillet.trip import GONE
from vaultskillet.worker import Pace, Worker

NOTE = NotePath("a.md")
PACE = Pace(batch=2, first_retry_s=10, max_attempts=3, overtaken_s=5)


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.save("a.md", b"The garden needs water in the morning.\n")
    world.intake.sweep(settle=False)
    return world


def worker(world: World) -> Worker:
    return Worker(
        world.kit,
        PACE,
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )


def step(world: World) -> list[tuple[Job, Outcome]]:
    return worker(world).step()


def counts(world: World) -> tuple[int, int, int]:
    count = world.store.queue.counts(now=world.clock.now())
    return count.waiting, count.leased, count.buried


def test_a_step_does_a_batch_and_then_there_is_nothing_left(world: World) -> None:
    for name in "bc":
        world.vault.save(f"{name}.md", b"Some words of text.\n")
    world.intake.sweep(settle=False)
    assert [len(step(world)) for _ in range(3)] == [2, 1, 0]
    assert counts(world) == (0, 0, 0)


def test_only_the_named_notes_are_done(world: World) -> None:
    world.vault.save("b.md", b"Some words of text.\n")
    world.intake.sweep(settle=False)
    [(job, _)] = worker(world).step(only=frozenset({NotePath("b.md")}))
    assert job.path == "b.md"
    assert counts(world) == (1, 0, 0)


def test_a_passing_failure_is_tried_again_later_and_given_up_in_the_end(world: World) -> None:
    world.gemma.says = lambda _: EngineFailedError("broke")
    for _ in range(PACE.max_attempts - 1):
        assert len(step(world)) == 1
        assert step(world) == []
        assert counts(world) == (1, 0, 0)
        world.clock.step(100)
    step(world)
    [buried] = world.store.queue.buried()
    assert (buried.path, buried.attempts, buried.because) == (NOTE, PACE.max_attempts, "broke")


def test_a_note_that_a_full_disk_refuses_is_done_once_there_is_room(world: World) -> None:
    commit = world.vault.commit
    world.vault.commit = lambda writes: [  # type: ignore[method-assign] # a disk that is full
        DiskFullError(f"{write.path}: no room") for write in writes
    ]
    waited = []
    for _ in range(3 * PACE.max_attempts):
        [(_, outcome)] = step(world)
        assert isinstance(outcome, Failed)
        [waiting] = world.store.queue.delayed(now=world.clock.now())
        assert waiting.because == "a.md: no room"
        waited.append(waiting.until - world.clock.now())
        world.clock.step(waited[-1])
    assert waited[0] < 2 * PACE.first_retry_s
    assert max(waited) == waited[-1] == PACE.longest_retry_s
    world.vault.commit = commit  # type: ignore[method-assign]
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Written)
    assert counts(world) == (0, 0, 0)


def test_an_engine_that_says_until_when_is_waited_for_and_no_failure_counted(world: World) -> None:
    until = world.clock.now() + 3600
    world.gemma.says = lambda _: QuotaError("used up", until=until)
    step(world)
    world.clock.step(3599)
    assert step(world) == []
    world.clock.step(1)
    [(job, _)] = step(world)
    assert job.attempts == 0


@pytest.mark.parametrize("error", [EngineUnavailableError("away"), QuotaError("slower")])
def test_a_job_waits_for_an_engine_that_is_away_however_long(
    world: World, error: EngineError
) -> None:
    world.gemma.says = lambda _: error
    for _ in range(3 * PACE.max_attempts):
        [(job, _)] = step(world)
        assert job.attempts == 0
        assert step(world) == []
        world.clock.step(PACE.engine_rest_s)
    world.gemma.says = lambda _: enrichment()
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Written)


def test_a_full_batch_that_waits_for_its_engine_spares_the_rest_of_the_queue(
    world: World,
) -> None:
    for name in "bcd":
        world.vault.save(f"{name}.md", b"Some words of text.\n")
    world.intake.sweep(settle=False)
    until = world.clock.now() + 50
    world.gemma.says = lambda _: EngineUnavailableError("away", until=until)
    one = worker(world)
    assert len(one.step()) == PACE.batch
    assert one.step() == []
    assert one.held_until == until
    assert len(one.step(only=frozenset({NotePath("d.md")}))) == 1
    world.gemma.says = lambda _: enrichment()
    world.clock.step(50)
    assert sum(len(one.step()) for _ in range(2)) == 4


def test_a_lasting_failure_is_given_up_at_once_and_can_be_revived(world: World) -> None:
    world.gemma.says = lambda _: EngineRefusedError("never")
    step(world)
    assert counts(world) == (0, 0, 1)
    world.gemma.says = lambda _: enrichment()
    assert world.store.queue.revive(None, now=world.clock.now()) == 1
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Written)


def test_a_note_that_changed_meanwhile_rests_and_then_runs_again(world: World) -> None:
    typed = iter([b"Typed on, about the garden.\n"])

    def type_on() -> None:
        for text in typed:
            world.vault.save("a.md", text)

    world.vault.before_commit = type_on
    step(world)
    assert counts(world) == (1, 0, 0)
    assert step(world) == []
    world.clock.step(PACE.overtaken_s)
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Written)
    assert world.vault.content("a.md").endswith(b"Typed on, about the garden.\n")


def test_a_change_during_the_work_makes_the_note_due_again(world: World) -> None:
    def says(_: Request) -> str:
        world.store.queue.put([NOTE], priority=job.priority, now=world.clock.now())
        return enrichment()

    [job] = world.store.queue.lease(1, now=world.clock.now(), lease_s=0)
    world.gemma.says = says
    step(world)
    assert counts(world) == (1, 0, 0)
    assert [outcome for _, outcome in step(world)] == [Left("nothing changed since the last time")]


def test_a_note_that_is_typed_in_again_waits_though_it_was_due(world: World) -> None:
    world.intake.hint(NOTE)
    assert step(world) == []
    world.intake.tick()
    world.clock.step(10)
    assert step(world) == []
    assert not world.vault.commits
    world.clock.step(30)
    world.intake.tick()
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Written)


def test_a_note_that_is_gone_is_left_to_the_sweep_since_it_may_have_moved(world: World) -> None:
    content = world.vault.content("a.md")
    world.vault.remove("a.md")
    step(world)
    assert counts(world) == (0, 0, 0)
    world.vault.save("b.md", content)
    world.intake.sweep(settle=False)
    assert list(world.store.ledger.stamps()) == list(world.index.known) == ["b.md"]


def test_a_note_that_goes_in_the_instant_of_its_write_is_no_failure(world: World) -> None:
    world.vault.before_commit = lambda: world.vault.remove("a.md")
    assert [outcome for _, outcome in step(world)] == [GONE]
    assert counts(world) == (0, 0, 0)
    assert world.store.journal.unsettled() == []


def test_a_fault_of_ours_costs_one_note_and_not_the_batch(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.vault.save("b.md", b"A note that breaks the engine.\n")
    world.intake.sweep(settle=False)

    def says(request: Request) -> str | EngineError:
        if "breaks" in request.text:
            raise ZeroDivisionError
        return enrichment()

    world.gemma.says = says
    outcomes = dict(step(world))
    assert {job.path: type(outcome).__name__ for job, outcome in outcomes.items()} == {
        "a.md": "Written",
        "b.md": "Failed",
    }
    [buried] = world.store.queue.buried()
    assert "ZeroDivisionError" in buried.because
    assert "breaks the engine" not in caplog.text


def test_a_write_that_the_disk_took_and_did_not_confirm_is_ours_all_the_same(world: World) -> None:
    commit = world.vault.commit

    def unconfirmed(writes: Sequence[Write]) -> list[Written | Overtaken | VaultError]:
        commit(writes)
        return [WriteError(f"{write.path}: not confirmed") for write in writes]

    world.vault.commit = unconfirmed  # type: ignore[method-assign] # a disk that fails late
    [(_, outcome)] = step(world)
    assert isinstance(outcome, Failed)
    row = world.store.ledger.get([NOTE])[NOTE]
    assert row.ownership.values == {"summary": "What it says."}
    world.clock.step(100)
    assert [type(outcome) for _, outcome in step(world)] == [Left]
    assert world.store.journal.unsettled() == []


def test_what_somebody_waits_for_is_not_held_up_by_the_rest(world: World) -> None:
    world.vault.save("b.md", b"The garden. #homeskillet Is it wet?\n")
    world.vault.watched = ("nowhere",)
    world.intake.sweep(settle=False)
    world.gemma.says = lambda request: "Yes." if request.question else enrichment()
    first = [job.path for job, _ in step(world)]
    assert first == ["b.md"]
    assert counts(world) == (1, 0, 0)
    assert [job.path for job, _ in step(world)] == ["a.md"]


def test_a_worker_at_rest_takes_up_only_what_somebody_waits_for(world: World) -> None:
    hands = worker(world)
    hands.rest(60)
    assert hands.step() == []
    world.vault.save("b.md", b"The garden. #homeskillet\n")
    world.intake.sweep(settle=False)
    assert [job.path for job, _ in hands.step()] == ["b.md"]
    assert hands.step() == []
    world.clock.step(60)
    assert [job.path for job, _ in hands.step()] == ["a.md"]


def test_a_request_that_fails_for_the_last_time_is_marked_and_its_job_is_done(
    world: World,
) -> None:
    world.vault.save("a.md", b"The garden. #homeskillet Is it wet?\n")
    world.vault.watched = ("nowhere",)
    world.intake.sweep(settle=False)
    world.gemma.says = lambda _: EngineTimeoutError("too slow")
    for _ in range(PACE.max_attempts):
        [_] = step(world)
        world.clock.step(10_000)
    assert world.vault.content("a.md") == b"The garden. #homeskillet/failed Is it wet?\n"
    assert counts(world) == (0, 0, 0)


def test_that_many_notes_wait_for_their_engine_is_one_line(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.vault.save("b.md", b"Some words of text.\n")
    world.intake.sweep(settle=False)
    world.gemma.says = lambda _: EngineUnavailableError("away")
    with caplog.at_level(logging.WARNING):
        step(world)
    [record] = [r for r in caplog.records if r.name == "vaultskillet.worker"]
    assert (record.message, vars(record)["notes"]) == ("notes wait for their engine", 2)
