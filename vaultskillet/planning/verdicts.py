"""Verdicts: what the tasks of a note made of its calls, and what their tags say in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vaultskillet.core.calls import Call, State
from vaultskillet.core.marks import Mark
from vaultskillet.core.model import Edit, Note


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one task made of a call."""

    state: State
    because: str = ""
    link: str | None = None


class Verdicts:
    """What became of the calls of one note, as far as its tasks have come."""

    def __init__(self) -> None:
        """Begin with none."""
        self._given: dict[Call, list[Verdict]] = {}
        self.waiting: set[Call] = set()
        """Calls that are left for another try."""

    def give(
        self, calls: Collection[Call], state: State, because: str = "", link: str | None = None
    ) -> None:
        """Say what became of calls."""
        for call in calls:
            self._given.setdefault(call, []).append(Verdict(state, because, link))

    def marks(self, calls: Iterable[Call]) -> list[Mark]:
        """Give what the tags of those calls are to say that are not left for another try."""
        marks = []
        for call in calls:
            verdicts = self._given.get(call, [])
            if call in self.waiting or not verdicts:
                continue
            failed = any(one.state is State.FAILED for one in verdicts)
            links = [one.link for one in verdicts if one.link]
            state = State.FAILED if failed else State.DONE
            marks.append(Mark(call, state, links[0] if links else None))
        return marks

    def failures(self, marks: Sequence[Mark], note: Note, edits: Sequence[Edit]) -> tuple[str, ...]:
        """Say why the calls failed that did, each reason once, with its lines after the edits."""
        places: dict[str, list[int]] = {}
        for mark in marks:
            for verdict in self._given[mark.call]:
                if verdict.state is State.FAILED:
                    places.setdefault(verdict.because, []).append(_line(mark.call, note, edits))
        return tuple(f"{_where(lines)}: {because}" for because, lines in places.items())


def without_links(marks: Iterable[Mark]) -> list[Mark]:
    """Let those fail that need a link."""
    return [replace(mark, link=None, state=State.FAILED) if mark.link else mark for mark in marks]


_FRONTMATTER: Final = 0
"""Stands for the line of a call in the frontmatter."""


def _line(call: Call, note: Note, edits: Sequence[Edit]) -> int:
    """Give the number of a call's line in the note's file once the edits are made."""
    if call.span is None:
        return _FRONTMATTER
    before = len(note.content) - len(note.body[call.span.start :].encode())
    line = note.content.count(b"\n", 0, before) + 1
    return line + sum(edit.after.count(b"\n") - edit.before.count(b"\n") for edit in edits)


def _where(lines: Sequence[int]) -> str:
    """Name lines for people.

    >>> _where([3]), _where([3, 5]), _where([3, 5, 6, 9])
    ('line 3', 'lines 3 and 5', 'lines 3 to 9')
    """
    match sorted(set(lines)):
        case [line] if line == _FRONTMATTER:
            return "frontmatter"
        case [line]:
            return f"line {line}"
        case [first, *_] if first == _FRONTMATTER:
            return f"frontmatter and {_where([line for line in lines if line != _FRONTMATTER])}"
        case [first, last]:
            return f"lines {first} and {last}"
        case [first, *_, last]:
            return f"lines {first} to {last}"
        case _:
            return ""
