"""The laws of editing a note's properties, over frontmatter of every odd shape."""

from __future__ import annotations

from collections.abc import Sequence

import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from vaultskillet.core.frontmatter import (
    AddItems,
    PropertyChange,
    Remove,
    RenameItems,
    SetText,
    edit,
    read,
    source_of,
    split,
)
from vaultskillet.core.model import Edit
from vaultskillet.core.properties import items_of
from vaultskillet.core.splice import invert, splice
from vaultskillet.errors import FrontmatterError

NAMES = [
    "a",
    "b",
    "tags",
    "Tags",
    "tag",
    "summary",
    "SUMMARY",
    "related",
    "'tags'",
    '"summary"',
    "é",
]
SCALARS = [
    "", "x", "x y", "x, y", "x,y,", "'x'", '"x, y"', "'#x #y'", "null", "~", '""', "2024-01-01",
    "yes", "1", "1.0", "true", "&n x", "*n", "#x", "it's", "[[x]]", "a: b", "{{x}}", "'{{x}}'",
    "!!str", "- x", "x\n  y", "\n  x", ">-", "|", ">-\n  x", "|\n  x\n\n  y", "|+\n  x\n\n",
    "|-\n   x\n", '"x\n  y"', "'x\n\n  y'", "\tx", "@x", "日本",
]  # fmt: skip
LISTS = [
    "[]", "[ ]", "[x]", "[x,y]", "[x, y, ]", "['x', \"y\"]", "[[x]]", "[x,\n  y\n  ]",
    "[x, # c\n y]", "[*n, x]", "{}", "{x: y}", "\n- x", "\n- x\n- y", "\n  - x",
    "\n  -  'x'\n  -  '#y'", "\n  -\n  - ", "\n  - x # c\n  # d", "\n    - [[x]]",
    "\n  - x: y\n    z: w", "\n  - |\n    x\n", "\n  - - x", "\n  x: y", "\n\n  - x\n\n  - y\n",
    "\n# c\n  - x", "\n  - &n x\n  - *n", "\n  - x\n  - >-\n    y\n", "\n  -\n    x",
    '\n  - "x\n    y"',
]  # fmt: skip
LINES = [
    "",
    "# c",
    "  # c",
    "   ",
    "...",
    "--- x",
    "%YAML 1.2",
    "x",
    "updated:: x",
    "? a",
    "{",
    "}",
    "\t",
    "----",
]

entries = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(NAMES),
    st.sampled_from([":", ": ", " : ", ":  ", ":"]),
    st.sampled_from(SCALARS) | st.sampled_from(LISTS),
    st.sampled_from(["", "", "", " ", " # c"]),
)
lines = st.one_of(*[entries] * 7, st.sampled_from(LINES))
blocks = st.lists(lines, max_size=6, unique_by=lambda line: line.split(":")[0])


@st.composite
def notes(draw: st.DrawFn) -> bytes:
    inner = "".join(line + "\n" for line in draw(blocks))
    inner = (
        inner if draw(st.integers(0, 9)) else "".join(f"  {one}\n" for one in inner.splitlines())
    )
    body = draw(st.sampled_from(["", "Text\n", "\nText", "---\nx\n---\n", "# é\n\n日本"]))
    fences = draw(st.sampled_from([("---\n", "---\n")] * 6 + [("---  \n", "--- \n"), ("", "")]))
    text = draw(st.sampled_from(["", "", "\ufeff"])) + fences[0] + inner + fences[1] + body
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"]))).encode()


random_notes = st.builds(
    "---\n{}\n---\n{}".format,
    st.text(st.sampled_from("ab:#-[]{}'\"&*|> ,\n"), max_size=40),
    st.text(),
).map(lambda text: text.encode(errors="replace"))

any_notes = st.one_of(*[notes()] * 6, random_notes)

TEXTS = st.sampled_from(
    ["Plain words.", "a: b #c", "yes", 'it\'s "so"', "[[x]]", "1:30", "日本", "\\"]
)
ITEMS = st.lists(
    st.sampled_from(["new", "x", "Y", "a/b", "日本", "2024-w1"]), min_size=1, max_size=3
).map(tuple)
changes = st.builds(SetText, st.just("summary"), TEXTS, st.none() | st.just("x")) | st.builds(
    AddItems, st.sampled_from(["tags", "related"]), ITEMS
)
renames = st.builds(
    RenameItems, st.just("tags"), st.sampled_from([{"x": "x/done"}, {"y": "z", "x": "日本"}])
)
several = st.lists(changes, min_size=1, max_size=3, unique_by=lambda change: change.key)


