"""What every `Activity`, `Books` and `Outbox` does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from vaultskillet.core.model import NotePath
from vaultskillet.core.periods import Period, Record
from vaultskillet.core.touch import Touch, Touched
from vaultskillet.ports.digests import BookId, DigestJob, Made, Parcel
from vaultskillet.ports.store import Store

A, B = NotePath("a.md"), NotePath("b.md")
DAY = 86_400.0
WEEKLY = BookId("weekly", "weekly")


def touch(
    path: NotePath, at: float, *, seen: float | None = None, words: int = 10,
    finished: bool = False, born: float | None = None,
) -> Touch:  # fmt: skip
    return Touch(path, at, at if seen is None else seen, words, finished, born)


def job(period: str, ends: float, *, attempts: int = 0) -> DigestJob:
    named = datetime(2026, 3, 9)  # noqa: DTZ001 - a local day
    return DigestJob(WEEKLY, Period(period, ends - 1, ends, ends, named), attempts)


class DigestContract:
    """The suite; a subclass gives the `store` to run it on."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    # --- activity ---

    def test_a_change_belongs_to_the_time_it_was_made_in(self, store: Store) -> None:
        store.activity.put([touch(A, DAY), touch(B, 2 * DAY)])
        assert [one.path for one in store.activity.between(DAY, 2 * DAY)] == [A]
        assert [one.path for one in store.activity.between(0, 9 * DAY)] == [B, A]
        assert store.activity.between(3 * DAY, 9 * DAY) == []

    def test_the_words_before_and_after_are_told(self, store: Store) -> None:
        store.activity.put([touch(A, DAY, words=10, finished=True)])
        store.activity.put([touch(A, 3 * DAY, words=25)])
        store.activity.put([touch(A, 5 * DAY, words=99)])
        assert store.activity.between(2 * DAY, 4 * DAY) == [
            Touched(A, 3 * DAY, None, words=25, words_before=10, finished_before=True)
        ]

    def test_of_changes_in_a_quarter_of_an_hour_the_last_counts(self, store: Store) -> None:
        store.activity.put([touch(A, DAY, words=1)])
        store.activity.put([touch(A, DAY + 60, words=2)])
        (found,) = store.activity.between(0, 2 * DAY)
        assert (found.at, found.words, found.words_before) == (DAY + 60, 2, None)

    def test_a_note_that_was_born_then_belongs_there_though_it_changed_later(
        self, store: Store
    ) -> None:
        store.activity.put([touch(A, 5 * DAY, words=7, born=DAY)])
        assert store.activity.between(0, 2 * DAY) == [
            Touched(A, DAY, DAY, words=7, words_before=None, finished_before=False)
        ]

    def test_what_came_late_belongs_to_the_time_it_came_in(self, store: Store) -> None:
        store.activity.put([touch(A, DAY, seen=4 * DAY), touch(B, DAY, seen=DAY)])
        assert store.activity.between(3 * DAY, 5 * DAY) == []
        late = store.activity.between(3 * DAY, 5 * DAY, late_since=3 * DAY)
        assert [one.path for one in late] == [A]

    def test_what_was_there_from_the_first_did_not_come_late(self, store: Store) -> None:
        store.activity.put([touch(A, DAY, seen=0.0)])
        assert store.activity.between(3 * DAY, 5 * DAY, late_since=-1.0) == []

    def test_moments_and_paths(self, store: Store) -> None:
        store.activity.put([touch(A, DAY, born=1000.0), touch(B, 3 * DAY)])
        assert sorted(store.activity.moments(0, 2 * DAY)) == [1000.0, DAY]
        assert store.activity.paths() == {A, B}

    def test_a_renamed_note_keeps_its_past_and_one_that_is_gone_has_none(
        self, store: Store
    ) -> None:
        store.activity.put([touch(A, DAY, born=DAY), touch(B, DAY)])
        store.activity.move(A, B)
        (found,) = store.activity.between(0, 2 * DAY)
        assert (found.path, found.born) == (B, DAY)
        store.activity.move(B, B)
        store.activity.forget([B])
        assert store.activity.paths() == set()
        assert store.activity.moments(0, 9 * DAY) == []

    # --- books ---

    def test_a_record_replaces_the_one_of_its_period(self, store: Store) -> None:
        first = Made(Record("2026-W11", 1, 9, 5), 5, "written", path=A)
        last = replace(first, record=replace(first.record, until=9), at=10)
        store.books.put(WEEKLY, first)
        store.books.put(WEEKLY, last)
        assert store.books.made(WEEKLY) == {"2026-W11": last}
        assert store.books.made(BookId("weekly", "0 18 * * sun")) == {}

    def test_jobs_come_oldest_first_and_wait_as_they_are(self, store: Store) -> None:
        failed = replace(job("2026-W11", 20, attempts=2), because="no", given_up=True)
        store.books.enqueue([failed, job("2026-W10", 10)])
        store.books.enqueue([job("2026-W11", 20)])
        assert store.books.jobs() == [job("2026-W10", 10), failed]
        store.books.enqueue([job("2026-W11", 21)], anew=True)
        assert store.books.jobs()[1] == job("2026-W11", 21)
        store.books.drop(failed)
        assert store.books.jobs() == [job("2026-W10", 10)]

    # --- outbox ---

    def test_a_parcel_waits_until_it_was_sent_and_is_never_put_twice(self, store: Store) -> None:
        parcel = Parcel(WEEKLY, "2026-W11", "mail", "Weekly", "text")
        store.outbox.put(parcel)
        store.outbox.put(replace(parcel, text="another"))
        assert store.outbox.waiting() == [parcel]
        store.outbox.update(replace(parcel, text="", sent_at=5.0))
        store.outbox.put(parcel)
        assert store.outbox.waiting() == []
