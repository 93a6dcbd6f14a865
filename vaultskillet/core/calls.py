"""Calls: where in a note its author asks us for something, and what is asked there.

A call is our tag in the text, where Obsidian sees a tag, or among the frontmatter's `tags`.
What follows it on its line is the request. In a quote that is no callout it is somebody
else's word, and no call.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Final, TypeVar

from vaultskillet.core.blocks import without_blocks
from vaultskillet.core.markdown import Block, Comment, Document, Kind, Span, Tag, Wikilink
from vaultskillet.core.properties import OLD_TAGS, TAGS, find_value, frontmatter_tags, list_items

_S = TypeVar("_S", bound=Span)


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

_FIELD: Final = r"""(?:
    [📅🗓⏳⌛🛫➕✅❌]\ufe0f?[ \t]*\d{4}-\d\d-\d\d    # a date
    | [🔺⏫🔼🔽⏬]\ufe0f?                          # a priority
    | 🔁\ufe0f?[ \t]*[a-zA-Z0-9,!\ ]+              # how often
    | 🏁\ufe0f?[ \t]*[a-zA-Z]+                     # what then
    | [🆔⛔]\ufe0f?[ \t]*[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*
    | \[[a-zA-Z]+::[^\[\]\n]*\] | \([a-zA-Z]+::[^()\n]*\)
)"""
# The fields of the plug-in Tasks, which reads them from a line's end and stops at other text.
_TASK_FIELDS: Final = re.compile(rf"{_FIELD}(?:[ \t]+(?:{_FIELD}|\#[^\s\#]+))*[ \t]*\Z", re.VERBOSE)
_LONGEST_FIELDS: Final = 300
"""In characters; bounds the search from a line's end."""

_CLOSING_HASHES: Final = re.compile(r"[ \t]#+\Z")
_BLOCK_ID: Final = re.compile(r"[ \t]\^[A-Za-z0-9-]+\Z")
"""Obsidian reads one at a block's end; on an earlier line it may be one once the text is cut."""
_LONGEST_ID: Final = 100
"""In characters; bounds the search from a line's end."""
_NEWLINE: Final = re.compile(r"[\r\n]")
_PIPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\|")
_QUOTED: Final = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*>")
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
    if document.tags:
        reading = _Reading(body, document)
        for line in reading.lines(tag):
            verb = _verb_of(line.tag.name, tag)
            if verb is not None:
                calls.append(_call(reading, line, verb))
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
    for span in sorted((*less, *call.unasked), key=attrgetter("start")):
        pieces.append(body[at : span.start])
        at = max(at, span.end)
    pieces.append(body[at : call.request.end])
    text = " ".join("".join(pieces).split()).lstrip(_EDGES)
    return text.replace("\\|", "|") if call.in_table else text


def less_calls(body: str, document: Document, *, tag: str) -> str:
    """Give a note's text without its calls, answered or not, and without the links to answers.

    It is the same before and after a call was answered: answering is no change of the note.
    """
    reading = _Reading(body, document)
    spans: list[Span] = []
    for line in reading.lines(tag):
        spans += [line.tag, *reading.links_at_ends(line)]
    return _cut(body, spans)


def less_requests(body: str, document: Document, *, tag: str) -> str:
    """Give a note's text as engines may read it: without its calls and what is asked in them.

    Digests of ours in it are left out too: our own text is no input. A line on which nothing
    else stands goes as a whole: its mere marks could be read as something else, such as a dash
    under a text.
    """
    reading = _Reading(body, document)
    spans: list[Span] = []
    for line in reading.lines(tag):
        spans += [line.tag, *reading.links_at_ends(line)]
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


# --- the lines with our tags ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A tag of ours, and the rest of its line."""

    tag: Tag
    asked: Span
    """What stands between the tag and what ends the line or begins another call."""
    place: int
    in_table: bool


class _Reading:
    """A note's text while its calls are read; in time linear, whatever it holds."""

    def __init__(self, body: str, document: Document) -> None:
        self.body = body
        self.document = document
        links = [link for link in document.wikilinks if not link.is_embed]
        self._link_at = {link.start: link for link in links}
        self._link_until = {link.end: link for link in links}
        constructs: Sequence[Span] = (
            *document.code, *document.comments, *document.math, *document.links,
            *document.wikilinks, *document.template_code,
        )  # fmt: skip
        self._constructs = sorted(constructs, key=attrgetter("start"))
        self._ends: dict[int, tuple[int, int]] = {}

    def lines(self, tag: str) -> Iterator[_Line]:
        """Give each tag of ours that calls, or says what became of a call, with its line."""
        tags = [one for one in self.document.tags if _is_mark(one.name, tag)]
        for number, one in enumerate(tags):
            block = _block_at(self.document.blocks, one.start)
            if block is None or self._is_quoted(block, one.start):
                continue
            after = tags[number + 1].start if number + 1 < len(tags) else len(self.body)
            yield self._line(block, one, after)

    def _line(self, block: Block, tag: Tag, after: int) -> _Line:
        if block.kind is Kind.TABLE:
            line_end = self._line_end(tag.end)
            pipe = _PIPE.search(self.body, tag.end, line_end)
            end = self._rstrip(tag.end, pipe.end() - 1 if pipe else line_end)
            return _Line(tag, Span(tag.end, min(end, after)), end, in_table=True)
        start = self._line_start(tag.start)
        if start not in self._ends:
            self._ends[start] = self._ends_of(block, start)
        end, place = self._ends[start]
        if place < tag.end <= end and self.body[place:end].strip(" \t"):
            # Fields of a task stand before the tag: the link goes before the fields.
            return _Line(tag, Span(tag.end, min(end, after)), place, in_table=False)
        place = max(tag.end, place)
        return _Line(tag, Span(tag.end, max(tag.end, min(place, after))), place, in_table=False)

    def _ends_of(self, block: Block, start: int) -> tuple[int, int]:
        """Give where a line's own text ends, and where a link at its end goes."""
        body = self.body
        line_end = self._line_end(start)
        end = self._rstrip(start, line_end)
        if block_id := _BLOCK_ID.search(body, max(start, end - _LONGEST_ID), end):
            end = self._rstrip(start, block_id.start())
        if block.kind is Kind.HEADING and (hashes := _CLOSING_HASHES.search(body, start, end)):
            end = self._rstrip(start, hashes.start())
        slashes = end - start - len(body[start:end].rstrip("\\"))
        if slashes % 2 and line_end < block.end:  # a backslash that breaks the line
            end = self._rstrip(start, end - 1)
        place = end
        if block.kind is Kind.TASK:
            first = max(start, end - _LONGEST_FIELDS)
            fields = _TASK_FIELDS.search(body, first, end)
            place = fields.start() if fields else end
        return end, self._rstrip(start, self._outside(start, place))

    def _outside(self, start: int, place: int) -> int:
        """Give a place that lies in no construct: one that spans lines may hold this."""
        first = bisect_left(self._constructs, start, key=attrgetter("start"))
        for one in self._constructs[first:]:
            if one.start >= place:
                break
            if place < one.end or (place == one.end and self._never_closes(one)):
                return one.start
        return place

    def _never_closes(self, one: Span) -> bool:
        """Say whether a construct runs on over what is put at its end: a comment does."""
        inner = self.body[one.start + 2 : one.end]
        return isinstance(one, Comment) and not inner.endswith("%%")

    def links_at_ends(self, line: _Line) -> Iterator[Span]:
        """Give the links that stand where ours would, or right behind the tag."""
        start = line.place
        while link := self._link_until.get(start):
            if self.body[link.start - 1 : link.start] not in (" ", "\t"):
                break
            start = self._rstrip(0, link.start)
        yield Span(start, line.place)
        end = line.tag.end
        while link := self._link_at.get(self._lstrip(end)):
            end = link.end
        yield Span(line.tag.end, end)

    def _is_quoted(self, block: Block, place: int) -> bool:
        if block.callout:
            return False
        quoted = _QUOTED.match(self.body, self._line_start(place), place)
        return block.kind is Kind.QUOTE or quoted is not None

    def _line_start(self, place: int) -> int:
        return max(self.body.rfind("\n", 0, place), self.body.rfind("\r", 0, place)) + 1

    def _line_end(self, place: int) -> int:
        end = _NEWLINE.search(self.body, place)
        return end.start() if end else len(self.body)

    def _rstrip(self, start: int, end: int) -> int:
        while end > start and self.body[end - 1] in " \t":
            end -= 1
        return end

    def _lstrip(self, start: int) -> int:
        while self.body[start : start + 1] in (" ", "\t"):
            start += 1
        return start


def _call(reading: _Reading, line: _Line, verb: Verb) -> Call:
    document, asked = reading.document, line.asked
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
    says_something = _WORD.search(_NO_WORDS.sub("", text_of(reading.body, call)))
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


def _block_at(blocks: Sequence[Block], place: int) -> Block | None:
    at = bisect_right(blocks, place, key=attrgetter("start")) - 1
    return blocks[at] if at >= 0 and place < blocks[at].end else None


def _cut(body: str, spans: Sequence[Span], mark: str = "") -> str:
    pieces: list[str] = []
    at = 0
    for span in sorted(spans, key=attrgetter("start")):
        pieces += (body[at : max(at, span.start)], mark)
        at = max(at, span.end)
    return "".join([*pieces, body[at:]])
