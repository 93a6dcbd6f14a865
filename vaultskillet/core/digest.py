"""The notes of a period -> a digest: what was made, changed and finished, and what it was about.

Nothing here is generated: it is what the notes themselves say, with a link to each. A model may
add statements; see `vaultskillet.core.narrative`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Final

from vaultskillet.core.model import NotePath
from vaultskillet.core.pieces import Piece
from vaultskillet.core.themes import Group

MOST_LINES: Final = 20
"""Notes that one section names; of the others it says how many they are and where."""
MOST_OF_A_THEME: Final = 6
MOST_TASKS: Final = 15
MOST_TASKS_OF_A_NOTE: Final = 5
MOST_SUGGESTIONS: Final = 5
_MOST_FOLDERS: Final = 3


@dataclass(frozen=True, slots=True)
class Numbers:
    """A period in figures."""

    notes: int = 0
    created: int = 0
    finished: int = 0
    words: int = 0
    """Added: those of new notes, and what others grew by where that is known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One note in a section."""

    link: str
    text: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some notes, and what is said of those that are too many."""

    lines: tuple[Line, ...] = ()
    more: str = ""
    """`and 12 more: 8 in Projects, 4 in Archive`; empty where all are named."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Notes that belong together."""

    name: str
    links: tuple[str, ...]
    """The most typical first."""
    more: int = 0
    """Notes of it beyond these."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that is still to be done, and what leads to it."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link that may be missing: from one note of the period to another note."""

    one: str
    other: str
    because: str
    """What speaks for it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a model's, and the notes that it came from."""

    text: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a template makes a note of."""

    name: str
    """Of the digest, such as `weekly`."""
    period: str
    """`2026-W11`"""
    span: str
    """`9-15 March 2026`, for people."""
    until: str
    """Where its period is not over: up to when it tells, for people; else empty."""
    length: str
    """`day`, `week` or `month`; `time` where the calendar has no name for it."""
    numbers: Numbers
    before: Numbers | None
    """Of the period before; None where nothing is known of it."""
    streak: int
    """Days in a row, up to the last one of the period, on which a note was made or changed."""
    created: Section
    changed: Section
    finished: Section
    themes: tuple[Theme, ...]
    tasks: tuple[TaskLine, ...]
    more_tasks: int
    """Open tasks beyond those that are named."""
    outputs: tuple[Line, ...]
    """Answers and insights."""
    suggestions: tuple[Suggestion, ...]
    unnamed: int
    """Notes that are not named, since their names hold what is redacted."""
    statements: tuple[Statement, ...] = ()
    model: str = ""
    """Who wrote the statements."""


def build_digest(
    pieces: Sequence[Piece],
    links: Mapping[NotePath, str],
    *,
    name: str,
    period: str,
    span: str,
    until: str,
    length: str,
    before: Numbers | None,
    streak: int,
    groups: Iterable[Group],
    outputs: Iterable[tuple[NotePath, NotePath]],
    suggestions: Iterable[tuple[NotePath, NotePath, str]],
    unnamed: int,
) -> Digest:
    """Put together what is known of a period.

    Args:
        pieces: its notes, the latest first.
        links: how each note that is named is linked to.
        name: of the digest.
        period: its id.
        span: the period, for people.
        until: up to when it tells where it is not over; else empty.
        length: what the calendar calls such a period.
        before: the figures of the period before.
        streak: days in a row with a change.
        groups: its themes.
        outputs: answers and insights of that time, in order, each with the note it came from.
        suggestions: from one note to another, and what speaks for a link; best first.
        unnamed: notes that cannot be named.
    """
    named = [piece for piece in pieces if piece.path in links]
    finished = [piece for piece in named if piece.finished]
    tasks = [list(_tasks(piece, links[piece.path])) for piece in named]
    shown = [task for of_note in tasks for task in of_note[:MOST_TASKS_OF_A_NOTE]][:MOST_TASKS]
    return Digest(
        name=name,
        period=period,
        span=span,
        until=until,
        length=length,
        numbers=numbers_of(pieces),
        before=before,
        streak=streak,
        created=_section([piece for piece in named if piece.is_new], links, pieces),
        changed=_section([piece for piece in named if not piece.is_new], links, pieces),
        finished=Section(
            tuple(Line(links[p.path], because=p.finished or "") for p in finished[:MOST_LINES]),
            _more(finished[MOST_LINES:], pieces),
        ),
        themes=tuple(_theme(group, links) for group in groups),
        tasks=tuple(shown),
        more_tasks=sum(map(len, tasks)) - len(shown),
        outputs=tuple(
            Line(links[path], because=f"from {links[origin]}" if origin in links else "")
            for path, origin in outputs
            if path in links
        ),
        suggestions=tuple(
            Suggestion(links[one], links[other], because)
            for one, other, because in suggestions
            if one in links and other in links
        )[:MOST_SUGGESTIONS],
        unnamed=unnamed + len(pieces) - len(named),
    )


def _tasks(piece: Piece, link: str) -> Iterable[TaskLine]:
    """Give the open tasks of a note; what it says twice in one place is said once."""
    return dict.fromkeys(
        TaskLine(task.text, link_into(link, task.subpath, title=piece.title))
        for task in piece.tasks
    )


def numbers_of(pieces: Sequence[Piece]) -> Numbers:
    """Count."""
    return Numbers(
        notes=len(pieces),
        created=sum(piece.is_new for piece in pieces),
        finished=sum(piece.finished is not None for piece in pieces),
        words=sum(piece.words for piece in pieces),
    )


def link_into(link: str, subpath: str, *, title: str) -> str:
    """Let a wikilink lead to a place within its note.

    >>> link_into("[[a/Note|Note]]", "#^id", title="Note")
    '[[a/Note#^id|Note]]'
    >>> link_into("[[Note]]", "#Plan", title="Note")
    '[[Note#Plan|Note]]'
    """
    if not subpath:
        return link
    target, _, alias = link[2:-2].partition("|")
    return f"[[{target}{subpath}|{alias or title}]]"


def count_streak(moments: Iterable[float], last: date, *, zone: tzinfo) -> int:
    """Count the days in a row up to one on which something happened.

    Args:
        moments: when something happened, in seconds since 1970 (UTC).
        last: the day to count back from; where nothing happened on it, there is no streak.
        zone: whose days are meant.
    """
    days = {datetime.fromtimestamp(moment, zone).date() for moment in moments}
    streak = 0
    while last - timedelta(days=streak) in days:
        streak += 1
    return streak


def span_text(first: date, last: date) -> str:
    """Write a stretch of days for people.

    >>> span_text(date(2026, 3, 9), date(2026, 3, 15))
    '9–15 March 2026'
    >>> span_text(date(2026, 3, 9), date(2026, 3, 9))
    'Monday, 9 March 2026'
    """
    if first == last:
        return f"{first:%A}, {first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"


def _theme(group: Group, links: Mapping[NotePath, str]) -> Theme:
    named = [links[path] for path in group.paths if path in links]
    return Theme(group.name, tuple(named[:MOST_OF_A_THEME]), len(named[MOST_OF_A_THEME:]))


def _section(
    pieces: Sequence[Piece], links: Mapping[NotePath, str], among: Sequence[Piece]
) -> Section:
    """Name the notes, those first of which something can be said where they are too many."""
    shown = list(pieces)
    if len(shown) > MOST_LINES:
        shown.sort(key=lambda piece: (piece.line is None, -piece.words, -piece.at))
    named = sorted(shown[:MOST_LINES], key=lambda piece: -piece.at)
    return Section(
        tuple(Line(links[piece.path], piece.line) for piece in named),
        _more(shown[MOST_LINES:], among),
    )


def _more(pieces: Sequence[Piece], among: Sequence[Piece]) -> str:
    """Say how many more there are, and in which folders where these differ."""
    if not pieces:
        return ""
    common = _common_folders(among)
    folders = (_folders(piece)[common : common + 1] for piece in pieces)
    counts = Counter("".join(folder) for folder in folders)
    named = [item for item in counts.most_common(_MOST_FOLDERS) if item[0]]
    where = ", ".join(f"{count} in {folder}" for folder, count in named).replace("#", "\\#")
    return f"and {len(pieces):,} more" + (f": {where}" if where else "")


def _folders(piece: Piece) -> list[str]:
    return piece.path.split("/")[:-1]


def _common_folders(pieces: Iterable[Piece]) -> int:
    """Give how many folders, from the top, all notes lie in."""
    levels = zip(*map(_folders, pieces), strict=False)
    return sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
