"""Names of every sync service and editor, and names that only look like theirs."""

from __future__ import annotations

import pytest

from vaultskillet.core.model import digest_of
from vaultskillet.vault.names import (
    find_fault,
    is_utf8,
    placeholder_of,
    printable,
    recovered_name,
)

NOBODY: frozenset[str] = frozenset()

CONFLICTS = [
    ("Idea (Conflicted copy MacBook Pro 202411231459).md", "Obsidian Sync"),
    ("Idea (Conflicted copy).md", "Obsidian Sync"),
    ("Idea.sync-conflict-20241123-145959-ABCDEF7.md", "Syncthing"),
    ("Idea (Anna's conflicted copy 2024-11-23).md", "Dropbox"),
    ("Idea (Anna's MacBook's conflicted copy 2024-11-23 (1)).md", "Dropbox"),
    ("Idea (Case Conflict).md", "Dropbox"),
    ("Idea (Case Conflict 1).md", "Dropbox"),
    ("Idea (Selective Sync Conflict).md", "Dropbox"),
]

TWINS = [
    ("Idea 2.md", "iCloud"),
    ("Idea 13.md", "iCloud"),
    ("Idea (1).md", "Google Drive"),
    ("Idea(1).md", "Google Drive"),
    ("Idea-DESKTOP-AB12CD3.md", "OneDrive"),
    ("Idea-LAPTOP-AB12CD34-2.md", "OneDrive"),
    ("Idea-annas-pc.md", "OneDrive"),
    ("Idea-ANNAS-PC-2.md", "OneDrive"),
]


@pytest.mark.parametrize(("name", "service"), CONFLICTS)
def test_a_conflict_copy_is_known_by_its_name(name: str, service: str) -> None:
    assert find_fault(name, NOBODY.__contains__) == f"conflict copy of {service}"


@pytest.mark.parametrize(("name", "service"), TWINS)
def test_a_twin_is_a_copy_where_the_original_stands_beside_it(name: str, service: str) -> None:
    fault = find_fault(name, {"Idea.md"}.__contains__, host="annas-pc")
    assert fault == f"conflict copy of {service}: Idea.md stands beside it"


@pytest.mark.parametrize(("name", "_service"), TWINS)
def test_a_twin_without_its_original_is_a_note(name: str, _service: str) -> None:
    assert find_fault(name, NOBODY.__contains__, host="annas-pc") is None


@pytest.mark.parametrize(
    "name",
    [
        "On the conflict of interests.md",
        "tags.feature.extension-conflicts.md",
        "Merge conflict (git).md",
        "2024-11-23.md",
        "Meeting 2024.md",
        "Idea 1.md",
        "Article (2019).md",
        "Über-Ich.md",
        "日記 2.md",
        "UTF-8.md",
    ],
)
def test_an_ordinary_name_is_a_note(name: str) -> None:
    assert find_fault(name, {"Idea.md", "Meeting.md", "Article.md"}.__contains__) is None


def test_copies_that_obsidian_counts_from_one_are_notes() -> None:
    beside = {"Untitled.md", "Untitled 1.md", "Untitled 2.md"}
    assert find_fault("Untitled 2.md", beside.__contains__) is None


@pytest.mark.parametrize("name", [".Idea.md", ".#Idea.md", "~$Idea.md", "~syncthing~Idea.md"])
def test_hidden_and_temporary_files_are_no_notes(name: str) -> None:
    assert find_fault(name, NOBODY.__contains__) is not None


def test_a_name_that_is_not_utf8_is_refused_and_can_be_printed() -> None:
    name = b"caf\xe9.md".decode(errors="surrogateescape")
    assert not is_utf8(name)
    assert find_fault(name, NOBODY.__contains__) == "its name is not valid UTF-8; rename it"
    assert printable(name) == r"caf\xe9.md"


def test_a_name_in_any_script_is_utf8() -> None:
    assert is_utf8("Café 日記 🏛️.md")
    assert printable("Café 日記 🏛️.md") == "Café 日記 🏛️.md"


@pytest.mark.parametrize(
    ("name", "note"),
    [(".Idea.md.icloud", "Idea.md"), ("Idea.md.icloud", None), (".picture.png.icloud", None)],
)
def test_an_icloud_placeholder_names_its_note(name: str, note: str | None) -> None:
    assert placeholder_of(name) == note


def test_a_recovered_edit_is_left_for_its_author_to_merge() -> None:
    fault = find_fault(recovered_name(digest_of(b"an edit")), NOBODY.__contains__)
    assert fault is not None
    assert "merge it into its note" in fault
    assert find_fault("Recovered by vaultskillet.md", NOBODY.__contains__) is None
