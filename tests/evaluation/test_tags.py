"""How many suggestions it takes to find half of the tags."""

from __future__ import annotations

import pytest

from vaultskillet.core.model import TagCandidate
from vaultskillet.evaluation.tags import Judged, precision_at_half


def judged(wanted: str, *suggested: tuple[str, float]) -> Judged:
    candidates = [TagCandidate(tag, score) for tag, score in suggested]
    return Judged(suggested=candidates, written=(), invented=0, wanted=frozenset(wanted.split()))


def test_the_likeliest_suggestions_of_all_notes_are_taken_first() -> None:
    notes = [judged("a b", ("a", 0.9), ("x", 0.2)), judged("c d", ("y", 0.5), ("c", 0.4))]
    assert precision_at_half(notes) == pytest.approx(2 / 3)


def test_where_half_are_never_found_there_is_no_such_precision() -> None:
    assert precision_at_half([judged("a b c", ("a", 0.9))]) is None
