from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import redact
from vaultskillet.core.harmless import clean_line
from vaultskillet.core.model import Draft, Reply
from vaultskillet.core.prompt import MAX_SUMMARY_CHARS
from vaultskillet.core.reply import DraftPolicy, read_draft, restore_line
from vaultskillet.core.tags import is_proposable
from vaultskillet.errors import ReplyError

OPEN = DraftPolicy(max_tags=3, closed_vocabulary=False)
CLOSED = DraftPolicy(max_tags=3, closed_vocabulary=True)
VOCABULARY = {"Garden": 1, "area/health": 2}


def draft_of(text: str, policy: DraftPolicy = OPEN) -> Draft:
    reply = Reply(text, model="m")
    return read_draft(reply, vocabulary=VOCABULARY, policy=policy, filters=redact.DEFAULT)


def tags_of(*tags: str, policy: DraftPolicy = OPEN) -> tuple[str, ...]:
    return draft_of(json.dumps({"summary": None, "tags": tags}), policy).tags


@pytest.mark.parametrize(
    "text",
    [
        '{"summary": "S.", "tags": ["a"]}',
        '```json\n{"summary": "S.", "tags": ["a"]}\n```',
        '<think>\nHm, {"summary": "no"}.\n</think>\n{"summary": "S.", "tags": ["a"]}',
        (
            "<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>"
            '{"summary": "S.", "tags": ["a"]}'
        ),
        '{"summary": "<think>hm</think>S.", "tags": ["#a"], "more": 1}',
        'Hm, a {"summary": "no"}?\n</think>\n\n{"summary": "S.", "tags": ["a"]}',
        '[THINK]Hm[/THINK]{"summary": "S.", "tags": ["a"]}',
    ],
    ids=["plain", "fenced", "thought", "channels", "thought inside", "only closed", "brackets"],
)
def test_a_reply_is_read_through_what_models_put_around_it(text: str) -> None:
    assert draft_of(text) == Draft(summary="S.", tags=("a",))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "no JSON"),
        ("Here you are!", "no JSON"),
        ("<think>for ever and ever", "no JSON"),
        ("[1]", "no object"),
        ('{"summary": 7, "tags": []}', "not text"),
        ('{"summary": null, "tags": "a"}', "not a list"),
        ('{"summary": null, "tags": [1]}', "not a list"),
    ],
)
def test_any_other_reply_is_refused(text: str, because: str) -> None:
    with pytest.raises(ReplyError, match=because):
        draft_of(text)


def test_nothing_said_is_nothing_drafted() -> None:
    assert draft_of('{"summary": null, "tags": []}') == Draft()
    assert draft_of('{"summary": "", "tags": []}') == Draft()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("One\nline\r\nonly\u2028here", "One line only here"),
        ("A <b>bold</b> <script>alert(1)</script>word", "A bold alert(1)word"),
        ("Left <img src=x onerror=y", "Left"),
        ("See [[Secret|this]] and [[That]]", "See this and That"),
        ("See [here](https://example.org/x)", "See here"),
        ("An image ![x](http://e.org/p.png) and ![[y.png]]", "An image and"),
        ("Go to https://example.org/a now", "Go to now"),
        ("Run javascript:alert(1) or obsidian://open", "Run or"),
        ("Time <% tp.date.now() %> and {{date}} pass", "Time and pass"),
        ("Query `= this.file` and `$= dv.pages()` x", "Query and x"),
        ("A %%comment%% here", "A comment here"),
        ("Evil \u202egnp.exe\u202c \u2066x\u2069 \x1b[31m", "Evil gnp.exe x [31m"),
        ("Smaller: a < b and b > c", "Smaller: a < b and b > c"),
        ("Write to jo@example.org.", "Write to [EMAIL_1]."),
        ("> # - A head", "A head"),
        ("~~~dataviewjs x", "dataviewjs x"),
        ("-5 degrees", "-5 degrees"),
        ("Press `Ctrl+C` now", "Press Ctrl+C now"),
    ],
)
def test_a_summary_is_one_harmless_line(said: str, kept: str) -> None:
    assert clean_line(said, redact.DEFAULT) == kept


def test_a_long_summary_is_cut_at_a_word() -> None:
    line = clean_line("word " * 100, redact.DEFAULT)
    assert line is not None
    assert len(line) <= MAX_SUMMARY_CHARS
    assert line.endswith("word…")


@given(st.text())
def test_no_text_gets_a_second_line_or_markup_through(said: str) -> None:
    line = clean_line(said, redact.DEFAULT)
    if line is not None:
        assert len(line) <= MAX_SUMMARY_CHARS
        assert len(line.splitlines()) == 1
        assert "<%" not in line
        assert "[[" not in line


@pytest.mark.parametrize(
    "text", ["<<script>script>x", "[[[[a]]|b]]", "![[![[x]]]]", "<<%%%x", "jav%%ascript:x"]
)
def test_cleaning_leaves_nothing_to_clean(text: str) -> None:
    once = clean_line(text, redact.DEFAULT)
    assert once is None or clean_line(once, redact.DEFAULT) == once


def test_tags_take_the_spelling_of_the_vault() -> None:
    assert tags_of("garden", "#GARDEN", "Area/Health") == ("Garden", "area/health")


def test_a_new_tag_takes_the_style_of_the_vault() -> None:
    reply = Reply(json.dumps({"summary": None, "tags": ["Deep Work"]}), model="m")
    vocabulary = {"machine_learning": 2, "home_server": 1}
    draft = read_draft(reply, vocabulary=vocabulary, policy=OPEN, filters=redact.DEFAULT)
    assert draft.tags == ("deep_work",)


def test_a_tag_that_obsidian_does_not_take_is_dropped() -> None:
    assert tags_of("1984", "<%", "", "#", "c0ffee", "todo", "fine") == ("fine",)


def test_a_tag_that_is_too_long_or_holds_what_is_not_seen_is_dropped() -> None:
    assert tags_of("x" * 61, "a\U000e0041b", "a\u202eb", "x" * 60) == ("a-b", "x" * 60)


def test_a_tag_that_calls_us_is_dropped() -> None:
    assert tags_of("homeskillet", "#Homeskillet/skip", "homeskillets") == ("homeskillets",)


def test_a_closed_vocabulary_takes_no_new_tag() -> None:
    assert tags_of("new", "garden", policy=CLOSED) == ("Garden",)


def test_there_are_never_more_tags_than_allowed() -> None:
    assert tags_of("ant", "bird", "cat", "dog") == ("ant", "bird", "cat")


@given(st.lists(st.text(max_size=20)))
def test_every_tag_that_comes_through_is_valid(tags: list[str]) -> None:
    assert all(is_proposable(tag) for tag in tags_of(*tags))


def test_what_could_act_is_not_put_back() -> None:
    held = {"[EMAIL_1]": '"<% x %>"@example.org', "[EMAIL_2]": "ann@example.org"}
    assert restore_line("[EMAIL_1] [EMAIL_2]", held) == "[EMAIL_1] ann@example.org"
