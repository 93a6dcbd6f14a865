"""What counts as a construct of Obsidian's, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vaultskillet.core.markdown import Kind, Spanning, Wikilink, read


def sources(text: str, spans: Sequence[Spanning]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def tag_names(text: str) -> list[str]:
    return [tag.name for tag in read(text).tags]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#a at the start, #b/c within, at the end #d-e_f", ["a", "b/c", "d-e_f"]),
        ("# Heading #in-it", ["in-it"]),
        ("- #item\n- [ ] #task\n> #quote", ["item", "task", "quote"]),
        ("| h |\n|---|\n| #cell |", ["cell"]),
        ("#日本語 and #Ünï and #🎉", ["日本語", "Ünï", "🎉"]),
        ("#y1984 not #1984", ["y1984"]),
        ("#ends/ here", ["ends"]),
        ("#one, #two. #three#four", ["one", "two", "three"]),
        ("#ffffff counts", ["ffffff"]),
        ("line\n#next", ["next"]),
    ],
)
def test_a_tag_is_read_where_obsidian_reads_one(text: str, names: list[str]) -> None:
    assert tag_names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "`#code`",
        "```\n#fence\n```",
        "para\n\n    #indented",
        "$x #math$",
        "$$\n#math\n$$",
        "%% #comment %%",
        "%%\n\n#comment\n\n%%",
        "%% never closed\n\n#comment",
        "[[Note #heading]]",
        "[text #label](url)",
        "https://example.com/#anchor",
        "word#glued",
        r"\#escaped",
        "<div>\n#html\n</div>",
        "<% #template %>",
        "#",
        "##",
        "#12/",
    ],
)
def test_a_tag_is_not_read_elsewhere(text: str) -> None:
    assert tag_names(text) == []


@pytest.mark.parametrize(
    ("text", "target", "subpath", "alias", "is_embed"),
    [
        ("[[Note]]", "Note", "", "", False),
        ("[[a/b/Note.md]]", "a/b/Note.md", "", "", False),
        ("[[Note#H1#H2|shown]]", "Note", "H1#H2", "shown", False),
        ("[[#Heading]]", "", "Heading", "", False),
        ("[[Note#^id-1]]", "Note", "^id-1", "", False),
        ("![[image.png|300]]", "image.png", "", "300", True),
        (r"[[Note\|in a table]]", "Note", "", "in a table", False),
        ("[[a [b] c]]", "a [b] c", "", "", False),
    ],
)
def test_a_wikilink_is_taken_apart(
    text: str, target: str, subpath: str, alias: str, *, is_embed: bool
) -> None:
    expected = Wikilink(0, len(text), target, subpath, alias, is_embed)
    assert read(text).wikilinks == (expected,)


def test_a_wikilink_in_a_table_keeps_its_escaped_pipe() -> None:
    text = "> | a | b |\n> |---|---|\n> | x \\| y | [[N\\|z]] #t |"
    document = read(text)
    assert sources(text, document.wikilinks) == ["[[N\\|z]]"]
    assert document.wikilinks[0].alias == "z"
    assert sources(text, document.tags) == ["#t"]


@pytest.mark.parametrize("text", ["[[]]", "[[ ]]", "[[a\nb]]", r"\[[a]]", "`[[a]]`", "[[a"])
def test_what_is_no_wikilink(text: str) -> None:
    assert read(text).wikilinks == ()


def test_brackets_around_a_wikilink_are_not_its_own() -> None:
    text = "[[[Note]]]"
    assert sources(text, read(text).wikilinks) == ["[[Note]]"]


def test_links_of_all_kinds_are_found() -> None:
    text = (
        "[text](My%20Note.md) ![alt](p.png) <https://a.b> <me@x.org> [ref][r] "
        "https://c.d/e_f_(g). (see https://h.i)\n\n[r]: http://ref.org"
    )
    links = read(text).links
    assert [(link.href, link.is_image) for link in links] == [
        ("My%20Note.md", False),
        ("p.png", True),
        ("https://a.b", False),
        ("me@x.org", False),
        ("http://ref.org", False),
        ("https://c.d/e_f_(g)", False),
        ("https://h.i", False),
    ]
    assert sources(text, links)[-2:] == ["https://c.d/e_f_(g)", "https://h.i"]
    assert links[0].text == "text"


def test_a_linked_image_gives_both_in_order() -> None:
    links = read("[![alt](a.png)](b)").links
    assert [(link.href, link.is_image) for link in links] == [("b", False), ("a.png", True)]


def test_tasks_have_any_status() -> None:
    text = "- [ ] one\n* [x] two #t\n1. [/] three\n- [] no\n- [ab] no\n- [-]no"
    tasks = read(text).tasks
    assert [(task.status, task.text) for task in tasks] == [
        (" ", "one"),
        ("x", "two"),
        ("/", "three"),
    ]
    assert sources(text, tasks) == ["- [ ] one", "* [x] two #t", "1. [/] three"]


@pytest.mark.parametrize(
    ("text", "source", "key", "value"),
    [
        ("Key:: a value", "Key:: a value", "Key", "a value"),
        ("line\nDue Date:: 2024\nline", "Due Date:: 2024", "Due Date", "2024"),
        ("**Bold**:: x", "**Bold**:: x", "Bold", "x"),
        ("- item:: [[N]]", "item:: [[N]]", "item", "[[N]]"),
        ("text [k:: v] text", "[k:: v]", "k", "v"),
        ("text (k:: [[N]] (x)) text", "(k:: [[N]] (x))", "k", "[[N]] (x)"),
        ("状態:: 完了", "状態:: 完了", "状態", "完了"),
        ("Empty::", "Empty::", "Empty", ""),
    ],
)
def test_an_inline_field_is_read(text: str, source: str, key: str, value: str) -> None:
    document = read(text)
    assert sources(text, document.inline_fields) == [source]
    assert [(field.key, field.value) for field in document.inline_fields] == [(key, value)]


@pytest.mark.parametrize(
    "text",
    ["std::vector", "`k:: v`", "a sentence, then k:: v", "[k:: v", "[k:: v\n]", "https:://x", "::"],
)
def test_what_is_no_inline_field(text: str) -> None:
    assert read(text).inline_fields == ()


def test_a_link_within_a_field_is_a_link() -> None:
    text = "[up:: [[Home]]]"
    assert sources(text, read(text).wikilinks) == ["[[Home]]"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A paragraph ^id-1", "id-1"),
        ("two\nlines ^b", "b"),
        ("- item ^c", "c"),
        ("> quote\n\n^own-line", "own-line"),
        ("| a |\n|---|\n| b |\n^table", "table"),
    ],
)
def test_a_block_id_ends_its_block(text: str, name: str) -> None:
    ids = read(text).block_ids
    assert [block_id.name for block_id in ids] == [name]
    assert sources(text, ids) == [f"^{name}"]


@pytest.mark.parametrize("text", ["x^2", "a ^b c", "a ^b_c", "`a ^b`"])
def test_what_is_no_block_id(text: str) -> None:
    assert read(text).block_ids == ()


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("a %%b%% c", ["%%b%%"]),
        ("a %%b\nc%% d", ["%%b\nc%%"]),
        ("%%\na\n\nb\n%%\nc", ["%%\na\n\nb\n%%"]),
        ("%%\na\n%% tail", ["%%\na\n%%"]),
        ("- a\n  %%\n  b\n  %%\n- c", ["%%\n  b\n  %%"]),
        ("a %%open\n\nb", ["%%open"]),
        ("%% open\n\nb\n", ["%% open\n\nb"]),
        ("`%%` no", []),
        ("```\n%%\n```\nno", []),
        ("100% no", []),
    ],
)
def test_a_comment_ends_at_its_closer_or_not_at_all(text: str, comments: list[str]) -> None:
    assert sources(text, read(text).comments) == comments


def test_text_after_a_long_comment_is_text() -> None:
    assert [b.prose for b in read("%%\na\n%% tail #t\nmore").blocks] == ["", "tail more"]


@pytest.mark.parametrize(
    ("text", "math"),
    [
        ("$a+b$", ["$a+b$"]),
        ("$$a$$ in a line", ["$$a$$"]),
        ("$$\na\n\nb\n$$", ["$$\na\n\nb\n$$"]),
        ("> $$\n> a\n> $$", ["$$\n> a\n> $$"]),
        ("$5 and $10", []),
        ("$ a$ and $a $", []),
        ("from $5-$10", []),
        (r"\$a$", []),
        ("$$ never closed\n\nb", []),
    ],
)
def test_math_is_told_from_money(text: str, math: list[str]) -> None:
    assert sources(text, read(text).math) == math


def test_code_has_its_language() -> None:
    text = "`span`\n\n```Python title\nx\n```\n\n    indented\n\n~~~\ny"
    code = read(text).code
    assert [(c.is_block, c.language) for c in code] == [
        (False, ""),
        (True, "python"),
        (True, ""),
        (True, ""),
    ]
    assert sources(text, code) == ["`span`", "```Python title\nx\n```", "indented", "~~~\ny"]


@pytest.mark.parametrize(
    ("text", "highlights"),
    [
        ("a ==b== c ==d e==", ["==b==", "==d e=="]),
        ("==**b** `==`==", ["==**b** `==`=="]),
        ("a == b == c", []),
        ("==open", []),
        ("x^[==a] b==", []),
    ],
)
def test_a_highlight_touches_its_text(text: str, highlights: list[str]) -> None:
    assert sources(text, read(text).highlights) == highlights


def test_footnotes_of_all_kinds_are_found() -> None:
    text = "a[^1] b^[in *place*]\n\n[^1]: first\n    second [[N]]\n[^x]: other"
    document = read(text)
    assert [(f.label, f.is_definition) for f in document.footnotes] == [
        ("1", False),
        ("", False),
        ("1", True),
        ("x", True),
    ]
    assert sources(text, document.footnotes)[1:] == [
        "^[in *place*]",
        "[^1]: first\n    second [[N]]",
        "[^x]: other",
    ]
    assert sources(text, document.wikilinks) == ["[[N]]"]


def test_a_footnote_may_hold_blocks() -> None:
    blocks = read("[^1]:\n    para\n\n    - item\n\nout").blocks
    assert [(b.kind, b.depth) for b in blocks] == [
        (Kind.FOOTNOTE, 1),
        (Kind.LIST_ITEM, 2),
        (Kind.PARAGRAPH, 0),
    ]


@pytest.mark.parametrize("text", ["[^1] no", "    [^1]: code", "[^a b]: no"])
def test_what_is_no_definition(text: str) -> None:
    assert not any(footnote.is_definition for footnote in read(text).footnotes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a <% tp.x %> b", ["<% tp.x %>"]),
        ("<%*\na\n\nb\n%>\nc", ["<%*\na\n\nb\n%>"]),
        ("<% open\n\nb", []),
    ],
)
def test_template_code_is_found(text: str, code: list[str]) -> None:
    assert sources(text, read(text).template_code) == code


def test_headings_of_both_styles_are_found() -> None:
    text = "# One #\n\n> ## Two [[N|x]] #tag\n\nThree\nlines\n===\n\n#\n\n####### no"
    document = read(text)
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "One"),
        (2, "Two x"),
        (1, "Three lines"),
        (1, ""),
    ]
    assert sources(text, document.headings)[1] == "## Two [[N|x]] #tag"


def test_conflict_markers_are_found() -> None:
    text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n"
    markers = sources(text, read(text).conflict_markers)
    assert markers == ["<<<<<<< HEAD", "=======", ">>>>>>> other"]
    assert read("a\n=======\n").conflict_markers == ()


def test_a_callout_gives_its_type_to_what_stands_in_it() -> None:
    blocks = read("> [!Tip|wide]- A title\n> text\n>\n> - item\n>\n> > quote").blocks
    assert [(b.kind, b.prose, b.callout, b.depth) for b in blocks] == [
        (Kind.CALLOUT, "A title", "tip", 1),
        (Kind.QUOTE, "text", "tip", 1),
        (Kind.LIST_ITEM, "item", "tip", 2),
        (Kind.QUOTE, "quote", "", 2),
    ]


def test_a_callout_may_be_no_more_than_its_type() -> None:
    blocks = read("> [!note]").blocks
    assert [(b.kind, b.prose, b.callout) for b in blocks] == [(Kind.CALLOUT, "", "note")]


def test_each_kind_of_block_is_told() -> None:
    text = (
        "# h\n\np\n\n- l\n- [ ] t\n\n> q\n\n> [!a] c\n\n| a |\n|---|\n\n```\nx\n```\n\n"
        "$$x$$\n\n<div>\n\n%%c%%\n\n<% t %>\n\n---\n\n$$\ny\n$$\n\n<%\nz\n%>\n\n[^1]: f"
    )
    document = read(text)
    assert [block.kind for block in document.blocks] == [
        *(Kind.HEADING, Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.TASK, Kind.QUOTE, Kind.CALLOUT),
        *(Kind.TABLE, Kind.CODE, Kind.MATH, Kind.HTML, Kind.COMMENT, Kind.TEMPLATE),
        *(Kind.BREAK, Kind.MATH, Kind.TEMPLATE, Kind.FOOTNOTE),
    ]
    assert sources(text, document.blocks)[12] == "---"


def test_the_second_paragraph_of_an_item_is_a_paragraph() -> None:
    blocks = read("- a\n\n  b\n- c").blocks
    assert [(b.kind, b.depth) for b in blocks] == [
        (Kind.LIST_ITEM, 1),
        (Kind.PARAGRAPH, 1),
        (Kind.LIST_ITEM, 1),
    ]


@pytest.mark.parametrize("nest", ["> ", "- ", "1. ", "[^1]: "])
def test_nothing_is_lost_below_what_stands_deep(nest: str) -> None:
    assert tag_names(f"{nest * 500}deep\n\n#after") == ["after"]


def test_lists_deep_in_lists_are_read() -> None:
    text = "".join(f"{'  ' * depth}- #t{depth}\n" for depth in range(25))
    assert tag_names(text) == [f"t{depth}" for depth in range(25)]


def test_constructs_may_stand_in_a_links_text() -> None:
    inner = "#t %%c%% $m$ $$n$$ <% t %> ==h= = ^[f] (k:: v) http://a.b <me@c.d> `c` k:: x $ <%"
    text = f"[{inner}](url)"
    document = read(text)
    assert document.links[0].href == "url"
    assert sources(text, document.math) == ["$m$", "$$n$$"]
    assert sources(text, document.template_code) == ["<% t %>"]
    assert document.tags == ()


@pytest.mark.parametrize("inner", ["[[N]]", "[^1]", "[k:: v]", "[b](c)"])
def test_a_link_may_not_stand_in_a_link(inner: str) -> None:
    text = f"[a {inner} #t](url)"
    document = read(text)
    assert all(text[link.start : link.end] == inner for link in document.links)
    assert [tag.name for tag in document.tags] == ["t"]


def test_an_indented_line_of_a_quote_opens_nothing() -> None:
    assert [block.kind for block in read("> a\n    %%\n\nb").blocks] == [Kind.QUOTE, Kind.PARAGRAPH]


def test_places_are_right_after_every_kind_of_newline() -> None:
    text = "a\r\n\r%%\r\nb\r\n%%\r\n\r\n[^1]: c #t\r\n\n$$\r\nd\r\n$$"
    document = read(text)
    assert sources(text, document.comments) == ["%%\r\nb\r\n%%"]
    assert sources(text, document.footnotes) == ["[^1]: c #t"]
    assert sources(text, document.math) == ["$$\r\nd\r\n$$"]


def test_a_comment_in_an_item_ends_with_the_item() -> None:
    text = "- a\n\n  %% b\n\n  c\n\n#out"
    document = read(text)
    assert sources(text, document.comments) == ["%% b\n\n  c"]
    assert tag_names(text) == ["out"]


def test_indented_markers_are_code() -> None:
    assert [block.kind for block in read("    %%\n    a\n    %%").blocks] == [Kind.CODE]


def test_a_url_ends_before_the_sentences_punctuation() -> None:
    text = r"(at https://a.b/(c)), https://, xhttps://d.e, \https://f.g"
    assert sources(text, read(text).links) == ["https://a.b/(c)"]
