"""Generated text, which nobody may trust, -> text that can neither act nor lead outside.

What is taken out can join what stood around it; so every cleaning is done again until it
changes nothing more. Cleaned Markdown is spelt so that all parsers read it alike: fences stand
at the left margin and are closed, code spans do not cross a line, HTML does not occur.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from vaultskillet.core import redact
from vaultskillet.core.filters.literals import words
from vaultskillet.core.prompt import MAX_SUMMARY_CHARS

MAX_MARKDOWN_CHARS = 24_000
"""Of generated Markdown so much is looked at, and kept; no answer needs more."""

_PASSES = 8

# What a model thought before it spoke, in the ways that models mark it.
_THINKING = r"(?:seed:)?(?:think(?:ing)?|thought|reasoning|reflection|scratchpad|analysis)\s{0,2}"
_THOUGHT: Final = re.compile(
    rf"<{_THINKING}>.*?(?:</{_THINKING}>|\Z)|\[THINK\].*?(?:\[/THINK\]|\Z)"
    r"|◁think▷.*?(?:◁/think▷|\Z)|<unused94>.*?(?:<unused95>|\Z)"
    r"|<\|begin_of_thought\|>.*?(?:<\|end_of_thought\|>|\Z)"
    r"|<\|channel\|>(?:analysis|commentary).*?(?=<\|channel\|>final|\Z)"
    r"|<\|?channel\|?>thought.*?(?:<\|?channel\|?>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Some prompts open the thought, so that the reply only closes it.
_END_OF_THOUGHT: Final = re.compile(rf"\A.*</{_THINKING}>", re.DOTALL | re.IGNORECASE)
_MARKERS: Final = re.compile(
    r"<\|start\|>assistant|<start_of_turn>(?:model)?\n?|<end_of_turn>|<\|[a-z_]{0,24}\|>(?:final)?",
    re.IGNORECASE,
)

# Controls; what overrides or isolates the direction of text; what is never seen but read.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_NEWLINE: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS: Final = re.compile(r"\s+")
# What would make a block of a line that a template puts on a line of its own.
_BLOCK_MARK: Final = re.compile(r"^(?:[#>|=~+*_-]+(?=\s|$)|~{3,})")

# --- what could act, or lead outside ------------------------------------------------------

_TEMPLATE_CODE: Final = re.compile(r"<%(?:(?!<%|%>).)*%>|<%|%>", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"\{\{[^{}\n]*\}\}|\{\{|\}\}")
_COMMENT: Final = re.compile(r"%{2,}")
_IMAGE: Final = re.compile(r"!\[\[[^\[\]]*\]\]|!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])?|!(?=\[)")
_WIKILINK: Final = re.compile(r"\[\[(?!\[)((?:[^\[\]\n]|\[(?!\[)|\](?!\]))+)\]\]")
_LINK: Final = re.compile(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
_HTML: Final = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_UNCLOSED_HTML: Final = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_ADDRESS: Final = re.compile(
    r"(?:[\w+.-]{0,24}://|(?:javascript|vbscript|obsidian):(?=\S)"
    r"|(?<![^\W_])(?:www\.(?=\w)|(?:file|mailto|tel|blob):(?=\S)|data:(?=[a-z]+/)))[^\s<>]*",
    re.IGNORECASE,
)


def without_thought(text: str) -> str:
    """Take out what a model thought before it spoke, and the marks of its channels.

    >>> without_thought("<think>Hm.</think>Yes."), without_thought("Hm.</think>Yes.")
    ('Yes.', 'Yes.')
    """
    text = _MARKERS.sub("", _THOUGHT.sub("", text))
    is_json = text.lstrip()[:1] in {"{", "`"}
    return text if is_json else _END_OF_THOUGHT.sub("", text)


def clean_line(
    text: str, filters: redact.Policy, *, max_chars: int = MAX_SUMMARY_CHARS
) -> str | None:
    """Give generated text as one harmless line; None where nothing of it is left.

    Raises:
        RedactionError: a filter failed.
    """
    text = text[: 8 * max_chars]  # more is no line that runs long; it is not looked at
    for _ in range(_PASSES):
        before, text = text, redact.redact(_clean_line_once(text), filters).text
        if text == before:
            return _shorten(text, max_chars) or None
    return None  # what needs so many passes was made to get through


def _clean_line_once(text: str) -> str:
    text = _UNSEEN.sub(" ", without_thought(_NEWLINE.sub(" ", text)))
    text = _COMMENT.sub("", _PLACEHOLDER.sub("", _TEMPLATE_CODE.sub("", text)))
    text = _WIKILINK.sub(lambda link: _read_wikilink(link[1]).text, _IMAGE.sub("", text))
    text = _UNCLOSED_HTML.sub("", _ADDRESS.sub("", _LINK.sub(r"\1", text)))
    text = _CODE_SPAN.sub(lambda span: "" if _RUN_SPAN.match(span[2]) else span[2], text)
    text = text.replace("`", "").replace("[[", "[").replace("]]", "]")
    return _BLOCK_MARK.sub("", _BLANKS.sub(" ", text).strip()).strip()


def _shorten(text: str, limit: int) -> str:
    """Cut at the last blank that fits, and say so with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return head[: head.rfind(" ")] + "…" if " " in head else head + "…"


