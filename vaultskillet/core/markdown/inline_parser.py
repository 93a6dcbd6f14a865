"""markdown-it's inline parser with Obsidian's rules, rules found by their first character.

Two things differ from markdown-it's own. A rule is only asked about the characters it begins
with, which halves the time. And a token bears its span: `meta["span"]`, positions in the
block's content.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import (
    StateInline,
    backtick,
    emphasis,
    entity,
    escape,
    html_inline,
    newline,
    strikethrough,
)
from markdown_it.token import Token

from vaultskillet.core.markdown.inline_rules import (
    angle_link,
    bracket_image,
    bracket_link,
    comment,
    field,
    footnote,
    highlight,
    inline_footnote,
    math,
    own_line_field,
    tag,
    template,
    url,
    wikilink,
)

_DEEPEST = 20  # how many links, fields and footnotes may stand in one another
_RULES: dict[str, tuple[RuleFuncInlineType, ...]] = {
    "\n": (newline,),
    "\\": (escape,),
    "`": (backtick,),
    "*": (emphasis.tokenize,),
    "_": (emphasis.tokenize,),
    "~": (strikethrough.tokenize,),
    "&": (entity,),
    "<": (template, angle_link, html_inline),
    "!": (wikilink, bracket_image),
    "[": (wikilink, footnote, field, bracket_link),
    "(": (field,),
    "]": (),
    "^": (inline_footnote,),
    "#": (tag,),
    "%": (comment,),
    "$": (math,),
    "=": (highlight,),
    ":": (own_line_field, url),
}
_SPECIAL = re.compile("[" + re.escape("".join(_RULES)) + "]")
# The rest push no token of their own, or one that needs no span.
_BEARS_SPAN = frozenset("`<![(^#%$=:")


class InlineParser(ParserInline):
    """markdown-it's parser with rules found by their first character."""

    def tokenize(self, state: StateInline) -> None:
        """Read from `state.pos` to `state.posMax`."""
        src, tokens, end = state.src, state.tokens, state.posMax
        may_nest = state.level < _DEEPEST
        while state.pos < end:
            begin = state.pos
            special = _SPECIAL.search(src, begin, end)
            at = special.start() if special else end
            if at > begin:
                state.append_pending(src[begin:at])
                state.pos = begin = at
            if special is None:
                break
            count = len(tokens)
            for rule in _RULES[special[0]] if may_nest else ():
                if rule(state, False):
                    if special[0] in _BEARS_SPAN:
                        _bear_span(tokens, count, begin, state.pos)
                    break
            else:
                state.append_pending(src[begin])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def parse(
        self,
        src: str,  # noqa: ARG002 - markdown-it's signature
        md: MarkdownIt,  # noqa: ARG002
        env: object,  # noqa: ARG002
        tokens: list[Token],
    ) -> list[Token]:
        """Read nothing: markdown-it asks for the inside of an image's alternative text."""
        return tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - markdown-it's name
        """Move past the construct at `state.pos`, making no tokens."""
        begin = state.pos
        if begin in state.cache:
            state.pos = state.cache[begin]
            return
        if state.level >= _DEEPEST:
            state.pos = state.posMax
        else:
            state.level += 1
            for rule in _RULES.get(state.src[begin], ()):
                if rule(state, True):
                    break
            else:
                special = _SPECIAL.search(state.src, begin + 1, state.posMax)
                state.pos = begin + 1
                if state.src[begin] not in _RULES:
                    state.pos = special.start() if special else state.posMax
            state.level -= 1
        state.cache[begin] = state.pos


def _bear_span(tokens: list[Token], first: int, begin: int, end: int) -> None:
    """Give the token that a rule has made its span; text before it was only flushed."""
    if first < len(tokens) and tokens[first].type == "text":
        first += 1
    if first < len(tokens):
        tokens[first].meta["span"] = (tokens[first].meta.get("begin", begin), end)


def parse_inline(parser: MarkdownIt, content: str, references: object) -> list[Token]:
    """Read a block's content."""
    env = {"references": references, "unclosed": {}}
    state = StateInline(content, parser, env, [])
    parser.inline.tokenize(state)
    if state.delimiters or any(state.tokens_meta):
        for rule in parser.inline.ruler2.getRules(""):
            rule(state)
    return state.tokens
