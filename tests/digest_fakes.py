"""Activity, books and outbox in memory; each passes the contract suite of the real one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultskillet.core.model import NotePath
from vaultskillet.core.touch import Touch, Touched
from vaultskillet.ports.digests import BookId, DigestJob, Made, Parcel


class FakeActivity:
    """An `Activity` in memory."""

    def __init__(self) -> None:
        self._touches: dict[tuple[NotePath, int], Touch] = {}
        self._births: dict[NotePath, float] = {}

    def put(self, touches: Iterable[Touch]) -> None:
        for touch in touches:
            self._touches[touch.path, int(touch.at // 900)] = touch
            if touch.born is not None:
                self._births[touch.path] = touch.born

    def between(
        self, starts: float, ends: float, *, late_since: float | None = None
    ) -> list[Touched]:
        def is_late(touch: Touch) -> bool:
            return late_since is not None and touch.seen > late_since and touch.seen > 0

        def is_in(touch: Touch) -> bool:
            return touch.at < ends and (touch.at >= starts or is_late(touch))

        when: dict[NotePath, float] = {}
        for touch in filter(is_in, self._touches.values()):
            when[touch.path] = max(touch.at, when.get(touch.path, 0.0))
        for path, born in self._births.items():
            if starts <= born < ends:
                when[path] = max(born, when.get(path, 0.0))
        found = []
        for path, at in when.items():
            past = sorted((t for t in self._touches.values() if t.path == path), key=lambda t: t.at)
            until = [touch for touch in past if touch.at < ends]
            before = [touch for touch in past if touch.at < starts and not is_late(touch)]
            found.append(
                Touched(
                    path=path,
                    at=at,
                    born=self._births.get(path),
                    words=(until or past[:1])[-1].words,
                    words_before=before[-1].words if before else None,
                    finished_before=bool(before) and before[-1].finished,
                )
            )
        return sorted(found, key=lambda one: (-one.at, one.path))

    def moments(self, starts: float, ends: float) -> list[float]:
        all_ = [*(touch.at for touch in self._touches.values()), *self._births.values()]
        return [at for at in all_ if starts <= at < ends]

    def paths(self) -> set[NotePath]:
        return {touch.path for touch in self._touches.values()}

    def move(self, old: NotePath, new: NotePath) -> None:
        if old == new:
            return
        self.forget([new])
        self._touches = {
            (new if path == old else path, slot): touch
            if path != old
            else Touch(new, touch.at, touch.seen, touch.words, touch.finished, touch.born)
            for (path, slot), touch in self._touches.items()
        }
        if old in self._births:
            self._births[new] = self._births.pop(old)

    def forget(self, paths: Iterable[NotePath]) -> None:
        for gone in paths:
            self._touches = {key: one for key, one in self._touches.items() if key[0] != gone}
            self._births.pop(gone, None)


class FakeBooks:
    """The `Books` in memory."""

    def __init__(self) -> None:
        self._made: dict[tuple[BookId, str], Made] = {}
        self._jobs: dict[tuple[BookId, str], DigestJob] = {}

    def made(self, book: BookId) -> dict[str, Made]:
        return {period: made for (name, period), made in self._made.items() if name == book}

    def put(self, book: BookId, made: Made) -> None:
        self._made[book, made.record.id] = made

    def enqueue(self, jobs: Sequence[DigestJob], *, anew: bool = False) -> None:
        for job in jobs:
            key = (job.book, job.period.id)
            if anew or key not in self._jobs:
                self._jobs[key] = job

    def jobs(self) -> list[DigestJob]:
        return sorted(
            self._jobs.values(), key=lambda job: (job.period.ends, job.book.name, job.book.rhythm)
        )

    def drop(self, job: DigestJob) -> None:
        self._jobs.pop((job.book, job.period.id), None)


class FakeOutbox:
    """The `Outbox` in memory."""

    def __init__(self) -> None:
        self._parcels: dict[tuple[BookId, str, str], Parcel] = {}

    def put(self, parcel: Parcel) -> None:
        self._parcels.setdefault((parcel.book, parcel.period, parcel.channel), parcel)

    def waiting(self) -> list[Parcel]:
        unsent = [parcel for parcel in self._parcels.values() if parcel.sent_at is None]
        return sorted(unsent, key=lambda one: (one.not_before, one.book.name, one.period))

    def update(self, parcel: Parcel) -> None:
        self._parcels[parcel.book, parcel.period, parcel.channel] = parcel