# --- Markdown -----------------------------------------------------------------------------

# Languages whose fences no plug-in of Obsidian takes for orders; any other is left unnamed.
_LANGUAGES: Final = words(
    "asm awk bash bat c c# c++ clj clojure cmake cpp cs csharp css csv cxx dart diff dockerfile"
    " elixir erlang fish fortran fsharp go graphql groovy haskell hcl html ini java javascript js"
    " json jsonc jsx julia kotlin less lisp lua makefile markdown matlab md nginx nim nix objc"
    " ocaml perl php plaintext powershell prolog proto py python r rb rs ruby rust scala scheme"
    " scss sh shell sql swift terraform text toml ts tsx txt typescript vb vim vue xml yaml yml"
    " zig zsh"
)
_FENCE: Final = re.compile(
    r"(?P<lead>(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t]|\[\^[^\[\]\s]+\]:)*)"
    r"(?P<fence>`{3,}(?![^\n]*`)|~{3,})[ \t]*(?P<info>[^\s{`]*)[^\n]*"
)
_CODE_SPAN: Final = re.compile(r"(?<!\\)\\*+(?<!`)(`++)([^\n]*?)(?<!`)\1(?!`)")
# `= this.file`, `$= ...`, `dice: 1d6`, `BUTTON[...]`: plug-ins run these.
_RUN_SPAN: Final = re.compile(r"\s*(?:\$?=|[A-Za-z][\w-]*:(?!:)\s|[A-Za-z-]+\[)")
_ACTS_IN_CELL: Final = re.compile(r"[<\[#!$]|://")  # a `|` may end a cell, and the span with it
_OPENS_HTML: Final = re.compile(r"<(?=[/!?a-zA-Z])")
_BRACKETS_MEET: Final = re.compile(r"(\[\^[^\[\]\s#]{1,40}\]:)|\](?=[(\[:])")
_TAG: Final = re.compile(
    r"(?<![\w&])#(?=[0-9]*[^\u2000-\u206F\u2E00-\u2E7F'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s0-9])"
)
_BLOCK_ID: Final = re.compile(r"(?m)(?:^|(?<=\s))\^[A-Za-z0-9-]+[ \t]*$")
_FIELD: Final = re.compile(r"([\[(][^\[\]():\n]{1,120})::|::(?=\s|$)")
_RULE: Final = re.compile(r"(?m)^([ \t>]*)-(?:[ \t]*-){2,}[ \t]*$")
_CONFLICT: Final = re.compile(r"(?m)^(?:<{7,}|={7,}|>{7,}|\|{7,})[ \t]*")
_LOADING_TEX: Final = re.compile(
    r"\\(?:href|url)[ \t]*\{[^{}]*\}|\\(?=(?:href|url|require|class|cssId|style|data|html\w*)\b)"
)
_MATH_BLOCK: Final = re.compile(r"\$\$([^$`\x01]{1,2000})\$\$")
_MATH: Final = re.compile(r"(?<![$\\])\$(?![\s$])([^$`\n\x01]{1,400})(?<![\s\\])\$(?![\d$])")
_DOLLAR: Final = re.compile(r"(?<!\\)\$")
_GAP: Final = re.compile(r"\n{3,}")
_SHELVED: Final = re.compile("\x01(\\d+)\x02")

Resolves = Callable[[str], bool]
"""Says whether a link's target, as written between the brackets, is a note that exists."""


def clean_markdown(text: str, *, resolves: Resolves, filters: redact.Policy) -> str:
    """Give generated Markdown without what could act, lead outside, or call us again.

    Headings, lists, tables, emphasis, quotes, callouts, footnotes, math and code stay. Gone are
    HTML, template code, queries, the names of fences that plug-ins run, comments, images and
    embeds, addresses, fields, block ids and the `#` of tags. A link to a note stays if it
    resolves; of any other link its text stays. It is redacted too.

    Args:
        text: what a model said.
        resolves: whether a wikilink's target (without heading and alias) is a note.
        filters: what is redacted.

    Returns:
        Markdown of at most `MAX_MARKDOWN_CHARS` and an ellipsis, without blanks around it;
        cleaning it again changes nothing. Empty where nothing is left.

    Raises:
        RedactionError: a filter failed.
    """
    if len(text) > MAX_MARKDOWN_CHARS:
        text = text[:MAX_MARKDOWN_CHARS].rpartition("\n")[0] or text[:MAX_MARKDOWN_CHARS]
        text += "\n\n…"
    for _ in range(_PASSES):
        before, text = text, redact.redact(_clean_once(text, resolves), filters).text
        if text == before:
            return text
    return ""  # what needs so many passes was made to get through


def _clean_once(text: str, resolves: Resolves) -> str:
    text = _UNSEEN.sub("", _NEWLINE.sub("\n", without_thought(text)))
    chunks = [
        chunk.fenced() if isinstance(chunk, _Code) else _Prose(resolves).clean(chunk)
        for chunk in _chunks(text)
    ]
    return "\n\n".join(chunk for chunk in chunks if chunk)


