"""The page of what waits: what stands on it, and which of its ticks mean something."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import markdown
from vaultskillet.core.page import Entry, is_page, key_of, read_page, write_page

FIRST = Entry("1-0123abcd", "[[Compost]]", ("summary: It is wet.", "tags: garden, worms"))
SECOND = Entry("22-89abcdef", "[[in/Hedge|Hedge]]", ("related: Compost",))
PAGE = write_page([FIRST, SECOND], has_more=False)

lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
entries = st.lists(
    st.builds(
        Entry,
        st.builds(key_of, st.integers(1, 99), st.lists(lines, max_size=2)),
        st.sampled_from(["[[A]]", "[[a/b|B]]", "A note ", "x ^y", "[[%% A %%]]"]),
        st.lists(lines, min_size=1, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry.key,
)


def tick(page: str, *ids: str, mark: str = "x") -> str:
    for one in ids:
        page, times = re.subn(rf"- \[ \] (.*\^{one})\n", rf"- [{mark}] \1\n", page)
        assert times == 1
    return page


def test_each_proposal_stands_there_with_two_boxes() -> None:
    assert PAGE.partition("^reject-all\n")[2].rpartition("\n%%")[0] == (
        "\n## [[Compost]]\n\n`summary: It is wet.`\n`tags: garden, worms`\n\n"
        "- [ ] Accept ^accept-1-0123abcd\n- [ ] Reject ^reject-1-0123abcd\n"
        "\n## [[in/Hedge|Hedge]]\n\n`related: Compost`\n\n"
        "- [ ] Accept ^accept-22-89abcdef\n- [ ] Reject ^reject-22-89abcdef\n"
    )


def test_what_is_left_out_is_told() -> None:
    assert "`vaultskillet review`" not in PAGE
    assert "`vaultskillet review`" in write_page([FIRST], has_more=True)


@pytest.mark.parametrize("mark", ["x", "X"])
def test_a_tick_says_what_stands_beside_it(mark: str) -> None:
    page = tick(PAGE, "accept-1-0123abcd", "reject-22-89abcdef", mark=mark)
    assert read_page(page) == {"1-0123abcd": "accept", "22-89abcdef": "reject"}
    assert read_page(PAGE) == {}


def test_any_other_mark_says_nothing() -> None:
    assert read_page(tick(PAGE, "accept-1-0123abcd", mark="-")) == {}


def test_who_ticks_both_has_said_nothing() -> None:
    page = tick(PAGE, "accept-1-0123abcd", "reject-1-0123abcd", "reject-22-89abcdef")
    assert read_page(page) == {"22-89abcdef": "reject"}


def test_what_is_ticked_for_all_is_so_for_each_of_which_nothing_else_is() -> None:
    page = tick(PAGE, "accept-all", "reject-22-89abcdef")
    assert read_page(page) == {"1-0123abcd": "accept", "22-89abcdef": "reject"}
    assert read_page(tick(PAGE, "accept-all", "reject-all")) == {}


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("\n", "\r\n"),
        PAGE.removesuffix("\n"),
        PAGE + "\n\n",
        PAGE.replace("abcd\n", "abcd  \n"),
        PAGE.replace("\n", "\n\n"),
        PAGE.replace("\n\n", "\n"),
        PAGE.replace("- [", "* ["),
    ],
)
def test_what_editors_do_to_any_note_is_no_edit(page: str) -> None:
    assert read_page(page) == {}


@pytest.mark.parametrize("date", ["Accept ✅ 2026-03-14 ^", "Accept ^"])
def test_the_date_that_a_plug_in_adds_to_a_tick_is_no_edit(date: str) -> None:
    page = tick(PAGE, "accept-1-0123abcd").replace("[x] Accept ^", f"[x] {date}")
    assert read_page(page) == {"1-0123abcd": "accept"}
    after = tick(PAGE, "accept-1-0123abcd").replace("0123abcd\n", "0123abcd ✅ 2026-03-14\n", 1)
    assert read_page(after) == {"1-0123abcd": "accept"}


@pytest.mark.parametrize(
    "page",
    [
        "",
        "- [x] Accept ^accept-1-0123abcd\n",
        PAGE + "A remark.\n",
        PAGE.replace("It is wet.", "It is dry."),
        PAGE.replace("[[Compost]]", "[[Hedge]]"),
        PAGE.replace("## [[Compost]]", "## [[Compost]]\n\n- [x] Accept ^accept-3-0123abcd"),
        PAGE.replace("accept-1-", "accept-2-"),
        PAGE.replace("] Accept ^accept-1", "] Reject ^accept-1"),
        "\n".join(PAGE.splitlines()[:-1]),
        PAGE.replace("homeskillet:review ", "homeskillet:review 0"),
    ],
)
def test_no_tick_means_anything_once_something_else_was_written_there(page: str) -> None:
    assert read_page(tick(page, "accept-22-89abcdef") if "89abcdef\n" in page else page) is None


@given(entries, st.booleans())
def test_whatever_is_proposed_the_page_is_known_again_and_nothing_is_ticked(
    shown: list[Entry],
    more: bool,  # noqa: FBT001 - Hypothesis gives it
) -> None:
    page = write_page(shown, has_more=more)
    assert read_page(page) == {}
    every = page.replace("- [ ] Accept ^", "- [x] Accept ^")
    assert read_page(every) == {entry.key: "accept" for entry in shown}


@given(lines)
def test_nothing_that_is_proposed_reads_as_anything_but_words(line: str) -> None:
    page = write_page([Entry("1-0123abcd", "[[A]]", (f"summary: {line}",))], has_more=False)
    document = markdown.read(page)
    assert [link.target for link in document.wikilinks] == ["A"]
    assert [*document.tags, *document.links, *document.inline_fields] == []
    assert [task.status for task in document.tasks] == [" "] * 4
    assert len(document.headings) == 1


def test_another_proposal_has_another_key() -> None:
    keys = [key_of(1, ["a", "b"]), key_of(2, ["a", "b"]), key_of(1, ["a", "c"]), key_of(1, ["ab"])]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("Homeskillet/Review.md", True),
        ("Homeskillet/Review - 3.md", True),
        ("Homeskillet/Reviews.md", False),
        ("Homeskillet/Answers/Review.md", False),
        ("Review.md", False),
    ],
)
def test_a_page_is_known_by_its_place(path: str, *, is_one: bool) -> None:
    assert is_page(path, "Homeskillet") is is_one
