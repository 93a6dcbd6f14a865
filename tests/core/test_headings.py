from __future__ import annotations

import pytest

from vaultskillet.core import markdown
from vaultskillet.core.headings import HeadingName, headings_over, name_over, subpath_of


def test_the_headings_over_a_place_are_those_it_stands_under() -> None:
    text = "# A\n\n## B\n\n### C\n\n## D\n\nhere\n"
    over = headings_over(markdown.read(text), text.index("here"))
    assert [one.text for one in over] == ["A", "D"]


def test_a_heading_is_told_from_others_that_read_the_same() -> None:
    text = "first\n# Notes\n\none\n\n# Notes\n\ntwo\n"
    document = markdown.read(text)
    assert name_over(document, text.index("two")) == HeadingName("Notes", 1)
    assert name_over(document, text.index("first")) is None


@pytest.mark.parametrize(
    ("line", "subpath"),
    [
        ("## Why?", "Why?"),
        ("## Why: #1 | it? ##", "Why 1 it?"),
        ("## See [[A|b]]", "See A b"),
        ("## `x` and **y**", "`x` and **y**"),
        ("Why so\n======", "Why so"),
        ("## <% tp.x %> 1", "tp.x 1"),
    ],
)
def test_a_link_names_a_heading_by_its_source(line: str, subpath: str) -> None:
    text = f"{line}\n\nhere\n"
    document = markdown.read(text)
    name = name_over(document, text.index("here"))
    assert name is not None
    assert subpath_of(name, text, document) == subpath


def test_of_headings_that_are_called_the_same_the_later_are_named_by_their_path() -> None:
    text = "# A\n\n## Notes\n\none\n\n# B\n\n## Notes\n\ntwo\n"
    document = markdown.read(text)
    assert subpath_of(HeadingName("Notes", 0), text, document) == "Notes"
    assert subpath_of(HeadingName("Notes", 1), text, document) == "B#Notes"


def test_a_heading_that_is_not_there_any_more_has_no_link() -> None:
    text = "# A\n\n#\n"
    document = markdown.read(text)
    assert subpath_of(HeadingName("B", 0), text, document) == ""
    assert subpath_of(HeadingName("A", 1), text, document) == ""