@dataclass(frozen=True, slots=True)
class _Code:
    """A block of code."""

    language: str
    content: str

    def fenced(self) -> str:
        """Give it between fences that nothing in it can close."""
        if not self.content.strip():
            return ""
        longest = max((len(run) for run in re.findall("`+", self.content)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{self.language}\n{_TEMPLATE_CODE.sub('', self.content)}\n{fence}"


def _chunks(text: str) -> Iterator[str | _Code]:
    """Cut a text into prose and blocks of code; a fence that is never closed runs to the end."""
    prose: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        opening = _FENCE.fullmatch(line)
        if opening is None:
            prose.append(line)
            continue
        yield "\n".join(prose)
        prose.clear()
        language = opening["info"].lower()
        content = "\n".join(_fenced_lines(lines, opening))
        yield _Code(language if language in _LANGUAGES else "", content)
    yield "\n".join(prose)


def _fenced_lines(lines: Iterator[str], opening: re.Match[str]) -> Iterator[str]:
    """Give the lines up to the closing fence, less what stands left of the fence."""
    fence, quotes = opening["fence"], opening["lead"].count(">")
    closing = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*")
    margin = re.compile(rf"(?:[ \t]{{0,3}}>[ \t]?){{0,{quotes}}}" if quotes else r"[ \t]*")
    for line in lines:
        if closing.fullmatch(line):
            return
        left = margin.match(line)
        yield line[min(left.end(), len(opening["lead"])) if left else 0 :]


@dataclass(frozen=True, slots=True)
class _Wikilink:
    """What stands between the brackets of a link."""

    target: str
    subpath: str
    alias: str

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        name = self.target.rpartition("/")[2].removesuffix(".md")
        return self.alias or name or self.subpath.rpartition("#")[2]


def _read_wikilink(inner: str) -> _Wikilink:
    path, _, alias = inner.partition("|")
    target, _, subpath = path.removesuffix("\\").partition("#")
    return _Wikilink(target.strip(), subpath.strip(), alias.strip())


@dataclass(slots=True)
class _Prose:
    """Cleans what stands between blocks of code; what is clean waits on a shelf meanwhile."""

    resolves: Resolves
    shelf: list[str] = field(default_factory=list)

    def clean(self, text: str) -> str:
        """Give the text without what could act."""
        text = _CODE_SPAN.sub(self._code_span, text).replace("`", "")
        text = _COMMENT.sub("", _PLACEHOLDER.sub("", _TEMPLATE_CODE.sub("", text)))
        text = _WIKILINK.sub(self._wikilink, _IMAGE.sub("", text))
        text = _ADDRESS.sub("", _HTML.sub("", _LINK.sub(r"\1", _LOADING_TEX.sub("", text))))
        text = _OPENS_HTML.sub("< ", text)
        text = _BRACKETS_MEET.sub(lambda found: found[1] or "] ", text)
        text = _FIELD.sub(r"\1:", _BLOCK_ID.sub("", _TAG.sub("", text)))
        text = _CONFLICT.sub("", _RULE.sub(r"\1***", text))
        text = "\n".join(line.rstrip() for line in self._math(text).split("\n"))
        text = _GAP.sub("\n\n", text).strip()
        return _SHELVED.sub(lambda found: self.shelf[int(found[1])], text)

    def _put_away(self, text: str) -> str:
        self.shelf.append(text)
        return f"\x01{len(self.shelf) - 1}\x02"

    def _code_span(self, span: re.Match[str]) -> str:
        content = _TEMPLATE_CODE.sub("", span[2]).strip()
        is_acting = "|" in content and _ACTS_IN_CELL.search(content)
        if not content or "``" in content or is_acting or _RUN_SPAN.match(content):
            return content.replace("`", "")
        return self._put_away(f"`` {content} ``" if "`" in content else f"`{content}`")

    def _wikilink(self, found: re.Match[str]) -> str:
        link = _read_wikilink(found[1])
        text = link.text
        plain = not re.search(r"[\[\]<>`|$%{}\x01\x02]", link.target + link.subpath + link.alias)
        if not (plain and link.target and self.resolves(link.target)):
            return text
        pipe = "\\|" if "\\|" in found[1] else "|"
        subpath = f"#{link.subpath}" if link.subpath else ""
        alias = f"{pipe}{link.alias}" if link.alias else ""
        return self._put_away(f"[[{link.target}{subpath}{alias}]]")

    def _math(self, text: str) -> str:
        """Keep math that stands on one line; let no other pair of dollars hide what follows."""
        if "$" not in text:
            return text
        text = _MATH_BLOCK.sub(lambda math: self._put_away(f"$${_on_one_line(math[1])}$$"), text)
        text = _MATH.sub(lambda math: self._put_away(math[0]), text)
        may_pair = "\x01" in text or len(_DOLLAR.findall(text)) > 1
        return _DOLLAR.sub(r"\\$", text) if may_pair else text


def _on_one_line(math: str) -> str:
    return _BLANKS.sub(" ", math).strip()
