"""Which notes belong together."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import NotePath
from vaultskillet.core.theme_names import Member
from vaultskillet.core.themes import MOST_THEMES, find_themes


def rarity(terms: Sequence[int]) -> list[float]:
    return [0.8 for _ in terms]


def member(
    title: str, *, like: Sequence[str] = (), links: Sequence[str] = (), likeness: float = 0.4
) -> Member:
    return Member(
        path=NotePath(f"{title}.md"),
        title=title,
        text="",
        tags=(),
        likeness={NotePath(f"{other}.md"): likeness for other in like},
        links=frozenset(NotePath(f"{other}.md") for other in links),
    )


def group(*titles: str) -> list[Member]:
    return [member(title, like=titles) for title in titles]


LONELY = [member(title) for title in ("Taxes", "Opera", "Bicycle", "Chess")]


def test_notes_that_are_alike_make_a_theme_and_others_none() -> None:
    (theme,) = find_themes([*LONELY, *group("Worms", "Compost", "Mulch")], rarity=rarity)
    assert set(theme.paths) == {"Worms.md", "Compost.md", "Mulch.md"}


def test_two_are_no_theme() -> None:
    assert find_themes(group("Worms", "Compost"), rarity=rarity) == ()


def test_the_largest_comes_first_and_its_most_typical_note_at_its_head() -> None:
    star = [member("Hub", like=["A", "B", "C"]), *(member(one) for one in ("A", "B", "C"))]
    themes = find_themes([*group("X", "Y", "Z"), *star], rarity=rarity)
    assert [len(theme.paths) for theme in themes] == [4, 3]
    assert themes[0].paths[0] == "Hub.md"


def test_links_tip_the_balance_but_make_no_theme_alone() -> None:
    names = ("A", "B", "C")
    linked = [member(one, links=names) for one in names]
    alike = [member(one, like=names, likeness=0.1) for one in names]
    both = [member(one, like=names, links=names, likeness=0.1) for one in names]
    found = [len(find_themes(notes, rarity=rarity)) for notes in (linked, alike, both)]
    assert found == [0, 0, 1]


def test_there_are_only_so_many() -> None:
    notes = [one for at in range(MOST_THEMES + 2) for one in group(*(f"{at}{c}" for c in "abc"))]
    assert len(find_themes(notes, rarity=rarity)) == MOST_THEMES


def test_no_two_themes_have_one_name() -> None:
    notes = [*group("Garden bed", "Garden path", "Garden hose")]
    notes += [member(f"{one.title} 2", like=[f"{two.title} 2" for two in notes]) for one in notes]
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
