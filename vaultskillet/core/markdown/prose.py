"""Plain text from what was read, and whether it is fit for a summary.

While a block is read its text holds marks (control characters, which a note has no use
for) where something was left out, around labels and around links; `plain` and `has_own_words`
resolve them.

Fit is a paragraph, list item, task or quote that has words of its own. Five things are not:

1. links only: the words are all in links, tags, dates, fields, URLs or placeholders
   (`{{title}}`), so the line is a table of contents or navigation (`<- [[A]] | [[B]] ->`);
2. words that only lead somewhere ("Next:", "Back to [[X]]");
3. a line of upkeep ("Last updated …", "Table of contents");
4. whatever stands under a heading such as "See also", "References" or "Contents";
5. any other kind of block: a heading or a callout's title says too little, a table, code
   or math reads badly, a footnote is an aside.
"""

from __future__ import annotations

import re

from vaultskillet.core.markdown.document import Kind

LEFT_OUT = "\x00"
ELLIPSIS = "…"
"""Stands for code and math in a sentence, which would not read without them."""
LABEL = "\x01"
LINK = "\x02"
LINK_END = "\x03"

_CJK = (
    "\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff"
)
_CJK_BREAK = re.compile(f"(?<=[{_CJK}]) ?\n ?(?=[{_CJK}])")
_LABEL = f"{LABEL}[^{LABEL}]*{LABEL}[ ,;|·]*"
_LABELS = re.compile(f"{_LABEL}(?:{_LABEL})*")
_HOLES = re.compile(f"{LEFT_OUT}(?: ?{LEFT_OUT})*")
_EMPTY_BRACKETS = re.compile(rf"[(\[（] ?{LEFT_OUT} ?[)\]）]")
_HOLE_BEFORE_STOP = re.compile(rf" {LEFT_OUT} ?(?=[.,;)\]。、，）])")
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}")
_LINK_MARK = re.compile(f"([{LINK}{LINK_END}])")
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]")

_FIT_KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.TASK, Kind.QUOTE})
_NAVIGATION_WORDS = frozenset(
    """
    also apr april aug august back contents dec december feb february fri friday home index jan
    january jul july jun june link links mar march may mon monday next nov november oct october
    parent prev previous related sat saturday see sep sept september source sources sun sunday tag
    tags thu thurs thursday to top topic topics tue tues tuesday up wed wednesday
    """.split()  # noqa: SIM905 - as a list it would be sixty lines
)
_UPKEEP = re.compile(
    r"(?i)(?:back|return|go) to\b|(?:last )?(?:updated|modified|edited|reviewed)\b.{0,40}$"
    r"|table of contents\b|created (?:on|at)\b.{0,40}$|this (?:page|note) was (?:last|generated)"
)
_APPARATUS = re.compile(
    r"(?i)(?:table of )?contents|toc|see also|related(?: \w+)?|references?|further reading"
    r"|bibliography|(?:external |useful )?links?|backlinks|footnotes|navigation|sources?|citations?"
    r"|目次|関連(?:項目|リンク|記事|ノート)?|参考(?:文献|資料|リンク)?|参照|リンク|相关(?:链接|笔记)?|参见"
)


def plain(marked: str) -> str:
    """Give the readable text of a block: one line, without marks."""
    text = marked
    if LABEL in text:
        text = _LABELS.sub(_read_labels, text)
    if LEFT_OUT in text:
        text = _EMPTY_BRACKETS.sub(LEFT_OUT, _HOLES.sub(LEFT_OUT, text))
        text = _HOLE_BEFORE_STOP.sub("", text)
    if not text.isascii():
        text = _CJK_BREAK.sub("", text)
    for mark in (LEFT_OUT, LABEL, LINK, LINK_END):
        text = text.replace(mark, "")
    text = text.replace("\n", " ").strip(" ")
    if "  " in text or not text.isprintable():  # else no blank in it is anything but one space
        text = " ".join(text.split())
    return text if text != ELLIPSIS else ""


def _read_labels(labels: re.Match[str]) -> str:
    """Leave out tags at the end of a line or at its beginning; within it they are words."""
    text = labels.string
    before = text[max(0, labels.start() - 2) : labels.start()].rstrip(" ")
    after = text[labels.end() : labels.end() + 1]
    is_label = not before or before[-1] == "\n" or after in {"", "\n"}
    return LEFT_OUT if is_label else labels[0]


def has_own_words(marked: str) -> bool:
    """Say whether a block says anything beside what its links, labels and fields say."""
    if LINK not in marked:
        return _has_words(marked)
    # What stands before the first link is mostly enough to tell.
    begins = "{" not in marked and _has_words(marked[: marked.index(LINK)])
    return begins or _has_words(_outside_links(marked))


def _has_words(text: str) -> bool:
    """Say whether a text without links has a word that does not merely lead somewhere."""
    if LABEL in text or "{" in text:
        text = _PLACEHOLDER.sub("", _LABELS.sub("", text))
    return any(word[0].casefold() not in _NAVIGATION_WORDS for word in _WORD.finditer(text))


def _outside_links(marked: str) -> str:
    """Give the text that stands in no link or field; these may stand in one another."""
    if LINK not in marked:
        return marked
    depth = 0
    outside = []
    for piece in _LINK_MARK.split(marked):
        if piece == LINK:
            depth += 1
        elif piece == LINK_END:
            depth -= 1
        elif not depth:
            outside.append(piece)
    return "".join(outside)


def is_upkeep(prose: str) -> bool:
    """Say whether a line only serves the note's upkeep."""
    return _UPKEEP.match(prose) is not None


def is_apparatus(heading: str) -> bool:
    """Say whether a heading announces links and sources, not text."""
    return _APPARATUS.fullmatch(heading.strip(" :：")) is not None


def is_fit(kind: Kind, prose: str, marked: str) -> bool:
    """Say whether a block, taken for itself, may go into a summary."""
    return kind in _FIT_KINDS and has_own_words(marked) and not is_upkeep(prose)
