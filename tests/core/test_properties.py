from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.properties import items_of, read_document, read_mapping, read_tree
from vaultskillet.errors import ConfigError, FrontmatterError


@pytest.mark.parametrize(
    "plain",
    [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "1:30",
        "2024-01-01",
        "2024-01-01T10:00:00",
        "1_000",
        "0b1",
        "=",
    ],
)
def test_what_only_yaml_1_1_types_stays_text(plain: str) -> None:
    assert read_mapping(f"a: {plain}\n") == {"a": plain}


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("null", None),
        ("~", None),
        ("-7", -7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        (".5", 0.5),
    ],
)
def test_the_core_schema_is_typed(plain: str, value: object) -> None:
    read = read_mapping(f"a: {plain}\n")["a"]
    assert (read, type(read)) == (value, type(value))


def test_not_a_number_is_read() -> None:
    assert repr(read_mapping("a: .nan")) == "{'a': nan}"


def test_names_count_as_they_are_written() -> None:
    assert list(read_mapping("1: a\ntrue: b\n'x y': c\nupdated:: d\n<<: e\n")) == [
        "1",
        "true",
        "x y",
        "updated:",
        "<<",
    ]


def test_text_without_properties_reads_as_none() -> None:
    assert read_mapping("") == read_mapping("# a comment\n") == {}


def test_anchors_and_json_are_read() -> None:
    assert read_mapping('{"a": &x [1, "b"], "c": *x}') == {"a": [1, "b"], "c": [1, "b"]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2\n", r"'a' is there twice \(line 2\)"),
        ("b:\n  a: 1\n  a: 2\n", r"'a' is there twice \(line 3\)"),
        ("just words\n", r"no list of names with values \(line 1\)"),
        ("- a\n", "no list of names with values"),
        ("[a]: 1\n", "where a name is due"),
        ("a: 1\nb: [\n", r"not valid YAML: .* \(line 3\)"),
        ("a: *x\n", "undefined alias"),
        ("a: \x01\n", "a character that YAML does not allow"),
        ("a: 1\n--- b\n", "not valid YAML"),
        ("a: !!timestamp 2024-01-01\n", "which Obsidian has not"),
        ("a: !!python/object:os.system x\n", "which Obsidian has not"),
        ("a: !!set {b, c}\n", "which Obsidian has not"),
        ("a: !!int x\n", "'x' is no tag:yaml.org"),
        (f"a: {'9' * 5000}\n", "is no tag:yaml.org"),
        ("a: b\u2028c: d\n", r"a line break that only some YAML readers know \(line 1\)"),
        ("a: 1\nb: c\rd: e\n", r"a line break that only some YAML readers know \(line 2\)"),
        ("a: {{date}}\n", "template code"),
        ("a: b\nc: <% tp.file.title %>\n", r"template code stands in the properties \(line 3\)"),
        ("a: [x, '{{quoted}}', y {{plain}}]\n", "template code"),
        ("a: >-\n  x {{title}}\n", "template code"),
        ("a: &x [*x]\n", "aliases stand for too much"),
        ("a: " + "x" * 1_000_001, "more than 1,000,000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    first_line = 2 if "tp.file" in text else 1
    with pytest.raises(FrontmatterError, match=reason) as caught:
        read_mapping(text, first_line=first_line)
    assert "\n" not in str(caught.value)


def test_template_code_in_quotes_is_text() -> None:
    assert read_mapping('a: "{{x}} <% y %>"\n') == {"a": "{{x}} <% y %>"}


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(FrontmatterError, match="aliases stand for too much"):
        read_mapping("\n".join(lines))


@pytest.mark.parametrize("nest", ["[", "- ", "{a: ", "? "])
def test_deep_nesting_is_refused_before_it_fills_the_stack(nest: str) -> None:
    with pytest.raises(FrontmatterError, match=r"deep|nesting depth"):  # ours, or a newer libyaml's
        read_mapping("a:\n " + nest * 100_000)


def test_many_shallow_values_are_read() -> None:
    assert len(read_mapping("".join(f"k{n}: [a, b-c]\n" for n in range(500)))) == 500


@given(st.text(max_size=80))
def test_any_text_reads_or_is_refused(text: str) -> None:
    with suppress(FrontmatterError):
        assert isinstance(read_mapping(text), dict)


def test_places_are_those_of_the_source() -> None:
    text = 'é: "x"\r\ntags :  # c\r\n  - 日\r\n  -\r\nz: [a, b]\r\n'
    tree = read_tree(text)
    assert [text[entry.start : entry.name_end] for entry in tree.entries] == ["é", "tags", "z"]
    assert [text[entry.node.start : entry.node.end] for entry in tree.entries][::2] == [
        '"x"',
        "[a, b]",
    ]
    assert [text[item.start : item.end] for item in tree.entries[1].node.items] == ["日", ""]


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a , b c,", ["a", "b c"]),
        (" a  #b ", ["a", "#b"]),
        ("[[A, b]]", ["[[A, b]]"]),
        ([["A b"]], ["[[A b]]"]),
        ([[["A b"]], "c d", None, 7, True, {"e": "f"}], ["[[A b]]", "c d", "7"]),
        (1.5, ["1.5"]),
        (None, []),
        (False, []),
    ],
)
def test_items_are_found_in_every_shape_of_a_list(value: object, items: list[str]) -> None:
    assert items_of(value) == items


def test_a_document_tells_the_line_of_every_key() -> None:
    value, lines = read_document("# c\na:\n  b: 1\n  c:\n    - x\n    - {d: yes}\n")
    assert value == {"a": {"b": 1, "c": ["x", {"d": "yes"}]}}
    assert lines == {
        (): 1,
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
    }


def test_an_empty_document_is_nothing() -> None:
    assert read_document("") == (None, {(): 1})


def test_a_document_need_be_no_mapping() -> None:
    assert read_document("word\n") == ("word", {(): 1})


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3\n", "x: y\n\nb: ]\n"])
def test_a_broken_document_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ConfigError, match=r"\(line 3\)$"):
        read_document(text)
