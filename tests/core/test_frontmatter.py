from __future__ import annotations

from textwrap import dedent

import pytest

from vaultskillet.core.frontmatter import (
    AddItems,
    Block,
    PropertyChange,
    Remove,
    SetText,
    edit,
    read,
    source_of,
    split,
)
from vaultskillet.core.splice import splice
from vaultskillet.errors import FrontmatterError

BOM = b"\xef\xbb\xbf"


def note(block: str) -> bytes:
    return f"---\n{dedent(block)}---\nBody\n".encode()


def changed(content: bytes, *changes: PropertyChange) -> bytes:
    return splice(content, edit(content, changes))


# --- finding the block ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "block"),
    [
        (b"---\na: 1\n---\nB", Block(0, 4, 9, 13, "\n")),
        (b"---\na: 1\n---", Block(0, 4, 9, 12, "\n")),
        (b"---\n---\n", Block(0, 4, 4, 8, "\n")),
        (b"---\r\na: 1\r\n---\r\nB", Block(0, 5, 11, 16, "\r\n")),
        (BOM + b"---\na: 1\n---\nB", Block(3, 7, 12, 16, "\n")),
        (b"--- \t\na: 1\n---  \nB", Block(0, 6, 11, 17, "\n")),
        (b"---\na: |\n  ---\n--- x\n----\n---\n", Block(0, 4, 26, 30, "\n")),
        (b"", None),
        (b"---", None),
        (b"---\n", None),
        (b"---\na: 1\n", None),
        (b"---\na: 1\n--- text\n", None),
        (b"---\na: 1\n ---\n", None),
        (b"---\na: 1\n...\n", None),
        (b"--- text\na: 1\n---\n", None),
        (b"----\na: 1\n---\n", None),
        (b"\n---\na: 1\n---\n", None),
        (b" ---\na: 1\n---\n", None),
        (b"---\ra: 1\r---\r", None),
        (b"a\n---\nb\n---\n", None),
    ],
)
def test_a_block_is_found_where_obsidian_finds_one(content: bytes, block: Block | None) -> None:
    assert split(content) == block


def test_a_note_is_read_with_its_body_and_newlines() -> None:
    parsed = read(BOM + "---\r\ntitle: é\r\ndate: 2024-01-01\r\n---\r\nBödy\r\n".encode())
    assert parsed.properties == {"title": "é", "date": "2024-01-01"}
    assert (parsed.body, parsed.body_start, parsed.newline) == ("Bödy\r\n", 42, "\r\n")


@pytest.mark.parametrize(
    ("content", "newline"),
    [(b"A\r\nB\n", "\r\n"), (b"\n", "\n"), (b"A", "\n"), (BOM + b"A\n", "\n")],
)
def test_a_note_without_frontmatter_is_all_body(content: bytes, newline: str) -> None:
    parsed = read(content)
    assert parsed.properties == {}
    assert parsed.newline == newline
    assert content[parsed.body_start :].decode() == parsed.body == content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"A\0B", "NUL"),
        (b"A\nB\xff\n", r"not UTF-8 \(line 2\)"),
        ("A".encode("utf-16"), "NUL"),
        (b"---\na: 1\nb: [\n---\n", r"not valid YAML: .* \(line 4\)"),
        (b"---\nJust a paragraph.\n---\n", "no list of names"),
        (b"---\na: {{date}}\n---\n", "template code"),
    ],
)
def test_a_note_that_cannot_be_read_gives_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FrontmatterError, match=reason):
        read(content)
    with pytest.raises(FrontmatterError, match=reason):
        edit(content, [SetText("summary", "S")])


