"""What the index is told of a note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.markdown import read
from vaultskillet.core.model import Digest, Features, Note, NotePath, Stamp
from vaultskillet.core.terms import (
    MAX_TERMS,
    MAX_WORDS,
    features_of,
    hash_of,
    link_term,
    words_in_turn,
    words_of,
)


def features(
    body: str = "", path: str = "Note.md", *, ours: tuple[str, ...] = (), **properties: object
) -> Features:
    note = Note(NotePath(path), b"", Stamp(0, 0, 0), Digest(""), Digest(""), dict(properties), body)
    return features_of(note, read(body), tags=("t",), ours=ours)


def hashed(*terms: str) -> list[int]:
    return [hash_of(term) for term in terms]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße, ÉTÉ!", ["strasse", "été"]),
        ("ﬁne １２ cafe\u0301", ["fine", "café"]),
        ("知识管理", ["知识", "识管", "管理"]),
        ("木 を", ["木", "を"]),
        ("한국어", ["한국", "국어"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("Привет, мир", ["привет", "мир"]),
        ("ไทย", ["ไท", "ทย"]),
        ("a b2b sk-4242 don't", ["sk", "don"]),
        ("Python的类", ["python", "的类"]),
    ],
)
def test_words_are_found_in_every_script(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == hashed(*words)


@given(st.text())
def test_every_word_fits_a_signed_integer_of_sqlite(text: str) -> None:
    assert all(-(2**63) <= word < 2**63 for word in words_of(text))


@given(st.text() | st.text(alphabet="abZ ß1é\u0301ﬁ,-", max_size=40))
def test_words_are_the_same_beside_those_of_a_script_without_blanks(text: str) -> None:
    assert list(words_of(f"{text} 語")) == [*words_of(text), *hashed("語")]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0"))
        | st.text(alphabet="abZ 1,\n", max_size=40)
        | st.text(alphabet="abZ ß1é\u0301ﬁ木を,-", max_size=40)
    )
)
def test_words_of_texts_in_turn_are_those_of_each_with_a_gap_behind(texts: list[str]) -> None:
    assert list(words_in_turn(texts)) == [word for one in texts for word in (*words_of(one), 0)]


def test_a_term_hashes_the_same_on_every_machine() -> None:
    assert hash_of("bread") == 7446750128894866985


def test_a_word_of_title_or_heading_weighs_more() -> None:
    terms = features("# Sourdough\n\nflour\n", "Bread.md").terms
    bread, sourdough, flour = (terms[word] for word in hashed("bread", "sourdough", "flour"))
    assert bread > sourdough > flour == 1.0


def test_code_says_nothing() -> None:
    assert hash_of("print") not in features("```\nprint\n```\n").terms


def test_names_are_the_title_and_all_aliases() -> None:
    assert features(path="a/Bread.md", title="Loaf", aliases=["Pain", ""]).names == (
        "Bread",
        "Loaf",
        "Pain",
    )


def test_links_of_every_kind_are_found() -> None:
    found = features(
        "[[Oven|hot]] [x](My%20Yeast.md#a) [web](https://x.org/a.md) [[#here]]", up="[[Kitchen]]"
    )
    assert found.links == ("Kitchen", "Oven", "My Yeast.md")


def test_whatever_links_to_a_note_shares_a_term_with_it() -> None:
    target = features(path="deep/Oven.md").terms
    for link in ("[[oven]]", "[[deep/Oven|x]]", "[x](deep/Oven.md)"):
        assert link_term("Oven") in features(link).terms.keys() & target.keys()


def test_notes_of_one_folder_share_its_terms() -> None:
    one, two = features(path="a/b/x.md").terms, features(path="a/b/y.md").terms
    assert len(one.keys() & two.keys()) == 2


def test_short_properties_tell_the_sort_of_a_note() -> None:
    same = features(kind="Book").terms.keys() & features(Kind="book").terms.keys()
    other = features(kind="book").terms.keys() & features(kind="film").terms.keys()
    assert len(same) == len(other) + 1


@pytest.mark.parametrize("value", ["on 2024-01-01", "x" * 61, 7, None, {"a": "b"}])
def test_a_date_a_long_text_or_a_number_is_no_label(value: object) -> None:
    assert features(kind=value).terms.keys() == features(kind=[]).terms.keys()


def test_what_we_write_ourselves_is_not_looked_at() -> None:
    assert features(Category="code", ours=("category",)).terms == features().terms


def test_a_long_note_is_bounded() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    body = "\n\n".join(f"{a}{b}{c}{a}" for a in letters for b in letters for c in letters)
    found = features(body)
    assert len(found.words) == MAX_WORDS
    assert len(found.terms) <= MAX_TERMS + 2


def test_of_a_long_note_the_block_that_leaves_no_room_counts_and_no_other() -> None:
    line = "one two three four five\n\n"
    blocks = MAX_WORDS // 6 + 1
    assert features(line * blocks + "last\n\n" + "# more\n").terms.keys() == {
        *hashed("note", "one", "two", "three", "four", "five"),
        link_term("Note"),
    }


def test_words_stand_in_order_with_a_gap_between_blocks() -> None:
    found = features("one two\n\nthree", "Note.md").words
    assert list(found) == [*hashed("note"), 0, *hashed("one", "two"), 0, *hashed("three"), 0]
