from __future__ import annotations

import pytest

from vaultskillet.core import redact
from vaultskillet.core.answers import answer_name, insight_name, is_about
from vaultskillet.core.context import redact_context
from vaultskillet.core.model import SafeText
from vaultskillet.core.prompt import estimate_tokens

NOTE = b'---\nsource: "[[folder/Garden|Garden]]"\n---\n> Compare  A\n> with B\n\nThey differ.\n'
REQUEST = SafeText("Compare A with B")


def about(content: bytes, request: SafeText | None = REQUEST, *, leads: bool = True) -> bool:
    return is_about(content, request=request, leads_to_source=lambda _: leads)


def test_an_answer_is_known_by_its_source_and_its_request() -> None:
    assert about(NOTE)
    assert about(NOTE, request=None)
    assert not about(NOTE, request=SafeText("Compare A with C"))
    assert not about(NOTE, leads=False)


@pytest.mark.parametrize(
    "content",
    [
        b"---\nfrom: '[[Garden]]'\n---\n> Compare A with B\n",
        b"# Compare A with B\n\nAsked in [[folder/Garden|Garden]].\n",
    ],
)
def test_a_note_of_a_users_own_template_needs_but_a_link_to_its_source(content: bytes) -> None:
    def leads(link: str) -> bool:
        return link.endswith("Garden")

    assert is_about(content, request=REQUEST, leads_to_source=leads)
    assert not is_about(content, request=REQUEST, leads_to_source=lambda _: False)


@pytest.mark.parametrize(
    "content",
    [b"Text", b"---\nsource: Garden\n---\nx", b"---\nsource: [\n---\nx", b"---\nsource: 1\n---\nx"],
)
def test_a_note_that_names_no_source_is_about_none(content: bytes) -> None:
    assert not about(content, request=None)


def test_names_are_made_of_what_is_asked_and_of_the_notes_title() -> None:
    assert answer_name(SafeText("Why `x`? See [[B|b]]/c")) == "Why x See b c"
    assert answer_name(SafeText("???")) == "Answer"
    assert insight_name(SafeText("Plan: A/B")) == "Plan A B - insights"


def test_a_request_and_its_texts_are_redacted_as_one_and_share_the_room() -> None:
    long = "Ask ann@example.org.\n" * 200
    texts = ["Mail jo@example.org.", long, "Or ann@example.org."]
    asked, joined = redact_context(
        "Who is ann@example.org?", texts, tokens=200, filters=redact.DEFAULT
    )
    assert asked.text == "Who is [EMAIL_1]?"
    assert joined.startswith("Mail [EMAIL_2].\n\nAsk [EMAIL_1].\nAsk")
    assert joined.endswith("\n\nOr [EMAIL_1].")
    assert 100 < estimate_tokens(joined) <= 205


def test_texts_that_fit_are_kept_whole() -> None:
    _, joined = redact_context("x", ["a b ", "", "c"], tokens=99, filters=redact.DEFAULT)
    assert joined == "a b\n\nc"
