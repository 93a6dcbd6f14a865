"""What is told of a configuration, and for how long it holds."""

from __future__ import annotations

import json

from tests.fakes import FakeClock, FakeStore
from vaultskillet.app.told import Slot, Told, read_told, schedule_of, tell
from vaultskillet.core.model import Digest, Tier

DAY_S = 86_400.0
NIGHT = Slot("index", "0 3 * * *", None, only_on_mains=False)
TOLD = Told(
    origin="this one",
    output_folder="Homeskillet",
    engines={str(tier): "extractive" for tier in Tier},
    prompt=Digest("prompt"),
    models={str(tier): Digest("model") for tier in Tier},
    zone="Europe/Berlin",
    slots=(NIGHT, Slot("sweep", "900 seconds", "07:00-23:00", only_on_mains=True)),
    coming={},
)


def test_what_was_told_is_not_told_again_before_something_comes_due() -> None:
    store, clock = FakeStore(), FakeClock()
    assert read_told(store) is None
    tell(TOLD, store, clock)
    first = store.get_meta("told")
    clock.step(1.0)
    tell(TOLD, store, clock)
    assert store.get_meta("told") == first
    clock.step(DAY_S)
    tell(TOLD, store, clock)
    assert store.get_meta("told") != first


def test_a_schedule_is_the_same_before_and_after_what_was_worked_out_is_over() -> None:
    store, clock = FakeStore(), FakeClock()
    tell(TOLD, store, clock)
    for _ in range(4):
        told = read_told(store)
        assert told
        known = schedule_of(told, store, clock)
        anew = schedule_of(TOLD, store, clock)
        assert known == anew
        store.put_meta("schedule index", json.dumps({"last": clock.now()}))
        clock.step(0.4 * DAY_S)
