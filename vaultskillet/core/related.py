"""Related notes: which ones to name in a note, and what becomes of the names that stand there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vaultskillet.core.links import LinkFormat, Names, inner_of
from vaultskillet.core.model import NotePath, Ownership, Similar
from vaultskillet.core.note import find_value
from vaultskillet.core.properties import items_of

THRESHOLD = 0.2
"""Least score of a note that is named; see `vaultskillet.store.index`."""


@dataclass(frozen=True, slots=True)
class RelatedLinks:
    """What is to become of our links to related notes in one note."""

    add: tuple[str, ...] = ()
    """Best first."""
    mend: Mapping[str, str | None] = field(default_factory=dict)
    """Link that stands there -> what takes its place; None: nothing."""
    leads: Mapping[str, NotePath] = field(default_factory=dict)
    """Where each link leads that is new, or leads elsewhere by now."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The note that links stand in, and how the vault wants them."""

    path: NotePath
    names: Names
    """Of all notes with the names in question."""
    style: LinkFormat


def plan_links(
    found: Iterable[Similar],
    at: Standpoint,
    ownership: Ownership,
    *,
    barred: Collection[NotePath],
    threshold: float = THRESHOLD,
) -> RelatedLinks:
    """Plan the links of a note: to name what is related enough, and to keep true what stands.

    Args:
        found: the notes most like it, best first.
        at: where the links are to stand.
        ownership: what is ours there, as reconciled.
        barred: notes that are not to be named, since the user links to them, or wants that.
        threshold: least score of a note that is named.
    """
    mended = mend_links(at, ownership, barred=barred)
    passed = {at.path, *barred, *ownership.links.values()}
    add: dict[str, NotePath] = {}
    for one in found:
        if one.score < threshold:
            break
        if one.path not in passed and one.path in at.names:
            link = at.names.link(one.path, source=at.path, style=at.style)
            if link is not None:
                add[link] = one.path
    return replace(mended, add=tuple(add), leads={**mended.leads, **add})


def mend_links(
    at: Standpoint, ownership: Ownership, *, barred: Collection[NotePath] = ()
) -> RelatedLinks:
    """Plan to keep our links true: what was renamed is followed, what is gone goes.

    Args:
        at: where the links stand.
        ownership: what is ours there, as reconciled.
        barred: notes that are to be named no longer.
    """
    mend: dict[str, str | None] = {}
    leads: dict[str, NotePath] = {}
    for item in _links_of(ownership):
        target, inner = ownership.links[item], inner_of(item)
        if inner is None or target in barred:
            mend[item] = None
            continue
        leads_to = at.names.resolve(inner, at.path)
        if leads_to == target:
            continue
        if target in at.names:
            mend[item] = at.names.link(target, source=at.path, style=at.style)
        elif leads_to is None:
            mend[item] = None
        else:  # it was moved and edited at once, and still bears the name
            leads[item] = leads_to
    new = {link: ownership.links[item] for item, link in mend.items() if link}
    return RelatedLinks(mend=mend, leads={**leads, **new})


def follow_links(
    ownership: Ownership, properties: Mapping[str, object], at: Standpoint
) -> Ownership:
    """Let what is ours follow a link that Obsidian itself rewrote when its note was renamed."""
    values = dict(ownership.values)
    links = dict(ownership.links)
    for key, ours in ownership.values.items():
        if isinstance(ours, str):
            continue
        items = items_of(find_value(properties, key))
        lost = [item for item in ours if item in links and item not in items]
        if not lost:
            continue
        strangers = {
            at.names.resolve(inner, at.path): item
            for item in items
            if item not in ours and (inner := inner_of(item)) is not None
        }
        heirs = {item: strangers[links[item]] for item in lost if links[item] in strangers}
        values[key] = tuple(heirs.get(item, item) for item in ours)
        links.update({heir: links[item] for item, heir in heirs.items()})
    return replace(ownership, values=values, links=links)


def may_have_lost(ownership: Ownership, properties: Mapping[str, object]) -> bool:
    """Say whether a link of ours is not where it was: `follow_links` may know why."""
    return any(
        item in ownership.links and item not in items_of(find_value(properties, key))
        for key, ours in ownership.values.items()
        if not isinstance(ours, str)
        for item in ours
    )


def _links_of(ownership: Ownership) -> list[str]:
    """Give the links of ours that stand."""
    lists = [value for value in ownership.values.values() if not isinstance(value, str)]
    return [item for items in lists for item in items if item in ownership.links]
