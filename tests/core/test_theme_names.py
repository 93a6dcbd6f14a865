"""What a group of notes is called."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vaultskillet.core.model import NotePath
from vaultskillet.core.terms import hash_of
from vaultskillet.core.theme_names import Member, name_theme

COMMON = {hash_of(word) for word in ("notes", "today")}


def rarity(terms: Sequence[int]) -> list[float]:
    return [0.0 if term in COMMON else 0.8 for term in terms]


def member(path: str, *tags: str, text: str = "") -> Member:
    title = path.rpartition("/")[2]
    return Member(NotePath(f"{path}.md"), title, text, tags)


OTHERS = [member(title) for title in ("Taxes", "Opera", "Bicycle", "Chess", "Notes")]


def name(*inside: Member, others: Sequence[Member] = OTHERS, taken: Sequence[str] = ()) -> str:
    return name_theme(inside, [*others, *inside], rarity, taken=set(taken))


def test_a_tag_that_its_notes_share_goes_first() -> None:
    notes = [member(f"Yard/{at}", "Garden", "todo") for at in "abc"]
    assert name(*notes) == "Garden"


def test_a_tag_that_every_other_note_has_says_nothing() -> None:
    notes = [member(f"Worm {at}", "log") for at in "abc"]
    others = [member(f"Tax {at}", "log") for at in "abcdefgh"]
    assert name(*notes, others=others) == "Worm"


def test_neither_does_a_tag_without_a_word() -> None:
    assert name(*(member(f"Worm {at}", "681/3") for at in "abc")) == "Worm"


def test_else_the_folder_in_which_most_of_them_lie_the_deepest_that_does() -> None:
    garden = [member("Home/Garden/A"), member("Home/Garden/B")]
    assert name(*garden, member("Home/Garden/C")) == "Garden"
    assert name(*garden, member("Other/C")) == "Garden"
    assert name(*garden, member("Home/C")) == "Home"


@pytest.mark.parametrize("folder", ["2026/03", "1"])
def test_a_folder_without_a_word_names_nothing(folder: str) -> None:
    assert name(*(member(f"{folder}/{at}") for at in "ABC")) == "A"


def test_neither_does_one_in_which_all_notes_lie() -> None:
    others = [member(f"Vault/{one.title}") for one in OTHERS]
    assert name(*(member(f"Vault/{at}") for at in "ABC"), others=others) == "A"


def test_else_words_of_its_titles_that_others_have_not() -> None:
    notes = [member("Beekeeping notes"), member("winter Beekeeping notes"), member("Beekeeping")]
    assert name(*notes) == "Beekeeping"


def test_two_words_stand_together_where_titles_have_them_so() -> None:
    notes = [member("Raised-bed plan"), member("The raised bed"), member("A raised bed")]
    assert name(*notes).casefold() == "raised bed"
    notes = [member("links.commands"), member("links.commands.open"), member("commands of links")]
    assert name(*notes) == "commands, links"


def test_forms_of_one_word_are_one_word() -> None:
    notes = [member("Compost composting"), member("Composting compost"), member("Compost, compost")]
    assert name(*notes) in {"Compost", "Composting"}


def test_a_word_of_the_texts_names_it_only_where_a_title_has_it_too() -> None:
    text = "Sourdough, altogether."
    assert name(*(member(at, text=text) for at in "ABC")) == "A"
    notes = [member(at, text=text) for at in ("A", "B", "Why sourdough rises")]
    assert name(*notes) == "sourdough"


def test_else_its_most_typical_note_stands_for_all() -> None:
    assert name(*(member(at, text="日本の町") for at in ("東京", "京都", "大阪"))) == "東京"


def test_a_name_that_is_taken_is_passed_over() -> None:
    notes = [member(f"Yard/Worm {at}", "Garden") for at in "abc"]
    passed = [name(*notes, taken=taken) for taken in ([], ["Garden"], ["Garden", "Yard"])]
    assert passed == ["Garden", "Yard", "Worm"]
    assert name(*notes, taken=["Garden", "Yard", "Worm"]) == "Worm a"


def test_where_there_are_no_others_it_is_named_all_the_same() -> None:
    assert name(member("Worm a"), member("Worm b"), member("Worm c"), others=[]) == "Worm"
