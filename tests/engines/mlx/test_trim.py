"""Cutting a note down to what a model can read."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.engines.mlx.trim import GAP, cut, trim

NOTE = """Bread is flour, water, salt and time.

# History

Once upon a time there were mills.

## Salt

Of salt enough was said elsewhere.

# Sourdough

Sourdough bread needs a starter, and the starter needs flour.

```python

bake("bread")

# not a heading
```"""


def words(text: str) -> int:
    return len(text.split())


def test_a_note_that_fits_stays_as_it_is() -> None:
    assert trim(NOTE, title="Sourdough", room=words(NOTE), count=words) == NOTE


def test_head_headings_and_what_is_like_the_title_are_kept() -> None:
    assert trim(NOTE, title="Sourdough starter", room=28, count=words) == (
        "Bread is flour, water, salt and time.\n\n# History\n\n[…]\n\n## Salt\n\n[…]\n\n"
        "# Sourdough\n\nSourdough bread needs a starter, and the starter needs flour.\n\n[…]"
    )


def test_a_first_paragraph_that_is_too_long_is_cut() -> None:
    note = "bread " * 50 + "\n\n# Salt\n\n" + "salt " * 50
    trimmed = trim(note, title="", room=20, count=words)
    assert trimmed.startswith("bread bread")
    assert "# Salt" in trimmed
    assert words(trimmed) <= 20


def test_no_character_is_cut_in_two() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cut(f"ab{family}", room=4, count=len) == "ab"
    assert cut("abe\u0301", room=3, count=len) == "ab"
    assert cut("a\U0001f1ee\U0001f1f9", room=2, count=len) == "a"


texts = st.lists(
    st.sampled_from(["# Head", "word " * 5, "```", "", "é", "salt", "e\u0301"]), max_size=30
).map("\n".join)


@given(text=texts, title=st.sampled_from(["", "salt"]), room=st.integers(0, 60))
def test_a_trimmed_note_fits_and_says_nothing_new(text: str, title: str, room: int) -> None:
    trimmed = trim(text, title=title, room=room, count=len)
    assert len(trimmed) <= room or trimmed == text == ""
    lines = {line for line in trimmed.split("\n") if line and line != GAP}
    assert all(line in text for line in lines)


@given(text=st.text(max_size=40), room=st.integers(0, 40))
def test_a_cut_is_the_beginning_and_ends_between_characters(text: str, room: int) -> None:
    head = cut(text, room=room, count=len)
    assert text.startswith(head)
    assert len(head) <= room
    rest = text[len(head) :]
    assert not head or not rest or not unicodedata.combining(rest[0])
