"""Collect the constructs of a note, block by block, and the text between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vaultskillet.core.markdown.document import (
    Code,
    Comment,
    Footnote,
    Highlight,
    InlineField,
    Link,
    Math,
    Tag,
    TemplateCode,
    Wikilink,
)
from vaultskillet.core.markdown.inline_parser import parse_inline
from vaultskillet.core.markdown.prose import ELLIPSIS, LABEL, LEFT_OUT, LINK, LINK_END, plain
from vaultskillet.core.markdown.simple import Mention, read_simple
from vaultskillet.core.markdown.source import Origin

# Code that reads as words stays in a sentence ("press `Ctrl+C`", "the `tags` property").
_WORDS_OF_CODE = re.compile(r"[\w .,/+#@&'’-]+")
# Dendron writes `[[text|address]]`, the other way round.
_ADDRESS = re.compile(r"(?:\w+://\S+|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)(?:#\S*)?")
_LINE_BREAK = re.compile(r"(?i)<(?:br|p|div|li)\b")


@dataclass(slots=True)
class Collector:
    """All that was found so far."""

    parser: MarkdownIt
    references: object
    wikilinks: list[Wikilink] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    inline_fields: list[InlineField] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    math: list[Math] = field(default_factory=list)
    code: list[Code] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    template_code: list[TemplateCode] = field(default_factory=list)

    def read(self, content: str, origin: Origin) -> str:
        """Collect what stands in a block's content, and give its text with marks."""
        parts = read_simple(content)
        if parts is not None:
            return self._take(parts, content, origin)
        return self.read_tokens(content, origin)

    def read_tokens(self, content: str, origin: Origin) -> str:
        """Do the same, whatever may stand there, by markdown-it's inline parser."""
        tokens = parse_inline(self.parser, content, self.references)
        return _Line(self, content, origin).read(tokens)

    def _take(self, parts: list[str | Mention], content: str, origin: Origin) -> str:
        """Collect the mentions of a simple content, and give its text with marks."""
        pieces: list[str] = []
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
                continue
            span = origin.span(part.start, part.end)
            if content[part.start] == "#":
                self.tags.append(Tag(*span, part.inner))
                pieces.append(f"{LABEL}{part.inner}{LABEL}")
                continue
            is_embed = content[part.start] == "!"
            link = read_wikilink(part.inner, *span, is_embed=is_embed)
            self.wikilinks.append(link)
            pieces.append(LEFT_OUT if is_embed else f"{LINK}{text_of(link)}{LINK_END}")
        return "".join((*pieces, "\n"))