# --- setting a text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: x\n", "title: x\nsummary: S\n"),
        ("", "summary: S\n"),
        ("\nkanban-plugin: board\n\n", "\nkanban-plugin: board\nsummary: S\n\n"),
        ("title: x\n# the end\n", "title: x\n# the end\nsummary: S\n"),
        ("title: x\n...\n", "summary: S\ntitle: x\n...\n"),
        ("cover: >-\n", "cover: >-\nsummary: S\n"),
        ("a: |\n  b\n\n", "a: |\n  b\nsummary: S\n\n"),
        ("a: |+\n  b\n\n", "a: |+\n  b\n\nsummary: S\n"),
        ("a: b\n  c\n", "a: b\n  c\nsummary: S\n"),
        ("a: [b,\nc\n]\n", "a: [b,\nc\n]\nsummary: S\n"),
        ("  a: b\n  c: d\n", "  a: b\n  c: d\n  summary: S\n"),
        ("updated:: x\n", "updated:: x\nsummary: S\n"),
        ("category: #x\n", "category: #x\nsummary: S\n"),
        ("a: &x 1\nb: *x\n", "a: &x 1\nb: *x\nsummary: S\n"),
        ("summary:\n", "summary: S\n"),
        ("summary : \n", "summary : S \n"),
        ("summary:   # todo\na: 1\n", "summary: S   # todo\na: 1\n"),
        ("Summary: ~\n", "Summary: S\n"),
        ("'summary': ''\n", "'summary': 'S'\n"),
        ('summary: ""  # c\n', 'summary: "S"  # c\n'),
        ("summary: null\n", "summary: S\n"),
        ("summary: old\n", "summary: S\n"),
        ('"summary" : "old" # c\n', '"summary" : "S" # c\n'),
        ("summary: 'old'\n", "summary: 'S'\n"),
        ("summary: >-\n  old\n\nb: 1\n", "summary: S\n\nb: 1\n"),
        ("summary:\n  old\nb: 1\n", "summary:\n  S\nb: 1\n"),
    ],
)
def test_a_text_is_set_in_the_style_of_the_block(before: str, after: str) -> None:
    change = SetText("summary", "S", replaces="old")
    assert changed(note(before), change) == note(after)
    assert edit(note(after), [change]) == ()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("summary: mine\n", "somebody else"),
        ("Summary : mine\n", "somebody else"),
        ("summary: 5\n", "somebody else"),
        ("summary: [old]\n", "somebody else"),
        ("summary: |\n", "somebody else"),
        ("summary: &a old\nb: *a\n", "anchor"),
        ("a: &a\nsummary: *a\n", "anchor"),
        ("summary: !!str\n", "anchor"),
        ("? summary\n: old\n", "not understood"),
        ("--- # c\na: b\n...\n", "leaves the others alone"),
        ("&b: {x: y}\n", "the name of a property has an anchor"),
        ("? a\n: b\n", "does not begin its line"),
        ("summary:\nSummary:\n", "'summary' and 'Summary' are both there"),
        ('{"a": 1}\n', "JSON"),
        ("{}\n", "JSON"),
        ("# Heading between two rules\n", "comments only"),
    ],
)
def test_a_text_is_not_set_where_that_is_not_safe(block: str, reason: str) -> None:
    with pytest.raises(FrontmatterError, match=reason):
        edit(note(block), [SetText("summary", "S", replaces="old")])


@pytest.mark.parametrize(
    ("block", "value", "written"),
    [
        ("a: 1\n", "a: b", '"a: b"'),
        ("a: 'x'\n", "a: b", "'a: b'"),
        ("a: 'x'\nb: \"y\"\n", "a: b", '"a: b"'),
        ("a: ['x']\n", "yes", "'yes'"),
        ("a: 'x'\n", "it's: so", "'it''s: so'"),
    ],
)
def test_quotes_are_those_of_the_block(block: str, value: str, written: str) -> None:
    assert f"summary: {written}\n".encode() in changed(note(block), SetText("summary", value))


