from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import Edit
from vaultskillet.core.splice import MisplacedEditError, compose, invert, splice


@st.composite
def content_and_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    content = draw(st.binary(max_size=60))
    return content, draw(edits_of(content))


@st.composite
def edits_of(draw: st.DrawFn, content: bytes) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return [Edit(start, content[start:end], draw(st.binary(max_size=9))) for start, end in spans]


@given(content_and_edits())
def test_what_is_put_in_can_be_taken_out(drawn: tuple[bytes, list[Edit]]) -> None:
    content, edits = drawn
    assert splice(splice(content, edits), invert(edits)) == content


@given(content_and_edits(), st.data())
def test_composed_edits_do_what_both_did(
    drawn: tuple[bytes, list[Edit]], data: st.DataObject
) -> None:
    content, first = drawn
    between = splice(content, first)
    second = data.draw(edits_of(between))
    assert splice(content, compose(first, second)) == splice(between, second)


@given(content_and_edits())
def test_composed_with_their_inverse_edits_do_nothing(drawn: tuple[bytes, list[Edit]]) -> None:
    content, edits = drawn
    assert splice(content, compose(edits, invert(edits))) == content
    assert compose(edits, ()) == tuple(edit for edit in edits if edit.before != edit.after)


@given(content_and_edits())
def test_every_byte_between_the_edits_stays(drawn: tuple[bytes, list[Edit]]) -> None:
    content, edits = drawn
    after = splice(content, edits)
    at_before = at_after = 0
    for edit in edits:
        kept = edit.start - at_before
        assert after[at_after : at_after + kept] == content[at_before : edit.start]
        assert after[at_after + kept :].startswith(edit.after)
        at_before, at_after = edit.end, at_after + kept + len(edit.after)
    assert after[at_after:] == content[at_before:]


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, b"x", b"")],
        [Edit(5, b"f", b"")],
        [Edit(3, b"d", b""), Edit(1, b"b", b"")],
        [Edit(1, b"bcd", b""), Edit(2, b"c", b"")],
    ],
    ids=["other bytes", "past the end", "out of order", "overlapping"],
)
def test_edits_that_do_not_fit_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(MisplacedEditError):
        splice(b"abcde", edits)
