"""Two machines on one synced vault: each note is written once, and then there is rest."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.daemon.test_out_of_reach import worker
from tests.trip import ScriptedEngine, World, enrichment
from vaultskillet.core.model import Left, NotePath, Request
from vaultskillet.pipeline import OTHERS

TEXT = "The {} needs water in the morning, before the sun is high.\n"
NOTES = ["garden.md", "in/orchard.md"]


def talker(name: str) -> ScriptedEngine:
    """Give a model that never says the same thing twice."""
    engine = ScriptedEngine()

    def says(_: Request) -> str:
        number = len(engine.asked)
        return enrichment(f"{name} says it for the {number}. time.", [f"{name}{number}"])

    engine.says = says
    return engine


@dataclass
class Machine:
    """A machine with its own copy of the vault, its own state and its own mind."""

    name: str
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.world.gemma = self.world.qwen = talker(self.name)

    def run(self) -> list[Left]:
        """Do all that is due; give what was left."""
        self.world.intake.sweep(settle=False)
        hands = worker(self.world)
        left = []
        while done := hands.step():
            left += [outcome for _, outcome in done if isinstance(outcome, Left)]
        return left

    @property
    def files(self) -> dict[NotePath, bytes]:
        return {path: self.world.vault.content(path) for path in self.world.vault.paths}

    @property
    def writes(self) -> list[str]:
        return [write.path for write in self.world.vault.commits]


def sync(newer: Machine, older: Machine) -> None:
    """Bring over what differs, as a sync service does."""
    there = older.files
    for path, content in newer.files.items():
        if there.get(path) != content:
            older.world.vault.save(path, content)


@pytest.fixture
def a() -> Machine:
    machine = Machine("a")
    for path in NOTES:
        machine.world.vault.save(path, TEXT.format(path).encode())
    return machine


@pytest.fixture
def b() -> Machine:
    return Machine("b")


def rest(a: Machine, b: Machine) -> None:
    """Sync and run to and fro; assert that nothing more is written, nor asked."""
    before = len(a.writes), len(b.writes), len(a.world.asked), len(b.world.asked)
    for _ in range(3):
        sync(a, b)
        b.run()
        sync(b, a)
        a.run()
    assert (len(a.writes), len(b.writes), len(a.world.asked), len(b.world.asked)) == before
    assert a.files == b.files


def test_what_one_machine_did_is_known_to_the_other(a: Machine, b: Machine) -> None:
    a.run()
    sync(a, b)
    assert b.run() == [OTHERS, OTHERS]
    rest(a, b)
    assert (a.writes, b.writes, b.world.asked) == (NOTES, [], [])


def test_an_edit_is_done_again_by_the_machine_that_did_the_note(a: Machine, b: Machine) -> None:
    a.run()
    sync(a, b)
    b.run()
    garden = b.files[NotePath(NOTES[0])]
    b.world.vault.save(NOTES[0], garden + b"And in the evening.\n")
    b.run()
    sync(b, a)
    a.run()
    rest(a, b)
    assert (a.writes, b.writes) == ([*NOTES, NOTES[0]], [])
    assert a.files[NotePath(NOTES[0])].count(b"summary: ") == 1


def test_a_note_that_both_learned_before_either_did_it_is_done_by_one(
    a: Machine, b: Machine
) -> None:
    sync(a, b)
    b.world.intake.sweep(settle=False)
    a.run()
    sync(a, b)
    b.run()
    rest(a, b)
    assert (a.writes, b.writes) == (NOTES, [])


@pytest.mark.parametrize("winner", ["a", "b"])
def test_both_at_once_write_a_note_once_each_and_never_again(
    a: Machine, b: Machine, winner: str
) -> None:
    sync(a, b)
    a.run()
    b.run()
    first, second = (a, b) if winner == "a" else (b, a)
    sync(first, second)
    rest(first, second)
    assert (a.writes, b.writes) == (NOTES, NOTES)
    for content in a.files.values():
        assert content.count(b"summary: ") == 1
        assert f"summary: {winner} says".encode() in content


def test_edits_on_both_come_to_rest(a: Machine, b: Machine) -> None:
    sync(a, b)
    a.run()
    b.run()
    sync(a, b)
    for machine, other in [(a, b), (b, a)] * 3:
        garden = machine.files[NotePath(NOTES[0])]
        machine.world.vault.save(NOTES[0], garden + b"One more line.\n")
        machine.run()
        sync(machine, other)
        other.run()
        sync(other, machine)
    rest(a, b)
    tags = a.files[NotePath(NOTES[0])].count(b"\n  - ")
    assert tags <= 2 * a.world.policy.write.max_tags
    assert a.files[NotePath(NOTES[0])].count(b"summary: ") == 1


def test_a_state_that_was_lost_makes_no_work(a: Machine) -> None:
    a.run()
    again = Machine("a", World(vault=a.world.vault))
    before = list(a.writes)
    assert again.run() == [OTHERS, OTHERS]
    assert a.writes == before
    assert not again.world.asked


def test_what_is_left_to_another_machine_is_done_where_it_is_asked_for(
    a: Machine, b: Machine
) -> None:
    a.run()
    sync(a, b)
    b.run()
    b.world.intake.demand([NotePath(NOTES[0])])
    b.run()
    assert b"b1" in b.files[NotePath(NOTES[0])]
