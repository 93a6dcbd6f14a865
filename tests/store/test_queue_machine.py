"""Any interleaving of what may happen to the queue loses no note."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.fakes import FakeQueue
from vaultskillet.core.model import Job, NotePath, Priority
from vaultskillet.ports.queue import Queue
from vaultskillet.store.database import Database
from vaultskillet.store.queue import SqliteQueue

PATHS = [NotePath(f"{name}.md") for name in "abcd"]
LEASE_S = 5.0

paths = st.lists(st.sampled_from(PATHS), max_size=3)
delays = st.sampled_from([-10.0, 0.0, 1.0, 7.0])


class QueueMachine(RuleBasedStateMachine):
    """The real queue beside the fake, and beside both what is owed.

    Workers die and come back late: a job once leased may be answered at any time, often.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.fake = FakeQueue()
        self.now = 100.0
        self.changes = 0
        self.owed: dict[NotePath, int] = {}
        """Each note that must still be done -> its last change."""
        self.leased: list[tuple[Job, int]] = []
        """Each job ever leased, and the last change that its holder can have read."""
        self.open()

    def open(self) -> None:
        self.database = Database(Path(self.folder.name) / "vault.db")
        # Speed only: a process that dies loses nothing that reached the system.
        self.database.execute("PRAGMA synchronous = OFF")
        self.queue = SqliteQueue(self.database)

    @property
    def both(self) -> tuple[Queue, Queue]:
        return self.queue, self.fake

    @rule(seconds=st.sampled_from([-3.0, 0.5, 2.0, 6.0]))
    def step(self, seconds: float) -> None:
        self.now += seconds

    @rule(paths=paths, priority=st.sampled_from(Priority), delay=delays, force=st.booleans())
    def put(self, paths: list[NotePath], priority: Priority, delay: float, *, force: bool) -> None:
        for queue in self.both:
            queue.put(
                paths,
                priority=priority,
                now=self.now,
                not_before=self.now + delay,
                force=force,
            )
        self.changes += 1
        self.owed |= dict.fromkeys(paths, self.changes)

    @rule(
        limit=st.integers(0, 4),
        only=st.none() | st.frozensets(st.sampled_from(PATHS)),
    )
    def lease(self, limit: int, only: frozenset[NotePath] | None) -> None:
        jobs, same = (
            queue.lease(limit, now=self.now, lease_s=LEASE_S, only=only) for queue in self.both
        )
        assert jobs == same
        self.leased += [(job, self.owed[job.path]) for job in jobs]

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        answered = data.draw(st.lists(st.sampled_from(self.leased), max_size=3))
        for queue in self.both:
            queue.done([job for job, _ in answered])
        for job, change in answered:
            if self.owed.get(job.path) == change:
                del self.owed[job.path]

    @precondition(lambda self: self.leased)
    @rule(data=st.data(), delay=delays)
    def again(self, data: st.DataObject, delay: float) -> None:
        given_back = data.draw(st.lists(st.sampled_from(self.leased), max_size=3))
        for queue in self.both:
            queue.again(
                [job for job, _ in given_back], not_before=self.now + delay, because="changed"
            )

    @precondition(lambda self: self.leased)
    @rule(data=st.data(), delay=delays)
    def retry(self, data: st.DataObject, delay: float) -> None:
        job, _ = data.draw(st.sampled_from(self.leased))
        for queue in self.both:
            queue.retry(job, not_before=self.now + delay, because="no engine")

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def bury(self, data: st.DataObject) -> None:
        job, _ = data.draw(st.sampled_from(self.leased))
        for queue in self.both:
            queue.bury(job, now=self.now, because="bad note")

    @rule(paths=st.none() | paths)
    def revive(self, paths: list[NotePath] | None) -> None:
        count, same = (queue.revive(paths, now=self.now) for queue in self.both)
        assert count == same

    @rule(paths=paths)
    def forget(self, paths: list[NotePath]) -> None:
        for queue in self.both:
            queue.forget(paths)
        for path in paths:
            self.owed.pop(path, None)

    @rule(by=st.sampled_from([0.0, 3.0, 50.0]), ahead=st.sampled_from([1.0, 20.0]))
    def bring_forward(self, by: float, ahead: float) -> None:
        for queue in self.both:
            queue.bring_forward(by=by, latest=self.now + ahead)

    @rule()
    def recover(self) -> None:
        count, same = (queue.recover() for queue in self.both)
        assert count == same

    @rule()
    def reopen(self) -> None:
        self.database.close()
        self.open()

    @invariant()
    def the_queue_does_as_the_fake(self) -> None:
        queue, fake = self.both
        assert queue.counts(now=self.now) == fake.counts(now=self.now)
        assert queue.next_due() == fake.next_due()
        assert queue.delayed(now=self.now) == fake.delayed(now=self.now)
        assert queue.buried() == fake.buried()

    @invariant()
    def every_note_that_is_owed_is_there_and_no_other(self) -> None:
        counts = self.queue.counts(now=self.now)
        assert counts.waiting + counts.leased + counts.buried == len(self.owed)

    def teardown(self) -> None:
        """Let all that was left be done: every note that is owed comes, once."""
        self.queue.revive(None, now=self.now)
        self.queue.recover()
        jobs = self.queue.lease(10, now=self.now + 1000, lease_s=LEASE_S)
        assert sorted(job.path for job in jobs) == sorted(self.owed)
        self.database.close()
        self.folder.cleanup()


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
