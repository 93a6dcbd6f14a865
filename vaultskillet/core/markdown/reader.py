"""Read a note's text: markdown-it finds the blocks, this walks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.token import Token

from vaultskillet.core.markdown.block_parser import PLAIN, parse_blocks, use_block_rules
from vaultskillet.core.markdown.collect import Collector
from vaultskillet.core.markdown.document import (
    Block,
    BlockId,
    Code,
    Comment,
    ConflictMarker,
    Document,
    Footnote,
    Heading,
    Kind,
    Math,
    Spanning,
    Task,
    TemplateCode,
)
from vaultskillet.core.markdown.inline_parser import InlineParser
from vaultskillet.core.markdown.prose import is_apparatus, is_fit, plain
from vaultskillet.core.markdown.source import (
    Origin,
    Source,
    origin_at,
    origin_of_cell,
    origin_of_lines,
)

_BLOCK_ID = re.compile(r"\^([A-Za-z0-9-]+)\Z")
_CALLOUT = re.compile(r"\[!([^\]\n]+)\][+-]?[ \t]*")
_TASK = re.compile(r"\[([^\n])\](?:[ \t]|$)")
_LIST_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\Z")
_ATX = re.compile(r"#{1,6}[ \t]*")
_CONFLICT = re.compile(r"(?<![^\r\n])(?:<{7}|\|{7}|={7}|>{7})(?: [^\r\n]*)?(?![^\r\n])")


def make_parser(*, quick: bool = True) -> MarkdownIt:
    """Make markdown-it's parser with Obsidian's rules; `quick` changes no outcome."""
    parser = MarkdownIt("commonmark")
    parser.inline = InlineParser()
    parser.inline.ruler2.enableOnly(
        ["balance_pairs", "strikethrough", "emphasis", "fragments_join"]
    )
    use_block_rules(parser, quick=quick)
    return parser


_PARSER = make_parser()


@lru_cache(maxsize=64)
def read(text: str) -> Document:
    """Read a note's body; one of a batch that is under way is read only once.

    Args:
        text: what follows the frontmatter, newlines as found.

    Returns:
        Its blocks and constructs. Every text can be read: what is no construct is text.
    """
    return read_by(_PARSER, text)


def read_by(parser: MarkdownIt, text: str) -> Document:
    """Read a note's body by a parser that `make_parser` made."""
    return _Reading(parser, text).read()


