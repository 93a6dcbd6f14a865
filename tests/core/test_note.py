from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import File, Note, NotePath, Ownership, Stamp
from vaultskillet.core.note import (
    find_value,
    frontmatter_tags,
    read_note,
    read_wishes,
    reconcile,
    user_tags,
)
from vaultskillet.errors import FrontmatterError

NOTHING_OURS = Ownership()
OWN = ("summary", "tags")


def note_of(text: str) -> Note:
    content = text.encode()
    file = File(NotePath("a/b.md"), content, Stamp(len(content), 1, 1))
    return read_note(file, OWN, tag="homeskillet")


def test_a_note_is_read_with_its_title_and_body() -> None:
    note = note_of("---\ntags: [x]\n---\nBody\n")
    assert (note.title, note.body, note.properties) == ("b", "Body\n", {"tags": ["x"]})


def test_what_is_no_text_is_refused() -> None:
    file = File(NotePath("a.md"), b"\xff\xfe", Stamp(2, 1, 1))
    with pytest.raises(FrontmatterError, match="UTF-8"):
        read_note(file, OWN, tag="homeskillet")


@pytest.mark.parametrize(
    "change",
    [
        "---\ntags: [x, new]\nSummary: S.\n---\nBody\n",
        "---\nsummary: S.\ntags:\n  - new\n---\nBody\n",
        "---\nsummary: >-\n  Another.\ntag: new, old\n---\nBody\n",
        "---\nsummary: Mine.\n---\nBody\n",
        "---\ntags: [x]\n---\nBody\n",
        "---\n---\nBody\n",
    ],
)
def test_whatever_stands_in_our_properties_does_not_change_the_source_digest(change: str) -> None:
    """It may be ours, another machine's or the author's: there is nothing to do for it."""
    before, after = note_of("Body\n"), note_of(change)
    assert after.source == before.source
    assert after.raw != before.raw


@pytest.mark.parametrize(
    "change",
    [
        "---\ntags: [x]\n---\nOther\n",
        "---\ntags: [x]\nstatus: 2024-01-01 and more\n---\nBody\n",
        "---\ntags: [x, homeskillet/skip]\n---\nBody\n",
        "---\ntags: [x, Homeskillet]\n---\nBody\n",
        "---\ntags: [x]\nhomeskillet: false\n---\nBody\n",
    ],
    ids=["body", "property", "wish", "call", "switch"],
)
def test_what_the_user_writes_changes_the_source_digest(change: str) -> None:
    assert note_of(change).source != note_of("---\ntags: [x]\n---\nBody\n").source


def test_a_property_that_we_do_not_write_is_the_users() -> None:
    file = File(NotePath("a.md"), b"---\ntags: [x]\n---\n", Stamp(1, 1, 1))
    other = File(NotePath("a.md"), b"---\ntags: [y]\n---\n", Stamp(1, 1, 1))
    digests = {read_note(one, ["summary"], tag="call").source for one in (file, other)}
    assert len(digests) == 2


@pytest.mark.parametrize(
    "stamp", ["2024-05-06", "2024-05-06T07:08:09", "2024-05-06 07:08", "1640995200000"]
)
def test_a_time_stamp_of_a_plugin_does_not_change_it(stamp: str) -> None:
    stamped = note_of(f"---\ntags: [x]\nupdated: {stamp}\n---\nBody\n")
    assert stamped.source == note_of("---\ntags: [x]\n---\nBody\n").source


def test_the_order_and_style_of_properties_do_not_change_it() -> None:
    one = note_of("---\na: 1\nlinks: [x, y]\n---\nBody\n")
    other = note_of("---\nlinks:\n  - x\n  - y\na: 1\n---\nBody\n")
    assert one.source == other.source


def test_keys_are_found_whatever_their_case() -> None:
    assert find_value({"Summary": "S"}, "summary") == "S"
    assert find_value({}, "summary") is None


def test_tags_are_gathered_from_both_keys() -> None:
    assert frontmatter_tags({"Tags": ["#a", "b/c"], "tag": "d e"}) == ("a", "b/c", "d", "e")


def test_the_tags_that_we_wrote_are_not_the_users() -> None:
    ours = Ownership(values={"tags": ("Ours",), "summary": "a"})
    tags = user_tags({"tags": ["a", "ours"]}, ["b", "a"], ours, tag="homeskillet")
    assert tags == ("a", "b")


def test_the_tags_that_call_us_say_nothing_of_a_note() -> None:
    tags = ["Homeskillet", "homeskillet/skip", "homeskillets"]
    assert user_tags({}, tags, NOTHING_OURS, tag="homeskillet") == ("homeskillets",)


def test_an_edited_text_is_the_users_for_ever() -> None:
    ours = Ownership(values={"summary": "S."})
    assert reconcile(ours, {"summary": "S."}) == ours
    for properties in ({"summary": "Mine."}, {}):
        taken = reconcile(ours, properties)
        assert taken == Ownership(theirs=frozenset({"summary"}))


def test_a_removed_tag_is_vetoed_for_ever() -> None:
    ours = Ownership(values={"tags": ("a", "b")}, vetoed={"tags": ("z",)})
    left = reconcile(ours, {"tags": ["x", "#A"]})
    assert left.values == {"tags": ("a",)}
    assert left.vetoed == {"tags": ("z", "b")}


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_each_tag_of_ours_is_either_kept_or_vetoed(ours: set[str], present: set[str]) -> None:
    left = reconcile(Ownership(values={"tags": tuple(sorted(ours))}), {"tags": sorted(present)})
    assert set(left.values.get("tags", ())) == ours & present
    assert set(left.vetoed.get("tags", ())) == ours - present


@pytest.mark.parametrize(
    ("properties", "tags", "skip", "private"),
    [
        ({}, [], False, False),
        ({"homeskillet": False}, [], True, False),
        ({"homeskillet": "false"}, [], False, False),
        ({}, ["homeskillet/Skip"], True, False),
        ({"tags": ["homeskillet/private"]}, [], False, True),
        ({"private": True}, [], False, True),
        ({"Private": True}, ["homeskillet"], False, True),
        ({"private": False}, ["homeskillet/skipped"], False, False),
        ({"private": "yes"}, [], False, True),
        ({"private": "No "}, [], False, False),
        ({"private": None}, [], False, False),
    ],
)
def test_wishes(
    properties: dict[str, object], tags: list[str], *, skip: bool, private: bool
) -> None:
    wishes = read_wishes(properties, tags, tag="homeskillet")
    assert (wishes.skip is not None, wishes.private is not None) == (skip, private)
