from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.properties import read_mapping
from vaultskillet.core.scalars import write_scalar
from vaultskillet.errors import FrontmatterError

LINE = st.text(
    st.characters(
        exclude_categories=["Cc", "Cs", "Zl", "Zp"],
        exclude_characters="\ufeff\ufffe\uffff",
    )
    | st.sampled_from(" :#-,[]{}'\"\\&*!|>%@`~=<?.0123456789yesnoTrue"),
    max_size=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "A plain sentence, with 3 words.",
        "a/b-c_d",
        "it's",
        "C#",
        "a:b",
        "日本語、です",
        "🙂 yes",
        "x - y",
    ],
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert write_scalar(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", " a", "a ", "\u3000a", "yes", "No", "on", "null", "~", "1:30", "2024-01-01", "1,000",
        "1e3", "0x1F", ".inf", ".NaN", "=", "<<", "a: b", "a:", "a #b", "#a", "- a", "-", "? a",
        ": a", "[a", "{a", "]", "}", ",a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "---",
        "...", "5", "🙂", "a {{b}}", "<% a", "a <% b",
    ],
)  # fmt: skip
def test_what_a_reader_could_mistake_is_quoted(text: str) -> None:
    assert write_scalar(text) == f'"{text}"'
    assert write_scalar(text, prefer="'") == f"'{text}'"


@pytest.mark.parametrize("text", ["a,b", "a]b", "a{b", "a:b", "a?"])
def test_more_is_quoted_in_a_flow_list(text: str) -> None:
    assert write_scalar(text) == text
    assert write_scalar(text, flow=True) == f'"{text}"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (': "a"', "': \"a\"'"),
        (': it\'s "a"', '": it\'s \\"a\\""'),
        (": a\\b", '": a\\\\b"'),
        (': "a\\b"', '": \\"a\\\\b\\""'),
    ],
)
def test_quotes_are_chosen_for_few_escapes(text: str, written: str) -> None:
    assert write_scalar(text) == written


@pytest.mark.parametrize(
    "text", ["a\nb", "a\rb", "a\tb", "\x00", "\x7f", "\x85", "\u2028", "\ud800", "\ufeff", "\uffff"]
)
def test_what_is_not_one_line_of_text_is_refused(text: str) -> None:
    with pytest.raises(FrontmatterError, match="line break or control character"):
        write_scalar(text)


@given(LINE, st.sampled_from(["", "'", '"']), st.sampled_from(["'", '"']), st.booleans())
def test_every_reader_reads_back_what_was_written(
    text: str,
    style: str,
    prefer: str,
    flow: bool,  # noqa: FBT001 - drawn
) -> None:
    scalar = write_scalar(text, style=style, prefer=prefer, flow=flow)
    source = f"k: [{scalar}]\n" if flow else f"k: {scalar}\n"
    expected = {"k": [text] if flow else text}
    assert read_mapping(source) == expected
    assert yaml.safe_load(source) == expected
