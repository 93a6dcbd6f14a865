from __future__ import annotations

import pytest

from vaultskillet.core import markdown
from vaultskillet.core.calls import (
    Call,
    Verb,
    failed_calls,
    less_call_tags,
    less_requests,
    read_calls,
    text_of,
)

TAG = "homeskillet"


def calls(body: str, properties: dict[str, object] | None = None) -> tuple[Call, ...]:
    return read_calls(properties or {}, body, markdown.read(body), tag=TAG)


@pytest.mark.parametrize(
    ("body", "verb", "text"),
    [
        ("#homeskillet", Verb.ALL, ""),
        ("Text first. #HomeSkillet", Verb.ALL, ""),
        ("#homeskillet Compare A with B", Verb.ALL, "Compare A with B"),
        ("#homeskillet: Compare A\nwith B", Verb.ALL, "Compare A"),
        ("#homeskillet — why?\r\nmore", Verb.ALL, "why?"),
        ("#homeskillet/think", Verb.THINK, ""),
        ("#homeskillet/think hard about it", Verb.THINK, "hard about it"),
        ("#homeskillet/summarize", Verb.SUMMARIZE, ""),
        ("#homeskillet/tags not a request", Verb.TAGS, ""),
        ("#homeskillet/link", Verb.LINK, ""),
        ("#homeskillet/undo", Verb.UNDO, ""),
        ("#homeskillet #garden [[Note]] ^id", Verb.ALL, ""),
        ("#homeskillet %% do it soon %%", Verb.ALL, ""),
        ("> quoted\n#homeskillet Ask this", Verb.ALL, "Ask this"),
        ("- #homeskillet Ask this", Verb.ALL, "Ask this"),
        ("- [ ] #homeskillet Ask this 📅 2026-01-02 🔼 #x ^id", Verb.ALL, "Ask this"),
        ("- [ ] #homeskillet Ask this [due:: 2026-01-02]", Verb.ALL, "Ask this"),
        ("## #homeskillet Ask this ##", Verb.ALL, "Ask this"),
        ("## #homeskillet Ask this ^id", Verb.ALL, "Ask this"),
        ("#homeskillet Ask %% Ann %% this <% tp.x %>", Verb.ALL, "Ask this"),
        ("- a\n\t- [/] #homeskillet Ask this", Verb.ALL, "Ask this"),
        ("\u00a0#homeskillet Ask this", Verb.ALL, "Ask this"),
        ("> [!todo] #homeskillet Ask this", Verb.ALL, "Ask this"),
        ("> [!todo]\n> - #homeskillet Ask this", Verb.ALL, "Ask this"),
        ("| a |\n|---|\n| #homeskillet Ask [[B\\|c]] |", Verb.ALL, "Ask [[B|c]]"),
        ("[^1]: #homeskillet Ask this\n\nx[^1]", Verb.ALL, "Ask this"),
        ("#homeskillet Ask `this\nand that`", Verb.ALL, "Ask"),
    ],
)
def test_a_call_and_what_it_asks(body: str, verb: Verb, text: str) -> None:
    [call] = calls(body)
    assert (call.verb, text_of(body, call)) == (verb, text)


@pytest.mark.parametrize(
    "body",
    [
        "`#homeskillet`",
        "```\n#homeskillet\n```",
        "    #homeskillet",
        "$#homeskillet$ $$\n#homeskillet\n$$",
        "%%#homeskillet%% and\n\n%%\n#homeskillet\n%%",
        "<% #homeskillet %>",
        "https://a.b/#homeskillet [t](#homeskillet) [[A#homeskillet]]",
        "x#homeskillet \\#homeskillet (#homeskillet)",
        "> #homeskillet quoted",
        "> #homeskillet quoted\nand lazily on",
        "- > #homeskillet quoted",
        "> [!note]\n> > #homeskillet quoted in a callout",
        "#homeskillet/done #homeskillet/failed #homeskillet/skip #homeskillet/private",
        "#homeskillet/other #homeskilletx #home",
    ],
)
def test_what_is_no_call(body: str) -> None:
    assert calls(body) == ()


def test_two_calls_on_a_line_have_a_request_each() -> None:
    body = "#homeskillet one #homeskillet two"
    first, second = calls(body)
    assert (text_of(body, first), text_of(body, second)) == ("one", "two")
    assert first.place == second.place == len(body)


def test_calls_in_the_frontmatter_come_first() -> None:
    found = calls("#homeskillet", {"tags": ["a", "#Homeskillet/think", "homeskillet/done"]})
    assert [(call.verb, call.tag, call.span is None) for call in found] == [
        (Verb.THINK, "Homeskillet/think", True),
        (Verb.ALL, "homeskillet", False),
    ]


def test_another_tag_may_be_chosen() -> None:
    body = "#ai/ask Why? and #homeskillet not"
    [call] = read_calls({}, body, markdown.read(body), tag="ai/ask")
    assert call.base == "ai/ask"


def test_links_that_are_left_out_are_no_part_of_what_is_asked() -> None:
    body = "#homeskillet Compare [[A]] with [[B]] [[Answer]]"
    [call] = calls(body)
    assert [link.target for link in call.links] == ["A", "B", "Answer"]
    assert text_of(body, call, less=call.links[2:]) == "Compare [[A]] with [[B]]"


def test_what_an_engine_reads_holds_no_request_and_no_answer() -> None:
    body = "One. #homeskillet Ask this [[Answer]]\n\nTwo. #homeskillet/done Asked [[Answer]]\n"
    assert less_requests(body, markdown.read(body), tag=TAG) == "One. \n\nTwo. \n"


@pytest.mark.parametrize("line", ["- {}", "> [!note]\n> - {}", "1. [ ] {}", "## {}", "{}"])
def test_a_line_that_only_asks_leaves_no_mark_behind(line: str) -> None:
    body = f"Text.\n{line.format('#homeskillet Ask this [[Answer]]')}\nMore.\n"
    rest = less_requests(body, markdown.read(body), tag=TAG)
    assert rest in ("Text.\nMore.\n", "Text.\n> [!note]\nMore.\n")


def test_a_call_for_one_thing_hides_no_text() -> None:
    body = "#homeskillet/summarize All of the note stands here."
    assert less_requests(body, markdown.read(body), tag=TAG) == " All of the note stands here."


def test_tags_that_call_are_no_property_of_the_note() -> None:
    properties = {"Tags": ["a", "homeskillet/done"], "title": "T"}
    assert less_call_tags(properties, tag=TAG) == {"Tags": ["a"], "title": "T"}
    assert less_call_tags({"tags": "a"}, tag=TAG) == {"tags": "a"}


def test_failed_calls_are_counted() -> None:
    body = "#homeskillet/failed a\n\n#HOMESKILLET/FAILED b\n\n#homeskillet c"
    assert failed_calls({"tags": ["homeskillet/failed"]}, markdown.read(body), tag=TAG) == 3
