"""What a digest is put together from, and how it counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.digest import (
    MOST_LINES,
    MOST_OF_A_THEME,
    MOST_SUGGESTIONS,
    MOST_TASKS,
    MOST_TASKS_OF_A_NOTE,
    Digest,
    Numbers,
    build_digest,
    count_streak,
    link_into,
    numbers_of,
    span_text,
)
from vaultskillet.core.model import NotePath, SafeText
from vaultskillet.core.pieces import OpenTask, Piece
from vaultskillet.core.themes import Group


def piece(name: str, **changes: object) -> Piece:
    fields = {
        "path": NotePath(f"{name}.md"),
        "title": SafeText(name.rpartition("/")[2]),
        "line": f"What {name} says.",
        "text": SafeText(""),
        "tags": (),
        "is_new": False,
        "finished": None,
        "tasks": (),
        "words": 0,
        "at": 0.0,
    }
    return Piece(**{**fields, **changes})  # type: ignore[arg-type]


def links_to(pieces: Iterable[Piece], *more: str) -> dict[NotePath, str]:
    names = [*(one.path.removesuffix(".md") for one in pieces), *more]
    return {NotePath(f"{name}.md"): f"[[{name}]]" for name in names}


def digest(*pieces: Piece, links: dict[NotePath, str] | None = None, **changes: object) -> Digest:
    fields = {
        "name": "weekly", "period": "2026-W11", "span": "9–15 March 2026", "until": "",
        "length": "week", "before": None, "streak": 0, "groups": (), "outputs": (),
        "suggestions": (), "unnamed": 0,
    }  # fmt: skip
    known = links_to(pieces) if links is None else links
    return build_digest(pieces, known, **{**fields, **changes})  # type: ignore[arg-type]


def test_notes_are_told_as_new_or_changed_and_as_finished_beside() -> None:
    told = digest(
        piece("New", is_new=True), piece("Old", finished="status: done"), piece("Bare", line=None)
    )
    assert [line.link for line in told.created.lines] == ["[[New]]"]
    assert [(line.link, line.text) for line in told.changed.lines] == [
        ("[[Old]]", "What Old says."),
        ("[[Bare]]", None),
    ]
    assert [(line.link, line.because) for line in told.finished.lines] == [
        ("[[Old]]", "status: done")
    ]


def test_figures_count_every_note() -> None:
    pieces = [piece("A", is_new=True, words=3), piece("B", words=4, finished="done: true")]
    expected = Numbers(notes=2, created=1, finished=1, words=7)
    assert digest(*pieces, links={}).numbers == numbers_of(pieces) == expected


def test_a_note_that_cannot_be_linked_to_is_only_counted() -> None:
    pieces = [piece("A", tasks=(OpenTask("do", ""),)), piece("B", is_new=True)]
    told = digest(*pieces, links=links_to(pieces[1:]), unnamed=2)
    assert told.unnamed == 3
    assert told.changed.lines == ()
    assert (told.tasks, told.more_tasks) == ((), 0)


def test_of_too_many_those_are_named_of_which_something_can_be_said() -> None:
    mute = [piece(f"Mute {at}", line=None, at=1000.0 + at) for at in range(5)]
    many = [piece(f"P/{at:02}", at=float(at)) for at in range(MOST_LINES)]
    told = digest(*mute, *many).changed
    assert [line.link for line in told.lines] == [f"[[P/{at:02}]]" for at in range(19, -1, -1)]
    assert told.more == "and 5 more"


def test_of_those_that_are_not_named_it_says_where_they_are_if_they_differ_in_that() -> None:
    many = [piece(f"V/A/{at:02}", at=100.0 + at) for at in range(MOST_LINES)]
    rest = [piece(f"V/{folder}/r{at}", words=0) for at, folder in enumerate(("B#1", "B#1", "C/D"))]
    assert digest(*many, *rest).changed.more == r"and 3 more: 2 in B\#1, 1 in C"
    assert digest(*many, piece("V/A/last")).changed.more == "and 1 more"


def test_open_tasks_carry_links_into_their_notes_and_the_same_is_said_once() -> None:
    tasks = (OpenTask("buy", "#^b1"), OpenTask("ask", "#Plan"), OpenTask("ask", "#Plan"))
    told = digest(piece("A", tasks=tasks))
    assert [(task.text, task.link) for task in told.tasks] == [
        ("buy", "[[A#^b1|A]]"),
        ("ask", "[[A#Plan|A]]"),
    ]
    assert told.more_tasks == 0


def test_no_note_fills_the_list_of_tasks_alone_and_all_are_counted() -> None:
    tasks = tuple(OpenTask(f"task {at}", "") for at in range(MOST_TASKS_OF_A_NOTE + 2))
    told = digest(*(piece(name, tasks=tasks) for name in "ABCDE"))
    assert len(told.tasks) == MOST_TASKS
    assert told.more_tasks == 5 * len(tasks) - MOST_TASKS
    assert [task.link for task in told.tasks[4:6]] == ["[[A]]", "[[B]]"]


def test_themes_name_a_few_notes_and_count_the_rest() -> None:
    pieces = [piece(str(at)) for at in range(MOST_OF_A_THEME + 2)]
    group = Group("garden", (*(one.path for one in pieces), NotePath("unlinked.md")))
    (theme,) = digest(*pieces, groups=[group]).themes
    assert (theme.name, len(theme.links), theme.more) == ("garden", MOST_OF_A_THEME, 2)


def test_answers_say_what_they_came_from_and_suggestions_what_speaks_for_them() -> None:
    a, b, c = (NotePath(f"{name}.md") for name in "ABC")
    told = digest(
        links=links_to([], "A", "B"),
        outputs=[(a, b), (b, c), (c, a)],
        suggestions=[(a, b, "why"), (a, c, "not linked"), (c, a, "neither")],
    )
    assert [(line.link, line.because) for line in told.outputs] == [
        ("[[A]]", "from [[B]]"),
        ("[[B]]", ""),
    ]
    assert [(one.one, one.other, one.because) for one in told.suggestions] == [
        ("[[A]]", "[[B]]", "why")
    ]


def test_only_so_many_links_are_suggested() -> None:
    pairs = [(NotePath("A.md"), NotePath("B.md"), "why")] * (MOST_SUGGESTIONS + 1)
    told = digest(links=links_to([], "A", "B"), suggestions=pairs)
    assert len(told.suggestions) == MOST_SUGGESTIONS


@pytest.mark.parametrize(
    ("link", "subpath", "expected"),
    [
        ("[[Note]]", "", "[[Note]]"),
        ("[[Note]]", "#Plan", "[[Note#Plan|Note]]"),
        ("[[a/Note|Mine]]", "#^id", "[[a/Note#^id|Mine]]"),
    ],
)
def test_a_link_into_a_note_keeps_its_target_and_shows_its_title(
    link: str, subpath: str, expected: str
) -> None:
    assert link_into(link, subpath, title="Note") == expected


def moments(*days: int) -> list[float]:
    return [datetime(2026, 3, day, 23, 30, tzinfo=UTC).timestamp() for day in days]


def test_a_streak_ends_where_a_day_has_nothing() -> None:
    assert count_streak(moments(9, 11, 12, 12, 13), date(2026, 3, 13), zone=UTC) == 3
    assert count_streak(moments(9, 11), date(2026, 3, 13), zone=UTC) == 0


def test_its_days_are_those_of_the_user() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")  # there it is the next morning
    assert count_streak(moments(11, 12), date(2026, 3, 13), zone=tokyo) == 2


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 9), date(2026, 3, 9), "Monday, 9 March 2026"),
        (date(2026, 3, 9), date(2026, 3, 15), "9–15 March 2026"),
        (date(2026, 3, 30), date(2026, 4, 5), "30 March – 5 April 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 – 4 January 2026"),
    ],
)
def test_a_stretch_of_days_reads_as_people_write_it(first: date, last: date, text: str) -> None:
    assert span_text(first, last) == text


@given(
    st.lists(
        st.builds(
            piece,
            st.text("abc/", min_size=1, max_size=5).filter(lambda name: "//" not in f"/{name}/"),
            is_new=st.booleans(),
            finished=st.sampled_from([None, "status: done"]),
            at=st.floats(0, 9),
            words=st.integers(0, 9),
        ),
        max_size=60,
        unique_by=lambda one: one.path,
    ),
    st.integers(0, 9),
)
def test_every_note_is_named_counted_among_the_rest_or_unnamed(
    pieces: list[Piece], linked: int
) -> None:
    links = links_to(pieces[linked:])
    told = digest(*pieces, links=links)
    rest = [section.more.split(" ")[1] for section in (told.created, told.changed) if section.more]
    named = len(told.created.lines) + len(told.changed.lines)
    assert named + sum(map(int, rest)) + told.unnamed == len(pieces)
    assert {line.link for line in (*told.created.lines, *told.changed.lines)} <= set(links.values())
