from __future__ import annotations

import json

import pytest

from vaultskillet.core import redact
from vaultskillet.core.headings import HeadingName
from vaultskillet.core.insight import Insight, Point, read_insight
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
    assert (point.text, point.heading) == ("It smells.", HeadingName("Compost", 0))


@pytest.mark.parametrize(
    "quote",
    ["", "too wet", "The bin smells when it is dry.", "hat? Worms Buy", "in smells when it is to"],
)
def test_a_point_that_the_note_does_not_bear_out_is_dropped(quote: str) -> None:
    assert not read(claim("It smells.", quote))


def test_a_short_quote_bears_out_what_it_is_the_whole_of() -> None:
    text = SafeText("Buy milk today.\n\n- [ ] Buy milk\n")
    reply = Reply(json.dumps(claim("Milk.", "buy milk")), "m")
    [point] = read_insight(reply, text=text, others=(), filters=redact.DEFAULT).claims
    assert point.text == "Milk."
    assert not read(claim("It smells.", "bin smells"))


def test_a_connection_leads_to_a_note_that_was_offered() -> None:
    said = {
        "connections": [
            {"note": "coffee", "text": "Grounds.", "quote": "Buy more coffee grounds"},
            {"note": "Tea", "text": "Leaves.", "quote": "Buy more coffee grounds"},
        ]
    }
    [point] = read(said, ("Coffee", "Bark")).connections
    assert point == Point("Grounds.", "Buy more coffee grounds", HeadingName("Worms", 0), "Coffee")


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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("It is #homeskillet/undo wet", "It is homeskillet/undo wet"),
        ("It is wet ^id", "It is wet"),
        ("wet:: very", "wet: very"),
        ("See [[Other]] and ![x](http://a.b/c)", "See Other and"),
        ("# Wet\n\n- [ ] do it", "Wet - [ ] do it"),
    ],
)
def test_a_point_is_a_line_that_neither_tags_nor_links_nor_asks(said: str, kept: str) -> None:
    [point] = read(claim(said, "smells when it is too wet")).claims
    assert point.text == kept


@pytest.mark.parametrize("said", ["Sure!", "[]", {"claims": {}}, {"claims": ["x"]}])
def test_a_reply_of_another_shape_is_refused(said: object) -> None:
    with pytest.raises(ReplyError):
        read(said)


def test_a_quote_in_a_script_without_blanks_may_begin_within_a_sentence() -> None:
    text = SafeText("堆肥箱太湿的时候会发臭。\n")
    reply = Reply(json.dumps(claim("发臭。", "太湿的时候会发臭")), "m")
    assert read_insight(reply, text=text, others=(), filters=redact.DEFAULT).claims
