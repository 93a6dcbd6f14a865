"""Items of ours that are replaced or taken out, in lists of every style."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_frontmatter_laws import any_notes, mapping, planned
from vaultskillet.core.frontmatter import AddItems, ReplaceItems, edit, read
from vaultskillet.core.properties import items_of
from vaultskillet.core.splice import invert, splice
from vaultskillet.errors import FrontmatterError


def after(block: str, items: dict[str, str | None], *add: str) -> str:
    content = f"---\n{block}---\nText\n".encode()
    new = splice(content, edit(content, [ReplaceItems("related", items, add)])).decode()
    return new.removeprefix("---\n").removesuffix("---\nText\n")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('related:\n  - "[[A]]"\n  - "[[U]]"\n', 'related:\n  - "[[B]]"\n  - "[[U]]"\n'),
        ("related:\n- '[[U]]'\n- '[[A]]'\nx: 1\n", "related:\n- '[[U]]'\n- '[[B]]'\nx: 1\n"),
        ('related: ["[[A]]", "[[U]]"]\n', 'related: ["[[B]]", "[[U]]"]\n'),
        ('related:\n  - "[[A]]"\n  - "[[B]]"\n', 'related:\n  - "[[B]]"\n'),
        ('related: ["[[A]]", "[[B]]"]\n', 'related: ["[[B]]"]\n'),
    ],
)
def test_an_item_takes_the_place_of_another(before: str, expected: str) -> None:
    assert after(before, {"[[A]]": "[[B]]"}) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('related:\n  - "[[U]]"\n  - "[[A]]"\n', 'related:\n  - "[[U]]"\n'),
        ('related:\n  - "[[A]]"\nx: 1\n', "related:\nx: 1\n"),
        ('related: ["[[A]]", "[[U]]"]\n', 'related: ["[[U]]"]\n'),
        ('related: ["[[A]]"]\n', "related: []\n"),
        ('related:\n  - "[[U]]"\n', 'related:\n  - "[[U]]"\n'),
    ],
)
def test_an_item_is_taken_out(before: str, expected: str) -> None:
    assert after(before, {"[[A]]": None}) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('related:\n  - "[[A]]"\n', 'related:\n  - "[[N]]"\n'),
        ('related:\n  - "[[A]]"\n  - "[[U]]"\n', 'related:\n  - "[[U]]"\n  - "[[N]]"\n'),
        ('related: ["[[U]]", "[[A]]"]\n', 'related: ["[[U]]", "[[N]]"]\n'),
        ('related: ["[[A]]"]\n', 'related: ["[[N]]"]\n'),
        ("x: 1\n", 'x: 1\nrelated:\n  - "[[N]]"\n'),
    ],
)
def test_one_goes_while_another_comes(before: str, expected: str) -> None:
    assert after(before, {"[[A]]": None}, "[[N]]") == expected


@pytest.mark.parametrize(
    "block",
    [
        'related:\n  - "[[A]]" # see there\n',
        'related: [\n  "[[A]]", # mine\n]\n',
        'related: "[[A]]"\n',
        "related: &n [A]\n",
    ],
)
def test_what_was_edited_since_is_left(block: str) -> None:
    with pytest.raises(FrontmatterError):
        after(block, {"[[A]]": None, "A": None})


replacements = st.builds(
    ReplaceItems,
    st.sampled_from(["tags", "related"]),
    st.dictionaries(st.sampled_from(["x", "y", "new"]), st.sampled_from([None, "z", "y"])),
    st.lists(st.sampled_from(["new", "[[n]]", "y"]), max_size=2).map(tuple),
)


@given(any_notes, replacements)
def test_nothing_else_changes_and_all_can_be_taken_back(
    content: bytes, change: ReplaceItems
) -> None:
    edits = planned(content, [change])
    if edits is None:
        return
    new = splice(content, edits)
    asked = {change.key, "tag"}
    before_rest, after_rest = (
        [(name, value) for name, value in mapping(one).items() if name.casefold() not in asked]
        for one in (content, new)
    )
    assert before_rest == after_rest
    assert read(new).body == read(content).body
    assert splice(new, invert(edits)) == content


@given(any_notes, replacements)
def test_the_list_holds_what_it_should(content: bytes, change: ReplaceItems) -> None:
    """What is added first is then replaced, among whatever stands there."""
    first = planned(content, [AddItems(change.key, ("x", "y"))])
    if first is None:
        return
    content = splice(content, first)
    edits = planned(content, [change])
    if edits is None:
        return
    old, new = (
        {name.casefold(): value for name, value in read(one).properties.items()}
        for one in (content, splice(content, edits))
    )
    name = change.key if change.key in new else "tag"
    there = items_of(old.get(name))
    wanted = [change.items.get(item, item) for item in there]
    left = {item for item in [*wanted, *change.add] if item is not None}
    assert {item.removeprefix("#").casefold() for item in items_of(new.get(name))} == {
        item.removeprefix("#").casefold() for item in left
    }
