"""What Obsidian adds inside a block, beside CommonMark's own rules, for markdown-it.

Every rule is linear on hostile input: what it looks for ends at the next opener, or is
looked up in a table made once a block, or a failed search is noted and not made again.
"""

# ruff: noqa: FBT001 - markdown-it calls a rule with (state, silent)

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

# Single brackets may stand within; a newline or another `[[` may not.
WIKILINK = re.compile(r"\[\[(?!\[)((?:[^\[\]\n]|\[(?!\[)|\](?!\]))+)\]\]")
TAG = re.compile(r"#([^\u2000-\u206F\u2E00-\u2E7F'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s]+)")
_SCHEME = re.compile(r"(?<![^\W_])(?:https?|ftp|file|obsidian)\Z")
_URL = re.compile(r"://[^\s<>\"`\u3000-\u303f\uff00-\uffef]+")
_URL_TAIL = "?!.,:;*_~'|]"
_ANGLE_LINK = re.compile(
    r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*|[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>"
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s#]+)\]")
_FIELD = re.compile(r"[\[(]\s*([^\s\[\]():](?:[^\n\[\]():]*[^\s\[\]():])?)\s*::")
_OWN_LINE_KEY = re.compile(r"[ \t]*([*_~]*)(\w[\w /-]*?)[*_~]*[ \t]*\Z")
_LONGEST_KEY = 120  # in characters; bounds the look back from each `::`
_BRACKET = re.compile(r"\\.|[\[\]()\n]")
_CLOSED_BY = {"]": "[", ")": "("}


def wikilink(state: StateInline, silent: bool) -> bool:
    """Read `[[…]]` or `![[…]]`."""
    begin = state.pos + (state.src[state.pos] == "!")
    match = WIKILINK.match(state.src, begin, state.posMax)
    if match is None or not match[1].strip():
        return False
    if not silent:
        state.push("wikilink", "", 0).content = match[1]
    state.pos = match.end()
    return True


def tag(state: StateInline, silent: bool) -> bool:
    """Read `#name` after whitespace, with something in it that is no digit."""
    begin = state.pos
    if state.linkLevel or (begin and not state.src[begin - 1].isspace()):
        return False
    match = TAG.match(state.src, begin, state.posMax)
    name = match[1].rstrip("/") if match else ""
    if not name or name.isdecimal():
        return False
    if not silent:
        state.push("tag", "", 0).content = name
    state.pos = begin + 1 + len(name)
    return True


def comment(state: StateInline, silent: bool) -> bool:
    """Read `%% … %%`, or to the end."""
    if not state.src.startswith("%%", state.pos):
        return False
    end = state.src.find("%%", state.pos + 2, state.posMax)
    if not silent:
        state.push("comment", "", 0)
    state.pos = end + 2 if end >= 0 else state.posMax
    return True


def template(state: StateInline, silent: bool) -> bool:
    """Read `<% … %>`."""
    return _delimited(state, silent, opener="<%", closer="%>", kind="template")


def math(state: StateInline, silent: bool) -> bool:
    """Read `$$ … $$`, or `$…$` that touches its dollars and is followed by no digit."""
    if state.src.startswith("$$", state.pos):
        return _delimited(state, silent, opener="$$", closer="$$", kind="math")
    begin, end = state.pos, state.posMax
    if begin + 2 >= end or state.src[begin + 1].isspace() or not _may_close(state, "$"):
        return False
    close = state.src.find("$", begin + 2, end)
    while close >= 0:
        touches = not state.src[close - 1].isspace() and state.src[close - 1] != "\\"
        if touches and not state.src[close + 1 : min(close + 2, end)].isdecimal():
            break
        close = state.src.find("$", close + 1, end)
    if close < 0:
        return _never_closes(state, "$")
    if not silent:
        state.push("math", "", 0)
    state.pos = close + 1
    return True


def _delimited(state: StateInline, silent: bool, *, opener: str, closer: str, kind: str) -> bool:
    if not state.src.startswith(opener, state.pos) or not _may_close(state, closer):
        return False
    end = state.src.find(closer, state.pos + 2, state.posMax)
    if end < 0:
        return _never_closes(state, closer)
    if not silent:
        state.push(kind, "", 0)
    state.pos = end + 2
    return True


def _may_close(state: StateInline, closer: str) -> bool:
    known = state.env["unclosed"].get((closer, state.posMax))
    return known is None or state.pos < known


def _never_closes(state: StateInline, closer: str) -> bool:
    """Note that none of these closes before the end: what fails here fails further on."""
    state.env["unclosed"][closer, state.posMax] = state.pos
    return False


def highlight(state: StateInline, silent: bool) -> bool:
    """Read `==`, of which two in a row make a highlight if they touch its text."""
    begin = state.pos
    if not state.src.startswith("==", begin):
        return False
    end = begin + 2
    while end < state.posMax and state.src[end] == "=":
        end += 1
    if not silent:
        mark = state.push("mark", "", 0)
        mark.content = state.src[begin:end]
        mark.meta["closes"] = begin > 0 and not state.src[begin - 1].isspace()
        mark.meta["opens"] = end < state.posMax and not state.src[end].isspace()
    state.pos = end
    return True


def footnote(state: StateInline, silent: bool) -> bool:
    """Read `[^label]`."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("footnote", "", 0).content = match[1]
    state.pos = match.end()
    return True


def inline_footnote(state: StateInline, silent: bool) -> bool:
    """Read `^[…]`."""
    if not state.src.startswith("^[", state.pos):
        return False
    end = _closing_bracket(state, state.pos + 1)
    if end < 0:
        return False
    _nested(state, silent, kind="inline_footnote", begin=state.pos + 2, end=end)
    return True


def field(state: StateInline, silent: bool) -> bool:
    """Read `[key:: value]` or `(key:: value)`, on one line."""
    match = _FIELD.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    end = _closing_bracket(state, state.pos)
    if end < match.end() or "\n" in state.src[match.end() : end]:
        return False
    opening = _nested(state, silent, kind="field", begin=match.end(), end=end)
    if opening is not None:
        opening.content = state.src[match.end() : end].strip()
        opening.meta["key"] = match[1]
    return True


def _nested(state: StateInline, silent: bool, *, kind: str, begin: int, end: int) -> Token | None:
    """Read what stands between brackets."""
    opening = None
    if not silent:
        after = state.posMax
        opening = state.push(f"{kind}_open", "", 1)
        state.pos, state.posMax = begin, end
        state.md.inline.tokenize(state)
        state.push(f"{kind}_close", "", -1)
        state.posMax = after
    state.pos = end + 1
    return opening


def _closing_bracket(state: StateInline, begin: int) -> int:
    """Give where the bracket at a place is closed, or -1."""
    pairs = state.env.get("brackets")
    if pairs is None:
        pairs = state.env["brackets"] = _bracket_pairs(state.src)
    end: int = pairs.get(begin, -1)
    return end if end < state.posMax else -1


def _bracket_pairs(content: str) -> dict[int, int]:
    """Give opening -> closing for the brackets that match."""
    pairs: dict[int, int] = {}
    opened: dict[str, list[int]] = {"[": [], "(": []}
    for match in _BRACKET.finditer(content):
        bracket = match[0]
        if bracket in opened:
            opened[bracket].append(match.start())
        elif bracket in _CLOSED_BY and opened[_CLOSED_BY[bracket]]:
            pairs[opened[_CLOSED_BY[bracket]].pop()] = match.start()
    return pairs


def angle_link(state: StateInline, silent: bool) -> bool:
    """Read `<URL>` or `<name@host>`."""
    match = _ANGLE_LINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("autolink", "", 0).content = match[1]
    state.pos = match.end()
    return True


def bracket_link(state: StateInline, silent: bool) -> bool:
    """Read CommonMark's links, where the bracket is closed at all."""
    return _closing_bracket(state, state.pos) >= 0 and link(state, silent)


def bracket_image(state: StateInline, silent: bool) -> bool:
    """Read CommonMark's images, where the bracket is closed at all."""
    return (
        state.src.startswith("[", state.pos + 1)
        and _closing_bracket(state, state.pos + 1) >= 0
        and image(state, silent)
    )


def own_line_field(state: StateInline, silent: bool) -> bool:
    """Read the `::` of `key:: value` on a line of its own."""
    begin = state.pos
    after = state.src[begin : begin + 3]
    if silent or state.linkLevel or after not in {"::", ":: ", "::\n"}:
        return False
    limit = max(0, begin - _LONGEST_KEY)
    line = state.src.rfind("\n", limit, begin) + 1
    key = _OWN_LINE_KEY.match(state.src, line, begin) if line or not limit else None
    if key is None:
        return False
    mark = state.push("field_key", "", 0)
    mark.content = key[2].strip()
    end = state.src.find("\n", begin)
    mark.meta["line"] = (key.start(1), end if end >= 0 else len(state.src))
    state.pos += 2
    return True


def url(state: StateInline, silent: bool) -> bool:
    """Read a bare URL, at the colon after its scheme."""
    scheme = _SCHEME.search(state.src, max(0, state.pos - 9), state.pos)
    match = _URL.match(state.src, state.pos, state.posMax) if scheme else None
    if scheme is None or match is None:
        return False
    address = _trim_url(match[0])
    if len(address) == len("://"):
        return False
    if not silent:
        if not state.pending.endswith(scheme[0]):
            return False
        state.pending = state.pending[: -len(scheme[0])]
        bare = state.push("autolink", "", 0)
        bare.content = scheme[0] + address
        bare.meta["begin"] = scheme.start()
    state.pos += len(address)
    return True


def _trim_url(address: str) -> str:
    """Cut the punctuation that belongs to the sentence."""
    while True:
        cut = address.rstrip(_URL_TAIL)
        if cut.endswith(")") and cut.count(")") > cut.count("("):
            cut = cut[:-1]
        if cut == address:
            return cut
        address = cut
