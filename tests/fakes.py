"""The ports in memory, for tests; each passes the contract suite of the real one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.digest_fakes import FakeActivity, FakeBooks, FakeOutbox
from tests.proposal_fakes import FakeProposals
from vaultskillet.core.links import file_key
from vaultskillet.core.model import (
    Category,
    CreateNote,
    Digest,
    Fate,
    Job,
    NotePath,
    Ownership,
    Plan,
    Priority,
    RunId,
    Skipped,
    Stamp,
    Tier,
)
from vaultskillet.core.splice import steps_of
from vaultskillet.ports.index import Index
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.ledger import LedgerRow, MadeBy, Tally
from vaultskillet.ports.queue import Buried, Delayed, QueueCounts
from vaultskillet.ports.routes import RouteCounts, RoutedWrite
from vaultskillet.ports.runs import Run, RunCounts


class FakeClock:
    """A clock that stands still until it is stepped."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._elapsed = 0.0

    def now(self) -> float:
        """Give the time."""
        return self._now

    def monotonic(self) -> float:
        """Give the time since the start."""
        return self._elapsed

    def step(self, seconds: float) -> None:
        """Let time pass, or jump back."""
        self._now += seconds
        self._elapsed += max(0.0, seconds)

    def set_back(self, seconds: float) -> None:
        """Let somebody set the clock."""
        self._now -= seconds

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep: a clock that never runs backwards stands still meanwhile."""
        self._now += seconds


@dataclass(frozen=True)
class _Task:
    generation: int
    priority: Priority
    since: float
    not_before: float
    forced: int
    attempts: int = 0
    leased: int = 0
    leased_until: float = 0.0
    because: str = ""
    buried: Buried | None = None

    def changed(self, new: _Task) -> _Task:
        """Give this task after it was put once more."""
        return replace(
            self,
            generation=new.generation,
            priority=min(self.priority, new.priority),
            since=new.since if self.leased else max(self.since, new.not_before),
            not_before=new.not_before if new.forced else max(self.not_before, new.not_before),
            forced=max(self.forced, new.forced),
        )

    def released(self) -> _Task:
        return replace(self, leased=0, leased_until=0.0)

    def renewed(self) -> _Task:
        forced = self.forced if self.forced > self.leased else 0
        return replace(self.released(), attempts=0, because="", forced=forced)


class FakeQueue:
    """A `Queue` in memory."""

    def __init__(self) -> None:
        self._tasks: dict[NotePath, _Task] = {}
        self._generation = 0

    def put(
        self,
        paths: Iterable[NotePath],
        *,
        priority: Priority,
        now: float,
        not_before: float = 0.0,
        force: bool = False,
    ) -> None:
        paths = list(paths)
        self._generation += bool(paths)
        new = _Task(
            generation=self._generation,
            priority=priority,
            since=max(now, not_before),
            not_before=not_before,
            forced=self._generation if force else 0,
        )
        for path in paths:
            old = self._tasks.get(path)
            self._tasks[path] = new if old is None or old.buried else old.changed(new)

    def lease(
        self,
        limit: int,
        *,
        now: float,
        lease_s: float,
        only: frozenset[NotePath] | None = None,
        most: Priority = Priority.BACKFILL,
    ) -> list[Job]:
        due = sorted(
            (task.priority, task.since, path)
            for path, task in self._tasks.items()
            if not task.buried
            and max(task.not_before, task.leased_until) <= now
            and (only is None or path in only)
            and task.priority <= most
        )
        return [self._leased(path, now + lease_s) for _, _, path in due[:limit]]

    def done(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            task = self._tasks.get(job.path)
            if task and task.generation == job.generation:
                del self._tasks[job.path]
            elif task and task.leased == job.generation:
                self._tasks[job.path] = task.renewed()

    def again(self, jobs: Sequence[Job], *, not_before: float, because: str) -> None:
        for job in jobs:
            if task := self._held(job):
                self._tasks[job.path] = replace(
                    task.released(),
                    because=because,
                    since=max(task.since, not_before),
                    not_before=max(task.not_before, not_before),
                )

    def retry(self, job: Job, *, not_before: float, because: str) -> None:
        if task := self._held(job):
            self._tasks[job.path] = replace(task, attempts=task.attempts + 1)
            self.again([job], not_before=not_before, because=because)

    def bury(self, job: Job, *, now: float, because: str) -> None:
        task = self._held(job)
        if task and task.generation > job.generation:
            self._tasks[job.path] = task.renewed()
        elif task:
            buried = Buried(job.path, task.attempts + 1, because, now)
            self._tasks[job.path] = replace(task.released(), buried=buried)

    def recover(self) -> int:
        held = {path: task for path, task in self._tasks.items() if task.leased}
        self._tasks |= {path: task.released() for path, task in held.items()}
        return len(held)

    def bring_forward(self, *, by: float, latest: float) -> None:
        self._tasks = {
            path: replace(
                task,
                since=min(task.since - by, latest),
                not_before=min(task.not_before - by, latest),
                leased_until=min(task.leased_until - by, latest),
            )
            for path, task in self._tasks.items()
        }

    def hasten(self, *, now: float, before: float) -> None:
        for path, task in self._tasks.items():
            if now < task.not_before < before:
                self._tasks[path] = replace(task, not_before=now)

    def revive(self, paths: Iterable[NotePath] | None, *, now: float) -> int:
        wanted = set(self._tasks if paths is None else paths)
        revived = {
            path: replace(task, buried=None, attempts=0, because="", since=now, not_before=0.0)
            for path, task in self._tasks.items()
            if task.buried and path in wanted
        }
        self._tasks |= revived
        return len(revived)

    def forget(self, paths: Iterable[NotePath]) -> None:
        for path in paths:
            self._tasks.pop(path, None)

    def counts(self, *, now: float) -> QueueCounts:
        leased = sum(task.leased_until > now for task in self._tasks.values())
        buried = len(self.buried())
        return QueueCounts(len(self._tasks) - leased - buried, leased, buried)

    def next_due(self) -> float | None:
        live = [task for task in self._tasks.values() if not task.buried]
        return min((max(task.not_before, task.leased_until) for task in live), default=None)

    def delayed(self, *, now: float) -> list[Delayed]:
        return [
            Delayed(path, task.attempts, task.because, task.not_before)
            for path, task in sorted(self._tasks.items())
            if task.because and not task.buried and task.leased_until <= now
        ]

    def buried(self) -> list[Buried]:
        return [task.buried for _, task in sorted(self._tasks.items()) if task.buried]

    def _held(self, job: Job) -> _Task | None:
        task = self._tasks.get(job.path)
        return task if task and task.leased == job.generation else None

    def _leased(self, path: NotePath, until: float) -> Job:
        task = self._tasks[path]
        self._tasks[path] = replace(task, leased=task.generation, leased_until=until)
        return Job(path, task.generation, task.priority, task.attempts, force=task.forced > 0)


class FakeLedger:
    """A `Ledger` in memory."""

    def __init__(self) -> None:
        self._rows: dict[NotePath, LedgerRow] = {}
        self._skipped: list[Skipped] = []

    def get(self, paths: Iterable[NotePath]) -> dict[NotePath, LedgerRow]:
        return {path: self._rows[path] for path in paths if path in self._rows}

    def stamps(self) -> dict[NotePath, Stamp]:
        return {path: row.stamp for path, row in self._rows.items()}

    def put(self, rows: Sequence[LedgerRow]) -> None:
        self._rows |= {row.path: row for row in rows}

    def move(self, old: NotePath, new: NotePath) -> None:
        if old == new or old not in self._rows:
            return
        self._rows[new] = replace(self._rows.pop(old), path=new)
        for path in self.linking_to([old]):
            row = self._rows[path]
            links = {k: new if v == old else v for k, v in row.ownership.links.items()}
            self._rows[path] = replace(row, ownership=replace(row.ownership, links=links))

    def forget(self, paths: Iterable[NotePath]) -> None:
        for path in paths:
            self._rows.pop(path, None)

    def with_raw(self, raws: Iterable[Digest]) -> dict[Digest, tuple[NotePath, ...]]:
        found = {raw: tuple(row.path for row in self.rows() if row.raw == raw) for raw in raws}
        return {raw: paths for raw, paths in found.items() if paths}

    def named(self, keys: Iterable[str]) -> list[NotePath]:
        wanted = set(keys)
        paths = {*self._rows, *(one.path for one in self._skipped)}
        return [path for path in sorted(paths) if file_key(path) in wanted]

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        wanted = set(targets)
        return [row.path for row in self.rows() if wanted & set(row.ownership.links.values())]

    def unwatched(self) -> list[NotePath]:
        return [row.path for row in self.rows() if row.outcome == "unwatched"]

    def rows(self) -> Iterator[LedgerRow]:
        return iter([self._rows[path] for path in sorted(self._rows)])

    def tally(self) -> Tally:
        rows = list(self.rows())
        return Tally(
            outcomes=Counter(row.outcome for row in rows),
            left=tuple(
                (row.path, row.because) for row in rows if row.outcome in {"left", "unwatched"}
            ),
            failed=tuple((row.path, row.failed) for row in rows if row.failed),
            recipes=Counter(MadeBy(row.tier, row.prompt, row.model) for row in rows),
        )

    def put_skipped(self, skipped: Sequence[Skipped]) -> None:
        self._skipped = sorted(skipped, key=lambda item: item.path)

    def skipped(self) -> list[Skipped]:
        return list(self._skipped)


class FakeJournal:
    """A `Journal` in memory."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger
        self._entries: dict[int, JournalEntry] = {}
        self._last = 0

    def intend(self, plans: Sequence[Plan | CreateNote], *, run: RunId, now: float) -> list[int]:
        new = [entry for plan in plans for entry in self._entries_of(plan, run, now)]
        self._entries |= {entry.id: entry for entry in new}
        return [entry.id for entry in new]

    def settle(self, *, done: Sequence[int], void: Sequence[int]) -> None:
        self._turn(done, "intended", "done")
        self._turn(void, "intended", "void")

    def unsettled(self) -> list[JournalEntry]:
        return [entry for entry in self._entries.values() if entry.state == "intended"]

    def entries(
        self,
        *,
        paths: Sequence[NotePath] | None = None,
        run: RunId | None = None,
        since: float | None = None,
    ) -> list[JournalEntry]:
        return [
            entry
            for entry in reversed(self._entries.values())
            if entry.state in {"done", "undone"}
            and (paths is None or entry.write.path in paths)
            and (run is None or entry.run == run)
            and (since is None or entry.at >= since)
        ]

    def with_after(self, digests: Iterable[Digest]) -> dict[Digest, JournalEntry]:
        wanted = set(digests)
        return {one.after: one for one in reversed(self.entries()) if one.after in wanted}

    def mark_undone(self, ids: Sequence[int]) -> None:
        self._turn(ids, "done", "undone")

    def move(self, old: NotePath, new: NotePath) -> None:
        for entry in self._entries.values():
            if entry.write.path == old:
                moved = replace(entry, write=replace(entry.write, path=new))
                self._entries[entry.id] = moved

    def prune(self, *, before: float, keep_bytes: int) -> int:
        dropped: list[int] = []
        kept_bytes = 0
        for entry in reversed(self._entries.values()):
            kept_bytes += sum(len(edit.before + edit.after) for edit in entry.write.edits)
            is_old = entry.at < before or kept_bytes > keep_bytes
            if is_old and entry.state != "intended":
                dropped.append(entry.id)
        for entry_id in dropped:
            del self._entries[entry_id]
        return len(dropped)

    def _entries_of(
        self, plan: Plan | CreateNote, run: RunId, now: float
    ) -> Iterator[JournalEntry]:
        for step in steps_of(plan):
            known = self._ledger.get([step.write.path]).get(step.write.path)
            self._last += 1
            yield JournalEntry(
                id=self._last,
                run=run,
                at=now,
                write=step.write,
                after=step.after,
                owned_before=known.ownership if known else Ownership(),
                owned_after=step.ownership,
                source=step.source,
                state="intended",
            )

    def _turn(self, ids: Iterable[int], old: str, new: str) -> None:
        for entry_id in ids:
            entry = self._entries.get(entry_id)
            if entry and entry.state == old:
                self._entries[entry_id] = replace(entry, state=new)


