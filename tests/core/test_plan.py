from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import Draft, Edit, File, Left, NotePath, Ownership, Plan, Stamp
from vaultskillet.core.note import read_note
from vaultskillet.core.plan import Bearing, WritePolicy, disown, is_closed, plan_writes
from vaultskillet.core.splice import splice

POLICY = WritePolicy(summary="summary", tags="tags", category=None, max_tags=3)
DRAFT = Draft(summary="What it says.", tags=("garden", "soil"))


def plan(
    text: str,
    draft: Draft = DRAFT,
    *,
    ownership: Ownership = Ownership(),  # noqa: B008 - frozen
    policy: WritePolicy = POLICY,
    fields: tuple[str, ...] = (),
    body_tags: tuple[str, ...] = (),
    force: bool = False,
) -> Plan | Left:
    content = text.encode()
    file = File(NotePath("a.md"), content, Stamp(len(content), 1, 1))
    note = read_note(file, policy.property_names, tag="homeskillet")
    bearing = Bearing(ownership, body_tags=body_tags, inline_fields=fields, force=force)
    return plan_writes(note, draft, bearing, policy)


def after(planned: Plan | Left) -> str:
    assert isinstance(planned, Plan)
    [write] = planned.writes
    return splice(planned.note.content, write.edits).decode()


def test_a_bare_note_gets_a_block_of_ours() -> None:
    planned = plan("Body\n")
    assert after(planned) == (
        "---\nsummary: What it says.\ntags:\n  - garden\n  - soil\n---\nBody\n"
    )
    assert isinstance(planned, Plan)
    assert planned.ownership.values == {"summary": "What it says.", "tags": ("garden", "soil")}


def test_a_summary_of_the_author_stays() -> None:
    planned = plan("---\nsummary: Mine.\n---\nBody\n")
    assert after(planned) == "---\nsummary: Mine.\ntags:\n  - garden\n  - soil\n---\nBody\n"
    assert isinstance(planned, Plan)
    assert "summary" not in planned.ownership.values


def test_an_empty_summary_is_filled() -> None:
    assert "summary: What it says.\n" in after(plan("---\nsummary:\n---\nBody\n"))


def test_our_own_summary_is_brought_up_to_date() -> None:
    ours = Ownership(values={"summary": "Old."})
    planned = plan("---\nsummary: Old.\n---\nBody\n", Draft(summary="New."), ownership=ours)
    assert after(planned) == "---\nsummary: New.\n---\nBody\n"


def test_a_summary_that_was_taken_out_comes_back_only_on_demand() -> None:
    theirs = Ownership(theirs=frozenset({"summary"}))
    draft = Draft(summary="New.")
    assert plan("Body\n", draft, ownership=theirs) == Left(
        "summary was taken out by hand; no tag is sure enough"
    )
    planned = plan("Body\n", draft, ownership=theirs, force=True)
    assert isinstance(planned, Plan)
    assert planned.ownership.theirs == frozenset()


def test_an_inline_field_of_that_name_is_the_authors_summary() -> None:
    assert isinstance(plan("Summary:: x\n", Draft(summary="S."), fields=("Summary",)), Left)


def test_a_vetoed_tag_never_comes_back() -> None:
    vetoed = Ownership(vetoed={"tags": ("Garden",)})
    planned = plan("Body\n", ownership=vetoed, force=True)
    assert "garden" not in after(planned)


def test_a_tag_that_the_note_bears_is_not_added() -> None:
    planned = plan("---\ntags: [Soil]\n---\n#garden/herbs\n", body_tags=("garden/herbs",))
    assert after(planned) == "---\ntags: [Soil]\nsummary: What it says.\n---\n#garden/herbs\n"


def test_the_older_key_for_tags_is_extended_where_it_stands() -> None:
    planned = plan("---\ntag: [x]\n---\nBody\n", Draft(tags=("garden",)))
    assert after(planned) == "---\ntag: [x, garden]\n---\nBody\n"
    assert isinstance(planned, Plan)
    assert planned.ownership.values == {"tag": ("garden",)}


def test_ours_are_never_more_than_the_policy_allows() -> None:
    ours = Ownership(values={"tags": ("a", "b")})
    planned = plan("---\ntags: [a, b, mine]\n---\nBody\n", DRAFT, ownership=ours)
    assert isinstance(planned, Plan)
    assert planned.ownership.values["tags"] == ("a", "b", "garden")


def test_what_cannot_be_done_does_not_keep_the_rest_back() -> None:
    planned = plan("---\ntags: &t [x]\nother: *t\n---\nBody\n")
    assert after(planned).startswith("---\ntags: &t [x]\nother: *t\nsummary: What it says.\n")


def test_a_property_that_is_switched_off_is_not_written() -> None:
    policy = WritePolicy(summary=None, tags="keywords", category="category", max_tags=1)
    draft = Draft(summary="S.", tags=("garden",), category="reasoning")
    assert after(plan("B\n", draft, policy=policy)) == (
        "---\ncategory: reasoning\nkeywords:\n  - garden\n---\nB\n"
    )
    assert policy.property_names == {"keywords", "category"}


def test_nothing_to_say_is_said() -> None:
    assert plan("Body\n", Draft()) == Left("no summary: too little to go by; no tag is sure enough")


@given(
    front=st.sampled_from(["", "---\ntags: [x]\n---\n", "---\ntitle: T\ntags: a b\n---\n"]),
    body=st.text(alphabet="ab #\n"),
)
def test_a_second_plan_with_the_same_draft_writes_nothing(front: str, body: str) -> None:
    first = plan(front + body)
    if isinstance(first, Plan):
        assert isinstance(plan(after(first), ownership=first.ownership), Left)


def test_tags_that_are_left_to_another_get_none_of_ours_unless_asked_for() -> None:
    left_to_others = Ownership(theirs=frozenset({"tags"}))
    [change] = edits_of(plan("---\ntags: [a]\n---\nBody\n", ownership=left_to_others))
    assert b"garden" not in change.after
    forced = plan("---\ntags: [a]\n---\nBody\n", ownership=left_to_others, force=True)
    assert "garden" in after(forced)


def edits_of(planned: Plan | Left) -> tuple[Edit, ...]:
    assert isinstance(planned, Plan)
    return planned.writes[0].edits


def test_what_is_not_ours_in_a_note_can_be_left_to_others() -> None:
    assert disown(Ownership(), POLICY).theirs == {"summary", "tags"}
    ours = Ownership(values={"Tags": ("a",)}, vetoed={"tags": ("b",)})
    assert disown(ours, POLICY) == replace(ours, theirs=frozenset({"summary"}))


@pytest.mark.parametrize(
    ("properties", "theirs", "closed"),
    [
        ({}, (), False),
        ({}, ("summary",), False),
        ({"summary": "S."}, (), False),
        ({"summary": "S."}, ("tags",), True),
        ({}, ("summary", "tags"), True),
    ],
)
def test_a_note_is_closed_where_nothing_may_be_written(
    properties: dict[str, object], theirs: tuple[str, ...], *, closed: bool
) -> None:
    assert is_closed(properties, Ownership(theirs=frozenset(theirs)), POLICY) == closed


def test_a_note_is_open_where_something_is_ours() -> None:
    ours = Ownership(values={"summary": "S."}, theirs=frozenset({"tags"}))
    assert not is_closed({"summary": "S."}, ours, POLICY)
