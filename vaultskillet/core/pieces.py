"""What a digest may say of one note: its title, its line, its open tasks; redacted and inert."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from vaultskillet.core import markdown, redact
from vaultskillet.core.activity import OPEN, why_finished
from vaultskillet.core.harmless import clean_line
from vaultskillet.core.markdown.prose import ELLIPSIS
from vaultskillet.core.model import Note, NotePath, SafeText
from vaultskillet.core.properties import find_value, frontmatter_tags
from vaultskillet.core.sentences import cut
from vaultskillet.core.summary import summarise
from vaultskillet.core.touch import Touched

MAX_LINE_CHARS: Final = 200
"""Of what is said of a note: one line, or two; of a script with wide characters, half as many."""
MAX_SHORT_CHARS: Final = 120
"""Of the beginning of a note of which there is no summary."""
MOST_PARTS: Final = 5

_SUMMARIES: Final = ("summary", "description", "desc")
"""Properties in which people, and we, say what a note holds."""

_TAG: Final = re.compile(r"(?<![\w&\\])#(?=[^\s#])")
_BLOCK_ID: Final = re.compile(r"(?:^|\s)\^[A-Za-z0-9-]+\s*\Z")
_FIELD: Final = re.compile(r"::+")
_TASK_MARK: Final = re.compile(r"\A(?:[-*+]|\d+[.)])[ \t]+\[.\][ \t]+")
_BOX: Final = re.compile(r"\A\[(?=.\])")
_HEADING_STOPS: Final = re.compile(r"[#|^:\\]|%%|\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class Query:
    """Which notes a digest is about; what is empty asks for nothing."""

    folders: tuple[str, ...] = ()
    """In one of these."""
    tags: tuple[str, ...] = ()
    """With one of these, or one below it; without `#`."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """With all of these."""

    def takes_path(self, path: NotePath) -> bool:
        """Say whether a note lies in one of the folders."""
        starts = tuple(f"{folder.casefold()}/" for folder in self.folders)
        return not starts or path.casefold().startswith(starts)

    def takes(self, note: Note, tags: tuple[str, ...]) -> bool:
        """Say whether a note, with all its tags, is one of those that are asked for."""
        if not self.takes_path(note.path):
            return False
        if self.tags and not any(_is_below(tag, self.tags) for tag in tags):
            return False
        return all(
            _has_value(find_value(note.properties, key), value)
            for key, value in self.properties.items()
        )


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is still to be done."""

    text: str
    subpath: str
    """What leads to it within its note: `#^id`, `#Heading`, or nothing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One note of a period."""

    path: NotePath
    title: SafeText
    line: str | None
    """What it holds, on one line; None where nothing can be said."""
    text: SafeText
    """All of its prose, to find themes in; never shown."""
    tags: tuple[str, ...]
    is_new: bool
    finished: str | None
    """Why it counts as finished; None where it does not, or did before."""
    tasks: tuple[OpenTask, ...]
    words: int
    """How many were added; what was taken out does not count."""
    at: float
    """When it was last changed in the period; seconds since 1970 (UTC)."""


def read_piece(
    note: Note,
    document: markdown.Document,
    touched: Touched,
    *,
    starts: float,
    filters: redact.Policy,
) -> Piece | None:
    """Read what a digest may say of a note.

    Args:
        note: it is neither private nor opted out.
        document: its body, read.
        touched: what the period did to it.
        starts: of the period.
        filters: what is redacted.

    Returns:
        None where its very name holds what is redacted: it could not be linked to.

    Raises:
        RedactionError: a filter failed.
    """
    if redact.redact(note.path.removesuffix(".md"), filters).findings:
        return None
    title = redact.redact(note.title, filters).text
    text = redact.redact(note.body, filters).text
    safe = markdown.read(text)
    is_new = _is_new(touched, starts)
    finished = None if touched.finished_before else why_finished(note.properties, document)
    return Piece(
        path=note.path,
        title=title,
        line=_line(note, safe, filters),
        text=SafeText(" ".join(block.prose for block in safe.blocks)),
        tags=(*frontmatter_tags(note.properties), *(tag.name for tag in document.tags)),
        is_new=is_new,
        finished=finished,
        tasks=tuple(_open_tasks(note.body, document, filters)),
        words=_added(touched, is_new=is_new),
        at=touched.at,
    )


