"""Tags: what Obsidian takes for one, how a vault writes them, which are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import TagCandidate
from vaultskillet.core.tags import (
    MAX_TAGS,
    THRESHOLD,
    Case,
    TagStyle,
    choose_tags,
    is_proposable,
    is_valid_tag,
    spell_tag,
    style_of,
    tag_phrase,
)


@pytest.mark.parametrize(
    "tag", ["a", "y1984", "to-read", "area/health", "日本語", "été", "🌱", "a_b"]
)
def test_obsidian_takes_these_for_tags(tag: str) -> None:
    assert is_valid_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "1984", "two words", "a.b", "#a", "a/", "/a", "a//b", "c++", "a,b", "it’s"]
)
def test_obsidian_takes_these_for_none(tag: str) -> None:
    assert not is_valid_tag(tag)


@pytest.mark.parametrize("colour", ["fff", "c0ffee", "DEADBEEF", "bed"])
def test_what_may_be_a_colour_is_never_proposed(colour: str) -> None:
    assert is_valid_tag(colour)
    assert not is_proposable(colour)


def candidates(**scores: float) -> list[TagCandidate]:
    return [TagCandidate(tag, score) for tag, score in scores.items()]


def test_the_likeliest_tags_are_chosen_best_first() -> None:
    assert choose_tags(candidates(a=0.5, b=0.9, c=0.7)) == ("b", "c", "a")


def test_no_tag_is_chosen_when_unsure() -> None:
    assert choose_tags(candidates(a=THRESHOLD - 0.01)) == ()


def test_few_tags_are_chosen() -> None:
    assert len(choose_tags(candidates(a=0.9, b=0.9, c=0.9, d=0.9))) == MAX_TAGS


def test_one_tag_is_not_chosen_in_two_spellings() -> None:
    assert choose_tags(candidates(Bread=0.8, bread=0.9)) == ("bread",)


def test_a_colour_leaves_its_place_to_the_next() -> None:
    assert choose_tags(candidates(fff=0.9, bread=0.8), limit=1) == ("bread",)


@given(st.lists(st.builds(TagCandidate, st.text(), st.floats(0, 1))), st.integers(0, 5))
def test_what_is_chosen_is_valid_and_likely(some: list[TagCandidate], limit: int) -> None:
    chosen = choose_tags(some, limit=limit)
    assert len(chosen) <= limit
    assert all(is_proposable(tag) for tag in chosen)
    assert all(any(c.tag == tag and c.score >= THRESHOLD for c in some) for tag in chosen)


@pytest.mark.parametrize(
    ("tag", "phrase"),
    [
        ("machine-learning", "machine learning"),
        ("area/deep_work", "deep work"),
        ("machineLearning", "machine Learning"),
        ("HTMLParser", "HTML Parser"),
        ("HTML", "HTML"),
        ("日本語", "日本語"),
    ],
)
def test_a_tags_own_words_are_found(tag: str, phrase: str) -> None:
    assert tag_phrase(tag) == phrase


@pytest.mark.parametrize(
    ("counts", "style"),
    [
        ({}, TagStyle("-", Case.LOWER)),
        ({"deep_work": 3, "to-read": 1}, TagStyle("_", Case.LOWER)),
        ({"DeepWork": 3, "Home": 1, "x": 1}, TagStyle("", Case.UPPER)),
        ({"日本": 3}, TagStyle("-", Case.LOWER)),
    ],
)
def test_a_vaults_style_is_learned(counts: dict[str, int], style: TagStyle) -> None:
    assert style_of(counts) == style


@pytest.mark.parametrize(
    ("phrase", "counts", "tag"),
    [
        ("Machine learning", {"machineLearning": 1, "machine-learning": 5}, "machine-learning"),
        ("deep work", {}, "deep-work"),
        ("deep work", {"To_Read": 2}, "Deep_Work"),
        ("deep work", {"toRead": 2}, "deepWork"),
        ("Area/Deep work", {"to-read": 2}, "area/deep-work"),
        ("C's way", {}, "c-s-way"),
    ],
)
def test_a_phrase_is_written_as_the_vault_would(
    phrase: str, counts: dict[str, int], tag: str
) -> None:
    assert spell_tag(phrase, counts) == tag
