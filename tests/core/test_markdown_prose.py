"""What of a note may be read as plain text, and be summarised."""

from __future__ import annotations

import pytest

from vaultskillet.core.markdown import Kind, read


def prose(text: str) -> str:
    (block,) = read(text).blocks
    return block.prose


def fit(text: str) -> list[str]:
    return [block.prose for block in read(text).prose_blocks()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold**, _it_, ~~gone~~, ==high== and ***all***", "bold, it, gone, high and all"),
        ("[[Note#H|x]], [[Note]], [[a/Note.md]], [[#H]]", "x, Note, Note, H"),
        ("see ![[img.png|300]] here", "see here"),
        ("[text](url) and ![alt](img.png)", "text and"),
        ("at https://a.b/c, or <https://d.e>.", "at, or."),
        ("a claim[^1], a note^[really *so*].", "a claim, a note."),
        ("a %%secret%% word", "a word"),
        ("an end ^block-id", "an end"),
        ("x <b>y</b><br>z", "x y z"),
        ("R&amp;D \\*star\\* &copy;", "R&D *star* ©"),
        ("one\ntwo  \nthree\\\nfour", "one two three four"),
        ("日本語の\n文章。\n続き and\nmore", "日本語の文章。続き and more"),
        ("press `Ctrl+C`, then call `f(x);` and $a^2$.", "press Ctrl+C, then call … and …."),
        ("`f(x);`", ""),
        ("due [due:: today] (by:: me)", "due today me"),
        ("Status:: quite **done**", "quite done"),
        ("a <% tp.date %> b", "a b"),
        ("(![[a.png]]) and (#no) x", "and (#no) x"),
        ("a == b, open ==c", "a == b, open ==c"),
        ("[[Task Notes|dendron.topic.tasks#x]] and [[A|v2]]", "Task Notes and v2"),
        ("a\0b\x01c", "a\ufffdb\ufffdc"),
    ],
)
def test_markup_is_not_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#todo #later buy milk", "buy milk"),
        ("buy milk #todo #later", "buy milk"),
        ("first line #a\nsecond line", "first line second line"),
        ("I like #obsidian very much", "I like obsidian very much"),
        ("We chose #obsidian.", "We chose obsidian."),
    ],
)
def test_a_tag_is_a_label_at_the_ends_of_a_line_and_a_word_within(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_a_table_reads_row_by_row() -> None:
    assert prose("| a | b |\n|---|---|\n| **c** | |\n| x \\| y | d |") == "a, b; c; x | y, d"


@pytest.mark.parametrize(
    "text",
    [
        "- [[A]]\n- [[B|text]]\n- [c](d)\n- https://e.f",
        "<- [[2024-01-01]] | [[2024-01-03]] ->",
        "Previous: [[A]] | Next: [[B]]",
        "Back to [[Home]]",
        "#tag #other",
        "2024-01-05 12:30",
        "Monday, 5 January 2024",
        "Last updated: 3 May 2024 by me",
        "Table of Contents",
        "Status:: done [[A]] with words",
        "[k:: some words]",
        "{{title}}",
        "![[image.png]]",
        "# A heading",
        "> [!note] Only a title",
        "| a | table |\n|---|---|",
        "```\nwords of code\n```",
        "    indented words",
        "$$x$$",
        "<div>words</div>",
        "%% words %%",
        "[^1]: an aside",
        "***",
    ],
)
def test_what_says_nothing_of_its_own_is_not_fit(text: str) -> None:
    assert fit(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Some words.",
        "- An item",
        "- [ ] A task",
        "> A quote",
        "See [[A]] for how the wheel was invented.",
        "日本語の文章",
        "Русский текст",
        "Marching on",
    ],
)
def test_what_has_words_of_its_own_is_fit(text: str) -> None:
    assert len(fit(text)) == 1


def test_what_stands_under_see_also_is_not_fit() -> None:
    text = "# A\n\nbody\n\n## See also:\n\nsome words\n\n### Deeper\n\nwords\n\n## B\n\nmore\n"
    assert fit(text) == ["body", "more"]


def test_blocks_are_fit_or_not_but_all_are_there() -> None:
    document = read("# T\n\nwords\n\n---")
    assert [b.kind for b in document.blocks] == [Kind.HEADING, Kind.PARAGRAPH, Kind.BREAK]
    assert document.prose_blocks() == document.blocks[1:2]
