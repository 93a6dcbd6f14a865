from __future__ import annotations

from vaultskillet.core.phrases import MAX_PHRASES, count_title_words, find_phrases

TITLES = [
    "Sourdough 1 - Starter",
    "Sourdough 2 - Dough",
    "Sourdough 3 - Oven",
    *(f"Letter {n} about something" for n in range(40)),
    *(f"Note{n}" for n in range(17)),
]
WORDS = count_title_words(TITLES)


def phrases(title: str, prose: str) -> list[str]:
    found = find_phrases(title, prose, title_words=WORDS, titles=len(TITLES))
    return [candidate.tag for candidate in found]


def test_a_word_that_names_a_group_of_notes_is_a_tag_for_each() -> None:
    assert phrases("Sourdough 2 - Dough", "Sourdough here, sourdough there: SOURDOUGH.") == [
        "sourdough"
    ]


def test_a_word_that_the_text_hardly_names_is_none() -> None:
    assert phrases("Sourdough 2 - Dough", "Sourdough, of flour and water.") == []


def test_a_word_of_one_title_alone_gathers_nothing() -> None:
    assert phrases("Sourdough 1 - Starter", "starter " * 9) == []


def test_a_word_of_many_titles_says_nothing() -> None:
    assert phrases("Letter 1 about something", "letter something about " * 9) == []


def test_there_are_few() -> None:
    titles = ["apples berries cherries"] * 3
    words = count_title_words(titles)
    found = find_phrases(titles[0], f"{titles[0]} " * 5, title_words=words, titles=3)
    assert len(found) == MAX_PHRASES
