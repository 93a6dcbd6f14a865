from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.classify import HEAD_CHARS, classify_by_rules, parse_classification
from vaultskillet.core.model import Category, Complexity


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("```python\nprint(1)\n```", "code"),
        ("Why do cats purr? Compare them with dogs.", "reasoning"),
        ("A poem about the sea", "creative"),
        ("Extract all dates from this note", "extraction"),
        ("Categorize these expenses", "classification"),
        ("Summarize the meeting", "summary"),
        ("Tomaten, Basilikum, Mozzarella", "summary"),
        ("", "summary"),
    ],
)
def test_cues_decide_the_category(text: str, category: str) -> None:
    assert classify_by_rules(text).category == category


@pytest.mark.parametrize(
    "text",
    [
        "~~~", "> ```", "def f():", " class A:", "import os", "from a import b", "fn main()",
        "func main()", "const x = 1", "#include <a>", "SELECT a", "to refactor", "I debug",
        "a stack trace", "stacktrace", "by regex", "one unit test", "unit tests",
    ],
)  # fmt: skip
def test_every_cue_of_code_is_found(text: str) -> None:
    assert classify_by_rules(text).category == "code"


@given(st.sampled_from(["tl;dr", "TLDR", "In Short", "wHy", "pros and cons", "ſummary", "Kelvin"]))
def test_a_cue_counts_whatever_its_case_and_what_stands_around_it(cue: str) -> None:
    alone, among = classify_by_rules(cue), classify_by_rules(f"Ä, {cue}.")
    assert (alone.category, alone.because) == (among.category, among.because)


@pytest.mark.parametrize(
    ("text", "complexity"),
    [
        ("Buy milk.", "simple"),
        ("word " * 100, "moderate"),
        ("Is it? Or is it not? Because if so, then however it may be, I wonder.", "complex"),
        ("# One\n\n## Two\n\n### Three\n", "moderate"),
    ],
)
def test_signs_decide_the_complexity(text: str, complexity: str) -> None:
    assert classify_by_rules(text).complexity == complexity


@given(st.text(), st.text())
def test_only_the_head_counts(head: str, tail: str) -> None:
    head = head.ljust(HEAD_CHARS)
    assert classify_by_rules(head + tail) == classify_by_rules(head)


def test_a_reply_as_asked_for_is_taken() -> None:
    said = parse_classification(
        '{"category": "code", "complexity": "complex"}', model="gemma", latency_ms=3.5
    )
    assert said is not None
    assert (said.category, said.complexity) == (Category.CODE, Complexity.COMPLEX)
    assert (said.because, said.latency_ms) == ("gemma said so", 3.5)


@pytest.mark.parametrize(
    "reply",
    ["", "code", "[]", "{}", "null", '{"category": "cats", "complexity": "simple"}',
     '{"category": ["code"], "complexity": "simple"}', '{"category": "code"}'],
)  # fmt: skip
def test_any_other_reply_is_refused(reply: str) -> None:
    assert parse_classification(reply, model="gemma", latency_ms=0) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_json_breaks_the_parser(value: object) -> None:
    parse_classification(json.dumps(value), model="gemma", latency_ms=0)