class _Line:
    """The content of one block while its text is put together."""

    def __init__(self, found: Collector, content: str, origin: Origin) -> None:
        self.found = found
        self.content = content
        self.origin = origin
        self.pieces: list[str] = []
        self.line = 0
        """Which piece the line begins with."""
        self.ends_field = False
        self.opened: list[tuple[int, Token]] = []
        """Links and footnotes that are open: the piece they begin with, and their token."""
        self.mark: tuple[int, int] | None = None
        """A `==` that may open a highlight: its piece and position."""

    def read(self, tokens: list[Token]) -> str:
        """Collect what the tokens stand for, and give the text with marks."""
        for token in tokens:
            if token.type in _TEXT:
                self.pieces.append(token.content)
            elif token.type in _READERS:
                _READERS[token.type](self, token)
        self.break_line()
        return "".join(self.pieces)

    def span(self, token: Token) -> tuple[int, int]:
        """Give the span of a token in the note's text."""
        return self.origin.span(*token.meta["span"])

    def opener(self, token: Token) -> str:
        """Give the two characters that a token begins with."""
        begin: int = token.meta["span"][0]
        return self.content[begin : begin + 2]

    def break_line(self, _token: Token | None = None) -> None:
        """End a line, and with it a field that stands on it."""
        if self.ends_field:
            self.pieces.append(LINK_END)
            self.ends_field = False
        self.pieces.append("\n")
        self.line = len(self.pieces)

    def open(self, token: Token) -> None:
        """Begin a link or a footnote."""
        self.opened.append((len(self.pieces), token))
        self.pieces.append(LINK)

    def close_link(self, _token: Token) -> None:
        """Collect the link that was begun last; its text is read."""
        first, opening = self.opened.pop()
        text = plain("".join(self.pieces[first:]))
        self.pieces.append(LINK_END)
        href = str(opening.attrs["href"])
        self.found.links.append(Link(*self.span(opening), href, text, is_image=False))

    def close_footnote(self, _token: Token) -> None:
        """Collect the footnote that was begun last; its text is left out."""
        first, opening = self.opened.pop()
        del self.pieces[first:]
        self.pieces.append(LEFT_OUT)
        self.line = min(self.line, first)
        if self.mark and self.mark[0] >= first:
            self.mark = None
        self.found.footnotes.append(Footnote(*self.span(opening), "", is_definition=False))

    def highlight(self, token: Token) -> None:
        """Pair a `==` with the one before, or keep it for the next."""
        begin, end = token.meta["span"]
        self.pieces.append(token.content)
        if self.mark and token.meta["closes"]:
            piece, opened_at = self.mark
            self.pieces[piece] = self.pieces[-1] = ""
            self.found.highlights.append(Highlight(*self.origin.span(opened_at, end)))
            self.mark = None
        elif token.meta["opens"]:
            self.mark = (len(self.pieces) - 1, begin)

    def wikilink(self, token: Token) -> None:
        """Collect a link or an embed; of a link, its alias or name is read."""
        is_embed = self.opener(token) == "!["
        wikilink = read_wikilink(token.content, *self.span(token), is_embed=is_embed)
        self.found.wikilinks.append(wikilink)
        self.pieces.append(LEFT_OUT if is_embed else f"{LINK}{text_of(wikilink)}{LINK_END}")

    def tag(self, token: Token) -> None:
        """Collect a tag; whether it is read depends on where it stands."""
        self.found.tags.append(Tag(*self.span(token), token.content))
        self.pieces.append(f"{LABEL}{token.content}{LABEL}")

    def code(self, token: Token) -> None:
        """Collect a code span, which is read if it holds words."""
        self.found.code.append(Code(*self.span(token), is_block=False, language=""))
        is_words = _WORDS_OF_CODE.fullmatch(token.content)
        self.pieces.append(token.content if is_words else ELLIPSIS)

    def autolink(self, token: Token) -> None:
        """Collect a URL, bare or in angle brackets."""
        url = token.content
        self.found.links.append(Link(*self.span(token), url, url, is_image=False))
        self.pieces.append(LEFT_OUT)

    def image(self, token: Token) -> None:
        """Collect an image."""
        source = str(token.attrs["src"])
        self.found.links.append(Link(*self.span(token), source, token.content, is_image=True))
        self.pieces.append(LEFT_OUT)

    def comment(self, token: Token) -> None:
        """Collect a comment."""
        self.found.comments.append(Comment(*self.span(token)))
        self.pieces.append(LEFT_OUT)

    def template(self, token: Token) -> None:
        """Collect template code."""
        self.found.template_code.append(TemplateCode(*self.span(token)))
        self.pieces.append(LEFT_OUT)

    def math(self, token: Token) -> None:
        """Collect math."""
        is_block = self.opener(token) == "$$"
        self.found.math.append(Math(*self.span(token), is_block=is_block))
        self.pieces.append(ELLIPSIS)

    def footnote(self, token: Token) -> None:
        """Collect a reference to a footnote."""
        span = self.span(token)
        self.found.footnotes.append(Footnote(*span, token.content, is_definition=False))
        self.pieces.append(LEFT_OUT)

    def html(self, token: Token) -> None:
        """Leave out a tag of HTML; some break the line."""
        self.pieces.append("\n" if _LINE_BREAK.match(token.content) else "")

    def field(self, token: Token) -> None:
        """Collect a field in brackets; its value is read."""
        field = InlineField(*self.span(token), token.meta["key"], token.content)
        self.found.inline_fields.append(field)
        self.pieces.append(LINK)

    def close_field(self, _token: Token) -> None:
        """End a field in brackets."""
        self.pieces.append(LINK_END)

    def own_line_field(self, token: Token) -> None:
        """Collect a field, drop its key, which was read as text, and let the line end it."""
        begin, end = token.meta["line"]
        value = self.content[token.meta["span"][1] : end].strip()
        start, stop = self.origin.span(begin, begin + len(self.content[begin:end].rstrip()))
        self.found.inline_fields.append(InlineField(start, stop, token.content, value))
        self.pieces[self.line :] = [LINK]
        self.ends_field = True


_TEXT = frozenset({"text", "text_special"})
_READERS: dict[str, Callable[[_Line, Token], None]] = {
    "softbreak": _Line.break_line,
    "hardbreak": _Line.break_line,
    "link_open": _Line.open,
    "link_close": _Line.close_link,
    "inline_footnote_open": _Line.open,
    "inline_footnote_close": _Line.close_footnote,
    "field_open": _Line.field,
    "field_close": _Line.close_field,
    "field_key": _Line.own_line_field,
    "mark": _Line.highlight,
    "wikilink": _Line.wikilink,
    "tag": _Line.tag,
    "code_inline": _Line.code,
    "autolink": _Line.autolink,
    "image": _Line.image,
    "comment": _Line.comment,
    "template": _Line.template,
    "math": _Line.math,
    "footnote": _Line.footnote,
    "html_inline": _Line.html,
}


def read_wikilink(inner: str, start: int, end: int, *, is_embed: bool) -> Wikilink:
    """Give the parts of a link; its pipe may be escaped, as tables ask for."""
    path, pipe, alias = inner.partition("|")
    if pipe:
        path = path.removesuffix("\\")
    target, _, subpath = path.partition("#")
    return Wikilink(start, end, target.strip(), subpath.strip(), alias.strip(), is_embed)


def text_of(wikilink: Wikilink) -> str:
    """Give what a reader sees of a link, without the folder of its target."""
    name = wikilink.target.rpartition("/")[2].removesuffix(".md")
    if wikilink.alias and not (name and _ADDRESS.fullmatch(wikilink.alias)):
        return wikilink.alias
    return name or wikilink.subpath.rpartition("#")[2].removeprefix("^")
