"""Calls: where in a note its author asks us for something, and what is asked there.

A call is our tag in the text, where Obsidian sees a tag, or among the frontmatter's `tags`.
What follows it on its line is the request. In a quote that is no callout it is somebody
else's word, and no call.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Final, TypeVar

from vaultskillet.core.blocks import without_blocks
from vaultskillet.core.call_lines import Line, lines_of
from vaultskillet.core.markdown import Document, Span, Spanning, Tag, Wikilink
from vaultskillet.core.properties import OLD_TAGS, TAGS, find_value, frontmatter_tags, list_items

_S = TypeVar("_S", bound=Spanning)


class Verb(StrEnum):
    """What is asked for: what follows the tag's name and a slash."""

    ALL = ""
    THINK = "think"
    SUMMARIZE = "summarize"
    TAGS = "tags"
    LINK = "link"
    UNDO = "undo"


class State(StrEnum):
    """What became of a call: what its tag says in the end."""

    DONE = "done"
    FAILED = "failed"


_VERBS: Final[Mapping[str, Verb]] = {str(verb): verb for verb in Verb if verb}

_ASKING: Final = frozenset({Verb.ALL, Verb.THINK})
"""The verbs that a request in words may follow."""

_CUT: Final = "\0"
"""Stands where something was cut out; no note holds it."""
_EMPTIED: Final = re.compile(
    r"(?m)^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\[.\][ \t]*)?(?:#{1,6}[ \t]*)?\0[\0 \t]*"
    r"(?:\r?\n|\Z)"
)
_NO_WORDS: Final = re.compile(r"\[\[[^\[\]]*\]\]|#\S+|\^\S+")
_WORD: Final = re.compile(r"\w")
_EDGES: Final = " :,;.–—*_=~-"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. Spans and places are in characters of the note's body."""

    verb: Verb
    tag: str
    """As it stands there, without `#`."""
    base: str
    """The same without the verb."""
    span: Span | None
    """Of the tag, `#` included; None: it stands in the frontmatter."""
    request: Span | None = None
    """What is asked in words, on the same line; None where nothing is."""
    links: tuple[Wikilink, ...] = ()
    """In the request; those that end it may be answers to an earlier one."""
    unasked: tuple[Span, ...] = ()
    """What stands in the request and is not asked: comments, and code of templates."""
    place: int = 0
    """Where a link goes: at the end of the line, or of the table's cell."""
    in_table: bool = False

    def marked(self, state: State) -> str:
        """Give the tag that says what became of the call, without `#`."""
        return f"{self.base}/{state}"


def is_our_tag(name: str, *, tag: str) -> bool:
    """Say whether a tag, without `#`, is the one that calls us, or one below it.

    >>> is_our_tag("Homeskillet/skip", tag="homeskillet")
    True
    """
    return f"{name.casefold()}/".startswith(f"{tag.casefold()}/")


def may_call(content: bytes, *, tag: str) -> bool:
    """Say whether a note might call us: a quick look at its bytes; nothing is read.

    >>> may_call(b"- #HomeSkillet/think", tag="homeskillet"), may_call(b"text", tag="homeskillet")
    (True, False)
    """
    return tag.casefold() in content.decode(errors="replace").casefold()


def read_calls(
    properties: Mapping[str, object], body: str, document: Document, *, tag: str
) -> tuple[Call, ...]:
    """Read the calls that stand in a note: those in the frontmatter, then those in the text.

    Args:
        properties: the frontmatter.
        body: what follows it.
        document: the body, read.
        tag: the tag that calls us, without `#`.
    """
    calls = [
        Call(verb, name, _base(name, verb), None)
        for name in dict.fromkeys(frontmatter_tags(properties))
        if (verb := _verb_of(name, tag)) is not None
    ]
    for line in lines_of(_marks(document, tag), body, document):
        verb = _verb_of(line.tag.name, tag)
        if verb is not None:
            calls.append(_call(line, verb, body, document))
    return tuple(calls)


def text_of(body: str, call: Call, *, less: Collection[Wikilink] = ()) -> str:
    """Give what a call asks in words, on one line; empty where it asks nothing.

    Args:
        body: the note's.
        call: the call.
        less: links in it that are not part of what is asked.
    """
    if call.request is None:
        return ""
    pieces = []
    at = call.request.start
    left_out: Sequence[Spanning] = (*less, *call.unasked)
    for span in sorted(left_out, key=attrgetter("start")):
        pieces.append(body[at : span.start])
        at = max(at, span.end)
    pieces.append(body[at : call.request.end])
    text = " ".join("".join(pieces).split()).lstrip(_EDGES)
    return text.replace("\\|", "|") if call.in_table else text


