"""What a model said, made harmless: examples, and laws over hostile texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core import markdown, redact
from vaultskillet.core.harmless import (
    MAX_MARKDOWN_CHARS,
    clean_line,
    clean_markdown,
    without_thought,
)

NOTES = {"Garden", "area/Plan", "Über uns"}

# What means something to Obsidian or a plug-in, so that random texts reach every corner.
PIECES = st.one_of(
    st.sampled_from([
        "```", "````", "~~~", "`", "``", "dataviewjs", "python", "= this.x", "$= x", "$", "$$",
        "<%", "%>", "{{", "}}", "%%", "![[", "[[", "]]", "![", "[", "]", "](", ")", "(", "][",
        "]: ", "<b", "<script>", "</", "<!--", "-->", ">", "> ", "<", "- ", "1. ", "    ", "\t",
        "\n", "\n\n", "|", "\\", "#", "#homeskillet", "# ", "^id", "^[", "[^1]", "[^1]: ", "---",
        "***", "key:: v", "[k:: v]", "http://e.org/x", "javascript:x", "obsidian://o",
        "www.e.org", "<http://e.org>", "Garden", "area/Plan", "No Note", "x", " ", "!", "\u202e",
        "\x01", "\x02", "0", "\u200b", "<think>", "</think>", "<|channel|>", "&#35;", "\r", "|-|",
        "jo@example.org", "::", "*", "_", "\\href{x}",
    ]),
    st.text(max_size=4),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def cleaned(text: str) -> str:
    return clean_markdown(text, resolves=NOTES.__contains__, filters=redact.DEFAULT)


@pytest.mark.parametrize(
    "text",
    [
        "# Head\n\nSome *words* and **more**, `code` and ==marks==.",
        "- one\n- two\n  1. three\n\n> a quote\n\n> [!note] Callout\n> text",
        "| a | b |\n| --- | --- |\n| `x` | [[Garden]] |",
        "See [[Garden]], [[Garden#Beds|the beds]] and [[area/Plan\\|plan]].",
        "```python\nif a < b:\n    print('<b>', \"[[x]]\")\n```",
        "A footnote.[^1]\n\n[^1]: Its text.",
        "Price \\$5, and $a^2 + b_1$, and\n\n$$x = y$$",
        "Issue #42 of C#, std::vector, a < b > c, 3:4, note: this. Data: none.",
        "- [ ] a task\n- [x] done",
        "`` a`b ``, `a | b`, `<div>`",
    ],
)
def test_what_is_harmless_stays(text: str) -> None:
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("A <b>bold</b> <script>alert(1)</script>word", "A bold alert(1)word"),
        ("<img src=x\nonerror=y> a", "a"),
        ("Left <img src=x onerror=y", "Left < img src=x onerror=y"),
        ("Time <% tp.date.now()\n%> and {{date}} pass", "Time  and  pass"),
        ("Query `= this.file` or `$= dv.pages()` x", "Query = this.file or $= dv.pages() x"),
        ("A `BUTTON[go]` and `dice: 1d6`", "A BUTTON[go] and dice: 1d6"),
        ("```dataviewjs\ndv.pages()\n```", "```\ndv.pages()\n```"),
        ("~~~tasks\nnot done\n~~~", "```\nnot done\n```"),
        ("> ```button\n> name x\n> ```\nafter", "```\nname x\n```\n\nafter"),
        ("- ```js {x}\n  a\n  ```", "```js\na\n```"),
        ("```\nnever closed", "```\nnever closed\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("```erb\n<% x %>y\n```", "```\ny\n```"),
        ("See [[No Note]] or [[no/No Note#Part|that]]", "See No Note or that"),
        ("See [here](https://example.org/x) and [x][y]", "See here and x"),
        ("[x]\n\n[x]: javascript:alert(1)", "[x]\n\n[x] :"),
        ("![a](http://e.org/p.png)![[Garden]]![b][c]!", "!"),
        ("Go to https://example.org/a or <http://e.org> now", "Go to  or  now"),
        ("Run javascript:alert(1), obsidian://open", "Run"),
        ("A %%comment%% here", "A comment here"),
        ("Evil \u202egnp.exe\u202c \u2066x\u2069\x1b[31m", "Evil gnp.exe x[31m"),
        ("---\ntags: x\n---\nText", "***\ntags: x\n***\nText"),
        ("Call #homeskillet/think and #tag, (#tag)", "Call homeskillet/think and tag, (tag)"),
        ("Text ^block-id\n^other", "Text"),
        ("summary:: mine [k:: v]", "summary: mine [k: v]"),
        ("Write to jo@example.org.", "Write to [EMAIL_1]."),
        ("a [[mail jo@example.org]]", "a mail [EMAIL_1]"),
        ("$a `b$ <img src=x> `c", "\\$a `b$ <img src=x>`c"),
        ("$$\nx\n= y\n$$", "$$x = y$$"),
        ("$\\href{http://e.org}{x}$", "${x}$"),
        ("| `a | <img src=x> ` |", "| a |  |"),
        ("<think>hm</think>Yes", "Yes"),
        ("<<<<<<< HEAD\na\n=======", "HEAD\na"),
        ("\\`<img src=x>`", "`<img src=x>`"),
    ],
)  # fmt: skip
def test_what_could_act_or_lead_outside_goes(said: str, kept: str) -> None:
    assert cleaned(said) == kept


def test_text_that_is_too_long_is_cut_at_a_line() -> None:
    text = cleaned("one line\n" * MAX_MARKDOWN_CHARS)
    assert len(text) <= MAX_MARKDOWN_CHARS + 3
    assert text.endswith("one line\n\n…")


@given(TEXTS)
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once


@given(TEXTS)
def test_nothing_that_acts_is_left_as_obsidian_reads_it(text: str) -> None:
    left = cleaned(text)
    read = markdown.read(left)
    acting = read.links + read.tags + read.template_code + read.comments + read.inline_fields
    assert not acting + read.block_ids + read.conflict_markers
    assert all(link.target in NOTES and not link.is_embed for link in read.wikilinks)
    assert not [block for block in read.blocks if block.kind == markdown.Kind.HTML]
    assert {code.language for code in read.code} <= {"", "python"}
    spans = [left[code.start : code.end].strip("` ") for code in read.code if not code.is_block]
    assert not [span for span in spans if span.startswith(("=", "$="))]
    outside = without(left, [(code.start, code.end) for code in read.code])
    assert not re.search(r"<[/!?A-Za-z]|<%|%>|%%|\{\{|`|javascript:|://", outside)
    assert not re.search(r"(?m)^[ \t]*-{3,}[ \t]*$", outside)


@given(TEXTS)
def test_no_text_gets_a_second_line_or_markup_through(text: str) -> None:
    line = clean_line(text, redact.DEFAULT)
    if line is not None:
        assert len(line.splitlines()) == 1
        assert not re.search(r"<[/!?A-Za-z]|<%|%%|\{\{|`|\[\[|://", line)


def without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}…{text[end:]}"
    return text


@pytest.mark.parametrize(
    "said",
    [
        "<thinking>hm</thinking>Yes",
        "<reasoning>hm</reasoning>Yes",
        "<thought>hm</thought>Yes",
        "<seed:think>hm</seed:think>Yes",
        "<think >hm</think >Yes",
        "\u25c1think\u25b7hm\u25c1/think\u25b7Yes",
        "<|begin_of_thought|>hm<|end_of_thought|>Yes",
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes",
        "<|channel|>commentary<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes",
        "<|channel>thought hm<channel|>Yes",
        "<start_of_turn>model\nYes<end_of_turn>",
        "<unused94>thought\nhm<unused95>Yes",
    ],
)
def test_what_a_model_thought_is_no_part_of_what_it_said(said: str) -> None:
    assert without_thought(said) == "Yes"
