"""Wikilinks, as Obsidian 1.13 resolves and writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.links import LinkFormat, Names, inner_of, target_of
from vaultskillet.core.model import NotePath

SOURCE = NotePath("Daily/today.md")


def names(*paths: str) -> Names:
    return Names(NotePath(path) for path in paths)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("Note", "b/Note.md"),
        ("note", "b/Note.md"),
        ("Note.md", "b/Note.md"),
        ("Note#Heading|text", "b/Note.md"),
        (r"Note\|text in a table", "b/Note.md"),
        ("Note#^block", "b/Note.md"),
        ("#Heading", SOURCE),
        ("b/Note", "b/Note.md"),
        ("/b/Note", "b/Note.md"),
        ("/Note", None),
        ("c/Note", None),
        ("../b/Note", "b/Note.md"),
        ("./tomorrow", "Daily/tomorrow.md"),
        ("Missing", None),
        ("v1.2", "b/v1.2.md"),
        ("deep/Other", "b/deep/Other.md"),
        ("ÜBER", "b/über.md"),
        ("u\u0308ber", "b/über.md"),
    ],
)
def test_a_target_leads_where_obsidian_leads(target: str, leads_to: str | None) -> None:
    vault = names(
        "b/Note.md", SOURCE, "Daily/tomorrow.md", "b/v1.2.md", "b/deep/Other.md", "b/über.md"
    )
    assert vault.resolve(target, SOURCE) == leads_to


@pytest.mark.parametrize(
    ("source", "leads_to"),
    [
        ("zzzz/from.md", "zzzz/Note.md"),  # the source's own folder,
        ("zzzz/deep/from.md", "b/Note.md"),  # but not the one above it:
        ("from.md", "b/Note.md"),  # the shortest path
        ("a/from.md", "a/b/Note.md"),  # a folder below the source's own
    ],
)
def test_of_notes_with_one_name_the_near_one_then_the_shortest_path_wins(
    source: str, leads_to: str
) -> None:
    vault = names("a/b/Note.md", "zzzz/Note.md", "b/Note.md")
    assert vault.resolve("Note", NotePath(source)) == leads_to


def test_a_whole_path_wins_over_the_near_note() -> None:
    assert names("Note.md", "Daily/Note.md").resolve("Note", SOURCE) == "Note.md"


@pytest.mark.parametrize(
    ("path", "style", "link"),
    [
        ("b/Note.md", LinkFormat.SHORTEST, "[[Note]]"),
        ("b/Note.md", LinkFormat.ABSOLUTE, "[[b/Note|Note]]"),
        ("b/Note.md", LinkFormat.RELATIVE, "[[../b/Note|Note]]"),
        ("Daily/deep/Note 2.md", LinkFormat.RELATIVE, "[[deep/Note 2|Note 2]]"),
        ("Daily/Twin.md", LinkFormat.SHORTEST, "[[Daily/Twin|Twin]]"),
        ("b/Twin.md", LinkFormat.RELATIVE, "[[../b/Twin|Twin]]"),
        ("Root.md", LinkFormat.SHORTEST, "[[Root]]"),
        ("Daily/Root.md", LinkFormat.RELATIVE, "[[./Root|Root]]"),
        ("b/photo.png.md", LinkFormat.SHORTEST, "[[photo.png.md|photo.png]]"),
        ("b/v1.2.md", LinkFormat.SHORTEST, "[[v1.2]]"),
        ("b/blank at end .md", LinkFormat.SHORTEST, "[[blank at end .md|blank at end]]"),
    ],
)  # fmt: skip
def test_a_link_is_written_as_the_vault_wants_it(path: str, style: LinkFormat, link: str) -> None:
    vault = names(
        "b/Note.md", "Daily/deep/Note 2.md", "Daily/Twin.md", "b/Twin.md", "Root.md",
        "Daily/Root.md", "b/photo.png.md", "b/v1.2.md", "b/blank at end .md",
    )  # fmt: skip
    assert vault.link(NotePath(path), source=SOURCE, style=style) == link


@pytest.mark.parametrize(
    "path",
    ["C# basics.md", "a|b.md", "x^2.md", "list[0].md", "50%%.md", "12:30.md", "two\nlines.md"],
)
def test_a_name_that_cannot_stand_in_a_link_gets_none(path: str) -> None:
    assert names(path).link(NotePath(path), source=SOURCE, style=LinkFormat.SHORTEST) is None


def test_two_paths_that_differ_in_case_only_get_no_link() -> None:
    vault = names("a/note.md", "a/Note.md")
    assert vault.link(NotePath("a/note.md"), source=SOURCE, style=LinkFormat.ABSOLUTE) is None


def test_a_property_item_is_a_link_only_when_it_is_nothing_else() -> None:
    assert inner_of(" [[a/Note|text]] ") == "a/Note|text"
    assert inner_of("[[a]] and [[b]]") is None
    assert inner_of("text") is None


PARTS = st.sampled_from(
    ["a", "A", "b", "ab", "c.d", "x.md", "x.png", "é", "e\u0301", " ", "#", "."]
)
FOLDERS = st.lists(PARTS.filter(lambda part: part not in {".", " "}), max_size=3)
PATHS = st.builds(
    lambda folders, name: NotePath("/".join([*folders, f"{name}.md"])), FOLDERS, PARTS
)


@given(st.lists(PATHS, unique=True, min_size=1), PATHS, st.sampled_from(LinkFormat), st.data())
def test_every_link_that_is_written_leads_back(
    paths: list[NotePath], source: NotePath, style: LinkFormat, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(paths))
    vault = Names(paths)
    link = vault.link(path, source=source, style=style)
    if link is not None:
        inner = inner_of(link)
        assert inner is not None
        assert vault.resolve(inner, source) == path
        assert vault.resolve(target_of(inner), source) == path


@given(st.lists(PATHS, unique_by=str.lower, min_size=1), PATHS, st.sampled_from(LinkFormat))
def test_every_note_of_plain_name_can_be_linked(
    paths: list[NotePath], source: NotePath, style: LinkFormat
) -> None:
    plain = [path for path in paths if path.isascii() and not {"#", " "} & set(path)]
    vault = Names(path for path in paths if path.isascii())
    assert all(vault.link(path, source=source, style=style) for path in plain)