# --- adding items -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: b\n", "a: b\ntags:\n  - x\n  - y\n"),
        ("a:\n -\n  b\n", "a:\n -\n  b\ntags:\n  - x\n  - y\n"),
        ("a:\n- b\n", "a:\n- b\ntags:\n- x\n- y\n"),
        ("a:\n    -  b\nc:\n", "a:\n    -  b\nc:\ntags:\n    -  x\n    -  y\n"),
        ("a:\n  - b: c\n", "a:\n  - b: c\ntags:\n  - x\n  - y\n"),
        ("a: [b]\n", "a: [b]\ntags:\n  - x\n  - y\n"),
        (" a: b\n", " a: b\n tags:\n   - x\n   - y\n"),
        ("tags:\na: b\n", "tags:\n  - x\n  - y\na: b\n"),
        ("tags: # c\na: b\n", "tags: # c\n  - x\n  - y\na: b\n"),
        ("tags: []\n", "tags: [x, y]\n"),
        ("tags: [ ] # c\n", "tags: [x, y ] # c\n"),
        ("tags: ~\n", "tags: [x, y]\n"),
        ('tags: ""\n', "tags: [x, y]\n"),
        ("tags:\n- a\n# c\nb: c\n", "tags:\n- a\n- x\n- y\n# c\nb: c\n"),
        ("tags:\n  -  '#a' # c\n", "tags:\n  -  '#a' # c\n  -  '#x'\n  -  '#y'\n"),
        ("tags:\n  - a\n  -\n", "tags:\n  - a\n  -\n  - x\n  - y\n"),
        ("tags:\n  -\n", "tags:\n  -\n  - x\n  - y\n"),
        ("tags:\n  - [[a]]\n", "tags:\n  - [[a]]\n  - x\n  - y\n"),
        ("tags:\n  - >-\n    a\nb: c\n", "tags:\n  - >-\n    a\n  - x\n  - y\nb: c\n"),
        ("tags: [a]\n", "tags: [a, x, y]\n"),
        ("tags: [a,b]\n", "tags: [a,b,x,y]\n"),
        ("tags: ['a', \"b\", ]\n", 'tags: [\'a\', "b", "x", "y", ]\n'),
        ("tags: [\n  a,\n  b\n]\n", "tags: [\n  a,\n  b,\n  x,\n  y\n]\n"),
        ("tags: [a, # c\n  b]\n", "tags: [a, # c\n  b, x, y]\n"),
        ("tags: [1, 2]\n", "tags: [1, 2, x, y]\n"),
        ("tags: a, b\n", "tags: a, b, x, y\n"),
        ("tags: a,b c # c\n", "tags: a,b c,x,y # c\n"),
        ("tags: a,\n", "tags: a,x,y\n"),
        ("tags: a b\n", "tags: a b x y\n"),
        ("tags: '#a #b'\n", "tags: '#a #b #x #y'\n"),
        ('tags: "a, b"\n', 'tags: "a, b, x, y"\n'),
        ("tags: a\n", "tags: [a, x, y]\n"),
        ('tags: "#a"\n', 'tags: ["#a", "#x", "#y"]\n'),
        ("tags: #a\n", "tags: #a\n  - x\n  - y\n"),
        ("TAGS : [a]\n", "TAGS : [a, x, y]\n"),
        ("'tags': [a]\n", "'tags': [a, x, y]\n"),
        ("tag: [a]\n", "tag: [a, x, y]\n"),
        ("tag: a\ntags:\n", "tag: a\ntags:\n  - x\n  - y\n"),
        ("tags: [X, '#a']\n", "tags: [X, '#a', '#y']\n"),
    ],
)
def test_tags_are_added_in_the_style_of_those_there(before: str, after: str) -> None:
    change = AddItems("tags", ("x", "y", "X"))
    assert changed(note(before), change) == note(after)
    assert edit(note(after), [change]) == ()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("tags: 2024\n", "neither a list nor"),
        ("tags: {a: b}\n", "neither a list nor"),
        ("tags: >-\n  a b\n", "neither a list nor"),
        ("tags: science & art\n", "no list of items"),
        ("tags: [[a]]\n", "holds lists"),
        ("tags: [a: b]\n", "holds lists"),
        ("tags:\n  - a: b\n", "unusual way"),
        ("tags:\n  -\n    a\n", "unusual way"),
        ("tags: &t [a]\nb: *t\n", "anchor"),
        ("b: &t [a]\ntags: *t\n", "anchor"),
        ("b: &t a\ntags: [*t, c]\n", "holds an alias"),
        ("b: &t a\ntags:\n  - c\n  - *t\n", "holds an alias"),
        ("Tags: a\ntags: b\n", "both there"),
        ('a: "\n  b"\n? c\n: d\ntags : &x\n', "anchor"),
    ],
)
def test_tags_are_not_added_where_that_is_not_safe(block: str, reason: str) -> None:
    with pytest.raises(FrontmatterError, match=reason):
        edit(note(block), [AddItems("tags", ("x",))])


