from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_markdown_laws import PIECES, legible
from vaultskillet.core import markdown, redact
from vaultskillet.core.headings import HeadingName
from vaultskillet.core.insight import Insight, read_insight
from vaultskillet.core.model import Reply, SafeText
from vaultskillet.core.own_words import extract_insight


def insight_of(text: str, *others: str, title: str = "Compost") -> Insight:
    said = extract_insight(text, title=title, others=others)
    reply = Reply(said, "extractive")
    return read_insight(reply, text=SafeText(text), others=others, filters=redact.DEFAULT)


def texts(text: str, kind: str) -> list[str]:
    points = json.loads(extract_insight(text, title="Compost", others=[]))[kind]
    return [point["text"] for point in points]


TEXT = """# Compost

The bin *smells* when it is too wet. Why is that?

## Worms

- [ ] Buy more [[Coffee|coffee]] grounds
- [x] Buy paper bags
"""


def test_a_note_speaks_for_itself() -> None:
    insight = insight_of(TEXT, "Coffee", "Bark")
    assert [point.text for point in insight.claims] == ["The bin smells when it is too wet."]
    assert [point.text for point in insight.questions] == ["Why is that?"]
    assert [point.text for point in insight.actions] == ["Buy more coffee grounds"]
    [connection] = insight.connections
    assert (connection.note, connection.heading) == ("Coffee", HeadingName("Worms", 0))
    assert connection.text == "The note links to it."


def test_a_note_without_sentences_gives_nothing() -> None:
    assert not insight_of("# Title\n\n`code`\n")


@pytest.mark.parametrize(
    "text",
    [
        "It smells when the bin is too wet.",
        "There are three reasons for the smell of the bin:",
        "Does the bin smell when it is too wet?",
        "TODO: turn the compost in the bin twice a month.",
        "Use the fork.",
        "> The bin smells when it is too wet.",
    ],
)
def test_what_cannot_stand_alone_is_no_claim(text: str) -> None:
    assert texts(f"{text}\n", "claims") == []


def test_claims_say_different_things_and_keep_the_order_of_the_text() -> None:
    text = (
        "Worms eat the leaves in the compost bin.\n\nMy neighbour owns two very loud dogs.\n\n"
        "Worms eat the leaves in the compost bin.\n\nThe compost bin smells when wet leaves rot.\n"
    )
    claims = texts(text, "claims")
    assert claims[0].startswith("Worms eat")
    assert "The compost bin smells when wet leaves rot." in claims


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("Why does the bin smell?", True),
        ("Why does the bin smell? Because it is wet.", False),
        ("**Why does the bin smell?**\n\nBecause it is wet.", False),
        ("> [!faq] Why does the bin smell?\n> Because it is wet.", False),
        ("- Why does the bin smell?", True),
        ("## Why does the bin smell?", False),
    ],
)
def test_a_question_is_open_where_nothing_beside_it_answers(text: str, *, is_open: bool) -> None:
    assert bool(texts(f"{text}\n\n", "questions")) is is_open


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("We learn much from people who garden.", None),
        ("We learn much from People who garden.", "The note names it."),
        ("We learn much from [[notes/People|those]] who garden.", "The note links to it."),
        ("We learn much from the garden.", None),
    ],
)
def test_a_connection_is_a_link_or_a_name_not_a_mere_word(sentence: str, said: str | None) -> None:
    found = [point.text for point in insight_of(sentence, "People").connections]
    assert found == ([said] if said else [])


def test_a_short_task_is_found_too() -> None:
    assert [point.text for point in insight_of("- [ ] Buy milk\n").actions] == ["Buy milk"]


def test_a_name_of_several_words_is_known_in_any_case() -> None:
    [point] = insight_of("Ask it in the garden club on Monday.", "Garden club").connections
    assert point.note == "Garden club"


@given(st.lists(PIECES, max_size=30).map("".join).map(legible))
def test_whatever_is_said_stands_in_the_note(text: str) -> None:
    said = json.loads(extract_insight(text, title="T", others=["Note"]))
    prose = [" ".join(block.prose.split()) for block in markdown.read(text).blocks]
    for points in said.values():
        for point in points:
            quote = " ".join(point["quote"].split())
            assert any(quote in block for block in prose)
