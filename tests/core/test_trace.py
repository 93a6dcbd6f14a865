from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultskillet.core import frontmatter
from vaultskillet.core.frontmatter import AddItems, PropertyChange, ReplaceItems, SetText, edit
from vaultskillet.core.splice import splice
from vaultskillet.core.trace import bears_trace
from vaultskillet.errors import FrontmatterError

OWN = ("summary", "tags", "category", "related")
LINKS = ("[[Beds]]", "[[in/Soil|Soil]]")

NOTES = [
    "Body\n",
    "\ufeffBody\r\n",
    "",
    "---\ntitle: A\n---\nBody\n",
    "---\r\ntitle: A\r\n---\r\nBody",
    "---\ntags: [a, b]\ntitle: A\n---\nBody\n",
    "---\ntitle: A\ntags:\n- a\n---\n",
    "---\ntitle: >-\n  A\n\n---\nsummary: in the text\n---\n",
]


def is_ours(content: bytes) -> bool:
    return bears_trace(content, frontmatter.read(content).properties, key="summary", own=OWN)


texts = st.text(min_size=1, max_size=40).filter(lambda text: text.split() == text.split(" "))


@pytest.mark.parametrize("note", NOTES)
@settings(max_examples=25)
@given(summary=texts, tags=st.lists(st.sampled_from(["x", "y/z"]), unique=True))
def test_what_we_write_is_recognised(note: str, summary: str, tags: list[str]) -> None:
    content = note.encode()
    try:
        changes: list[PropertyChange] = [
            SetText("summary", summary),
            AddItems("tags", tuple(tags)),
            ReplaceItems("related", {}, LINKS[: len(tags)]),
        ]
        edits = edit(content, changes)
    except FrontmatterError:
        return
    assert is_ours(splice(content, edits))


@pytest.mark.parametrize(
    "note",
    [
        "Body\n",
        "---\ntags: [a]\n---\nBody\n",
        "---\nsummary: Mine.\ntitle: A\n---\nBody\n",
        "---\nsummary : Mine.\n---\nBody\n",
        "---\nsummary: 'Mine.'\n---\nBody\n",
        "---\nsummary: Mine.\ntags: [a]\n---\nBody\n",
        "---\nsummary: >-\n  Mine.\n---\nBody\n",
        "---\ntitle: A\nsummary: Mine. # for now\n---\nBody\n",
        "---\ntitle: A\nsummary:\n---\nBody\n",
        '---\n{"title": "A", "summary": "Mine."}\n---\nBody\n',
    ],
)
def test_a_summary_that_stands_otherwise_is_its_authors(note: str) -> None:
    assert not is_ours(note.encode())
