"""What a model says of a period: in shares that fit, and only what its notes bear out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import redact
from vaultskillet.core.model import NotePath, SafeText
from vaultskillet.core.narrative import (
    Source,
    numbered,
    read_statements,
    shares_of,
    sources_of,
)
from vaultskillet.core.pieces import Piece
from vaultskillet.core.prompt import estimate_tokens

SHARE = [
    Source(SafeText(f"{name}: {text}"), (NotePath(f"{name}.md"),), f"{name} {text}")
    for name, text in [
        ("Compost", "The compost bin smells when it is too wet; paper helps."),
        ("Worms", "Worms eat coffee grounds, 3 kg a month."),
        ("Taxes", "The tax return is due in July."),
    ]
]


def piece(title: str, line: str | None, text: str = "") -> Piece:
    return Piece(
        path=NotePath(f"{title}.md"), title=SafeText(title), line=line, text=SafeText(text),
        tags=(), is_new=False, finished=None, tasks=(), words=0, at=0.0,
    )  # fmt: skip


def test_a_note_is_told_by_its_title_and_its_line_and_held_against_all_it_says() -> None:
    pieces = [
        piece("Worms", "They eat.", "All of it."),
        piece("Bare", None),
        piece("![[x.png]]", None),
    ]
    sources = sources_of(pieces, redact.DEFAULT)
    assert [(one.text, one.notes) for one in sources] == [
        ("Worms: They eat.", ("Worms.md",)),
        ("Bare", ("Bare.md",)),
    ]
    assert sources[0].evidence == "Worms They eat. All of it."


def test_nothing_that_is_redacted_is_in_what_a_model_gets() -> None:
    (source,) = sources_of([piece("Ask jane.doe@example.com", "Or Jo.")], redact.DEFAULT)
    assert "jane" not in source.text


def test_of_nothing_there_is_no_share() -> None:
    assert list(shares_of([], tokens=100)) == []


def read(*statements: tuple[str, list[int]]) -> list[tuple[str, tuple[str, ...]]]:
    said = json.dumps({"statements": [{"text": t, "from": n} for t, n in statements]})
    kept = read_statements(said, SHARE, redact.DEFAULT)
    assert kept is not None
    return [(one.text, one.notes) for one in kept]


def test_a_statement_keeps_the_notes_that_it_rests_on() -> None:
    assert read(("Paper and worms keep the compost bin from being wet.", [1, 2])) == [
        ("Paper and worms keep the compost bin from being wet.", ("Compost.md", "Worms.md"))
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The compost bin smells when it is wet.", []),
        ("The compost bin smells when it is wet.", [9]),
        ("The compost bin smells when it is wet.", [0, -1]),
        ("The compost bin smells when it is wet.", [3]),
        ("You went to Rome and met the Pope.", [1, 2, 3]),
        ("Worms eat 5 kg of coffee grounds a month.", [2]),
        ("", [1]),
        ("<script>alert(1)</script>", [1]),
    ],
)
def test_what_its_notes_do_not_bear_out_is_dropped(text: str, numbers: list[int]) -> None:
    assert read((text, numbers)) == []


def test_a_statement_can_do_nothing_but_be_read() -> None:
    (text, _) = read(("The compost bin #garden [[Taxes]] smells <% x %> too wet ![[a.png]]", [1]))[
        0
    ]
    assert text == r"The compost bin \#garden Taxes smells too wet"


def test_the_same_twice_is_said_once() -> None:
    assert len(read(*[("The compost bin smells when it is wet.", [1])] * 3)) == 1


@pytest.mark.parametrize(
    "reply", ["", "no JSON", "[]", '{"statements": 3}', '{"statements": [{}]}']
)
def test_what_is_not_the_json_asked_for_is_none(reply: str) -> None:
    assert read_statements(reply, SHARE, redact.DEFAULT) is None


def test_thoughts_and_fences_around_it_do_no_harm() -> None:
    said = '<think>hm</think>\n```json\n{"statements": []}\n```'
    assert read_statements(said, SHARE, redact.DEFAULT) == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1), st.integers(50, 400))
def test_shares_hold_everything_in_order_and_fit(texts: list[str], tokens: int) -> None:
    sources = [Source(SafeText(text), (), text) for text in texts]
    shares = list(shares_of(sources, tokens=tokens))
    assert [source for share in shares for source in share] == sources
    for share in shares:
        assert len(share) == 1 or estimate_tokens(numbered(share)) <= tokens + len(share)


@given(st.text())
def test_any_reply_can_be_read(reply: str) -> None:
    read_statements(reply, SHARE, redact.DEFAULT)
