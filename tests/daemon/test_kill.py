"""Killed at every step, edited at every step: nothing torn, nothing lost, nothing done twice.

`VAULTSKILLET_KILLS` says how many random histories to live through; by default as many as a
run of the tests has time for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.daemon.enriching import Place
from tests.daemon.harness import Steps
from vaultskillet.vault.disk import Disk

KILLS = int(os.environ.get("VAULTSKILLET_KILLS", "250"))

Make = Callable[..., Place]


@pytest.fixture
def make(memory: Path) -> Make:
    """Make a place; the one before it is gone then."""
    numbers = count()

    def fresh(*, seed: int = 0, can_exchange: bool = True) -> Place:
        shutil.rmtree(memory / "place", ignore_errors=True)
        return Place(memory / "place", seed=seed + next(numbers), can_exchange=can_exchange)

    return fresh


def steps_of(place: Place) -> list[str]:
    """Give the steps of a life in which nothing happens."""
    steps = Steps()
    place.live(steps)
    place.check_done()
    place.check_rest()
    return steps.taken


@pytest.mark.parametrize("power", [False, True], ids=["kill", "power"])
def test_a_death_before_any_step(make: Make, *, power: bool) -> None:
    for step, _ in enumerate(steps_of(make()), start=1):
        place = make()
        place.live(Steps(die_at=step), power=power)
        place.live_on()


def test_a_power_cut_where_names_cannot_be_exchanged(make: Make) -> None:
    for step, name in enumerate(steps_of(make(can_exchange=False)), start=1):
        if name in vars(Disk):
            place = make(can_exchange=False)
            place.live(Steps(die_at=step), power=True)
            place.live_on()


def test_an_edit_before_any_step(make: Make) -> None:
    for step, _ in enumerate(steps_of(make()), start=1):
        place = make()
        place.live(Steps(meddle=place.meddling([step])))
        place.live_on()


def test_deaths_and_edits_in_any_order(make: Make) -> None:
    total = len(steps_of(make()))
    for seed in range(KILLS):
        make(seed=seed * 1000).live_at_random(total)
