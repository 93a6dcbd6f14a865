from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.naming import free_name, note_name
from vaultskillet.vault.names import find_fault


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Compare A with B", "Compare A with B"),
        ("a/b\\c: d*?", "a b c d"),
        ("../../etc/passwd", "etc passwd"),
        (".hidden", "hidden"),
        ("ends with a dot.", "ends with a dot"),
        ("con", "con (note)"),
        ("NUL.txt", "NUL.txt (note)"),
        ("\u202eevil\u202c", "evil"),
        ("", "Untitled"),
        ("[[]] #^|", "Untitled"),
        ("日本語の質問", "日本語の質問"),
        ("e\u0301te\u0301", "été"),
        ("word " * 40, ("word " * 16).strip()),
        ("語" * 100, "語" * 66),
    ],
)
def test_a_text_becomes_a_readable_name(text: str, name: str) -> None:
    assert note_name(text) == name


@given(st.text())
def test_a_name_is_safe_whatever_the_text(text: str) -> None:
    name = note_name(text)
    assert name == name.strip(" .")
    assert 0 < len(f"{name}.md".encode()) < 255
    assert not set(name) & set('\\/:*?"<>|#^[]\n\t\0')
    assert find_fault(f"{name}.md", lambda _: False) is None
    assert note_name(name) == name


@given(
    st.text(alphabet="ab -2", max_size=3).map(note_name),
    st.sets(st.text(alphabet="ab -2", max_size=6)),
)
def test_a_free_name_is_free_and_no_conflict_copy(wanted: str, taken: set[str]) -> None:
    name = free_name(wanted, taken)
    assert name.casefold() not in taken
    beside = {f"{one}.md" for one in taken} - {f"{name}.md"}
    assert name == wanted or find_fault(f"{name}.md", beside.__contains__) is None
