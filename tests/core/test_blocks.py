"""A block of ours in a note: nothing else is touched, and what somebody edited stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.blocks import find_blocks, plan_block, without_blocks, write_block
from vaultskillet.core.splice import invert, splice

KEY = "weekly 2026-W11"
NOTES = st.lists(
    st.sampled_from(
        [
            "# One",
            "## Digest",
            "text",
            "",
            "- [ ] task",
            "```",
            "%% a comment %%",
            "é日本",
            "## Two",
        ]
    )
).flatmap(lambda lines: st.sampled_from(["\n".join(lines), "\r\n".join(lines) + "\r\n", ""]))
TEXTS = st.sampled_from(["One.", "**Two**\n\n- a\n- b", "## Three\n\nx", "ünï"])


def put(content: str, text: str, *, key: str = KEY, heading: str = "Digest") -> str:
    edit = plan_block(content, key, text, heading=heading)
    return content if edit is None else splice(content.encode(), [edit]).decode()


@given(NOTES, TEXTS, st.sampled_from(["", "Digest", "Nowhere"]))
def test_without_its_block_a_note_is_what_it_was(note: str, text: str, heading: str) -> None:
    assert without_blocks(put(note, text, heading=heading)) == note


@given(NOTES, TEXTS, TEXTS, st.sampled_from(["", "Digest", "Nowhere"]))
def test_a_new_one_takes_the_place_of_the_last(
    note: str, first: str, then: str, heading: str
) -> None:
    once = put(note, then, heading=heading)
    twice = put(put(note, first, heading=heading), then, heading=heading)
    assert twice == once
    assert plan_block(once, KEY, then, heading=heading) is None


@given(NOTES, TEXTS, TEXTS)
def test_each_digest_has_a_block_of_its_own(note: str, one: str, other: str) -> None:
    both = put(put(note, one), other, key="daily 2026-03-14")
    assert [found.is_ours for found in find_blocks(both, KEY)] == [True]
    assert [found.is_ours for found in find_blocks(both, "daily 2026-03-14")] == [True]
    assert without_blocks(both) == note


@given(NOTES, TEXTS)
def test_it_can_be_taken_back_to_the_byte(note: str, text: str) -> None:
    edit = plan_block(note, KEY, text, heading="Digest")
    assert edit is not None
    after = splice(note.encode(), [edit])
    assert splice(after, invert([edit])) == note.encode()


def test_it_goes_to_the_end_of_the_section_that_is_named() -> None:
    note = "# Day\n\n## Digest\n\nMine.\n\n## Log\n\nx\n"
    assert put(note, "Ours.").startswith("# Day\n\n## Digest\n\nMine.\n\n%% homeskillet:digest")
    assert put(note, "Ours.").endswith("%% /homeskillet:digest %%\n\n## Log\n\nx\n")


def test_where_there_is_no_such_section_it_brings_its_heading() -> None:
    after = put("# Day\n", "Ours.")
    assert "%%\n\n## Digest\n\nOurs.\n\n%% /homeskillet:digest %%\n" in after
    assert "## Digest\n\nNew.\n" in put(after, "New.")


def test_what_somebody_edited_stays_and_the_new_one_goes_below() -> None:
    edited = put("x\n", "Ours.").replace("Ours.", "Ours, and mine.")
    after = put(edited, "New.")
    assert "Ours, and mine." in after
    assert [found.is_ours for found in find_blocks(after, KEY)] == [False, True]
    again = put(after, "Newer.")
    assert "Ours, and mine." in again
    assert "New." not in again


def test_the_newlines_are_those_of_the_note() -> None:
    after = put("a\r\nb\r\n", "One.\n\nTwo.")
    assert "\n" not in after.replace("\r\n", "")
    assert find_blocks(after, KEY)[0].is_ours


def test_a_block_that_lost_its_end_is_no_block() -> None:
    cut = put("x\n", "Ours.").replace("%% /homeskillet:digest %%", "")
    assert find_blocks(cut, KEY) == []
    assert write_block(KEY, "New.") in put(cut, "New.", heading="")