class _Reading:
    """One note while it is read."""

    def __init__(self, parser: MarkdownIt, text: str) -> None:
        self.source = Source(text)
        tokens, self.cuts, references = parse_blocks(parser, self.source.normal)
        self.tokens = iter(tokens)
        self.found = Collector(parser, references)
        self.blocks: list[Block] = []
        self.headings: list[Heading] = []
        self.tasks: list[Task] = []
        self.block_ids: list[BlockId] = []
        self.containers: list[str] = []
        """The token types of open list items, quotes and footnotes, outermost first."""
        self.callouts = [""]
        """The callout that each of them stands in or is, after that of the note itself."""
        self.is_first = False
        """Whether the innermost container has no block yet."""
        self.apparatus_level = 0
        """Of the heading under which nothing is text; 0 if there is none."""

    def read(self) -> Document:
        for token in self.tokens:
            read_token = _READERS.get(token.type)
            if read_token is not None:
                read_token(self, token)
        found = self.found
        return Document(
            blocks=tuple(self.blocks),
            headings=tuple(self.headings),
            wikilinks=_in_order(found.wikilinks),
            links=_in_order(found.links),
            tags=_in_order(found.tags),
            tasks=tuple(self.tasks),
            inline_fields=_in_order(found.inline_fields),
            block_ids=tuple(self.block_ids),
            comments=_in_order(found.comments),
            footnotes=_in_order(found.footnotes),
            math=_in_order(found.math),
            code=_in_order(found.code),
            highlights=_in_order(found.highlights),
            template_code=_in_order(found.template_code),
            conflict_markers=tuple(_conflict_markers(self.source.text)),
        )

    def open(self, token: Token) -> None:
        """Enter a list item, a quote or a footnote."""
        self.containers.append(token.type)
        self.callouts.append(self.callouts[-1] if token.type != "blockquote_open" else "")
        self.is_first = True
        if token.type == "footnote_open":
            start = self.source.at(token.meta["start"])
            end = self.source.end_of(start, _lines(token))
            label = token.meta["label"]
            self.found.footnotes.append(Footnote(start, end, label, is_definition=True))

    def close(self, _token: Token) -> None:
        """Leave what was entered last."""
        self.containers.pop()
        self.callouts.pop()

    def _add(
        self, kind: Kind, start: int, end: int, marked: str = "", *, heading_level: int = 0
    ) -> Block:
        prose = plain(marked)
        fit = not self.apparatus_level and is_fit(kind, prose, marked)
        depth, callout = len(self.containers), self.callouts[-1]
        block = Block(start, end, kind, prose, depth, heading_level, callout, fit)
        self.blocks.append(block)
        self.is_first = False
        return block

    def plain(self, token: Token) -> None:
        """Add a paragraph that stands in nothing."""
        lines = token.content
        content = mdTrim(lines)
        if not content:
            return
        if self.source.normal is self.source.text:
            origin = origin_at(token.meta["start"] + lines.index(content))
        else:
            origin = origin_of_lines(self.source, _lines(token)[0], lines, content)
        whole = origin.span(0, len(content))
        marked = self.found.read(self._take_block_id(content, origin), origin)
        self._add(self._kind_of("", whole), *whole, marked)

    def paragraph(self, _token: Token) -> None:
        """Add a paragraph, or what it is in a list or a callout."""
        inline = next(self.tokens)
        content = inline.content
        if not content:
            return
        origin = self._origin(inline)
        begins_container = self.is_first
        container = self.containers[-1] if self.containers else ""
        if container == "blockquote_open" and begins_container:
            title = _CALLOUT.match(content)
            if title:
                content, origin = self._callout(title, content, origin)
                if not content:
                    return
        whole = origin.span(0, len(content))
        content = self._take_block_id(content, origin)
        if container == "list_item_open" and begins_container:
            self._list_item(content, origin, whole)
            return
        marked = self.found.read(content, origin)
        self._add(self._kind_of(container, whole), *whole, marked)

    def _origin(self, inline: Token) -> Origin:
        """Give the origin of a content that was cut from lines."""
        first = _lines(inline)[0]
        return origin_of_lines(self.source, first, self.cuts[first], inline.content)

    def _kind_of(self, container: str, whole: tuple[int, int]) -> Kind:
        """Give what sort a paragraph is, now that its content has been read."""
        found = self.found
        if found.comments or found.math or found.template_code:
            for constructs, kind in (
                (found.comments, Kind.COMMENT),
                (found.math, Kind.MATH),
                (found.template_code, Kind.TEMPLATE),
            ):
                if constructs and (constructs[-1].start, constructs[-1].end) == whole:
                    return kind
        if container == "blockquote_open":
            return Kind.QUOTE
        return Kind.FOOTNOTE if container == "footnote_open" else Kind.PARAGRAPH

    def _take_block_id(self, content: str, origin: Origin) -> str:
        """Give the content without the id at its end."""
        place = content.rfind("^")
        match = _BLOCK_ID.match(content, place) if place >= 0 else None
        if match is None or (place and content[place - 1] not in " \t\n"):
            return content
        self.block_ids.append(BlockId(*origin.span(place, len(content)), match[1]))
        return content[:place]

    def _callout(self, title: re.Match[str], content: str, origin: Origin) -> tuple[str, Origin]:
        """Add the first line of a callout, and give what is left of the paragraph."""
        self.callouts[-1] = title[1].partition("|")[0].strip().lower()
        begin = title.end()
        end = content.find("\n", begin) if "\n" in content[begin:] else len(content)
        marked = self.found.read(content[begin:end], origin.after(begin))
        self._add(Kind.CALLOUT, *origin.span(0, len(content[:end].rstrip())), marked)
        rest = content[end:].lstrip()
        return rest, origin.after(len(content) - len(rest))

    def _list_item(self, content: str, origin: Origin, whole: tuple[int, int]) -> None:
        start, end = whole
        line = self.source.line_start(start)
        marker = _LIST_MARKER.search(self.source.text, line, start)
        start = marker.start() if marker else start
        task = _TASK.match(content)
        if task is None:
            self._add(Kind.LIST_ITEM, start, end, self.found.read(content, origin))
            return
        marked = self.found.read(content[task.end() :], origin.after(task.end()))
        block = self._add(Kind.TASK, start, end, marked)
        self.tasks.append(Task(start, end, task[1], block.prose))

    def heading(self, token: Token) -> None:
        """Add a heading of either style."""
        inline = next(self.tokens)
        content, source = inline.content, self.source
        if token.markup.startswith("#"):
            line = _lines(token)[0]
            start = source.text.index("#", source.starts[line])
            hashes = _ATX.match(source.text, start)
            place = source.text.index(content, hashes.end() if hashes else start)
            origin = origin_at(place)
        else:
            origin = self._origin(inline)
            start = origin.at(0)
        level = int(token.tag[1:])
        marked = self.found.read(content, origin)
        if level <= self.apparatus_level:
            self.apparatus_level = 0
        end = source.end_of(start, _lines(token))
        block = self._add(Kind.HEADING, start, end, marked, heading_level=level)
        self.headings.append(Heading(start, end, level, block.prose))
        if not self.apparatus_level and is_apparatus(block.prose):
            self.apparatus_level = level

    def table(self, opening: Token) -> None:
        """Add a table, its cells read one by one."""
        source = self.source
        line = _lines(opening)[0]
        start = source.text.index("|", source.starts[line])
        rows: list[list[str]] = []
        place = line = -1
        while (token := next(self.tokens)).type != "table_close":
            if token.type != "inline" or not token.content:
                continue
            if _lines(token)[0] != line:
                line = _lines(token)[0]
                place = source.starts[line]
                rows.append([])
            written = token.content.replace("|", "\\|")
            place = source.text.index(written, place)
            start = min(start, place)
            origin = origin_of_cell(place, token.content)
            content = token.content
            if source.text[source.starts[line] : source.ends[line]].strip(" \t>") == content:
                content = self._take_block_id(content, origin)
            rows[-1].append(self.found.read(content, origin).strip())
            place += len(written)
        marked = "; ".join(", ".join(row) for row in rows)
        self._add(Kind.TABLE, start, source.end_of(start, _lines(opening)), marked)

    def literal(self, token: Token) -> None:
        """Add code, HTML or a thematic break."""
        source = self.source
        lines = _lines(token)
        line_end = source.ends[lines[0]]
        if token.type in {"fence", "hr"}:
            start = source.text.index(token.markup[0], source.starts[lines[0]])
        else:
            first = token.content.partition("\n")[0].lstrip(" \t")
            start = line_end - len(first)
        end = source.end_of(start, lines)
        if token.type == "hr":
            self._add(Kind.BREAK, start, end)
        elif token.type == "html_block":
            self._add(Kind.HTML, start, end)
        else:
            self._add(Kind.CODE, start, end)
            language = [*token.info.split(), ""][0].lower()
            self.found.code.append(Code(start, end, is_block=True, language=language))

    def run(self, token: Token) -> None:
        """Add a comment, math or template code that stands on lines of its own."""
        start = self.source.at(token.meta["start"])
        end = self.source.at(token.meta["end"] - 1) + 1
        if token.type == "comment_block":
            self._add(Kind.COMMENT, start, end)
            self.found.comments.append(Comment(start, end))
        elif token.type == "math_block":
            self._add(Kind.MATH, start, end)
            self.found.math.append(Math(start, end, is_block=True))
        else:
            self._add(Kind.TEMPLATE, start, end)
            self.found.template_code.append(TemplateCode(start, end))


