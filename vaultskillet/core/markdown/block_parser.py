"""markdown-it's block parser with Obsidian's rules, rules found by their first character.

markdown-it asks each of its rules about each line. Most can tell from the first character
that a line is not theirs, so here they are only asked about lines that begin right.
"""

# ruff: noqa: FBT001 - markdown-it calls a rule with (state, start_line, end_line, silent)

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import (
    StateBlock,
    blockquote,
    code,
    fence,
    heading,
    hr,
    html_block,
    lheading,
    list_block,
    paragraph,
    reference,
    table,
)
from markdown_it.token import Token
from markdown_it.utils import EnvType

from vaultskillet.core.markdown.block_rules import DEEPEST, obsidian_block

# Never to be reached: markdown-it drops the rest of a note there.
_TOO_DEEP = 1000


def _nested_quote(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    return state.level < DEEPEST and blockquote(state, start_line, end_line, silent)


def _nested_list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    return state.level < DEEPEST and list_block(state, start_line, end_line, silent)


_TEXT = ["paragraph", "reference"]
_QUOTE = [*_TEXT, "blockquote"]
_ALL = [*_QUOTE, "list"]

# In the order of precedence: name, rule, what its lines begin with ("" for anything), and
# what it interrupts.
_RULES: list[tuple[str, RuleFuncBlockType, str, list[str]]] = [
    ("table", table, "", _TEXT),
    ("code", code, "", []),
    ("obsidian", obsidian_block, "%$<[", _ALL),
    ("fence", fence, "`~", _ALL),
    ("blockquote", _nested_quote, ">", _ALL),
    ("hr", hr, "-*_", _ALL),
    ("list", _nested_list, "-*+0123456789", _QUOTE),
    ("reference", reference, "[", []),
    ("html_block", html_block, "<", _QUOTE),
    ("heading", heading, "#", _QUOTE),
    ("lheading", lheading, "", []),
    ("paragraph", paragraph, "", []),
]


_BEGINNINGS = frozenset("".join(begins for _, _, begins, _ in _RULES))
"""What a line begins with that another rule may be for."""
_UNDERLINE = "|-:="
"""What the second line of a table, or of a heading, is made of, beside blanks."""


PLAIN = "plain"
"""The token of a paragraph that stands in nothing: its lines, and where they begin."""


def _text(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a paragraph that can be neither a table, nor code, nor a heading; most are such.

    Its first line begins with nothing that another rule is for.
    """
    if silent or state.is_code_block(start_line):
        return False
    line, may_end = start_line + 1, False
    while line < state.lineMax:
        begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if begin >= end:
            break
        first = state.src[begin]
        if first in _UNDERLINE and not state.src[begin:end].strip(_UNDERLINE + " \t"):
            return False
        may_end = may_end or first in _BEGINNINGS
        line += 1
    if may_end or state.level:
        return paragraph(state, start_line, end_line, silent)
    begin = state.bMarks[start_line]
    token = Token(PLAIN, "", 0, map=[start_line, line], meta={"start": begin})
    token.content = state.src[begin : state.eMarks[line - 1]]
    state.tokens.append(token)
    state.line = line
    return True


class _FirstCharacterRuler(Ruler[RuleFuncBlockType]):
    """Gives each chain of rules as one rule, which asks those that may match."""

    def __init__(self, *, quick: bool) -> None:
        super().__init__()
        for name, rule, _, interrupts in _RULES:
            self.push(name, rule, {"alt": interrupts})
        self._chains = {
            chain: [_ask_by_first_character(chain, quick=quick)] for chain in ["", *_ALL]
        }

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803 - markdown-it's names
        """Give a chain: what may interrupt a block, or all rules."""
        return self._chains[chainName]


def _ask_by_first_character(chain: str, *, quick: bool) -> RuleFuncBlockType:
    asked = [(rule, begins) for _, rule, begins, ends in _RULES if not chain or chain in ends]
    others = [rule for rule, begins in asked if not begins]
    if quick and not chain:
        others.insert(0, _text)
    by_character = {
        character: [rule for rule, begins in asked if not begins or character in begins]
        for character in "".join(begins for _, begins in asked)
    }

    def ask(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        begin = state.bMarks[start_line] + state.tShift[start_line]
        for rule in by_character.get(state.src[begin : begin + 1], others):
            if rule(state, start_line, end_line, silent):
                return True
        return False

    return ask


class LineState(StateBlock):
    """markdown-it's state, which also keeps the lines that a block's content was cut from."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType) -> None:
        super().__init__(src, md, env, [])
        self.cuts: dict[int, str] = {}
        """First line -> lines without the markers to their left. One block begins on a line."""

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:  # noqa: N802, N803 - markdown-it's names
        """Cut lines, and keep them."""
        lines = self.cuts[begin] = super().getLines(begin, end, indent, keepLastLF)
        return lines


def use_block_rules(parser: MarkdownIt, *, quick: bool = True) -> None:
    """Give a parser our rules for blocks; `quick` changes nothing but the time it takes."""
    parser.options["maxNesting"] = _TOO_DEEP
    parser.block.ruler = _FirstCharacterRuler(quick=quick)


def parse_blocks(parser: MarkdownIt, text: str) -> tuple[list[Token], dict[int, str], EnvType]:
    """Give a text's blocks, the lines each content was cut from, and what may be referred to."""
    env: EnvType = {}
    state = LineState(text, parser, env)
    parser.block.tokenize(state, state.line, state.lineMax)
    return state.tokens, state.cuts, env.get("references", {})