def brief_piece(
    path: NotePath, title: str, touched: Touched, *, starts: float, filters: redact.Policy
) -> Piece | None:
    """Give a note that is merely counted, since there are too many to read them all.

    Returns:
        None where its very name holds what is redacted.

    Raises:
        RedactionError: a filter failed.
    """
    if redact.redact(path.removesuffix(".md"), filters).findings:
        return None
    is_new = _is_new(touched, starts)
    return Piece(
        path=path,
        title=redact.redact(title, filters).text,
        line=None,
        text=SafeText(""),
        tags=(),
        is_new=is_new,
        finished=None,
        tasks=(),
        words=_added(touched, is_new=is_new),
        at=touched.at,
    )


def _is_new(touched: Touched, starts: float) -> bool:
    return touched.born is not None and touched.born >= starts


def inert_line(text: str, filters: redact.Policy, *, max_chars: int = MAX_LINE_CHARS) -> str | None:
    r"""Give a text on one line that does nothing in a note but being read.

    A tag would join the vault's tags, `key:: value` its fields, a box its tasks.

    Raises:
        RedactionError: a filter failed.

    >>> inert_line("[ ] due:: #today ^a1", redact.DEFAULT)
    '\\[ ] due: \\#today'
    """
    line = clean_line(text, filters, max_chars=max_chars)
    if line is None:
        return None
    line = _FIELD.sub(":", _BLOCK_ID.sub("", line))
    return _BOX.sub(r"\\[", _TAG.sub(r"\\#", line)).strip() or None


def _line(note: Note, safe: markdown.Document, filters: redact.Policy) -> str | None:
    for key in _SUMMARIES:
        said = find_value(note.properties, key)
        if isinstance(said, str) and said.strip() and (line := _short_line(said, filters)):
            return line
    return _short_line(summarise(safe, title=note.title) or _few_words(safe), filters)


def _short_line(text: str, filters: redact.Policy) -> str | None:
    head = text[:MAX_LINE_CHARS]
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in head)
    room = MAX_LINE_CHARS * len(head) // max(1, len(head) + wide)
    return inert_line(text, filters, max_chars=max(1, room))


def _few_words(safe: markdown.Document) -> str:
    """Give the beginning of a note that is too short for a summary, or a mere list."""
    fit = (block.prose for block in safe.prose_blocks() if "{{" not in block.prose)
    return cut("; ".join(islice(fit, MOST_PARTS)), MAX_SHORT_CHARS)


def _added(touched: Touched, *, is_new: bool) -> int:
    if is_new and touched.words_before is None:
        return touched.words
    if touched.words_before is None:
        return 0  # how many there were before, nobody knows
    return max(0, touched.words - touched.words_before)


def _open_tasks(body: str, document: markdown.Document, filters: redact.Policy) -> list[OpenTask]:
    return [
        OpenTask(text, _subpath(body, document, task, filters))
        for task in document.tasks
        if task.status in OPEN and (text := inert_line(_task_text(body, task), filters))
    ]


def _task_text(body: str, task: markdown.Task) -> str:
    """Give what is to be done; where code stands in it, as it is written, since code says what."""
    if ELLIPSIS not in task.text:
        return task.text
    return _TASK_MARK.sub("", body[task.start : task.end])


def _subpath(
    body: str, document: markdown.Document, task: markdown.Task, filters: redact.Policy
) -> str:
    """Give what leads to a task: its own block id, else the heading above it, else nothing."""
    for block_id in document.block_ids:
        if task.start <= block_id.start < task.end:
            return f"#^{block_id.name}"
    above = [heading for heading in document.headings if heading.start < task.start]
    if not above:
        return ""
    heading = above[-1]
    written = body[heading.start : heading.end].strip("# \t\r\n")
    plain = " ".join(_HEADING_STOPS.sub(" ", heading.text).split())
    if written != heading.text or not plain or redact.redact(plain, filters).findings:
        return ""  # with markup in it, how Obsidian spells the link is not certain
    return f"#{plain}"


def _is_below(tag: str, wanted: tuple[str, ...]) -> bool:
    folded = tag.casefold()
    return any(
        folded == one.casefold() or folded.startswith(f"{one.casefold()}/") for one in wanted
    )


def _has_value(value: object, wanted: str) -> bool:
    items = value if isinstance(value, list | tuple) else [value]
    return any(_as_text(item) == wanted.casefold() for item in items if item is not None)


def _as_text(value: object) -> str:
    return str(value).strip().casefold()
