"""Killed and edited at every step while proposals are made and accepted: as where none are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from tests.daemon.enriching import Place
from tests.daemon.harness import Steps
from tests.daemon.test_kill import steps_of
from tests.trip import POLICY

KILLS = int(os.environ.get("VAULTSKILLET_KILLS", "60"))

Make = Callable[..., Place]


@pytest.fixture
def make(memory: Path) -> Make:
    """Make a place where what is written is accepted first; the one before it is gone then."""
    numbers = count()

    def fresh(*, seed: int = 0) -> Place:
        shutil.rmtree(memory / "place", ignore_errors=True)
        policy = replace(POLICY, review=True)
        return Place(memory / "place", seed=seed + next(numbers), policy=policy)

    return fresh


def test_a_death_before_any_step(make: Make) -> None:
    for step, _ in enumerate(steps_of(make()), start=1):
        place = make()
        place.live(Steps(die_at=step))
        place.check_whole()
        place.live(Steps())
        place.check_done()


def test_an_edit_before_any_step(make: Make) -> None:
    for step, _ in enumerate(steps_of(make()), start=1):
        place = make()
        place.live(Steps(meddle=place.meddling([step])))
        place.check_whole()
        place.live(Steps())
        place.check_done()


def test_deaths_and_edits_in_any_order(make: Make) -> None:
    total = len(steps_of(make()))
    for seed in range(KILLS):
        place = make(seed=seed * 1000)
        chance = place.chance
        for _ in range(chance.randint(1, 3)):
            edits = chance.sample(range(1, total + 1), chance.randint(0, 2))
            steps = Steps(die_at=chance.randint(1, total), meddle=place.meddling(edits))
            place.live(steps, power=chance.random() < 0.5)
            place.check_whole()
        place.live(Steps())
        place.check_done()
        place.check_rest()
