"""Read YAML as Obsidian reads it, with the place of every value; never write it.

Obsidian's parser follows the core schema of YAML 1.2, PyYAML that of YAML 1.1: here dates,
times, `yes` and `on` stay text. Nothing in this program dumps YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml
from frontmatter.default_handlers import YAMLHandler

from vaultskillet.errors import ConfigError, FrontmatterError

MAX_DEPTH: Final = 100
"""Of nesting; libyaml's composer recurses on the C stack and crashes at some thousands."""
MAX_CHARS: Final = 1_000_000
"""Of a block, and of its values with every alias written out: ten lines can hold a billion."""

TAGS: Final = "tags"
OLD_TAGS: Final = "tag"
"""What the property was called before; Obsidian still heeds it in many vaults."""

QUOTES: Final = ("'", '"')

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Node:
    """A value, and where its source stands: offsets in characters of the text read."""

    value: object
    start: int
    """Of the value, or of the anchor or tag before it. Of an alias: of what it names."""
    end: int
    """A block list or map ends where the next thing begins, comments included."""
    style: str
    """`'`, `"`, `|`, `>` or nothing (plain) for a scalar; `flow` or `block` for others."""
    items: tuple[Node, ...] = ()
    """Of a list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A property, as it stands in the source."""

    name: str
    start: int
    """Of the name."""
    name_end: int
    node: Node


@dataclass(frozen=True, slots=True)
class Tree:
    """The properties of a block in their order."""

    entries: tuple[Entry, ...] = ()
    flow: bool = False
    """Written in braces, as JSON is."""

    def values(self) -> dict[str, object]:
        """Give the properties without their places."""
        return {entry.name: entry.node.value for entry in self.entries}


def read_mapping(text: str, *, first_line: int = 1) -> dict[str, object]:
    """Read properties, typed as Obsidian types them; no text gives no properties.

    Args:
        text: YAML without fences.
        first_line: number of the text's first line, for messages.

    Raises:
        FrontmatterError: it is not valid YAML, no mapping, names a property twice, or holds
            the code of a template.
    """
    return read_tree(text, first_line=first_line).values()


def read_tree(text: str, *, first_line: int = 1) -> Tree:
    """Read properties with the place of each; see `read_mapping`."""
    try:
        root = _compose(text)
        if root is None:
            return Tree()
        if _CODE.search(text):
            _check_template_code(root)
        entries = tuple(
            Entry(key.value, key.start_mark.index, key.end_mark.index, _node(value))
            for key, value in _pairs(root)
        )
    except _UnreadableError as error:
        what = "template code stands in the properties" if _CODE.search(text) else error.what
        raise FrontmatterError(f"{what} (line {first_line + error.line})") from error
    return Tree(entries, flow=_is_flow(root))


def read_document(text: str) -> tuple[object, Mapping[tuple[str | int, ...], int]]:
    """Read a YAML document and tell on which line each of its keys stands.

    Returns:
        The value, and the line (1 is the first) of every path of keys and list indices; an
        empty document is None.

    Raises:
        ConfigError: it is not valid YAML, or names a key twice.
    """
    try:
        root = _compose(text)
        lines: dict[tuple[str | int, ...], int] = {(): 1}
        if root is None:
            return None, lines
        value = _value(root)
        lines.update(_lines(root, ()))
    except _UnreadableError as error:
        raise ConfigError(f"{error.what} (line {1 + error.line})") from error
    return value, lines


def reads_as_text(plain: str) -> bool:
    """Say whether YAML 1.1 and 1.2 both take an unquoted scalar for text, by its look."""
    return not _CODE.search(plain) and all(
        not pattern.match(plain)
        for loader in (_Loader, yaml.SafeLoader)
        for _, pattern in loader.yaml_implicit_resolvers.get(plain[:1], ())
    )


def items_of(value: object) -> list[str]:
    """Give the items of a list property, whatever shape its value has.

    >>> items_of("a, b"), items_of("#a b"), items_of(["a", None, 7]), items_of(None)
    (['a', 'b'], ['#a', 'b'], ['a', '7'], [])
    """
    match value:
        case str() if value.startswith("[["):
            return [value]
        case str():
            parts = re.split(r"\s*,\s*" if "," in value else r"\s+", value.strip())
            return [part for part in parts if part]
        case [[str(link)]]:  # `[[link]]` without quotes is a list in a list
            return [f"[[{link}]]"]
        case list():
            return [text for item in value for text in _item_texts(item)]
        case int() | float() if not isinstance(value, bool):
            return [str(value)]
        case _:
            return []


def _item_texts(item: object) -> list[str]:
    return [item] if isinstance(item, str) else items_of(item)


def find_key(properties: Mapping[str, object], key: str) -> str | None:
    """Give the key as the note spells it; Obsidian ignores its case."""
    if key in properties:
        return key
    wanted = key.casefold()
    for name in properties:
        if name.casefold() == wanted:
            return name
    return None


def find_value(properties: Mapping[str, object], key: str) -> object:
    """Give a property's value whatever the case of its key; None where it has none."""
    name = find_key(properties, key)
    return None if name is None else properties[name]


def list_items(value: object) -> tuple[str, ...]:
    """Give the items of a list property, whatever shape its value has, without `#`.

    >>> list_items(["#a", None, "b/c"]), list_items("a, b"), list_items(None)
    (('a', 'b/c'), ('a', 'b'), ())
    """
    return () if value is None else tuple(item.removeprefix("#") for item in items_of(value))


