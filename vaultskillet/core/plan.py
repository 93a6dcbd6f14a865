"""A note and a draft -> a Plan: which bytes to write, and what is ours afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vaultskillet.core.frontmatter import edit
from vaultskillet.core.model import Draft, Edit, EditNote, Left, Note, NotePath, Ownership, Plan
from vaultskillet.core.properties import (
    OLD_TAGS,
    TAGS,
    find_key,
    find_value,
    frontmatter_tags,
)
from vaultskillet.core.related import RelatedLinks
from vaultskillet.core.surgery import AddItems, ReplaceItems, SetText
from vaultskillet.errors import FrontmatterError

Change = SetText | AddItems | ReplaceItems


@dataclass(frozen=True, slots=True)
class WritePolicy:
    """What is written under which property; None: it is not written."""

    summary: str | None
    tags: str | None
    category: str | None
    max_tags: int
    """How many tags of ours a note may bear at most."""
    related: str | None = None
    max_related: int = 5
    """How many links of ours to related notes a note may bear at most."""

    @property
    def property_names(self) -> frozenset[str]:
        """The properties that are written."""
        names = (self.summary, self.tags, self.category, self.related)
        return frozenset(name for name in names if name is not None)


@dataclass(frozen=True, slots=True)
class Bearing:
    """What bears on a plan besides the note and the draft."""

    ownership: Ownership
    """As reconciled with the note."""
    body_tags: Collection[str]
    """Tags in the text, without `#`."""
    inline_fields: Collection[str]
    """Keys of the fields in the text; to a query they are the same as properties."""
    force: bool
    """The user asked for this note now, so what they once took out may come back."""
    related: RelatedLinks = field(default_factory=RelatedLinks)
    """What is to become of our links to related notes."""
    refused: frozenset[str] = frozenset()
    """Properties for which the draft says what was refused already, word for word."""


def plan_writes(note: Note, draft: Draft, bearing: Bearing, policy: WritePolicy) -> Plan | Left:
    """Plan what to write, never touching what is the user's.

    Returns:
        A plan with something to write, or why there is nothing.
    """
    wanted = [
        _plan_text(note, policy.summary, draft.summary, bearing),
        _plan_text(note, policy.category, draft.category, bearing),
        _plan_tags(note, policy.tags, draft.tags, bearing, policy.max_tags),
        _plan_related(note, policy, bearing),
    ]
    reasons = [because for because in wanted if isinstance(because, str)]
    changes = [change for change in wanted if isinstance(change, SetText | AddItems | ReplaceItems)]
    edits, made, refused = _edit_what_can_be(note.content, changes)
    if not edits:
        return Left("; ".join(dict.fromkeys([*reasons, *refused])) or "nothing to write")
    write = EditNote(path=note.path, expects=note.raw, edits=edits)
    ownership = _own(bearing.ownership, made)
    return Plan(note, (write,), replace(ownership, links=_links(ownership, bearing.related)))


def plan_mending(note: Note, ownership: Ownership, key: str, related: RelatedLinks) -> Plan | Left:
    """Plan to keep links of ours true, and nothing else.

    Args:
        note: the note they stand in.
        ownership: as reconciled with the note.
        key: the property they stand in.
        related: what is to become of them.
    """
    if not related.mend:
        return Left("its links are true")
    change = ReplaceItems(find_key(note.properties, key) or key, related.mend)
    try:
        edits = edit(note.content, [change])
    except FrontmatterError as error:
        return Left(str(error))
    if not edits:
        return Left("its links are true")
    owned = _own(ownership, [change])
    write = EditNote(path=note.path, expects=note.raw, edits=edits)
    return Plan(note, (write,), replace(owned, links=_links(owned, related)))


def disown(ownership: Ownership, policy: WritePolicy) -> Ownership:
    """Leave to others all of a note that is not ours: they see to it from now on."""
    theirs = {key for key in policy.property_names if not _is_ours(key, ownership)}
    return replace(ownership, theirs=ownership.theirs | theirs)


def find_refused(draft: Draft, ownership: Ownership, policy: WritePolicy) -> frozenset[str]:
    """Give the properties for which a draft says what was refused already, word for word."""
    said = {policy.summary: draft.summary, policy.category: draft.category}
    return frozenset(
        key for key, text in said.items() if key and text in ownership.vetoed.get(key, ())
    )


def refuse(
    ownership: Ownership,
    draft: Draft,
    related: Iterable[NotePath],
    properties: Mapping[str, object],
    policy: WritePolicy,
) -> Ownership:
    """Give what is ours in a note once somebody refused what was proposed for it.

    These tags, and links to these notes, are never proposed for it again; nor are the same
    words.

    Args:
        ownership: until then.
        draft: what was proposed.
        related: the notes that it was to link to.
        properties: of the note.
        policy: what is written under which property.
    """
    vetoed = dict(ownership.vetoed)
    said = {
        policy.summary: (draft.summary,),
        policy.category: (draft.category,),
        policy.tags and _spell(policy.tags, properties): draft.tags,
    }
    for key, items in said.items():
        new = [item for item in items if item and item not in vetoed.get(key or "", ())]
        if key and new:
            vetoed[key] = (*vetoed.get(key, ()), *new)
    links = {f"[[{path.removesuffix('.md')}]]": path for path in related}
    return replace(ownership, vetoed=vetoed, links={**links, **ownership.links})


def is_closed(properties: Mapping[str, object], ownership: Ownership, policy: WritePolicy) -> bool:
    """Say whether nothing may be written to a note, so that no engine need be asked."""
    return all(
        (key in ownership.theirs and not _is_ours(key, ownership))
        or (key != policy.tags and _is_others(key, properties, ownership))
        for key in policy.property_names
    )


def _is_others(key: str, properties: Mapping[str, object], ownership: Ownership) -> bool:
    """Say whether a property holds something, and nothing of ours."""
    value = frontmatter_tags(properties) if key == TAGS else find_value(properties, key)
    return value not in (None, "", (), []) and not _is_ours(key, ownership)


def _is_ours(key: str, ownership: Ownership) -> bool:
    spelt = {key.casefold(), OLD_TAGS if key == TAGS else key.casefold()}
    return any(name.casefold() in spelt for name in ownership.values)


def _plan_text(
    note: Note, key: str | None, text: str | None, bearing: Bearing
) -> SetText | str | None:
    """Plan one text property: the change, why there is none, or None where none is meant."""
    if key is None:
        return None
    ours = bearing.ownership.values.get(key)
    if not text or not isinstance(ours, str | None):
        return f"no {key}: too little to go by"
    value = find_value(note.properties, key)
    return _bar_to(key, text, value, ours, bearing) or SetText(key, text, replaces=ours)


def _bar_to(key: str, text: str, value: object, ours: str | None, bearing: Bearing) -> str | None:
    """Say why a text is not written; None where nothing speaks against it."""
    if key.casefold() in {field.casefold() for field in bearing.inline_fields}:
        return f"{key} stands in the text as a field"
    if key in bearing.refused and not bearing.force:
        return f"{key} was refused"
    if value in (None, ""):
        is_refused = key in bearing.ownership.theirs and not bearing.force
        return f"{key} was taken out by hand" if is_refused else None
    if value != ours:
        return f"{key} is the author's"
    return f"{key} is as it should be" if text == ours else None


def _plan_tags(
    note: Note, key: str | None, tags: Sequence[str], bearing: Bearing, limit: int
) -> AddItems | str | None:
    """Plan the tags: those to add, why there are none, or None where none are meant."""
    if key is None:
        return None
    if key in bearing.ownership.theirs and not bearing.force:
        return f"{key}: left to others"
    spelt = _spell(key, note.properties)
    ours = bearing.ownership.values.get(spelt, ())
    spellings = {spelt.casefold(), key.casefold(), OLD_TAGS if key == TAGS else key.casefold()}
    vetoed = {  # however the note spelt the property then
        tag.casefold()
        for name, tags_ in bearing.ownership.vetoed.items()
        if name.casefold() in spellings
        for tag in tags_
    }
    present = {tag.casefold() for tag in (*frontmatter_tags(note.properties), *bearing.body_tags)}
    new = [
        tag
        for tag in tags
        if tag.casefold() not in vetoed and not _is_borne(tag.casefold(), present)
    ][: max(0, limit - len(ours))]
    return AddItems(spelt, tuple(new)) if new else "no tag is sure enough"


def _spell(key: str, properties: Mapping[str, object]) -> str:
    """Give how a note spells the property that its tags stand in."""
    older = find_key(properties, OLD_TAGS) if key == TAGS else None
    return find_key(properties, key) or older or key


def _plan_related(note: Note, policy: WritePolicy, bearing: Bearing) -> ReplaceItems | str | None:
    """Plan the related notes: what changes, why nothing does, or None where none are meant."""
    if policy.related is None:
        return None
    if policy.related in bearing.ownership.theirs and not bearing.force:
        return f"{policy.related}: left to others"
    key = find_key(note.properties, policy.related) or policy.related
    ours = bearing.ownership.values.get(key, ())
    if bearing.ownership.vetoed.get(key) and not ours and not bearing.force:
        return f"{key} was taken out by hand"
    related = bearing.related
    kept = [item for item in ours if related.mend.get(item, item) is not None]
    room = max(0, policy.max_related - len(kept))
    add = tuple(related.add)[:room]
    if not add and not related.mend:
        return "no note is related enough"
    return ReplaceItems(key, related.mend, add)


def _links(ownership: Ownership, related: RelatedLinks) -> dict[str, NotePath]:
    """Give where the links lead that stand in the note, or stood there until they were edited."""
    lists = [value for value in ownership.values.values() if not isinstance(value, str)]
    standing = {item for items in lists for item in items}
    dropped = {item for item, instead in related.mend.items() if instead is None}
    known = {**ownership.links, **related.leads}
    return {
        item: target
        for item, target in known.items()
        if item in standing or (item in ownership.links and item not in dropped)
    }


def _is_borne(tag: str, present: Collection[str]) -> bool:
    """Say whether a note has a tag, or one below it: `#a/b` finds under `#a` too."""
    return tag in present or any(other.startswith(f"{tag}/") for other in present)


def _edit_what_can_be(
    content: bytes, changes: Sequence[Change]
) -> tuple[tuple[Edit, ...], list[Change], list[str]]:
    """Make the edits for all changes, or for those that can be made safely.

    Returns:
        The edits, the changes that they make, and why the others are not made.
    """
    try:
        return edit(content, changes), list(changes), []
    except FrontmatterError as error:
        if len(changes) == 1:
            return (), [], [str(error)]
    made: list[Change] = []
    refused: list[str] = []
    for change in changes:
        try:
            edit(content, [*made, change])
        except FrontmatterError as error:
            refused.append(str(error))
        else:
            made.append(change)
    return edit(content, made), made, refused


def _own(ownership: Ownership, made: Sequence[Change]) -> Ownership:
    """Give what is ours once these changes are written."""
    values = dict(ownership.values)
    theirs = set(ownership.theirs)
    for change in made:
        match change:
            case SetText(key=key, value=value):
                values[key] = value
                theirs.discard(key)
            case AddItems(key=key, items=items):
                values[key] = (*values.get(key, ()), *items)
            case ReplaceItems(key=key, items=items, add=add):
                kept = (items.get(item, item) for item in values.pop(key, ()))
                now = dict.fromkeys([*(item for item in kept if item is not None), *add])
                if now:
                    values[key] = tuple(now)
    return replace(ownership, values=values, theirs=frozenset(theirs))