def planned(content: bytes, wanted: Sequence[PropertyChange]) -> tuple[Edit, ...] | None:
    """Give the edits; None for a refusal, which is always allowed."""
    try:
        edits = edit(content, wanted)
    except FrontmatterError as error:
        event(f"refused: {str(error)[:30]}")
        return None
    event(f"{len(edits)} edits")
    return edits


# The loader in C, where there is one: that in Python stops at some tabs.
TEXTUAL = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def mapping(content: bytes) -> dict[str, object]:
    """Read the properties by another way than the code does, with all its YAML 1.1."""
    block = split(content)
    text = content[block.start : block.end].decode() if block else ""
    return yaml.load(text, Loader=TEXTUAL) or {}  # noqa: S506 - every scalar is text


@given(any_notes, several)
def test_nothing_but_what_is_asked_for_changes(
    content: bytes, wanted: list[PropertyChange]
) -> None:
    edits = planned(content, wanted)
    if edits is None:
        return
    after = splice(content, edits)
    asked = {change.key for change in wanted} | ({"tag"} if "tags" in str(wanted) else set())
    before_rest, after_rest = (
        [(name, value) for name, value in mapping(one).items() if name.casefold() not in asked]
        for one in (content, after)
    )
    assert after_rest == before_rest
    assert read(after).body == read(content).body
    assert after.startswith(b"\xef\xbb\xbf") == content.startswith(b"\xef\xbb\xbf")


@given(any_notes, several)
def test_what_is_asked_for_is_there(content: bytes, wanted: list[PropertyChange]) -> None:
    edits = planned(content, wanted)
    if edits is None:
        return
    properties = read(splice(content, edits)).properties
    folded = {name.casefold(): value for name, value in properties.items()}
    for change in wanted:
        if isinstance(change, SetText):
            assert folded["summary"] == change.value
        elif isinstance(change, AddItems):
            value = folded.get(change.key, folded.get("tag"))
            present = {item.removeprefix("#").casefold() for item in items_of(value)}
            assert {item.casefold() for item in change.items} <= present


@given(any_notes, renames)
def test_renaming_changes_the_names_of_the_items_and_nothing_else(
    content: bytes, wanted: RenameItems
) -> None:
    edits = planned(content, [wanted])
    if edits is None:
        return
    after = splice(content, edits)
    (before_tags, before_rest), (after_tags, after_rest) = map(tags_and_rest, (content, after))
    assert after_rest == before_rest
    assert read(after).body == read(content).body
    assert after_tags == [
        item.replace(item.removeprefix("#"), wanted.names.get(item.removeprefix("#"), item))
        if item.removeprefix("#") in wanted.names
        else item
        for item in before_tags
    ]
    assert splice(after, invert(edits)) == content


def tags_and_rest(content: bytes) -> tuple[list[str], dict[str, object]]:
    """Give the items of the tags, and all other properties."""
    properties = dict(read(content).properties)
    named = [name for name in properties if name.casefold() in ("tags", "tag")]
    name = next((one for one in named if one.casefold() == "tags"), *named[:1] or [""])
    return items_of(properties.pop(name, None)), properties


@given(any_notes, several)
def test_edits_lie_in_the_block_and_their_inverse_takes_them_back(
    content: bytes, wanted: list[PropertyChange]
) -> None:
    edits = planned(content, wanted)
    if edits is None:
        return
    block = split(content)
    assert splice(splice(content, edits), invert(edits)) == content
    if block is not None:
        assert all(block.start <= one.start and one.end <= block.end for one in edits)


@given(any_notes, several)
def test_a_second_time_there_is_nothing_to_do(content: bytes, wanted: list[PropertyChange]) -> None:
    edits = planned(content, wanted)
    assert edits is None or edit(splice(content, edits), wanted) == ()


@given(any_notes, several)
def test_removing_gives_the_very_bytes_of_before(
    content: bytes, wanted: list[PropertyChange]
) -> None:
    # A text of ours that replaced another of ours leaves no trace of the first.
    wanted = [SetText(one.key, one.value) if isinstance(one, SetText) else one for one in wanted]
    edits = planned(content, wanted)
    if edits is None:
        return
    after = splice(content, edits)
    block = split(content) is None
    removals = [
        Remove(change.key, ours(content, after, change), source_of(content, change.key), block)
        for change in wanted
    ]
    assert splice(after, edit(after, removals)) == content


def ours(before: bytes, after: bytes, change: PropertyChange) -> str | tuple[str, ...]:
    """Give what of a change was not there before."""
    if isinstance(change, SetText):
        return change.value if before != after else "another"
    then, now = (
        {name.casefold(): value for name, value in read(one).properties.items()}
        for one in (before, after)
    )
    name = change.key if change.key in now else "tag"
    had = [item.removeprefix("#") for item in items_of(then.get(name))]
    return tuple(item for one in items_of(now[name]) if (item := one.removeprefix("#")) not in had)