def less_calls(body: str, document: Document, *, tag: str) -> str:
    """Give a note's text without its calls, answered or not, and without the links to answers.

    It is the same before and after a call was answered: answering is no change of the note.
    """
    spans: list[Span] = []
    for line in lines_of(_marks(document, tag), body, document):
        spans += [line.tag, line.links_behind, line.links_at_end]
    return _cut(body, spans)


def less_requests(body: str, document: Document, *, tag: str) -> str:
    """Give a note's text as engines may read it: without its calls and what is asked in them.

    Digests of ours in it are left out too: our own text is no input. A line on which nothing
    else stands goes as a whole: its mere marks could be read as something else, such as a dash
    under a text.
    """
    marks = _marks(document, tag)
    if not marks:
        return without_blocks(body)
    spans: list[Span] = []
    for line in lines_of(marks, body, document):
        spans += [line.tag, line.links_behind, line.links_at_end]
        if _verb_of(line.tag.name, tag) in (None, *_ASKING):
            spans.append(line.asked)
    return without_blocks(_EMPTIED.sub("", _cut(body, spans, mark=_CUT)).replace(_CUT, ""))


def less_call_tags(properties: Mapping[str, object], *, tag: str) -> Mapping[str, object]:
    """Give the frontmatter without our tags that call, or say what became of a call."""
    name = TAGS if find_value(properties, TAGS) is not None else OLD_TAGS
    value = find_value(properties, name)
    kept = [item for item in list_items(value) if not _is_mark(item, tag)]
    if len(kept) == len(list_items(value)):
        return properties
    return {
        key: kept if key.casefold() == name and old is value else old
        for key, old in properties.items()
    }


def failed_calls(properties: Mapping[str, object], document: Document, *, tag: str) -> int:
    """Count the calls that say that they failed."""
    names = [*frontmatter_tags(properties), *(one.name for one in document.tags)]
    return sum(name.casefold() == f"{tag.casefold()}/{State.FAILED}" for name in names)


def _marks(document: Document, tag: str) -> list[Tag]:
    """Give the tags of ours that call, or say what became of a call."""
    return [one for one in document.tags if _is_mark(one.name, tag)]


def _call(line: Line, verb: Verb, body: str, document: Document) -> Call:
    asked = line.asked
    call = Call(
        verb=verb,
        tag=line.tag.name,
        base=_base(line.tag.name, verb),
        span=Span(line.tag.start, line.tag.end),
        request=asked if verb in _ASKING else None,
        links=_within(document.wikilinks, asked),
        unasked=(*_within(document.comments, asked), *_within(document.template_code, asked)),
        place=line.place,
        in_table=line.in_table,
    )
    says_something = _WORD.search(_NO_WORDS.sub("", text_of(body, call)))
    return call if says_something else replace(call, request=None)


def _within(spans: Sequence[_S], whole: Span) -> tuple[_S, ...]:
    """Give the spans, which are in order, that lie in another."""
    first = bisect_left(spans, whole.start, key=attrgetter("start"))
    last = bisect_left(spans, whole.end, key=attrgetter("start"))
    return tuple(spans[first:last])


def _verb_of(name: str, tag: str) -> Verb | None:
    """Give what a tag asks for; None where it does not call us."""
    folded, base = name.casefold(), tag.casefold()
    if folded == base:
        return Verb.ALL
    return _VERBS.get(folded.removeprefix(f"{base}/")) if folded.startswith(f"{base}/") else None


def _is_mark(name: str, tag: str) -> bool:
    """Say whether a tag calls us, or says what became of a call."""
    states = {f"{tag}/{state}".casefold() for state in State}
    return _verb_of(name, tag) is not None or name.casefold() in states


def _base(name: str, verb: Verb) -> str:
    return name[: -len(verb) - 1] if verb else name


def _cut(body: str, spans: Sequence[Spanning], mark: str = "") -> str:
    pieces: list[str] = []
    at = 0
    for span in sorted(spans, key=attrgetter("start")):
        pieces += (body[at : max(at, span.start)], mark)
        at = max(at, span.end)
    return "".join([*pieces, body[at:]])