def frontmatter_tags(properties: Mapping[str, object]) -> tuple[str, ...]:
    """Give the tags in the frontmatter, without `#`, under `tags` or the older `tag`."""
    return (
        *list_items(find_value(properties, TAGS)),
        *list_items(find_value(properties, OLD_TAGS)),
    )


# --- the loader -------------------------------------------------------------------------

# Obsidian sees no line break in these, libyaml does: the two would read different properties.
_STRANGE_BREAK = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_CODE = re.compile(r"\{\{|<%")
_NESTS = "[{-:?"
_HANDLER = YAMLHandler()
_BASE: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]  # in C where PyYAML was built so
    """Compose nodes only, with the tags of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML fills it

    def get_single_data(self) -> yaml.Node | None:
        """Give the root; PyYAML's own constructor knows only YAML 1.1."""
        root: yaml.Node | None = self.get_single_node()
        return root


for _name, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$",
        list("-+.0123456789"),
    ),
    ("float", r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", list("-+.")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _first)


class _UnreadableError(Exception):
    """What is wrong with a text, and on which line (0 is the first)."""

    def __init__(self, what: str, node: yaml.Node | None = None, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line if node is None else node.start_mark.line


def _compose(text: str) -> yaml.Node | None:
    """Parse a text into nodes, bounded in depth and in size."""
    if len(text) > MAX_CHARS:
        raise _UnreadableError(f"more than {MAX_CHARS:,} characters of YAML")
    if strange := _STRANGE_BREAK.search(text):
        line = text.count("\n", 0, strange.start())
        raise _UnreadableError("a line break that only some YAML readers know", line=line)
    try:
        if sum(map(text.count, _NESTS)) > 2 * MAX_DEPTH:
            _check_depth(text)
        root: yaml.Node | None = _HANDLER.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark is not None else 0
        raise _UnreadableError(f"not valid YAML: {error.problem}", line=line) from error
    except yaml.YAMLError as error:
        what = "not valid YAML: a character that YAML does not allow"
        raise _UnreadableError(what) from error
    if root is not None and "*" in text:
        _count_chars(root, {})
    return root


def _check_depth(text: str) -> None:
    """Refuse deep nesting by the parser's events, which need no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _UnreadableError(f"nested more than {MAX_DEPTH} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _count_chars(node: yaml.Node, counts: dict[int, int]) -> int:
    """Count what a node holds with aliases written out; refuse too much, and circles."""
    if id(node) not in counts:
        counts[id(node)] = MAX_CHARS  # met again before it is counted: it holds itself
        inner = [_count_chars(child, counts) for child in _children(node)]
        counts[id(node)] = sum(inner) if inner else 1 + len(node.value)
    if counts[id(node)] >= MAX_CHARS:
        raise _UnreadableError("aliases stand for too much", node)
    return counts[id(node)]


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _check_template_code(node: yaml.Node) -> None:
    """Refuse a scalar that holds the code of a template and is not quoted."""
    for child in _children(node):
        _check_template_code(child)
    if isinstance(node, yaml.ScalarNode) and node.style not in QUOTES and _CODE.search(node.value):
        raise _UnreadableError("template code stands in the properties", node)


# --- nodes to values --------------------------------------------------------------------


def _read_int(plain: str) -> int:
    return int(plain, 0) if plain[:2] in ("0o", "0x") else int(plain)


def _read_float(plain: str) -> float:
    return float(plain.lower().replace(".inf", "inf").replace(".nan", "nan"))


_SCALARS: Final[dict[str, Callable[[str], object]]] = {
    _TAG + "str": str,
    _TAG + "null": lambda _: None,
    _TAG + "bool": lambda plain: plain.lower() == "true",
    _TAG + "int": _read_int,
    _TAG + "float": _read_float,
}


def _value(node: yaml.Node) -> object:
    """Give the value of a node."""
    if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
        try:
            return _SCALARS[node.tag](node.value)
        except ValueError as error:
            raise _UnreadableError(f"'{node.value[:40]}' is no {node.tag}", node) from error
    if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
        return [_value(item) for item in node.value]
    if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
        return {key.value: _value(value) for key, value in _pairs(node)}
    raise _UnreadableError(f"a value has the type {node.tag}, which Obsidian has not", node)


def _pairs(node: yaml.Node) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Give the names and values of a mapping; a name counts as it is written."""
    if not isinstance(node, yaml.MappingNode):
        raise _UnreadableError("the properties are no list of names with values", node)
    names = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _UnreadableError("a list or mapping stands where a name is due", key)
        if key.value in names:
            raise _UnreadableError(f"'{key.value}' is there twice", key)
        names.add(key.value)
    pairs: list[tuple[yaml.ScalarNode, yaml.Node]] = node.value
    return pairs


def _node(node: yaml.Node) -> Node:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        return Node(_value(node), start, end, node.style or "")
    style = "flow" if _is_flow(node) else "block"
    items = tuple(map(_node, node.value)) if isinstance(node, yaml.SequenceNode) else ()
    return Node(_value(node), start, end, style, items)


def _is_flow(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _lines(
    node: yaml.Node, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Give the line of every path below a node."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(index, item, item) for index, item in enumerate(node.value)]
    else:
        return
    for step, place, value in pairs:
        yield (*path, step), place.start_mark.line + 1
        yield from _lines(value, (*path, step))
