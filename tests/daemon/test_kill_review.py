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

KILLS = int(os.environ.get("VAULTSKILLET_KILLS", "25"))

Make = Callable[..., Place]


@pytest.fixture(params=[False, True], ids=["by command", "by page"])
def by_page(request: pytest.FixtureRequest) -> bool:
    """Say how what is proposed is accepted."""
    return bool(request.param)


@pytest.fixture
def make(memory: Path, *, by_page: bool) -> Make:
    """Make a place where what is written is accepted first; the one before it is gone then."""
    numbers = count()

    def fresh(*, seed: int = 0) -> Place:
        shutil.rmtree(memory / "place", ignore_errors=True)
        policy = replace(POLICY, review=True)
        folder = memory / "place"
        return Place(folder, seed=seed + next(numbers), policy=policy, by_page=by_page)

    return fresh


def some_of(steps: list[str], *, by_page: bool) -> range:
    """Give the numbers of steps: each, or some of the many that the page takes."""
    return range(1, len(steps) + 1, 4 if by_page else 1)


def test_a_death_before_any_step(make: Make, *, by_page: bool) -> None:
    for step in some_of(steps_of(make()), by_page=by_page):
        place = make()
        place.live(Steps(die_at=step))
        place.live_on()


def test_an_edit_before_any_step(make: Make, *, by_page: bool) -> None:
    for step in some_of(steps_of(make()), by_page=by_page):
        place = make()
        place.live(Steps(meddle=place.meddling([step])))
        place.live_on()


def test_deaths_and_edits_in_any_order(make: Make) -> None:
    total = len(steps_of(make()))
    for seed in range(KILLS):
        make(seed=seed * 1000).live_at_random(total)