class FakeRoutes:
    """The `Routes` in memory."""

    def __init__(self) -> None:
        self._writes: dict[tuple[NotePath, RunId], RoutedWrite] = {}

    def put(self, writes: Sequence[RoutedWrite]) -> None:
        self._writes |= {(write.path, write.run): write for write in writes}

    def of(self, path: NotePath) -> list[RoutedWrite]:
        writes = (write for write in self._writes.values() if write.path == path)
        return sorted(writes, key=lambda write: (write.at, write.run), reverse=True)

    def mark_edited(self, paths: Iterable[NotePath]) -> None:
        for path in paths:
            for write in self.of(path)[:1]:
                if write.fate is Fate.KEPT:
                    self.put([replace(write, fate=Fate.EDITED)])

    def mark_undone(self, path: NotePath, run: RunId) -> None:
        if write := self._writes.get((path, run)):
            self.put([replace(write, fate=Fate.UNDONE)])

    def move(self, old: NotePath, new: NotePath) -> None:
        for write in self.of(old):
            del self._writes[old, write.run]
            self.put([replace(write, path=new)])

    def counts(self) -> list[RouteCounts]:
        fates: dict[tuple[Tier, Category], Counter[Fate]] = defaultdict(Counter)
        for write in self._writes.values():
            fates[write.tier, write.category][write.fate] += 1
        return [
            RouteCounts(*route, counts[Fate.KEPT], counts[Fate.EDITED], counts[Fate.UNDONE])
            for route, counts in sorted(fates.items())
        ]

    def prune(self, *, before: float) -> int:
        old = [key for key, write in self._writes.items() if write.at < before]
        for key in old:
            del self._writes[key]
        return len(old)


