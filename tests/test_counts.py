"""What runs may do at most: figures that depend neither on the machine nor on its load."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.counts import BYTES, FIRST, LIMITS

Counts = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="module")
def counts() -> Counts:
    """Count in a process of its own, in which nothing is at hand yet and nobody else counts."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.counts", "--json"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    counted: Counts = json.loads(ended.stdout)
    return counted


@pytest.mark.parametrize(
    ("part", "what"), [(part, what) for part, limits in LIMITS.items() for what in limits]
)
def test_no_more_is_done_than_the_limit_says(counts: Counts, part: str, what: str) -> None:
    if what == BYTES and what not in counts[part]:
        pytest.skip("this system does not tell how much a process writes")
    assert counts[part].get(what, 0) <= LIMITS[part][what]


@pytest.mark.parametrize("what", LIMITS[FIRST])
def test_what_a_limit_is_for_is_seen_at_all(counts: Counts, what: str) -> None:
    if what == BYTES and what not in counts[FIRST]:
        pytest.skip("this system does not tell how much a process writes")
    assert counts[FIRST][what] > 0


def test_whatever_is_counted_has_a_limit(counts: Counts) -> None:
    counted = {(part, what) for part, figures in counts.items() for what in figures}
    assert counted <= {(part, what) for part, limits in LIMITS.items() for what in limits}
