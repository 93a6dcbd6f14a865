from __future__ import annotations

import pytest

from vaultskillet.core.model import NotePath
from vaultskillet.core.privacy import Privacy

PRIVACY = Privacy(folders=("Journal", "Work/H\u00e4nde"))


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("Journal/a.md", "Journal"),
        ("Journal/2024/05/a.md", "Journal"),
        ("journal/a.md", "Journal"),
        ("Work/Ha\u0308nde/a.md", "Work/H\u00e4nde"),
        ("Journal.md", None),
        ("Journals/a.md", None),
        ("Work/a.md", None),
        ("a/Journal/b.md", None),
    ],
)
def test_a_private_folder_holds_all_below_in_any_spelling(path: str, folder: str | None) -> None:
    assert PRIVACY.folder_of(NotePath(path)) == folder


def test_without_folders_nothing_is_private() -> None:
    assert Privacy().folder_of(NotePath("Journal/a.md")) is None
