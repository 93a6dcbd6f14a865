"""What a digest may say of one note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import markdown, redact
from vaultskillet.core.model import File, NotePath, Stamp
from vaultskillet.core.note import read_note
from vaultskillet.core.pieces import Piece, Query, inert_line, read_piece
from vaultskillet.core.touch import Touched

TEXT = (
    "A compost bin smells when it is too wet, and it is too wet without paper. Worms help.\n\n"
    "They like coffee grounds, and dislike the peel of lemons; both are told in many books.\n"
)


MANY = "; ".join(f"the thing with number {at}" for at in range(5))[:114] + "…"


def piece(text: str, path: str = "Garden/Compost.md", **changes: object) -> Piece | None:
    note = read_note(File(NotePath(path), text.encode(), Stamp(1, 1, 1)), (), tag="homeskillet")
    fields = {
        "path": note.path, "at": 50.0, "born": None, "words": 20, "words_before": None,
        "finished_before": False,
    }  # fmt: skip
    touched = Touched(**{**fields, **changes})  # type: ignore[arg-type]
    return read_piece(note, markdown.read(note.body), touched, starts=40.0, filters=redact.DEFAULT)


def known(text: str, **changes: object) -> Piece:
    found = piece(text, "Garden/Compost.md", **changes)
    assert found is not None
    return found


def test_its_line_is_its_summary_else_its_own_words() -> None:
    assert known(f"---\nsummary: Wet means smell.\n---\n{TEXT}").line == "Wet means smell."
    assert known(f"---\ndesc: Worms.\n---\n{TEXT}").line == "Worms."
    own = known(f"---\nsummary:\n---\n{TEXT}").line
    assert own is not None
    assert own.startswith("A compost bin smells")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Compost\n\nBuy paper.", "Buy paper."),
        ("- milk\n- eggs, six\n- [ ] bread\n", "milk; eggs, six; bread"),
        ("- [[A]]\n- [[B]]\n\n![[picture.png]]\n", None),
        ("Dear {{name}},\n", None),
        ("```\ncode\n```\n", None),
        ("\n".join(f"- the thing with number {at}" for at in range(99)), MANY),
    ],
)
def test_a_very_short_note_or_a_list_is_told_by_how_it_begins(text: str, line: str | None) -> None:
    assert known(text).line == line


def test_nothing_private_is_in_it() -> None:
    told = known("Mail jane.doe@example.com about the compost bin, which smells of wet paper.\n")
    assert "jane" not in f"{told.line}{told.text}"
    assert piece(TEXT, path="People/jane.doe@example.com.md") is None


def test_it_is_new_if_it_was_made_in_the_period() -> None:
    assert known(TEXT, born=45.0).is_new
    assert not known(TEXT, born=39.0).is_new
    assert not known(TEXT).is_new


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"born": 45.0}, 20),
        ({}, 0),
        ({"words_before": 5}, 15),
        ({"words_before": 30}, 0),
        ({"born": 45.0, "words_before": 5}, 15),
    ],
)
def test_only_words_that_are_known_to_be_added_count(
    changes: dict[str, object], words: int
) -> None:
    assert known(TEXT, **changes).words == words


def test_what_was_finished_before_is_not_finished_again() -> None:
    done = "---\nstatus: done\n---\nx"
    assert known(done).finished == "status: done"
    assert known(done, finished_before=True).finished is None


def test_an_open_task_is_led_to_by_its_id_else_its_heading() -> None:
    text = (
        "- [ ] first\n\n# Plan: now\n\n- [x] done\n- [ ] second ^b2\n- [/] third\n- [-] no\n\n"
        "# **Bold**\n\n- [ ] fourth\n"
    )
    told = [(task.text, task.subpath) for task in known(text).tasks]
    assert told == [
        ("first", ""),
        ("second", "#^b2"),
        ("third", "#Plan now"),
        ("fourth", ""),
    ]


def test_the_code_in_a_task_is_shown_since_it_says_what_is_to_be_done() -> None:
    tasks = known("1. [ ] run `make all` #soon ^b1\n- [ ] see $x$ then\n").tasks
    assert [task.text for task in tasks] == ["run make all", "see $x$ then"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("see #tag and C# and a#b", r"see \#tag and C# and a#b"),
        ("due:: tomorrow [x:: y]", "due: tomorrow [x: y]"),
        ("[ ] do it", r"\[ ] do it"),
        ("text ^id", "text"),
        ("%%hidden%% [[Note|shown]] ![[a.png]]", "hidden shown"),
        ("<b>bold</b> <% tp.x %>", "bold"),
        ("  ", None),
    ],
)
def test_a_line_is_inert(text: str, line: str | None) -> None:
    assert inert_line(text, redact.DEFAULT) == line


@given(st.text(max_size=300))
def test_any_text_becomes_inert(text: str) -> None:
    line = inert_line(text, redact.DEFAULT)
    if line is None:
        return
    read = markdown.read(f"- {line}")
    found = [read.tags, read.tasks, read.wikilinks, read.comments, read.block_ids]
    assert not any([*found, read.inline_fields, read.template_code])
    assert "\n" not in line


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        (Query(), True),
        (Query(folders=("garden",)), True),
        (Query(folders=("Gard",)), False),
        (Query(tags=("bed",)), True),
        (Query(tags=("Bed/raised",)), True),
        (Query(tags=("be",)), False),
        (Query(properties={"Status": "open"}), True),
        (Query(properties={"status": "open", "kind": "b"}), True),
        (Query(properties={"status": "shut"}), False),
        (Query(properties={"none": "x"}), False),
    ],
)
def test_a_query_takes_what_it_asks_for(query: Query, *, taken: bool) -> None:
    text = b"---\nstatus: Open\nkind: [a, b]\n---\nx"
    note = read_note(File(NotePath("Garden/Bed.md"), text, Stamp(1, 1, 1)), (), tag="homeskillet")
    assert query.takes(note, ("bed/raised",)) is taken
