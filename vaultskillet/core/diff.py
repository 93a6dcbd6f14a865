"""What is on disk against what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vaultskillet.core.model import Found, NotePath, Stamp


@dataclass(frozen=True, slots=True)
class Changes:
    """How the disk differs from what is known."""

    touched: tuple[Found, ...]
    """New notes, and notes whose stamp is another, by path."""
    gone: tuple[NotePath, ...]
    """Known notes that are no longer there, by path."""


def compare(known: Mapping[NotePath, Stamp], found: Iterable[Found]) -> Changes:
    """Tell what changed, by stamps alone."""
    seen = dict(found)
    touched = [Found(path, stamp) for path, stamp in seen.items() if known.get(path) != stamp]
    return Changes(
        touched=tuple(sorted(touched)),
        gone=tuple(sorted(known.keys() - seen.keys())),
    )
