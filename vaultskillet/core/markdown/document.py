"""What a note's text is made of: blocks and constructs, each with its span.

A span is half-open, in characters of the text that was read: `text[start:end]` is the
construct as it stands there, markers included. Where a construct runs over several lines
of a quote or a list, the markers of those lines lie within its span.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class Kind(StrEnum):
    """What sort of block."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    """The first paragraph of an item; what follows in the item has kinds of its own."""
    TASK = "task"
    QUOTE = "quote"
    """A paragraph directly in a quote or a callout."""
    CALLOUT = "callout"
    """The first line of a callout: its type and title."""
    TABLE = "table"
    CODE = "code"
    MATH = "math"
    HTML = "html"
    COMMENT = "comment"
    TEMPLATE = "template"
    FOOTNOTE = "footnote"
    """A paragraph of a footnote's definition."""
    BREAK = "thematic break"


class Spanning(Protocol):
    """What has a span."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text."""

    start: int
    end: int


# Blocks and wikilinks are most of what a note is made of: a named tuple is made in a third of the
# time that a dataclass takes.
class Block(NamedTuple):
    """A stretch of text that stands for itself; blocks are in order and do not overlap."""

    start: int
    end: int
    kind: Kind
    prose: str
    """One line of plain text: no code, markup, targets, labels, math, comments or HTML."""
    depth: int = 0
    """How many list items, quotes and footnotes it stands in."""
    heading_level: int = 0
    """1 to 6 for a heading, 0 for all else."""
    callout: str = ""
    """The type of the callout it stands in or begins, in lower case."""
    fit: bool = False
    """Whether a summary may be made of it; see `vaultskillet.core.markdown.prose`."""


@dataclass(frozen=True, slots=True)
class Heading(Span):
    """A heading of either style."""

    level: int
    text: str
    """Plain, as `Block.prose`."""


class Wikilink(NamedTuple):
    """`[[target#subpath|alias]]`, or `![[…]]`."""

    start: int
    end: int
    target: str
    """Empty for a link within the note."""
    subpath: str
    """What follows the first `#`, without it: headings, or `^` and a block's id."""
    alias: str
    is_embed: bool


@dataclass(frozen=True, slots=True)
class Link(Span):
    """`[text](href)`, `![text](href)`, `<href>`, or a bare URL."""

    href: str
    """Escapes decoded; as written otherwise, or percent-encoded where a URL must be."""
    text: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Tag(Span):
    """`#name`."""

    name: str
    """Without `#`, spelt as in the text."""


@dataclass(frozen=True, slots=True)
class Task(Span):
    """`- [status] text`, from the list marker to the end of its first paragraph."""

    status: str
    """The one character between the brackets."""
    text: str
    """Plain, as `Block.prose`."""


@dataclass(frozen=True, slots=True)
class InlineField(Span):
    """`key:: value` on a line of its own, `[key:: value]` or `(key:: value)`."""

    key: str
    value: str
    """As written, without blanks around it."""


@dataclass(frozen=True, slots=True)
class BlockId(Span):
    """`^name` at the end of a block."""

    name: str


@dataclass(frozen=True, slots=True)
class Comment(Span):
    """`%% … %%`; one that is never closed runs to the end of the block or the note."""


@dataclass(frozen=True, slots=True)
class Footnote(Span):
    """`[^label]`, `[^label]: …` or `^[…]`."""

    label: str
    """Empty for a footnote written in place."""
    is_definition: bool


@dataclass(frozen=True, slots=True)
class Math(Span):
    """`$ … $` or `$$ … $$`."""

    is_block: bool
    """Two dollars."""


@dataclass(frozen=True, slots=True)
class Code(Span):
    """A code span, a fence, or an indented block."""

    is_block: bool
    language: str
    """The first word after the fence, in lower case."""


@dataclass(frozen=True, slots=True)
class Highlight(Span):
    """`==text==`."""


@dataclass(frozen=True, slots=True)
class TemplateCode(Span):
    """`<% … %>`."""


@dataclass(frozen=True, slots=True)
class ConflictMarker(Span):
    """A line that a failed merge left: `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A note's text, read: everything in the order of the text."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    wikilinks: tuple[Wikilink, ...]
    links: tuple[Link, ...]
    tags: tuple[Tag, ...]
    tasks: tuple[Task, ...]
    inline_fields: tuple[InlineField, ...]
    block_ids: tuple[BlockId, ...]
    comments: tuple[Comment, ...]
    footnotes: tuple[Footnote, ...]
    math: tuple[Math, ...]
    code: tuple[Code, ...]
    highlights: tuple[Highlight, ...]
    template_code: tuple[TemplateCode, ...]
    conflict_markers: tuple[ConflictMarker, ...]

    def prose_blocks(self) -> tuple[Block, ...]:
        """Give the blocks that a summary may be made of."""
        return tuple(block for block in self.blocks if block.fit)
