"""A note as its author wrote it, and the same with something hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vaultskillet.core import markdown, redact
from vaultskillet.core.links import Names
from vaultskillet.core.model import Features, Note, NotePath, Ownership
from vaultskillet.core.note import less_ours, read_wishes, reconcile
from vaultskillet.core.tags import is_proposable
from vaultskillet.errors import VaultskilletError
from vaultskillet.meanings import passage_of
from vaultskillet.pipeline import features_in, read_owned
from vaultskillet.trip import Kit

DESCRIPTIONS = ("description", "desc", "summary", "abstract", "excerpt")
"""Properties in which people say what a note is about."""

GAP = " · "
"""Stands where something stood that is hidden."""

TAG_PROPERTIES = frozenset({"tags", "tag"})


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
    note = less_ours(note, ownership)
    document = markdown.read(note.body)
    wishes = read_wishes(note.properties, (tag.name for tag in document.tags), tag=kit.policy.tag)
    if wishes.skip or not note.body.strip():
        return None
    features = features_in(note, document, Ownership(), kit.policy)
    private = wishes.private is not None or _is_private(note, kit)
    linked = {names.resolve(link, path) for link in features.links} - {path}
    described = (note.properties.get(key) for key in DESCRIPTIONS)
    return Sample(
        note=note,
        document=document,
        features=replace(features, listed=not private),
        linked=frozenset(one for one in linked if one is not None),
        description=next((text for text in described if isinstance(text, str) and text), ""),
        private=private,
    )


def _is_private(note: Note, kit: Kit) -> bool:
    """Say whether the configuration keeps a note on this machine, as a trip would."""
    privacy = kit.policy.privacy
    if privacy.folder_of(note.path):
        return True
    whole = f"{note.title}\n{note.content.decode()}"
    return privacy.local_on_findings and redact.redact(whole, kit.policy.filters).holds_secret


def telling_tags(tags: Iterable[str]) -> frozenset[str]:
    """Give the tags, folded, that a note's text may tell: not `todo`, which only its author knows.

    >>> sorted(telling_tags(["Bread", "todo", "bread"]))
    ['bread']
    """
    return frozenset(tag.casefold() for tag in tags if is_proposable(tag))


def without_links(sample: Sample, *, keep_text: bool) -> Note:
    """Give a note with its links hidden, those in its properties included."""
    properties = {
        key: value for key, value in sample.note.properties.items() if "[[" not in str(value)
    }
    body = hide_links(sample.note.body, sample.document, keep_text=keep_text)
    return replace(sample.note, properties=properties, body=body)


def without_tags(sample: Sample) -> Note:
    """Give a note with its tags hidden, those in its text included."""
    properties = {
        key: value
        for key, value in sample.note.properties.items()
        if key.casefold() not in TAG_PROPERTIES
    }
    spans = [(tag.start, tag.end, GAP) for tag in sample.document.tags]
    return replace(sample.note, properties=properties, body=_replaced(sample.note.body, spans))


def learn(note: Note, sample: Sample, kit: Kit) -> Features:
    """Have the index know a note with something hidden; give what it knows.

    Args:
        note: with something hidden.
        sample: the note as it is.
        kit: what a trip works with.
    """
    features = features_in(note, markdown.read(note.body), Ownership(), kit.policy)
    _learn(note, features, sample, kit)
    return features


def put_back(sample: Sample, kit: Kit) -> None:
    """Have the index know a note as it is."""
    _learn(sample.note, sample.features, sample, kit)


def _learn(note: Note, features: Features, sample: Sample, kit: Kit) -> None:
    kit.store.index.put([replace(features, listed=sample.features.listed)])
    if kit.meanings is not None:
        name, text = redact.redact_all((note.name, note.body), kit.policy.filters)
        kit.meanings.learn(
            [passage_of(note.path, name=name.text, text=text.text, private=sample.private)]
        )


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
    return _replaced(
        body,
        [
            (start, end, text if keep_text and not is_embed else GAP)
            for start, end, text, is_embed in links
        ],
    )


def _replaced(body: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Replace spans of a text; of two that overlap, the first."""
    pieces, at = [], 0
    for start, end, text in sorted(spans):
        if start >= at:
            pieces += [body[at:start], text]
            at = end
    return "".join([*pieces, body[at:]])