def test_a_tag_that_would_not_stay_one_is_not_put_into_a_string() -> None:
    with pytest.raises(FrontmatterError, match="no list of items"):
        edit(note("tags: a b\n"), [AddItems("tags", ("x y",))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: b\n", 'a: b\nrelated:\n  - "[[X y]]"\n'),
        ("related: '[[A]]'\n", "related: ['[[A]]', '[[X y]]']\n"),
        ("related:\n  - [[A]]\n", 'related:\n  - [[A]]\n  - "[[X y]]"\n'),
        ('related: ["[[A, b]]"]\n', 'related: ["[[A, b]]", "[[X y]]"]\n'),
    ],
)
def test_links_are_quoted(before: str, after: str) -> None:
    change = AddItems("related", ("[[X y]]",))
    assert changed(note(before), change) == note(after)
    assert edit(note(after), [change]) == ()


@pytest.mark.parametrize("block", ["related: [[A]]\n", "related: see also\n"])
def test_a_link_is_not_added_to_what_is_no_list_of_links(block: str) -> None:
    with pytest.raises(FrontmatterError):
        edit(note(block), [AddItems("related", ("[[X]]",))])


def test_an_unquoted_link_counts_as_there() -> None:
    assert edit(note("related:\n  - [[a B]]\n"), [AddItems("related", ("[[A b]]",))]) == ()


# --- several changes, newlines, no block ------------------------------------------------

BOTH = (SetText("summary", "S"), AddItems("tags", ("x",)))


def test_changes_are_made_together() -> None:
    content = note("tags:\n  - é\n")
    edits = edit(content, BOTH)
    assert splice(content, edits) == note("tags:\n  - é\n  - x\nsummary: S\n")
    assert len(edits) == 1


def test_distant_changes_are_edits_of_their_own() -> None:
    content = note("summary:\ntitle: é\ntags: [a]\n")
    edits = edit(content, BOTH)
    assert [one.after for one in edits] == [b" S", b", x"]
    assert splice(content, edits) == note("summary: S\ntitle: é\ntags: [a, x]\n")


def test_windows_newlines_are_kept() -> None:
    content = b"---\r\ntags:\r\n- a\r\n---\r\nBody\r\n"
    assert changed(content, *BOTH) == (
        b"---\r\ntags:\r\n- a\r\n- x\r\nsummary: S\r\n---\r\nBody\r\n"
    )


def test_one_property_is_not_changed_twice() -> None:
    with pytest.raises(FrontmatterError, match="twice"):
        edit(note("tags: [a]\n"), [AddItems("tags", ("x",)), AddItems("Tags", ("y",))])


def test_nothing_to_change_needs_no_block() -> None:
    assert edit(b"Text", []) == edit(b"{}", [Remove("summary", "S")]) == ()


@pytest.mark.parametrize(
    ("content", "newline"),
    [
        (b"Text\n", "\n"),
        (b"Text", "\n"),
        (b"# Heading\r\n\r\nText\n", "\r\n"),
        (b"----\nText\n", "\n"),
        (b"***\n---\nText\n", "\n"),
        (b"\n\n{}\n", "\n"),
        (b"", "\n"),
    ],
)
def test_a_note_without_frontmatter_gets_a_block_before_its_first_byte(
    content: bytes, newline: str
) -> None:
    block = "---\nsummary: S\ntags:\n  - x\n---\n".replace("\n", newline).encode()
    assert changed(content, *BOTH) == block + content
    assert changed(BOM + content, *BOTH) == BOM + block + content


@pytest.mark.parametrize(
    "content",
    [
        b"---\n",
        b"---\na: 1\n",
        b"--- \ntext\n",
        b"--- text\na: 1\n---\n",
        b"\n---\na: 1\n---\n",
        b"\r\n  ---\n",
        b"---\ra: 1\r---\r",
        b"---\na: 1\n--- text\n",
    ],
)
def test_a_note_that_begins_like_frontmatter_is_left_alone(content: bytes) -> None:
    with pytest.raises(FrontmatterError, match="begins with '---' but has no frontmatter"):
        edit(content, BOTH)


