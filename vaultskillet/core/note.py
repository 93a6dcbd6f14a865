"""The bytes of a file, read as a note: what it says and what its author asks of us."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from vaultskillet.core import frontmatter, markdown
from vaultskillet.core.blocks import without_blocks
from vaultskillet.core.calls import is_our_tag, less_call_tags, less_calls
from vaultskillet.core.model import Digest, File, Note, Ownership, digest_of
from vaultskillet.core.properties import (
    OLD_TAGS,
    TAGS,
    find_value,
    frontmatter_tags,
    list_items,
)

# A property that holds nothing but a date or a time. Plug-ins that stamp the time of each
# change would else answer our write with a change of their own, and so on for ever.
_TIMESTAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)

# Made once: `json.dumps` would make it for each note.
_to_canonical: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode

# Milliseconds since 1970, as some vaults stamp their notes.
_EPOCH_MS: Final = range(10**12, 10**13)


def read_note(file: File, own_properties: Collection[str], *, tag: str) -> Note:
    """Read a file as a note.

    Args:
        file: the bytes and their stamp.
        own_properties: names of the properties that we write.
        tag: the tag that calls us, without `#`; a call, answered or not, is no change.

    Raises:
        FrontmatterError: it is not text, or its frontmatter is not valid.
    """
    parsed = frontmatter.read(file.content)
    return Note(
        path=file.path,
        content=file.content,
        stamp=file.stamp,
        raw=file.raw,
        source=_source_digest(parsed, own_properties, tag),
        properties=parsed.properties,
        body=parsed.body,
    )


def _source_digest(parsed: frontmatter.Parsed, own_properties: Collection[str], tag: str) -> Digest:
    """Digest the body and those properties that are not ours and not a mere timestamp.

    What stands under the names of ours makes no difference, whoever wrote it: this machine,
    another one that shares the vault, or the author. Only a tag that wants to be left alone, or
    private, does. A call is no change, nor what became of it: it is heeded in any case.
    """
    properties = less_call_tags(parsed.properties, tag=tag)
    own = {name.casefold() for name in own_properties}
    own |= {OLD_TAGS} if TAGS in own else set()
    counted = {
        key: value
        for key, value in properties.items()
        if key.casefold() not in own and value not in (None, [], "") and not _is_timestamp(value)
    }
    wishes = {name.casefold() for name in frontmatter_tags(properties) if is_our_tag(name, tag=tag)}
    canonical = _to_canonical([counted, sorted(wishes)])
    body = without_blocks(parsed.body)
    if tag.casefold() in body.casefold():
        body = less_calls(body, markdown.read(body), tag=tag)
    return digest_of(f"{canonical}\0{body}".encode("utf-8", "surrogatepass"))


def read_authored(body: str, document: markdown.Document) -> markdown.Document:
    """Give a note's text, read without the digests of ours that stand in it.

    Args:
        body: of the note.
        document: the same, read.
    """
    authored = without_blocks(body)
    return document if authored == body else markdown.read(authored)


def less_ours(note: Note, ownership: Ownership) -> Note:
    """Give a note with its properties as the user wrote them: without what is ours in them."""
    ours = ownership.values
    if not ours:
        return note
    theirs = {key: _less_ours(value, ours.get(key)) for key, value in note.properties.items()}
    return replace(note, properties=theirs)


def _less_ours(value: object, ours: str | tuple[str, ...] | None) -> object:
    match ours:
        case None:
            return value
        case str():
            return None if value == ours else value
        case _:
            mine = {item.casefold() for item in ours}
            return [item for item in list_items(value) if item.casefold() not in mine]


def _is_timestamp(value: object) -> bool:
    if isinstance(value, str):
        return _TIMESTAMP.fullmatch(value.strip()) is not None
    return isinstance(value, int) and value in _EPOCH_MS


def user_tags(
    properties: Mapping[str, object], body_tags: Iterable[str], ownership: Ownership, *, tag: str
) -> tuple[str, ...]:
    """Give the tags that say what a note is about: the user's, without `#`.

    Not ours, which would only teach us ourselves, and not those that call us.

    Args:
        properties: the frontmatter.
        body_tags: the tags in the text, without `#`.
        ownership: what is ours in the note.
        tag: the tag that calls us, without `#`.
    """
    ours = {
        item.casefold()
        for value in ownership.values.values()
        if not isinstance(value, str)
        for item in value
    }
    theirs = (name for name in frontmatter_tags(properties) if name.casefold() not in ours)
    return tuple(
        dict.fromkeys(name for name in (*theirs, *body_tags) if not is_our_tag(name, tag=tag))
    )


def reconcile(ownership: Ownership, properties: Mapping[str, object]) -> Ownership:
    """Give what is still ours, now that the user had the note in hand.

    A text that is no longer what we wrote is the user's from now on; an item of a list that
    is no longer there was refused, and is refused for ever.
    """
    if not ownership.values:
        return ownership
    values: dict[str, str | tuple[str, ...]] = {}
    vetoed = dict(ownership.vetoed)
    theirs = set(ownership.theirs)
    for key, ours in ownership.values.items():
        value = find_value(properties, key)
        if isinstance(ours, str):
            if value == ours:
                values[key] = ours
            else:
                theirs.add(key)
            continue
        present = {item.casefold() for item in list_items(value)}
        kept = tuple(item for item in ours if item.casefold() in present)
        refused = tuple(item for item in ours if item.casefold() not in present)
        if kept:
            values[key] = kept
        if refused:
            vetoed[key] = (*vetoed.get(key, ()), *refused)
    return replace(ownership, values=values, vetoed=vetoed, theirs=frozenset(theirs))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author of a note asks of us in the note itself."""

    skip: str | None
    """Why the note is to be left alone; None where it is not."""
    private: str | None
    """Why only engines on this machine may see it; None where any may."""


def read_wishes(properties: Mapping[str, object], body_tags: Iterable[str], *, tag: str) -> Wishes:
    """Read the wishes that stand in a note.

    Args:
        properties: the frontmatter.
        body_tags: the tags in the text, without `#`.
        tag: the tag that calls us, without `#`.
    """
    tags = {name.casefold() for name in (*frontmatter_tags(properties), *body_tags)}
    skip = private = None
    if find_value(properties, tag) is False:
        skip = f"`{tag}: false` in its frontmatter"
    elif f"{tag}/skip".casefold() in tags:
        skip = f"tagged #{tag}/skip"
    if _is_yes(find_value(properties, "private")):
        private = "`private: true` in its frontmatter"
    elif f"{tag}/private".casefold() in tags:
        private = f"tagged #{tag}/private"
    return Wishes(skip, private)


def _is_yes(value: object) -> bool:
    """Say whether a property means yes; where that is not sure, it does."""
    if isinstance(value, str):
        return value.strip().casefold() not in {"", "false", "no", "off", "0", "null", "~"}
    return bool(value)