_READERS: dict[str, Callable[[_Reading, Token], None]] = {
    PLAIN: _Reading.plain,
    "paragraph_open": _Reading.paragraph,
    "heading_open": _Reading.heading,
    "list_item_open": _Reading.open,
    "blockquote_open": _Reading.open,
    "footnote_open": _Reading.open,
    "list_item_close": _Reading.close,
    "blockquote_close": _Reading.close,
    "footnote_close": _Reading.close,
    "table_open": _Reading.table,
    "fence": _Reading.literal,
    "code_block": _Reading.literal,
    "html_block": _Reading.literal,
    "hr": _Reading.literal,
    "comment_block": _Reading.run,
    "math_block": _Reading.run,
    "template_block": _Reading.run,
}


_AnySpan = TypeVar("_AnySpan", bound=Spanning)


def _in_order(spans: Collection[_AnySpan]) -> tuple[_AnySpan, ...]:
    return tuple(sorted(spans, key=attrgetter("start"))) if spans else ()


def _lines(token: Token) -> list[int]:
    """Give the first line of a block, and the line after its last; each block has them."""
    return token.map or []


def _conflict_markers(text: str) -> Iterator[ConflictMarker]:
    if "<<<<<<<" in text:
        for marker in _CONFLICT.finditer(text):
            yield ConflictMarker(marker.start(), marker.end())
