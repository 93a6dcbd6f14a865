"""Hiding what an author did."""

from __future__ import annotations

import pytest

from vaultskillet.core import markdown
from vaultskillet.evaluation.samples import hide_links


@pytest.mark.parametrize(
    ("body", "kept", "gone"),
    [
        ("See [[Compost]] now", "See Compost now", "See  ·  now"),
        ("See [[a/Compost|the heap]].", "See the heap.", "See  · ."),
        ("See [the heap](Compost.md).", "See the heap.", "See  · ."),
        ("![[Compost]] is shown", " ·  is shown", " ·  is shown"),
        ("[out](https://example.org)", "[out](https://example.org)", "[out](https://example.org)"),
        ("[[#Within]] and `[[code]]`", "[[#Within]] and `[[code]]`", "[[#Within]] and `[[code]]`"),
    ],
)
def test_links_become_text_or_go(body: str, kept: str, gone: str) -> None:
    document = markdown.read(body)
    assert hide_links(body, document, keep_text=True) == kept
    assert hide_links(body, document, keep_text=False) == gone
