"""Mains or battery, by what the systems show."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaultskillet.power import has_mains, is_on_mains, reads_mains


def supplies(folder: Path, **kinds: dict[str, str]) -> Path:
    for name, files in kinds.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(f"{text}\n", encoding="ascii")
    return folder


BATTERY = {"type": "Battery", "status": "Discharging"}


@pytest.mark.parametrize(
    ("kinds", "mains"),
    [
        ({}, True),
        ({"AC": {"type": "Mains", "online": "1"}, "BAT0": BATTERY}, True),
        ({"AC": {"type": "Mains", "online": "0"}, "BAT0": BATTERY}, False),
        ({"ucsi": {"type": "USB", "online": "1"}, "BAT0": BATTERY}, True),
        ({"BAT0": {"type": "Battery", "status": "Full"}}, True),
        ({"BAT0": BATTERY}, False),
        ({"mouse": {**BATTERY, "scope": "Device"}}, True),
    ],
)
def test_linux_shows_the_supplies(
    tmp_path: Path, kinds: dict[str, dict[str, str]], *, mains: bool
) -> None:
    assert has_mains(supplies(tmp_path, **kinds)) is mains


def test_macos_says_it_in_the_first_line() -> None:
    assert not reads_mains("Now drawing from 'Battery Power'\n -InternalBattery-0 90%")
    assert reads_mains("Now drawing from 'AC Power'\n -InternalBattery-0 90%")
    assert reads_mains("")


def test_this_machine_can_be_asked() -> None:
    assert is_on_mains() in (True, False)