class FakeRuns:
    """The `Runs` in memory."""

    def __init__(self) -> None:
        self._runs: dict[RunId, Run] = {}

    def start(self, run: RunId, *, at: float) -> None:
        self._runs[run] = Run(run, at)

    def end(self, run: RunId, *, at: float, counts: RunCounts) -> None:
        self._runs[run] = replace(self._runs[run], ended=at, counts=counts)

    def last(self, limit: int) -> list[Run]:
        return list(reversed(self._runs.values()))[:limit]


class FakeStore:
    """A `Store` in memory; a transaction that fails leaves it as it was, but for the index."""

    def __init__(self, index: Index | None = None) -> None:
        self.queue = FakeQueue()
        self.ledger = FakeLedger()
        self.journal = FakeJournal(self.ledger)
        self.routes = FakeRoutes()
        self.proposals = FakeProposals(self.ledger)
        self.runs = FakeRuns()
        self.activity = FakeActivity()
        self.books = FakeBooks()
        self.outbox = FakeOutbox()
        self._index = index
        self._meta: dict[str, str] = {}

    @property
    def index(self) -> Index:
        assert self._index is not None, "this test gave its store no index"
        return self._index

    def get_meta(self, key: str) -> str | None:
        return self._meta.get(key)

    def put_meta(self, key: str, value: str) -> None:
        self._meta[key] = value

    def tidy(self) -> None:
        """Nothing to do."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        parts = (
            *(self, self.queue, self.ledger, self.journal, self.routes, self.runs),
            *(self.proposals, self.activity, self.books, self.outbox),
        )
        before = [(part, _state_of(part)) for part in parts]
        try:
            yield
        except BaseException:
            for part, state in before:
                vars(part).update(state)
            raise

    def close(self) -> None:
        """Nothing is open."""


def _state_of(part: object) -> dict[str, object]:
    return {
        name: value.copy() if isinstance(value, dict | list) else value
        for name, value in vars(part).items()
    }
