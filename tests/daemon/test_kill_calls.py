"""Killed at every step of an answer that is written, and of one that is taken back.

`VAULTSKILLET_KILLS` says how many random histories to live through, as in `test_kill`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from tests.daemon.calling import Desk
from tests.daemon.harness import Steps
from tests.daemon.test_kill import KILLS
from vaultskillet.vault.disk import Disk

Make = Callable[..., Desk]


@pytest.fixture
def make(memory: Path) -> Make:
    """Make a vault with a note that asks; the one before it is gone then."""
    numbers = count()

    def fresh(*, answered: bool = False, seed: int = 0) -> Desk:
        shutil.rmtree(memory / "desk", ignore_errors=True)
        desk = Desk(memory / "desk", seed=seed + next(numbers))
        if answered:
            desk.live(Steps())
            desk.ask_back()
        return desk

    return fresh


def steps_of(desk: Desk) -> list[str]:
    """Give the steps of a life in which nothing happens."""
    steps = Steps()
    desk.live(steps)
    desk.check_rest()
    return steps.taken


def deaths(steps: Sequence[str]) -> Iterator[tuple[int, bool]]:
    """Give each step to die at, and whether of a power cut; one of those may lose names."""
    for step, name in enumerate(steps, start=1):
        yield step, False
        if name in vars(Disk):
            yield step, True


def test_an_answer_stands_once_whatever_step_the_program_died_at(make: Make) -> None:
    for step, power in deaths(steps_of(make())):
        desk = make()
        desk.live(Steps(die_at=step), power=power)
        desk.check_whole()
        desk.live(Steps())
        desk.check_answered()


def test_an_answer_is_taken_back_whatever_step_the_program_died_at(make: Make) -> None:
    for step, power in deaths(steps_of(make(answered=True))):
        desk = make(answered=True)
        desk.live(Steps(die_at=step), power=power)
        desk.check_whole()
        desk.live(Steps())
        desk.check_taken_back()


@pytest.mark.parametrize("answered", [False, True], ids=["asked", "taken back"])
def test_what_the_author_writes_before_any_step_stays(make: Make, *, answered: bool) -> None:
    for step in range(1, len(steps_of(make(answered=answered))) + 1, 1 + answered):
        desk = make(answered=answered)
        desk.live(Steps(meddle=desk.meddling([step])))
        desk.check_whole()
        desk.live(Steps())
        (desk.check_taken_back if answered else desk.check_answered)()


def test_deaths_and_edits_in_any_order_while_notes_of_ours_come_and_go(make: Make) -> None:
    for seed in range(KILLS // 10):
        desk = make(seed=seed * 1000)
        for check in (desk.check_answered, desk.check_taken_back):
            edits = desk.chance.sample(range(1, 120), desk.chance.randint(0, 2))
            steps = Steps(die_at=desk.chance.randint(1, 120), meddle=desk.meddling(edits))
            desk.live(steps, power=desk.chance.random() < 0.5)
            desk.check_whole()
            desk.live(Steps())
            check()
            desk.check_rest()
            desk.ask_back()
