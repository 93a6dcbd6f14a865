"""Requests as chat turns, and replies out of chat text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.fakes import SCHEMA, request_of
from vaultskillet.core.model import TagCandidate
from vaultskillet.engines.chat import (
    defuse,
    json_of,
    messages_of,
    note_of,
    stream_without_thinking,
    without_thinking,
)

TOKENS = ["<|im_start|>", "<|endoftext|>", "<start_of_turn>", "</think>", "<eos>", "</s>", "[INST]"]


def test_our_words_are_the_same_for_a_whole_batch() -> None:
    requests = [request_of("One.", schema=SCHEMA), request_of("Two.", title="", schema=SCHEMA)]
    (first, one), (second, two) = map(messages_of, requests)
    assert first == second
    assert json.dumps(SCHEMA, separators=(",", ":")) in first["content"]
    assert one["content"] == "Title: Bread\n<note>\nOne.\n</note>"
    assert two["content"] == "<note>\nTwo.\n</note>"


def test_the_tags_to_choose_from_stand_before_the_note() -> None:
    tags = (TagCandidate("food/bread", 0.9), TagCandidate("time", 0.5))
    note = note_of(replace(request_of(), tag_candidates=tags), text="Short.")
    assert note == "Title: Bread\nTags: food/bread, time\n<note>\nShort.\n</note>"


@given(st.lists(st.sampled_from([*TOKENS, "<|", "|>", "<", "s", " ", "</note>"])).map("".join))
def test_no_control_token_of_a_note_survives(text: str) -> None:
    calm = defuse(text)
    assert not any(token in calm for token in [*TOKENS, "</note>"])
    assert calm.replace(" ", "") == text.replace(" ", "")
    assert defuse(calm) == calm


@given(st.text(alphabet="abc <>[]#\n"))
def test_text_without_control_tokens_stays_as_it_is(text: str) -> None:
    assert defuse(text) == text


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Yes.", "Yes."),
        ("<think>\nHm.\n</think>\n\nYes.", "Yes."),
        (" <think></think>Yes. </think>", "Yes. </think>"),
        ("<think>for ever", ""),
        ("<think>only</think>", ""),
        ("<thi", "<thi"),
        ("<b>", "<b>"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_thoughts_before_a_reply_are_left_out_however_it_is_cut(said: str, reply: str) -> None:
    assert without_thinking(said) == reply
    for cut in range(len(said)):
        assert "".join(stream_without_thinking(iter([said[:cut], said[cut:]]))) == reply
    assert "".join(stream_without_thinking(iter(said))) == reply


@given(st.dictionaries(st.text(), st.text()), st.sampled_from(["", "Sure!\n", "```json\n", "[1] "]))
def test_an_object_is_found_among_what_surrounds_it(value: dict[str, str], before: str) -> None:
    after = "\n```\nDone." if before.startswith("`") else " Done."
    found = json_of(before + json.dumps(value) + after)
    assert found is not None
    assert json.loads(found) == value


@pytest.mark.parametrize(
    "said", ["", "no", "[1]", '{"a": ', "{'a': 1}", '{"a":' * 9000, "```\n{\n```"]
)
def test_what_holds_no_object_gives_none(said: str) -> None:
    assert json_of(said) is None


@given(st.text(alphabet='{}[]"a:1,`\njson '))
def test_any_reply_can_be_searched_for_json(said: str) -> None:
    found = json_of(said)
    assert found is None or isinstance(json.loads(found), dict)
