"""The schedule against a stepped clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes import FakeClock, FakeStore
from vaultskillet.errors import StoreError
from vaultskillet.schedule import KEPT_S, LOOK_S, Cadence, Entry, Hours, Timetable, read_hours
from vaultskillet.triggers import read_trigger

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0


@dataclass
class Bench:
    """A timetable of one entry, and all that it looks at."""

    when: str = "1 hour"
    hours: Hours | None = None
    only_on_mains: bool = False
    store: FakeStore = field(default_factory=FakeStore)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))
    on_mains: bool = True
    zone: tzinfo = UTC
    calls: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart."""
        next_after = read_trigger(self.when).next_after
        entry = Entry("work", next_after, self.call, self.hours, self.only_on_mains)
        self.timetable = Timetable(
            [entry],
            store=self.store,
            clock=self.clock,
            zone=lambda: self.zone,
            on_mains=lambda: self.on_mains,
        )

    def call(self) -> None:
        self.calls.append(self.clock.now())

    def step(self, seconds: float) -> float:
        self.clock.step(seconds)
        return self.timetable.tick()


def test_it_is_due_an_interval_after_it_was_first_heard_of() -> None:
    bench = Bench()
    assert bench.step(0) == LOOK_S
    assert bench.step(HOUR - 10) == 10
    assert bench.calls == []
    bench.step(10)
    assert bench.calls == [NOON + HOUR]
    bench.step(HOUR)
    assert len(bench.calls) == 2


def test_what_fell_due_many_times_is_done_once() -> None:
    bench = Bench()
    bench.step(0)
    bench.step(100 * HOUR)
    bench.step(1)
    assert len(bench.calls) == 1


def test_what_fell_due_while_nothing_ran_is_done_at_the_next_start() -> None:
    bench = Bench("0 3 * * *")
    bench.step(0)
    bench.clock.step(20 * HOUR)
    bench.start()
    bench.step(0)
    assert len(bench.calls) == 1
    bench.start()
    bench.step(0)
    assert len(bench.calls) == 1


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    bench = Bench()
    bench.step(0)
    bench.step(HOUR)
    bench.step(-1000 * HOUR)
    bench.step(HOUR)
    assert len(bench.calls) == 2


@given(st.lists(st.floats(-1e6, 1e6), max_size=30))
def test_whatever_the_clock_does_it_comes_within_an_interval(steps: list[float]) -> None:
    bench = Bench()
    bench.step(0)
    for step in steps:
        assert 0 < bench.step(step) <= LOOK_S
    before = len(bench.calls)
    bench.step(HOUR)
    assert len(bench.calls) == before + 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 40 * HOUR), st.booleans()), min_size=1, max_size=40),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Beirut"]),
    st.sampled_from([(3, 26), (4, 2), (10, 2), (10, 23), (10, 30)]),
    st.sampled_from(["00:00", "02:15", "03:00"]),
)
@example(
    [(1, False), (30 * HOUR, False), (6 * HOUR - 1, True), (1, False)],
    "Europe/Berlin",
    (3, 26),
    "00:00",
)
def test_each_night_is_done_once_at_the_first_look_after_it_through_stops_and_summer_time(
    steps: list[tuple[float, bool]], zone: str, start: tuple[int, int], wall: str
) -> None:
    hour, minute = map(int, wall.split(":"))
    bench = Bench(f"{minute} {hour} * * *", zone=ZoneInfo(zone))
    noon = datetime(2026, *start, 12, tzinfo=bench.zone)
    bench.step(noon.timestamp() - bench.clock.now())
    nights = [
        datetime.combine(noon + timedelta(days=at), time(hour, minute), bench.zone).timestamp()
        for at in range(1, 80)
    ]
    expected, before = [], bench.clock.now()
    for seconds, restarts in steps:
        bench.step(seconds)
        if restarts:
            bench.start()
        now = bench.clock.now()
        expected += [now] if any(before < night <= now for night in nights) else []
        before = now
    assert bench.calls == expected


def test_outside_its_hours_it_waits_until_they_begin() -> None:
    bench = Bench(hours=read_hours("18:00-20:00"))
    bench.step(0)
    bench.step(2 * HOUR)
    assert bench.calls == []
    assert bench.timetable.states()[0].waits_for == "active hours"
    assert bench.timetable.states()[0].next_at == NOON + 6 * HOUR
    bench.step(4 * HOUR)
    assert bench.calls == [NOON + 6 * HOUR]


@pytest.mark.parametrize(
    ("text", "hour", "inside"),
    [
        ("07:00-23:00", 7, True),
        ("07:00-23:00", 23, False),
        ("22:00-06:00", 23, True),
        ("22:00-06:00", 5, True),
        ("22:00-06:00", 6, False),
        ("00:00-24:00", 12, True),
        ("20:00-24:00", 23, True),
    ],
)
def test_hours_may_run_over_midnight(text: str, hour: int, *, inside: bool) -> None:
    hours = read_hours(text)
    moment = datetime(2026, 3, 14, hour, tzinfo=UTC)
    assert hours.has(moment) is inside
    assert hours.next_start(moment) > moment
    assert hours.has(hours.next_start(moment))


def test_on_battery_it_waits_for_mains() -> None:
    bench = Bench(only_on_mains=True, on_mains=False)
    bench.step(0)
    bench.step(2 * HOUR)
    assert bench.calls == []
    assert bench.timetable.states()[0].waits_for == "mains"
    bench.on_mains = True
    bench.step(1)
    assert len(bench.calls) == 1


def test_its_last_and_next_time_can_be_told() -> None:
    bench = Bench()
    assert bench.timetable.states()[0].last_at is None
    bench.step(0)
    bench.step(HOUR)
    (state,) = bench.timetable.states()
    assert (state.last_at, state.next_at) == (NOON + HOUR, NOON + 2 * HOUR)


def test_what_comes_often_is_seldom_written_down() -> None:
    bench = Bench()
    writes: list[str] = []
    put = bench.store.put_meta

    def counted(key: str, value: str) -> None:
        writes.append(key)
        put(key, value)

    bench.store.put_meta = counted  # type: ignore[method-assign]
    for _ in range(int(KEPT_S / HOUR)):
        bench.step(HOUR)
    assert len(writes) <= 3


def test_a_cadence_calls_on_a_thread_of_its_own_and_outlives_a_state_out_of_reach() -> None:
    called = threading.Event()

    class Failing(Bench):
        def call(self) -> None:
            called.set()
            raise StoreError("gone")

    bench = Failing()
    bench.step(0)
    bench.clock.step(HOUR)
    cadence = Cadence(bench.timetable)
    cadence.start()
    assert called.wait(5)
    cadence.stop()
