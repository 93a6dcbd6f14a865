"""What every `Queue` does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vaultskillet.core.model import Job, NotePath, Priority
from vaultskillet.ports.queue import Buried, Delayed, Queue, QueueCounts

A, B, C, D = (NotePath(f"{name}.md") for name in "abcd")
LEASE_S = 60.0


def put(queue: Queue, *paths: NotePath, now: float = 0, not_before: float = 0.0) -> None:
    queue.put(paths, priority=Priority.CHANGED, now=now, not_before=not_before)


def lease(queue: Queue, *, limit: int = 10, now: float = 0) -> list[Job]:
    return queue.lease(limit, now=now, lease_s=LEASE_S)


def lease_one(queue: Queue, *, now: float = 0) -> Job:
    (job,) = lease(queue, now=now)
    return job


def paths_of(jobs: Sequence[Job]) -> list[NotePath]:
    return [job.path for job in jobs]


class QueueContract:
    """The suite; a subclass gives the `queue` to run it on."""

    @pytest.fixture
    def queue(self) -> Queue:
        raise NotImplementedError

    def test_an_empty_queue_has_nothing_to_do(self, queue: Queue) -> None:
        assert lease(queue) == []
        assert queue.next_due() is None
        assert queue.counts(now=0) == QueueCounts(waiting=0, leased=0, buried=0)
        assert queue.buried() == []

    def test_a_note_put_twice_is_one_job(self, queue: Queue) -> None:
        put(queue, A, A)
        put(queue, A)
        assert paths_of(lease(queue)) == [A]

    def test_every_put_raises_the_generation(self, queue: Queue) -> None:
        put(queue, A)
        first = lease_one(queue)
        queue.done([first])
        put(queue, A)
        second = lease_one(queue)
        put(queue, A)
        queue.done([second])
        assert first.generation < second.generation < lease_one(queue).generation

    def test_the_sooner_priority_goes_first_then_the_longest_waiting(self, queue: Queue) -> None:
        queue.put([D], priority=Priority.BACKFILL, now=0)
        queue.put([C], priority=Priority.CHANGED, now=2)
        queue.put([B], priority=Priority.CHANGED, now=1)
        queue.put([A], priority=Priority.ON_DEMAND, now=3)
        assert paths_of(lease(queue, now=3)) == [A, B, C, D]

    def test_a_waiting_note_keeps_the_sooner_priority_and_its_place(self, queue: Queue) -> None:
        queue.put([B], priority=Priority.CHANGED, now=0)
        queue.put([A], priority=Priority.CHANGED, now=1)
        queue.put([B], priority=Priority.BACKFILL, now=2)
        jobs = lease(queue, now=2)
        assert paths_of(jobs) == [B, A]
        assert jobs[0].priority is Priority.CHANGED

    def test_a_waiting_note_takes_the_later_time(self, queue: Queue) -> None:
        put(queue, A, not_before=30)
        put(queue, A, not_before=10)
        assert lease(queue, now=29) == []
        assert queue.next_due() == 30
        assert paths_of(lease(queue, now=30)) == [A]

    def test_force_does_not_wait(self, queue: Queue) -> None:
        put(queue, A, not_before=3600)
        queue.put([A], priority=Priority.ON_DEMAND, now=0, force=True)
        job = lease_one(queue)
        assert job.force
        assert job.priority is Priority.ON_DEMAND

    def test_a_plain_put_keeps_the_force_of_a_waiting_job(self, queue: Queue) -> None:
        queue.put([A], priority=Priority.ON_DEMAND, now=0, force=True)
        put(queue, A)
        assert lease_one(queue).force

    def test_a_lease_takes_no_more_than_its_limit(self, queue: Queue) -> None:
        put(queue, A, B, C)
        assert paths_of(lease(queue, limit=2)) == [A, B]
        assert paths_of(lease(queue, limit=2)) == [C]

    def test_a_lease_takes_only_what_it_is_asked_for(self, queue: Queue) -> None:
        put(queue, A, B, C)
        jobs = queue.lease(10, now=0, lease_s=LEASE_S, only=frozenset({C, A, D}))
        assert paths_of(jobs) == [A, C]
        assert queue.lease(10, now=0, lease_s=LEASE_S, only=frozenset()) == []

    def test_a_lease_takes_nothing_that_comes_after_a_priority(self, queue: Queue) -> None:
        put(queue, A)
        queue.put([B], priority=Priority.ON_DEMAND, now=0)
        jobs = queue.lease(10, now=0, lease_s=LEASE_S, most=Priority.ON_DEMAND)
        assert paths_of(jobs) == [B]
        assert queue.lease(10, now=0, lease_s=LEASE_S, most=Priority.ON_DEMAND) == []

    def test_a_leased_job_is_nobody_elses_until_the_lease_runs_out(self, queue: Queue) -> None:
        put(queue, A)
        job = lease_one(queue, now=100)
        assert queue.counts(now=100) == QueueCounts(waiting=0, leased=1, buried=0)
        assert lease(queue, now=159) == []
        assert queue.next_due() == 160
        assert queue.counts(now=160) == QueueCounts(waiting=1, leased=0, buried=0)
        assert lease(queue, now=160) == [job]

    def test_a_done_job_is_gone(self, queue: Queue) -> None:
        put(queue, A, B)
        queue.done(lease(queue))
        assert queue.counts(now=0) == QueueCounts(waiting=0, leased=0, buried=0)

    def test_a_note_that_changed_during_its_lease_is_due_again(self, queue: Queue) -> None:
        put(queue, A)
        job = lease_one(queue)
        put(queue, A, not_before=30)
        assert lease(queue, now=30) == []
        queue.done([job])
        assert lease(queue, now=29) == []
        assert lease_one(queue, now=30).generation > job.generation

    def test_what_is_due_again_is_as_new(self, queue: Queue) -> None:
        queue.put([A], priority=Priority.ON_DEMAND, now=0, force=True)
        queue.retry(lease_one(queue), not_before=0, because="no engine")
        job = lease_one(queue)
        assert (job.attempts, job.force) == (1, True)
        put(queue, A)
        queue.done([job])
        again = lease_one(queue)
        assert (again.attempts, again.force) == (0, False)

    def test_force_during_a_lease_outlives_it(self, queue: Queue) -> None:
        put(queue, A)
        job = lease_one(queue)
        queue.put([A], priority=Priority.ON_DEMAND, now=0, force=True)
        queue.done([job])
        assert lease_one(queue).force

    def test_a_note_that_changes_without_end_does_not_block_another(self, queue: Queue) -> None:
        put(queue, A, now=0)
        put(queue, B, now=1)
        (job,) = lease(queue, limit=1, now=2)
        put(queue, A, now=2)
        queue.done([job])
        assert paths_of(lease(queue, limit=1, now=3)) == [B]

    def test_a_job_given_back_comes_later_with_no_failure(self, queue: Queue) -> None:
        put(queue, A, now=0)
        put(queue, B, now=1)
        queue.again(lease(queue, limit=1, now=1), not_before=5, because="changed")
        assert paths_of(lease(queue, limit=1, now=4)) == [B]
        assert lease_one(queue, now=5).attempts == 0

    def test_a_job_given_back_with_a_past_time_loses_no_place(self, queue: Queue) -> None:
        put(queue, A, now=1)
        put(queue, B, now=2)
        queue.again(lease(queue, limit=1, now=2), not_before=0, because="changed")
        assert paths_of(lease(queue, now=2)) == [A, B]

    def test_a_retried_job_counts_its_failures(self, queue: Queue) -> None:
        put(queue, A)
        for failures in range(3):
            job = lease_one(queue, now=failures)
            assert job.attempts == failures
            queue.retry(job, not_before=failures + 1, because="no engine")
            assert lease(queue, now=failures) == []

    def test_what_waits_for_another_try_is_listed_with_the_reason(self, queue: Queue) -> None:
        put(queue, C, B, A)
        jobs = {job.path: job for job in lease(queue)}
        assert queue.delayed(now=0) == []
        queue.retry(jobs[B], not_before=30, because="no engine")
        queue.again([jobs[A]], not_before=5, because="it changed")
        assert queue.delayed(now=0) == [
            Delayed(A, attempts=0, because="it changed", until=5),
            Delayed(B, attempts=1, because="no engine", until=30),
        ]
        queue.done(lease(queue, now=5))
        queue.bury(lease_one(queue, now=30), now=30, because="no engine")
        assert queue.delayed(now=30) == []

    def test_a_buried_job_is_listed_and_not_due(self, queue: Queue) -> None:
        put(queue, B, A)
        jobs = lease(queue)
        queue.retry(jobs[1], not_before=0, because="no engine")
        (b,) = lease(queue)
        queue.bury(b, now=7, because="still none")
        queue.bury(jobs[0], now=8, because="bad note")
        assert queue.buried() == [
            Buried(A, attempts=1, because="bad note", at=8),
            Buried(B, attempts=2, because="still none", at=7),
        ]
        assert lease(queue, now=1e9) == []
        assert queue.next_due() is None
        assert queue.counts(now=0) == QueueCounts(waiting=0, leased=0, buried=2)

    def test_a_note_that_changed_meanwhile_is_not_buried(self, queue: Queue) -> None:
        queue.put([A], priority=Priority.CHANGED, now=0, force=True)
        job = lease_one(queue)
        put(queue, A)
        queue.bury(job, now=0, because="bad note")
        again = lease_one(queue)
        assert (again.attempts, again.force) == (0, False)
        assert queue.buried() == []

    def test_a_buried_note_that_changes_starts_anew(self, queue: Queue) -> None:
        queue.put([A], priority=Priority.ON_DEMAND, now=0, force=True)
        queue.bury(lease_one(queue), now=0, because="bad note")
        queue.put([A], priority=Priority.BACKFILL, now=1)
        job = lease_one(queue, now=1)
        assert (job.attempts, job.force, job.priority) == (0, False, Priority.BACKFILL)
        assert queue.buried() == []

    def test_buried_jobs_can_be_revived(self, queue: Queue) -> None:
        put(queue, A, B, C)
        for job in lease(queue):
            queue.bury(job, now=0, because="bad note")
        assert queue.revive([A, D], now=5) == 1
        assert queue.revive([A], now=5) == 0
        assert lease_one(queue, now=5).attempts == 0
        assert queue.revive(None, now=5) == 2
        assert paths_of(lease(queue, now=5)) == [B, C]

    def test_a_forgotten_note_has_no_job(self, queue: Queue) -> None:
        put(queue, A, B, C)
        (job,) = lease(queue, limit=1)
        queue.forget([A, B, D])
        queue.retry(job, not_before=0, because="no engine")
        assert paths_of(lease(queue, now=1e9)) == [C]

    def test_a_former_holder_has_no_say(self, queue: Queue) -> None:
        put(queue, A)
        lost = lease_one(queue, now=0)
        put(queue, A, now=60)
        held = lease_one(queue, now=60)
        queue.again([lost], not_before=0, because="late")
        queue.retry(lost, not_before=0, because="late")
        queue.bury(lost, now=61, because="late")
        queue.done([lost])
        assert lease(queue, now=61) == []
        assert lease_one(queue, now=120) == held

    def test_a_former_holder_cannot_finish_a_later_job(self, queue: Queue) -> None:
        put(queue, A)
        lost = lease_one(queue, now=0)
        queue.done([lease_one(queue, now=60)])
        put(queue, A, now=61)
        queue.done([lost])
        assert paths_of(lease(queue, now=61)) == [A]

    def test_what_is_done_is_done_even_after_the_lease_ran_out(self, queue: Queue) -> None:
        put(queue, A)
        lost = lease_one(queue, now=0)
        lease_one(queue, now=60)
        queue.done([lost])
        assert queue.counts(now=60) == QueueCounts(waiting=0, leased=0, buried=0)

    def test_recovering_makes_every_leased_job_due(self, queue: Queue) -> None:
        put(queue, A, B, C)
        (job,) = lease(queue, limit=1)
        queue.bury(job, now=0, because="bad note")
        lease(queue, limit=1)
        assert queue.recover() == 1
        assert queue.recover() == 0
        assert paths_of(lease(queue)) == [B, C]

    def test_what_waits_can_be_brought_forward(self, queue: Queue) -> None:
        put(queue, A, not_before=100)
        put(queue, B, not_before=500)
        put(queue, C)
        (job,) = lease(queue)
        queue.bring_forward(by=40, latest=200)
        assert queue.next_due() == 20
        assert paths_of(lease(queue, now=59)) == [job.path]
        assert paths_of(lease(queue, now=60)) == [A]
        assert paths_of(lease(queue, now=200)) == [C, A, B]

    def test_what_comes_due_soon_can_be_had_now(self, queue: Queue) -> None:
        put(queue, A, not_before=100)
        put(queue, B, not_before=500)
        queue.hasten(now=40, before=500)
        assert paths_of(lease(queue, now=40)) == [A]

    def test_putting_nothing_is_harmless(self, queue: Queue) -> None:
        put(queue)
        queue.done([])
        queue.again([], not_before=0, because="changed")
        queue.forget([])
        assert queue.revive([], now=0) == 0
        assert queue.next_due() is None
