"""What a filter is, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["email", "phone", "secret"]

Span = tuple[int, int]
"""Where something begins and the first character after it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of text that must not leave this machine."""

    kind: Kind
    start: int
    """In characters, from 0."""
    end: int
    """The first character after it."""


class Filter(Protocol):
    """Finds one sort of sensitive text; the door for plug-ins, used by the built-in filters too.

    A filter is pure and takes time proportional to the text, whatever the text: what it reads is
    untrusted, and it runs over every note.
    """

    @property
    def name(self) -> str:
        """What people call the filter, in errors."""
        ...

    def find(self, text: str) -> Iterable[Finding]:
        """Find what is sensitive in a text.

        Args:
            text: Markdown, of any length, in any language. It may hold placeholders such as
                `[EMAIL_1]`; these are no findings.

        Returns:
            Spans within the text, not empty, in any order; overlaps are allowed.

        Raises:
            Exception: anything at all stops the note; nothing of it is sent or written.
        """
        ...
