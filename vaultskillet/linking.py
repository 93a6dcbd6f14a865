"""Links of ours, against what the state and the vault know: which to write, which to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vaultskillet.core import redact
from vaultskillet.core.links import Names, file_key, file_keys, inner_of
from vaultskillet.core.model import Features, NotePath, Ownership, Similar
from vaultskillet.core.properties import items_of
from vaultskillet.core.related import (
    THRESHOLD,
    RelatedLinks,
    Standpoint,
    follow_links,
    may_have_lost,
    mend_links,
    plan_links,
)
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault

LOOKED_AT = 40
"""Similar notes among which the related ones are looked for: many are linked already."""


def relate(
    features: Features, ownership: Ownership, *, store: Store, vault: Vault, filters: redact.Policy
) -> RelatedLinks:
    """Plan our links to the notes that are related to one.

    A note whose name holds something sensitive is not named in another.

    Args:
        features: what the note is about, with the user's own links.
        ownership: what is ours in it, as reconciled.
        store: knows the other notes.
        vault: knows how it wants links.
        filters: what is sensitive.

    Raises:
        RedactionError: a filter failed.
    """
    found = store.index.similar(features, limit=LOOKED_AT, least=THRESHOLD)
    return _relate(found, features, ownership, store=store, vault=vault, filters=filters)


def relate_to(
    targets: Sequence[NotePath],
    features: Features,
    ownership: Ownership,
    *,
    store: Store,
    vault: Vault,
    filters: redact.Policy,
) -> RelatedLinks:
    """Plan our links to notes that were found earlier, best first; see `relate`.

    One that is gone by now, or is to be named no longer, is left out.
    """
    unlisted = store.index.unlisted(targets)
    found = [Similar(path, 1.0) for path in targets if path not in unlisted]
    return _relate(found, features, ownership, store=store, vault=vault, filters=filters)


def _relate(
    found: Sequence[Similar],
    features: Features,
    ownership: Ownership,
    *,
    store: Store,
    vault: Vault,
    filters: redact.Policy,
) -> RelatedLinks:
    if not found and not ownership.links:
        return RelatedLinks()
    keys = {file_key(one.path) for one in found}
    keys.update(key for link in features.links for key in file_keys(link))
    at = standpoint(features.path, ownership, keys, store=store, vault=vault)
    barred = _barred(ownership, store=store, filters=filters)
    for link in features.links:
        if (linked := at.names.resolve(link, at.path)) is not None:
            barred.add(linked)
    speakable = (one for one in found if not _is_sensitive(one.path, filters))
    return plan_links(speakable, at, ownership, barred=barred)


def mend(
    path: NotePath, ownership: Ownership, *, store: Store, vault: Vault, filters: redact.Policy
) -> RelatedLinks:
    """Plan to keep our links in a note true.

    Raises:
        RedactionError: a filter failed.
    """
    at = standpoint(path, ownership, (), store=store, vault=vault)
    return mend_links(at, ownership, barred=_barred(ownership, store=store, filters=filters))


def _barred(ownership: Ownership, *, store: Store, filters: redact.Policy) -> set[NotePath]:
    """Give the notes that ours link to and that are to be named no longer."""
    linked = ownership.links.values()
    sensitive = {target for target in linked if _is_sensitive(target, filters)}
    return {*store.index.unlisted(linked), *sensitive}


def _is_sensitive(path: NotePath, filters: redact.Policy) -> bool:
    return bool(redact.find_sensitive(path.removesuffix(".md"), filters))


def follow(
    path: NotePath,
    properties: Mapping[str, object],
    ownership: Ownership,
    *,
    store: Store,
    vault: Vault,
) -> Ownership:
    """Give what is ours in a note, links included that Obsidian rewrote after a rename."""
    if not may_have_lost(ownership, properties):
        return ownership
    items = [item for value in properties.values() for item in items_of(value)]
    inners = [inner for item in items if (inner := inner_of(item)) is not None]
    keys = [key for inner in inners for key in file_keys(inner)]
    at = standpoint(path, ownership, keys, store=store, vault=vault)
    return follow_links(ownership, properties, at)


def standpoint(
    path: NotePath, ownership: Ownership, keys: Iterable[str], *, store: Store, vault: Vault
) -> Standpoint:
    """Give where links stand, with all notes whose files have these keys, or that ours mean."""
    wanted = set(keys)
    for item, target in ownership.links.items():
        wanted |= {file_key(target), *file_keys(inner_of(item) or "")}
    return Standpoint(path, Names(store.ledger.named(wanted)), vault.link_format)
