"""What the vault's own settings say, whatever state their files are in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.vault.settings import DailyNotes, Settings, path_key, read_settings


def put(root: Path, name: str, value: object) -> None:
    path = root / ".obsidian" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


def excludes(settings: Settings, path: str) -> bool:
    return any(pattern.search(path) for pattern in settings.excluded)


def test_a_vault_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_what_obsidian_writes_is_read(tmp_path: Path) -> None:
    put(tmp_path, "app.json", {
        "newLinkFormat": "relative", "useMarkdownLinks": True, "attachmentFolderPath": "Files",
    })  # fmt: skip
    put(tmp_path, "daily-notes.json", {"folder": "/Daily/", "format": "YYYY/MM-DD"})
    settings = read_settings(tmp_path)
    assert settings.link_format == "relative"
    assert settings.markdown_links
    assert settings.attachment_folder == "Files"
    assert settings.daily_notes == DailyNotes("Daily", "YYYY/MM-DD")


def test_template_folders_of_obsidian_and_plugins_are_found(tmp_path: Path) -> None:
    put(tmp_path, "templates.json", {"folder": "Templates"})
    put(tmp_path, "plugins/templater-obsidian/data.json", {"templates_folder": "x/Templater/"})
    put(tmp_path, "plugins/quickadd/data.json", {"templateFolderPath": ""})
    assert read_settings(tmp_path).template_folders == ("Templates", "x/Templater")


def test_single_template_notes_are_found(tmp_path: Path) -> None:
    put(tmp_path, "daily-notes.json", {"template": "Meta/Day"})
    put(tmp_path, "plugins/periodic-notes/data.json", {
        "weekly": {"enabled": True, "template": "Meta/Week.md"},
        "yearly": {"enabled": False, "template": "Old"},
    })  # fmt: skip
    put(tmp_path, "plugins/templater-obsidian/data.json", {
        "folder_templates": [{"folder": "Books", "template": "Meta/Book.md"}, "broken"],
    })  # fmt: skip
    assert read_settings(tmp_path).template_notes == {"meta/day.md", "meta/week.md", "meta/book.md"}


def test_periodic_notes_take_the_place_of_daily_notes_where_enabled(tmp_path: Path) -> None:
    put(tmp_path, "daily-notes.json", {"folder": "Core"})
    put(tmp_path, "plugins/periodic-notes/data.json", {"daily": {"enabled": True, "folder": "Per"}})
    assert read_settings(tmp_path).daily_notes.folder == "Per"


@pytest.mark.parametrize(
    ("entry", "path", "excluded"),
    [
        ("Archive/", "Archive/a.md", True),
        ("Archive/", "archive/a.md", True),
        ("Archive/", "Archived/a.md", False),
        ("Archive/", "x/Archive/a.md", False),
        ("Arch", "Archived/a.md", True),
        ("a.b", "axb.md", False),
        (r"/\.draft\.md$/", "x/y.draft.md", True),
        (r"/\.draft\.md$/", "x/draft.md", False),
        (r"/^(?<year>\d{4})\//", "2024/a.md", True),
        (r"/(?<!keep\/)old/", "x/old.md", True),
        (r"/(?<!keep\/)old/", "keep/old.md", False),
        ("/[[a]/", "a.md", True),
        ("", "a.md", False),
    ],
)
def test_an_excluded_files_entry_is_a_prefix_or_a_regex(
    tmp_path: Path, *, entry: str, path: str, excluded: bool
) -> None:
    put(tmp_path, "app.json", {"userIgnoreFilters": [entry]})
    assert excludes(read_settings(tmp_path), path) is excluded


def test_a_regex_that_python_does_not_know_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "app.json", {"userIgnoreFilters": [r"/\p{Lu}+/", "Archive/"]})
    settings = read_settings(tmp_path)
    assert excludes(settings, "Archive/a.md")
    assert len(settings.problems) == 1
    assert r"/\p{Lu}+/ is not understood" in settings.problems[0]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "\ufeff{}", "[" * 100_000])
def test_a_broken_file_is_taken_as_empty(tmp_path: Path, text: str) -> None:
    put(tmp_path, "app.json", text)
    assert read_settings(tmp_path).excluded == ()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, "templates.json", "{")
    [problem] = read_settings(tmp_path).problems
    assert "templates.json: cannot be read" in problem


KEYS = (
    "userIgnoreFilters", "folder", "template", "format", "templates_folder", "daily", "enabled",
    "folder_templates", "newLinkFormat",
)  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(value=json_values)
def test_no_json_whatever_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    for name in ("app.json", "daily-notes.json", "plugins/templater-obsidian/data.json",
                 "plugins/periodic-notes/data.json", "templates.json"):  # fmt: skip
        put(root, name, value)
    assert isinstance(read_settings(root), Settings)


def test_two_spellings_of_one_path_have_one_key() -> None:
    assert path_key("Cafe\u0301/A.md") == path_key("café/a.MD")
