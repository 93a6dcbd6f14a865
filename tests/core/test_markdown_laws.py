"""What holds for every text: it is read, and each span is the construct in the source."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultskillet.core.markdown import Document, Link, Span, read
from vaultskillet.core.markdown.collect import Collector
from vaultskillet.core.markdown.reader import make_parser, read_by
from vaultskillet.core.markdown.source import origin_at

# What each construct looks like in the source, however deep in quotes and lists it stands.
SHAPES = {
    "headings": r"#{1,6}(?:[ \t].*)?|[^ \t\r\n].*[\r\n].*[=-]\s*",
    "wikilinks": r"!?\[\[[^\n]+\]\]",
    "links": r"!?\[.*\].*|<.+>|[a-z]+://.+",
    "tags": r"#\S+",
    "tasks": r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?\[[^\n]\](?:\s.*)?",
    "inline_fields": r"\[.+::.*\]|\(.+::.*\)|[^\n]+::[^\n]*",
    "block_ids": r"\^[A-Za-z0-9-]+",
    "comments": r"%%.*",
    "footnotes": r"\[\^\S+\](?::.*)?|\^\[.*\]",
    "math": r"\$\S.*\$|\$\$.*\$\$",
    "code": r"(`+).*\1|(?:```|~~~).*|[^ \t].*",
    "highlights": r"==.+==",
    "template_code": r"<%.*%>",
    "conflict_markers": r"(?:<{7}|\|{7}|={7}|>{7})[^\n]*",
}

PIECES = st.sampled_from([
    "[[Note|x]]", "[[Note]]", "![[a.png|3]]", "[[N\\|y]]", "[[", "]]", "#tag", "#a/b", "%%c%%",
    "%%", "`code`", "```", "~~~", "$x$", "$$", "==h==", "==", "[k:: v]", "(k:: v)", "Key:: v",
    "::", ":", " ^id", "[^1]", "[^1]: ", "^[n]", "[t](u)", "![i](u)", "<http://a.b>",
    "https://a.b/c", "[r]: u", "[r]", "[", "]", "(", ")", "<% t %>", "<%", "%>", "> ", ">",
    "> [!note] ", "- ", "  - ", "1. ", "- [x] ", "# ", "## ", "===", "---", "|", "|",
    "| a | b |\n|---|---|\n| ", "\n", "\n", "\n", "\n\n", "\r\n", "\r\n", "\r", "    ", "\t", " ",
    "  ", "word", "日本", "😀", "*", "**", "_", "~~", "\\", "&amp;", "<b>", "<div>", "'", "{",
    "\0", "\x02", "\u3000", "\u2028", "\x0b", "\x1f", "\xa0", "<<<<<<< a", "=======",
])  # fmt: skip
SIMPLE = st.sampled_from([
    "[[Note|x]]", "[[N#h]]", "![[a.png]]", "[[", "]]", "[[ ]]", "#tag", "#a/", "#1", "#", "!", "![",
    "[", "]", "(", ")", ":", "=", "%", "^", "{{", "}}", "\n", "\n", " \n", "  \n\t", " ", "\t",
    "word", "back", "日本", "|", "-", "\r\n", "\xa0", "\x01", "\x02",
])  # fmt: skip
# Lines that are plain, or nearly: what may open, end or underline a block, at some indentation.
LINE_BEGINNINGS = st.sampled_from([
    *("", " ", "   ", "    ", "\t", " \t", "\u3000", "\xa0", "\u2003", "\x0b", "\x0c"),
    *("> ", "- ", "    - ", "1. ", "> - "),
])  # fmt: skip
LINE_RESTS = st.sampled_from([
    *("", "word", "Word [[Note]] #tag.", "a word ^id", "(a)", "1", "12.", "1) x", "1.x", "-x", "-"),
    *("---", "- - -", "===", "=", "==h==", ":--", "|-|", "---|---", "a|b", "|a|b|", "|", ":", "::"),
    *("# h", "#", "#tag", "####### h", "## h ##", "```", "~~~", "``", "`c`", "+", "+ x", "* x"),
    *("***", "___", "_x_", "<div>", "</div>", "<b>", "<!--", "-->", "<x>", "[r]: u", "[r]", "*x*"),
    *("[^1]", "[!note] t", "[ ] t", "[x] t", "%%", "%% c", "c %%", "%%c%% d", "$$", "$$x$$ y"),
    *("<%", "%> z", "%>", "[^1]: n", "\\", "key:: v", "<<<<<<< a", "=======", "word  "),
    *("word\\", "\u2003", "\0"),
])  # fmt: skip
LINES = st.lists(
    st.tuples(LINE_BEGINNINGS, LINE_RESTS, st.sampled_from(["\n"] * 6 + ["\n\n", "\r\n", "\r"])),
    max_size=10,
).map(lambda lines: "".join(map("".join, lines)))
QUICK, SLOW = make_parser(), make_parser(quick=False)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)


def legible(text: str) -> str:
    """Give the text as it is read: some control characters are replaced, one for one."""
    return re.sub("[\0-\3]", "\ufffd", text)


def constructs(document: Document) -> dict[str, tuple[Span, ...]]:
    names = [field.name for field in fields(document) if field.name != "blocks"]
    return {name: getattr(document, name) for name in names}


@given(TEXTS)
def test_each_span_is_its_construct(text: str) -> None:
    for name, spans in constructs(read(text)).items():
        for span in spans:
            source = text[span.start : span.end]
            assert re.fullmatch(SHAPES[name], source, re.DOTALL), (name, source)


@given(TEXTS.map(legible))
def test_what_is_said_of_a_construct_stands_in_its_span(text: str) -> None:
    document = read(text)
    for tag in document.tags:
        assert text[tag.start : tag.end] == f"#{tag.name}"
    for block_id in document.block_ids:
        assert text[block_id.start : block_id.end] == f"^{block_id.name}"
    for link in document.wikilinks:
        again = read(text[link.start : link.end]).wikilinks[0]
        assert (again.target, again.subpath) == (link.target, link.subpath)
    for field in document.inline_fields:
        assert field.key in text[field.start : field.end]


@given(TEXTS | st.lists(SIMPLE, max_size=20).map("".join))
def test_content_that_is_read_quickly_is_read_as_by_the_parser(content: str) -> None:
    parser = make_parser()
    quick, slow = Collector(parser, {}), Collector(parser, {})
    origin = origin_at(0)
    assert quick.read(content, origin) == slow.read_tokens(content, origin)
    assert quick == slow


@settings(max_examples=300)
@given(LINES | TEXTS | st.lists(SIMPLE, max_size=20).map("".join))
def test_blocks_that_are_found_quickly_are_those_of_the_rules(text: str) -> None:
    assert read_by(QUICK, text) == read_by(SLOW, text)


@given(TEXTS)
def test_constructs_are_in_order(text: str) -> None:
    for name, spans in constructs(read(text)).items():
        starts = [span.start for span in spans]
        assert starts == sorted(starts), name


@given(TEXTS)
def test_blocks_do_not_overlap_and_bear_no_blanks_at_their_ends(text: str) -> None:
    end = 0
    for block in read(text).blocks:
        assert end <= block.start < block.end <= len(text)
        source = text[block.start : block.end]
        assert source == source.strip(" \t\r\n")
        end = block.end


@given(TEXTS)
def test_prose_is_one_line_without_marks(text: str) -> None:
    for block in read(text).blocks:
        assert block.prose == " ".join(block.prose.split())
        assert not re.search(r"[\x00-\x03]", block.prose)


@given(TEXTS)
def test_the_kind_of_newline_changes_nothing_but_places(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    here, there = read(unix), read(unix.replace("\n", "\r\n"))
    assert [(b.kind, b.prose, b.fit) for b in here.blocks] == [
        (b.kind, b.prose, b.fit) for b in there.blocks
    ]
    for name, spans in constructs(here).items():
        places = [(s.start + unix.count("\n", 0, s.start)) for s in spans]
        assert [span.start for span in constructs(there)[name]] == places, name


@given(TEXTS.map(legible))
def test_a_quote_moves_no_link(text: str) -> None:
    quoted = "> " + re.sub(r"\r\n?|\n", "\n> ", text)
    for link in read(quoted).links:
        assert is_link(quoted, link)


def is_link(text: str, link: Link) -> bool:
    source = text[link.start : link.end]
    return source in {link.href, f"<{link.href}>"} or source.startswith(("[", "!["))


HOSTILE = [
    *("[", "[[", "![[", "[a](", "![a](", "[^", "^[", "[^1]: ", "[a::", "(k:: ", "a:: b\n"),
    *("%%", "%%\n", "a %% b\n\n", "$", "$$\n", "$a ", "$a$", "==", "==a ", "#", "#a ", "x #a "),
    *("<%", "<%\n", "<a ", "<!--", "`", "`a``", "*a_", "~~", "::", "https://", "^a ", "(`=1`"),
    *("> ", "- ", "- a\n", "|a", "a|b\n-|-\n", "\\", "&", "\x01", "\x02", " ", "\u3000\n"),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_reading_is_linear_on_hostile_text(unit: str) -> None:
    small = seconds(read, unit * (1_000 // len(unit)))
    large = seconds(read, unit * (8_000 // len(unit)))
    assert large < 24 * small + 0.02  # eight times the text; sixty-four would be quadratic


def seconds(function: Callable[[str], object], text: str) -> float:
    """Give the least processor time of three calls."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        function(text)
        times.append(time.process_time() - begin)
    return min(times)


@pytest.mark.parametrize(
    ("opener", "closer"),
    [("[", "]"), ("[a::", "]"), ("^[", "]"), ("[![](", ")]()"), ("**", "**"), ("(a::", ")")],
)
def test_constructs_deep_in_one_another_are_survived(opener: str, closer: str) -> None:
    text = f"{opener * 1500}{closer * 1500}\n\n#after"
    assert [tag.name for tag in read(text).tags] == ["after"]
