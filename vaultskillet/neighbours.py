"""The notes most like one, and what speaks for each, for a person."""

from __future__ import annotations

from vaultskillet.core import markdown
from vaultskillet.core.likeness import explain
from vaultskillet.core.links import file_key, file_keys
from vaultskillet.core.model import NotePath
from vaultskillet.core.note import reconcile
from vaultskillet.core.related import THRESHOLD
from vaultskillet.linking import standpoint
from vaultskillet.pipeline import features_in, read_owned
from vaultskillet.report import RelatedNote
from vaultskillet.trip import Kit


def find_related(path: NotePath, kit: Kit, *, limit: int) -> list[RelatedNote]:
    """Find the notes most like one, best first; those that it links to are among them.

    A note for which nothing speaks that could be told is no more like it than any other.

    Raises:
        VaultError: the note cannot be read.
    """
    row = kit.store.ledger.get([path]).get(path)
    note, known = read_owned(kit.vault.read(path), row, kit)
    ownership = reconcile(known, note.properties)
    features = features_in(note, markdown.read(note.body), ownership, kit.policy)
    if kit.meanings is not None:
        kit.meanings.read([path])
    found = kit.store.index.similar(features, limit=limit)
    keys = {file_key(one.path) for one in found}
    keys.update(key for link in features.links for key in file_keys(link))
    at = standpoint(path, ownership, keys, store=kit.store, vault=kit.vault)
    linked = {at.names.resolve(link, path) for link in features.links}
    ours = set(ownership.links.values())
    related = (
        RelatedNote(
            path=one.path,
            score=round(one.score, 3),
            because=explain(one.evidence),
            link=at.names.link(one.path, source=path, style=at.style),
            is_linked=one.path in linked,
            is_ours=one.path in ours,
            is_enough=one.score >= THRESHOLD,
        )
        for one in found
    )
    return [one for one in related if one.because or one.is_linked or one.is_enough]
