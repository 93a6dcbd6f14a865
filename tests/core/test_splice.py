"""Edits go where they were planned, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import Edit
from vaultskillet.core.splice import MisplacedEditError, splice


@st.composite
def content_and_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    content = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=8).map(lambda c: c[:-1:2])))
    edits = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        edits.append(Edit(start, content[start:end], draw(st.binary(max_size=5))))
    return content, edits


@given(content_and_edits())
def test_taking_the_edits_back_gives_the_bytes_of_before(case: tuple[bytes, list[Edit]]) -> None:
    content, edits = case
    changed = splice(content, edits)
    moved, back = 0, []
    for edit in edits:
        back.append(Edit(edit.start + moved, edit.after, edit.before))
        moved += len(edit.after) - len(edit.before)
    assert splice(changed, back) == content
    assert len(changed) == len(content) + moved


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, b"x", b"")],
        [Edit(2, b"c", b""), Edit(0, b"a", b"")],
        [Edit(0, b"ab", b""), Edit(1, b"b", b"")],
        [Edit(3, b"d", b"")],
        [Edit(-1, b"", b"x")],
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(MisplacedEditError):
        splice(b"abc", edits)


def test_an_edit_may_stand_at_the_very_end() -> None:
    assert splice(b"abc", [Edit(3, b"", b"d")]) == b"abcd"
