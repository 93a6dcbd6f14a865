"""Which notes belong together, and what a group is called."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import NotePath
from vaultskillet.core.terms import hash_of
from vaultskillet.core.themes import Member, find_themes

COMMON = {hash_of(word) for word in ("notes", "today")}


def rarity(terms: Sequence[int]) -> list[float]:
    return [0.0 if term in COMMON else 0.8 for term in terms]


def member(
    title: str, *, like: Sequence[str] = (), tags: Sequence[str] = (), text: str = "",
    links: Sequence[str] = (),
) -> Member:  # fmt: skip
    return Member(
        NotePath(f"{title}.md"),
        title,
        text,
        tuple(tags),
        {NotePath(f"{other}.md"): 0.4 for other in like},
        frozenset(NotePath(f"{other}.md") for other in links),
    )


def group(*titles: str, tags: Sequence[str] = (), text: str = "") -> list[Member]:
    return [member(title, like=titles, tags=tags, text=text) for title in titles]


LONELY = [member(title) for title in ("Taxes", "Opera", "Bicycle", "Chess")]


def test_notes_that_are_alike_make_a_theme_and_others_none() -> None:
    (theme,) = find_themes([*LONELY, *group("Worms", "Compost", "Mulch")], rarity=rarity)
    assert set(theme.paths) == {"Worms.md", "Compost.md", "Mulch.md"}


def test_two_are_no_theme() -> None:
    assert find_themes(group("Worms", "Compost"), rarity=rarity) == ()


def test_links_bring_notes_together() -> None:
    notes = [member(one, links=["Hub"]) for one in ("A", "B")] + [member("Hub", links=["A", "B"])]
    notes[0] = member("A", links=["Hub", "B"])
    assert len(find_themes(notes, rarity=rarity)) == 1


def test_a_theme_is_called_by_the_tag_that_its_notes_share() -> None:
    notes = [*LONELY, *group("Worms", "Compost", "Mulch", tags=["Garden", "todo"])]
    assert [theme.name for theme in find_themes(notes, rarity=rarity)] == ["Garden"]


def test_else_by_words_of_its_titles_that_others_have_not() -> None:
    notes = [
        *group("Beekeeping notes", "Winter beekeeping notes", "Beekeeping gear today"),
        *(member(f"{one.title} notes") for one in LONELY),
    ]
    assert [theme.name for theme in find_themes(notes, rarity=rarity)] == ["beekeeping"]


def test_else_by_words_that_all_its_texts_have() -> None:
    notes = [*LONELY, *group("Aa", "Bb", "Cc", text="Sourdough today.")]
    (theme,) = find_themes(notes, rarity=rarity)
    assert "sourdough" in theme.name


def test_else_by_its_most_typical_note() -> None:
    notes = [*LONELY, *group("東京", "京都", "大阪", text="日本の町")]
    (theme,) = find_themes(notes, rarity=rarity)
    assert theme.name in {"東京", "京都", "大阪"}


def test_no_two_themes_have_one_name() -> None:
    notes = [*group("A1", "A2", "A3", tags=["x1"]), *group("B1", "B2", "B3", tags=["x1"])]
    names = [theme.name for theme in find_themes(notes, rarity=rarity)]
    assert len(names) == len(set(names)) == 2


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)), max_size=40))
def test_no_note_is_in_two_themes(pairs: list[tuple[int, int, float]]) -> None:
    likeness: dict[int, dict[NotePath, float]] = {at: {} for at in range(12)}
    for one, other, score in pairs:
        likeness[one][NotePath(f"{other}.md")] = score
    notes = [Member(NotePath(f"{at}.md"), f"Note {at}", "", (), likeness[at]) for at in range(12)]
    named = [path for theme in find_themes(notes, rarity=rarity) for path in theme.paths]
    assert len(named) == len(set(named))