# --- taking out -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "key", "source"),
    [
        ("a: b\n", "tags", None),
        ("a : b # c\n", "A", " b"),
        ("a:  \n", "a", ""),
        ("a: # c\n  - b\n  - c # d\nz: 1\n", "a", " # c\n  - b\n  - c"),
        ("tag: b\n", "tags", " b"),
    ],
)
def test_the_source_of_a_value_is_told(before: str, key: str, source: str | None) -> None:
    assert source_of(note(before), key) == source
    assert source_of(b"Text", key) is None


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1\nsummary: S\n", Remove("summary", "S"), "a: 1\n"),
        ("Summary: 'S' # c\n", Remove("summary", "S", was=""), "Summary: # c\n"),
        ("summary: >-\n  S\nb: 1\n", Remove("summary", "S"), "b: 1\n"),
        ("summary: mine\n", Remove("summary", "S"), "summary: mine\n"),
        ("a: 1\n", Remove("summary", "S"), "a: 1\n"),
        ("tags:\n  - a\n  - x\n  - b\n", Remove("tags", ("x", "y"), ""), "tags:\n  - a\n  - b\n"),
        ("tags:\n  - '#x'\nb: 1\n", Remove("tags", ("x",)), "b: 1\n"),
        ("tags:\n  - x\nb: 1\n", Remove("tags", ("x",), was=""), "tags:\nb: 1\n"),
        ("tags: [x]\nb: 1\n", Remove("tags", ("x",)), "b: 1\n"),
        ("tags: [x, a, y, b, x]\n", Remove("tags", ("x", "y")), "tags: [a, b]\n"),
        ("tags: [x, a]\n", Remove("tags", ("x",)), "tags: [a]\n"),
        ("tags: [a, x ]\n", Remove("tags", ("x",), was=" [b]"), "tags: [a ]\n"),
        ("tags: [a, x]\n", Remove("tags", ("x",), was=" 'a'"), "tags: 'a'\n"),
        ("tags: [x]\n", Remove("tags", ("x",), was=" [ ]"), "tags: [ ]\n"),
        ("tags: a, x\n", Remove("tags", ("x",), was=" a"), "tags: a\n"),
        ("tags: [a]\n", Remove("tags", ("x",)), "tags: [a]\n"),
        ("tags: 5\n", Remove("tags", ("x",)), "tags: 5\n"),
    ],
)
def test_what_is_ours_is_taken_out(before: str, change: Remove, after: str) -> None:
    assert changed(note(before), change) == note(after)


@pytest.mark.parametrize(
    ("block", "change"),
    [
        ("summary: S # mine\n", Remove("summary", "S")),
        ("summary: # mine\n  S\n", Remove("summary", "S")),
        ("summary: # mine\n  S\n", Remove("summary", "S", was="")),
        ("tags: # mine\n  - x\n", Remove("tags", ("x",))),
        ("tags:\n  # mine\n  - x\n", Remove("tags", ("x",))),
        ("tags:\n  - x # mine\n  - a\n", Remove("tags", ("x",))),
        ("tags: [\n  x\n]\n", Remove("tags", ("x",))),
        ("tags: [a, # mine\n  x]\n", Remove("tags", ("x",))),
        ("tags: [a, # mine\n  x]\n", Remove("tags", ("x",), was=" [a]")),
        ("tags: a, b, x\n", Remove("tags", ("x",), was=" a")),
        ("tags: [&n x, a]\nb: *n\n", Remove("tags", ("x",))),
        ("tags: [x, ]\n", Remove("tags", ("x",), was=" [a]")),
    ],
)
def test_what_cannot_be_told_apart_is_not_taken_out(block: str, change: Remove) -> None:
    with pytest.raises(FrontmatterError):
        edit(note(block), [change])


OURS = (Remove("summary", "S", block=True), Remove("tags", ("x",), block=True))


@pytest.mark.parametrize("content", [b"Text\r\nmore\r\n", BOM + b"Text", b"----\n"])
def test_a_block_of_ours_goes_when_nothing_is_left_in_it(content: bytes) -> None:
    written = changed(content, *BOTH)
    assert changed(written, *OURS) == content


def test_a_block_of_ours_stays_while_something_is_in_it() -> None:
    content = b"---\nsummary: S\nmine: 1\ntags:\n  - x\n---\nText"
    assert changed(content, *OURS) == b"---\nmine: 1\n---\nText"


@pytest.mark.parametrize("body", [b"---\nb: 1\n---\n", BOM + b"Text"])
def test_a_block_of_ours_stays_where_the_text_would_become_one(body: bytes) -> None:
    assert changed(b"---\nsummary: S\n---\n" + body, *OURS) == b"---\n---\n" + body


def test_a_block_of_the_user_s_stays_when_nothing_is_left_in_it() -> None:
    content = b"---\n---\nText"
    written = changed(content, SetText("summary", "S"))
    assert changed(written, Remove("summary", "S")) == content
