"""A note as its author wrote it, and the same with something hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vaultskillet.core import markdown
from vaultskillet.core.links import Names
from vaultskillet.core.model import Features, Note, NotePath, Ownership
from vaultskillet.core.note import less_ours, read_wishes, reconcile
from vaultskillet.errors import VaultskilletError
from vaultskillet.pipeline import features_in, read_owned
from vaultskillet.trip import Kit

DESCRIPTIONS = ("description", "desc", "summary", "abstract", "excerpt")
"""Properties in which people say what a note is about."""

GAP = " · "
"""Stands where a link stood whose text is hidden, too."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A note, and what its author says of it."""

    note: Note
    """Without what is ours in it."""
    document: markdown.Document
    features: Features
    linked: frozenset[NotePath]
    """The notes that its links lead to."""
    description: str
    """Empty where there is none."""
    private: bool


def read_sample(path: NotePath, names: Names, kit: Kit) -> Sample | None:
    """Read a note; None for one that cannot be read, is empty, or wants to be left alone."""
    row = kit.store.ledger.get([path]).get(path)
    try:
        note, known = read_owned(kit.vault.read(path), row, kit)
    except VaultskilletError:
        return None
    ownership = reconcile(known, note.properties)
    note = replace(note, properties=less_ours(note.properties, ownership))
    document = markdown.read(note.body)
    wishes = read_wishes(note.properties, (tag.name for tag in document.tags), tag=kit.policy.tag)
    if wishes.skip or not note.body.strip():
        return None
    features = features_in(note, document, Ownership(), kit.policy)
    linked = {names.resolve(link, path) for link in features.links} - {path}
    described = (note.properties.get(key) for key in DESCRIPTIONS)
    return Sample(
        note=note,
        document=document,
        features=replace(features, listed=wishes.private is None),
        linked=frozenset(one for one in linked if one is not None),
        description=next((text for text in described if isinstance(text, str) and text), ""),
        private=wishes.private is not None,
    )


def without_links(sample: Sample, kit: Kit, *, keep_text: bool) -> Features:
    """Give what a note is about with its links hidden, those in its properties included."""
    properties = {
        key: value for key, value in sample.note.properties.items() if "[[" not in str(value)
    }
    body = hide_links(sample.note.body, sample.document, keep_text=keep_text)
    note = replace(sample.note, properties=properties, body=body)
    return features_in(note, markdown.read(body), Ownership(), kit.policy)


def hide_links(body: str, document: markdown.Document, *, keep_text: bool) -> str:
    """Give a text with its links to notes as mere text, or without them.

    Args:
        body: the text.
        document: the same, read.
        keep_text: whether what a reader sees of a link stays.
    """
    links = [
        (link.start, link.end, link.alias or link.target, link.is_embed)
        for link in document.wikilinks
        if link.target
    ]
    links += [
        (link.start, link.end, link.text, link.is_image)
        for link in document.links
        if "://" not in link.href and not link.is_image
    ]
    pieces, at = [], 0
    for start, end, text, is_embed in sorted(links):
        if start >= at:
            pieces += [body[at:start], text if keep_text and not is_embed else GAP]
            at = end
    return "".join([*pieces, body[at:]])
