from __future__ import annotations

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from tests.core.test_markdown_laws import PIECES, legible
from vaultskillet.core import markdown
from vaultskillet.core.calls import State, less_calls, read_calls
from vaultskillet.core.marks import Mark, apply_patches, plan_edits, plan_marks
from vaultskillet.core.model import File, NotePath, Stamp
from vaultskillet.core.note import read_note
from vaultskillet.core.splice import invert, splice
from vaultskillet.errors import FrontmatterError

TAG = "homeskillet"
LINK = "[[folder/An answer|An answer]]"


def answered(body: str, link: str | None = LINK) -> str | None:
    document = markdown.read(body)
    calls = read_calls({}, body, document, tag=TAG)
    patches = plan_marks(body, document, [Mark(call, State.DONE, link) for call in calls])
    return None if patches is None else apply_patches(body, patches)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#homeskillet", "#homeskillet/done [[A|b]]"),
        ("x #homeskillet Ask\r\ny", "x #homeskillet/done Ask [[A|b]]\r\ny"),
        ("#homeskillet Ask  \nmore", "#homeskillet/done Ask [[A|b]]  \nmore"),
        ("#homeskillet Ask\\\nmore", "#homeskillet/done Ask [[A|b]]\\\nmore"),
        ("#homeskillet Ask ^id", "#homeskillet/done Ask [[A|b]] ^id"),
        ("#homeskillet Ask ^id\nmore", "#homeskillet/done Ask [[A|b]] ^id\nmore"),
        ("## #homeskillet Ask ^id", "## #homeskillet/done Ask [[A|b]] ^id"),
        ("## #homeskillet Ask ##", "## #homeskillet/done Ask [[A|b]] ##"),
        ("#homeskillet Ask\n===", "#homeskillet/done Ask [[A|b]]\n==="),
        (
            "- [ ] #homeskillet Ask 📅 2026-01-02",
            "- [ ] #homeskillet/done Ask [[A|b]] 📅 2026-01-02",
        ),
        (
            "- [ ] Do it 🔁 every week 📅 2026-01-02 #homeskillet",
            "- [ ] Do it [[A|b]] 🔁 every week 📅 2026-01-02 #homeskillet/done",
        ),
        ("> [!todo]- #homeskillet Ask\n> x", "> [!todo]- #homeskillet/done Ask [[A|b]]\n> x"),
        (
            "| a | b |\n|---|---|\n| #homeskillet Ask | c |",
            "| a | b |\n|---|---|\n| #homeskillet/done Ask [[A\\|b]] | c |",
        ),
        (
            "a | b\n--|--\nx | #homeskillet Ask `c \\| d`",
            "a | b\n--|--\nx | #homeskillet/done Ask `c \\| d` [[A\\|b]]",
        ),
        (
            "#homeskillet a #homeskillet b",
            "#homeskillet/done a #homeskillet/done b [[A|b]] [[A|b]]",
        ),
        ("#homeskillet Ask `x\ny`", "#homeskillet/done Ask [[A|b]] `x\ny`"),
        ("#homeskillet Ask <b\nc>", "#homeskillet/done [[A|b]] Ask <b\nc>"),
        ("x #a #homeskillet/think", "x #a #homeskillet/done [[A|b]]"),
        ("#homeskillet Ask #a/b", "#homeskillet/done Ask #a/b [[A|b]]"),
        ("#a #homeskillet\n#b", "#a #homeskillet/done [[A|b]]\n#b"),
        ("http://a.b/c #homeskillet", "http://a.b/c #homeskillet/done [[A|b]]"),
        ("(k:: v) #homeskillet", "(k:: v) #homeskillet/done [[A|b]]"),
        ("2026-01-02 [[C|d]] #homeskillet", "2026-01-02 [[C|d]] #homeskillet/done [[A|b]]"),
        ("key:: #homeskillet Ask", "key:: #homeskillet/done Ask [[A|b]]"),
        ("[^1]: #homeskillet Ask\n\nx[^1]", "[^1]: #homeskillet/done Ask [[A|b]]\n\nx[^1]"),
        ("#homeskillet Ask %%", "#homeskillet/done Ask [[A|b]] %%"),
    ],
)
def test_the_tag_changes_and_the_link_comes_at_the_lines_end(before: str, after: str) -> None:
    assert answered(before, "[[A|b]]") == after


def test_a_failed_call_gets_no_link() -> None:
    body = "#homeskillet/think Ask"
    document = markdown.read(body)
    [call] = read_calls({}, body, document, tag=TAG)
    patches = plan_marks(body, document, [Mark(call, State.FAILED)])
    assert patches is not None
    assert apply_patches(body, patches) == "#homeskillet/failed Ask"


CALLS = st.sampled_from([
    "#homeskillet", "#homeskillet ", "#homeskillet Ask", "#homeskillet/think", " #homeskillet ",
    "#homeskillet/done", "📅 2026-01-02", " 🔁 every week", "#x", "- [ ] #homeskillet a",
])  # fmt: skip
BODIES = st.lists(PIECES | CALLS, max_size=30).map("".join).map(legible)


@given(BODIES)
def test_answering_changes_nothing_else(body: str) -> None:
    document = markdown.read(body)
    calls = read_calls({}, body, document, tag=TAG)
    assume(calls)
    after = answered(body)
    event("answered" if after is not None else "no place for a link")
    after = answered(body, None) if after is None else after
    assert after is not None
    assert less_calls(after, markdown.read(after), tag=TAG) == less_calls(body, document, tag=TAG)
    assert read_calls({}, after, markdown.read(after), tag=TAG) == ()


@given(BODIES)
def test_two_spans_at_most_are_written_for_a_call(body: str) -> None:
    document = markdown.read(body)
    calls = read_calls({}, body, document, tag=TAG)
    patches = plan_marks(body, document, [Mark(call, State.DONE, LINK) for call in calls])
    for patch in patches or ():
        removed, is_tag = body[patch.start : patch.end], patch.text == "#homeskillet/done"
        assert (is_tag and removed.casefold().startswith("#homeskillet")) or not removed
        assert is_tag or not patch.text.replace("\\", "").replace(f" {LINK}", "")
    assert len(patches or ()) <= 2 * len(calls)


FRONTS = st.sampled_from([
    "", "---\n---\n", "---\ntags: [homeskillet, x]\n---\n", "---\ntags: homeskillet, x\n---\n",
    "---\ntags:\n  - '#homeskillet/think'\n  - x # c\n---\n",
    '---\r\ntag: "homeskillet"\r\n---\r\n',
    "\ufeff---\nTags:\n- homeskillet\nx: 1\n---\n", "---\ntags: &a [homeskillet]\n---\n",
])  # fmt: skip


@given(FRONTS, BODIES)
def test_a_note_is_as_it_was_but_for_its_marks_and_they_can_be_taken_back(
    front: str, body: str
) -> None:
    content = (front + body).encode()
    file = File(NotePath("a.md"), content, Stamp(1, 1, 1))
    note = read_note(file, (), tag=TAG)
    document = markdown.read(note.body)
    calls = read_calls(note.properties, note.body, document, tag=TAG)
    try:
        edits = plan_edits(note, document, [Mark(call, State.DONE, LINK) for call in calls], ())
    except FrontmatterError:
        event("refused")
        return
    if edits is None:
        return
    after = splice(content, edits)
    assert splice(after, invert(edits)) == content
    again = read_note(File(file.path, after, file.stamp), (), tag=TAG)
    assert again.source == note.source
    assert read_calls(again.properties, again.body, markdown.read(again.body), tag=TAG) == ()
