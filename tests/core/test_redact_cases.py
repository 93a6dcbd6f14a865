"""How much of the labelled sets is found, and how much too much."""

from __future__ import annotations

import pytest

from tests.core.filters.cases import APART, CASES, FRESH, HELD_OUT, Case
from vaultskillet.core.redact import Finding, find_sensitive

SETS = pytest.mark.parametrize(
    "cases", [CASES, HELD_OUT, FRESH, APART], ids=["cases", "held out", "fresh", "apart"]
)
LEAST_HARD = {"email": 0.8, "phone": 0.6, "secret": 0.5}


def is_covered(wanted: Finding, findings: list[Finding]) -> bool:
    """Tell whether every character is within findings: half a key is a leak."""
    covered = {i for found in findings for i in range(found.start, found.end)}
    return covered.issuperset(range(wanted.start, wanted.end))


def recall(cases: list[Case], kind: str, *, is_hard: bool) -> float:
    hits = [
        is_covered(wanted, find_sensitive(case.text))
        for case in cases
        if case.is_hard is is_hard
        for wanted in case.wanted
        if wanted.kind == kind
    ]
    return sum(hits) / len(hits)


def test_the_set_is_large_and_a_third_of_it_are_traps() -> None:
    every = [*CASES, *HELD_OUT, *FRESH, *APART]
    traps = [case for case in every if not case.wanted]
    assert len(every) >= 400
    assert len(traps) / len(every) >= 1 / 3


@SETS
@pytest.mark.parametrize("kind", ["email", "phone", "secret"])
def test_ordinary_cases_are_found_whole(cases: list[Case], kind: str) -> None:
    assert recall(cases, kind, is_hard=False) >= 0.99


@SETS
@pytest.mark.parametrize("kind", ["email", "phone", "secret"])
def test_most_hard_cases_are_found(cases: list[Case], kind: str) -> None:
    assert recall(cases, kind, is_hard=True) >= LEAST_HARD[kind]


@SETS
def test_hardly_any_trap_is_altered(cases: list[Case]) -> None:
    traps = [case for case in cases if not case.wanted]
    altered = [case.text for case in traps if find_sensitive(case.text)]
    assert len(altered) <= len(traps) / 100, altered


@SETS
def test_what_is_found_is_what_was_meant(cases: list[Case]) -> None:
    found = [
        any(f.start < wanted.end and wanted.start < f.end for wanted in case.wanted)
        for case in cases
        for f in find_sensitive(case.text)
    ]
    assert sum(found) / len(found) >= 0.98
