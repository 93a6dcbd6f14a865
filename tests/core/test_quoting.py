from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import markdown
from vaultskillet.core.quoting import quote_text, telling_words

TEXT = """The bin smells when it is too wet. It may leak.

Do you know how to prune? I do not know how I should do it.

# Roses

Prune them in March, after the last frost.

## Tools

Sharp shears leave a clean cut on each rose.
"""


def quotes(question: str, text: str = TEXT, most: int = 3) -> list[tuple[str, str]]:
    found = quote_text(question, markdown.read(text), most=most)
    return [(one.text, one.heading) for one in found.said]


def test_the_sentence_that_speaks_of_it_is_quoted() -> None:
    assert quotes("When does the bin smell?") == [("The bin smells when it is too wet.", "")]


def test_words_of_a_heading_speak_for_what_stands_under_it() -> None:
    found = quotes("When do I prune roses?", most=1)
    assert found == [("Prune them in March, after the last frost.", "Roses")]


def test_a_question_after_two_things_gets_a_sentence_of_each() -> None:
    found = quotes("What about the bin, and which shears?")
    assert [heading for _, heading in found] == ["", "Tools"]


@pytest.mark.parametrize(
    "question",
    ["How do I do it?", "Why?", "How do I restore a deleted file?", "Is the moon made of bin?"],
)
def test_where_the_text_says_nothing_nothing_is_quoted(question: str) -> None:
    assert quotes(question) == []


def test_forms_of_a_word_are_one_and_words_that_begin_alike_are_not() -> None:
    assert quotes("Deleting files?", "A file that was deleted is gone.\n")
    assert not quotes("What interest?", "An internal link leads to a note.\n")


def test_the_mere_name_of_a_thing_is_no_quote() -> None:
    assert quotes("Where is the hinge?", "The hinge\n\nOil the hinge.\n") == [
        ("Oil the hinge.", "")
    ]


def test_what_stands_there_twice_is_quoted_once() -> None:
    assert len(quotes("bin", "The bin is full.\n\nThe bin is full.\n")) == 1


def test_a_script_without_blanks_is_read_by_pairs_of_characters() -> None:
    text = "堆肥箱太湿的时候会发臭。\n\n玫瑰在三月修剪。\n"
    assert quotes("玫瑰什么时候修剪", text, most=1) == [("玫瑰在三月修剪。", "")]


def test_numbers_tell_something() -> None:
    assert telling_words("What about 2019 and 5?") == ["2019"]


NOTES = """Oil the door.

# Oak

It is heavy. Oak lasts for decades outside.

# Pine

Pine costs little in the shop.
"""


def test_each_note_that_is_linked_to_has_a_say() -> None:
    found = quotes("Compare [[wood/Oak|oaks]] with [[Pine]]", NOTES)
    assert found == [
        ("Oak lasts for decades outside.", "Oak"),
        ("Pine costs little in the shop.", "Pine"),
    ]


def test_a_note_that_says_nothing_to_it_is_named() -> None:
    found = quote_text("What lasts outside, [[Oak]] or [[Pine]]?", markdown.read(NOTES), most=3)
    assert [one.heading for one in found.said] == ["Oak"]
    assert found.silent == ("Pine",)


def test_notes_that_say_nothing_to_it_at_all_are_not_quoted() -> None:
    assert quotes("Delete [[Pine]] and overwrite everything", NOTES) == []


def test_a_link_to_a_note_that_is_not_there_is_words() -> None:
    assert quotes("Where is the [[door]]?", NOTES) == [("Oil the door.", "")]


@given(st.text(), st.text())
def test_every_quote_stands_in_the_text(question: str, text: str) -> None:
    document = markdown.read(text)
    found = quote_text(question, document, most=2)
    assert len(found.said) <= 2
    assert all(any(one.text in block.prose for block in document.blocks) for one in found.said)
