from __future__ import annotations

import json

import pytest

from vaultskillet.core import redact
from vaultskillet.core.insight import Insight, Point, extract_insight, read_insight
from vaultskillet.core.model import Reply, SafeText
from vaultskillet.errors import ReplyError

TEXT = SafeText(
    "# Compost\n\nThe bin *smells* when it is too wet. Why is that?\n\n"
    "## Worms\n\n- [ ] Buy more [[Coffee|coffee]] grounds\n- [x] Buy paper bags\n"
)


def read(said: object, others: tuple[str, ...] = ()) -> Insight:
    text = said if isinstance(said, str) else json.dumps(said)
    return read_insight(Reply(text, "m"), text=TEXT, others=others, filters=redact.DEFAULT)


def claim(text: str, quote: str) -> dict[str, object]:
    return {"claims": [{"text": text, "quote": quote}]}


@pytest.mark.parametrize(
    "quote",
    [
        "The bin smells when it is too wet.",
        "the bin *smells* when",
        "“bin smells  when it is” too WET",
    ],
)
def test_a_point_is_kept_with_the_heading_over_its_quote(quote: str) -> None:
    [point] = read(claim("It smells.", quote)).claims
    assert (point.text, point.heading) == ("It smells.", "Compost")


@pytest.mark.parametrize(
    "quote",
    ["", "too wet", "The bin smells when it is dry.", "hat? Worms Buy", "in smells when it is to"],
)
def test_a_point_that_the_note_does_not_bear_out_is_dropped(quote: str) -> None:
    assert not read(claim("It smells.", quote))


def test_a_connection_leads_to_a_note_that_was_offered() -> None:
    said = {
        "connections": [
            {"note": "coffee", "text": "Grounds.", "quote": "Buy more coffee grounds"},
            {"note": "Tea", "text": "Leaves.", "quote": "Buy more coffee grounds"},
        ]
    }
    [point] = read(said, ("Coffee", "Bark")).connections
    assert point == Point("Grounds.", "Buy more coffee grounds", "Worms", "Coffee")


def test_what_is_said_is_harmless_and_said_once() -> None:
    quote = "smells when it is too wet"
    said = {
        "claims": [
            {"text": "<script>x</script> <% x %> Wet jo@example.org", "quote": quote},
            {"text": "x Wet jo@example.org", "quote": quote},
            {"text": "<b>", "quote": quote},
        ]
    }
    assert [point.text for point in read(said).claims] == ["x Wet [EMAIL_1]"]


@pytest.mark.parametrize("said", ["Sure!", "[]", {"claims": {}}, {"claims": ["x"]}])
def test_a_reply_of_another_shape_is_refused(said: object) -> None:
    with pytest.raises(ReplyError):
        read(said)


def test_without_a_model_a_note_speaks_for_itself() -> None:
    said = extract_insight(TEXT, title="Compost", others=["Coffee", "Bark"])
    insight = read(said, ("Coffee", "Bark"))
    assert [point.text for point in insight.claims] == ["The bin smells when it is too wet."]
    assert [point.text for point in insight.questions] == ["Why is that?"]
    assert [point.text for point in insight.actions] == ["Buy more coffee grounds"]
    assert [(point.note, point.heading) for point in insight.connections] == [("Coffee", "Worms")]


def test_a_note_without_sentences_gives_nothing() -> None:
    assert not read(extract_insight("# Title\n\n`code`\n", title="T", others=[]))
