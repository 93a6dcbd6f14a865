"""Which notes a digest may tell of, and what is read of them; private ones are as if not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vaultskillet.core import markdown, redact
from vaultskillet.core.blocks import without_blocks
from vaultskillet.core.model import Features, Note, NotePath
from vaultskillet.core.note import read_note, read_wishes
from vaultskillet.core.periods import Period
from vaultskillet.core.pieces import Piece, brief_piece, read_piece
from vaultskillet.core.properties import frontmatter_tags
from vaultskillet.core.terms import features_of
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.errors import VaultError

MOST_READ = 500
"""Notes of a period that are told of; of a mass import the others are merely counted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A note of a period with all that was read of it."""

    piece: Piece
    features: Features


@dataclass(frozen=True, slots=True)
class Selection:
    """The notes of a period."""

    readings: tuple[Reading, ...] = ()
    """The latest first."""
    rest: tuple[Piece, ...] = ()
    """Those that are merely counted."""
    unnamed: int = 0
    """Notes that are not told of, since their names hold what is redacted."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What a digest may say of each."""
        return (*(reading.piece for reading in self.readings), *self.rest)


def select(
    spec: Spec,
    period: Period,
    kit: DigestKit,
    *,
    besides: NotePath | None = None,
    late_since: float | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Selection:
    """Read the notes of a period that a digest is about.

    Args:
        spec: of the digest.
        period: the stretch of time.
        kit: what digests are made with.
        besides: a note that is not told of.
        late_since: what a sync service brought since then, though it is older, belongs here.
        progress: told of (notes read, notes to read).

    Raises:
        RedactionError: a filter failed.
    """
    touched = [
        one
        for one in kit.store.activity.between(period.starts, period.ends, late_since=late_since)
        if one.path != besides and _is_wanted(one.path, spec, kit)
    ]
    readings: list[Reading] = []
    rest: list[Piece] = []
    unnamed = 0
    for done, one in enumerate(touched, 1):
        progress(done, len(touched))
        note = read_public(one.path, kit)
        if note is None or not spec.query.takes(note, _tags(note)):
            continue
        if len(readings) == MOST_READ:
            piece = brief_piece(
                one.path, note.title, one, starts=period.starts, filters=kit.filters
            )
            rest += [piece] if piece else []
        else:
            document = markdown.read(note.body)
            piece = read_piece(note, document, one, starts=period.starts, filters=kit.filters)
            if piece is not None:
                readings.append(Reading(piece, features_of(note, document, tags=piece.tags)))
        unnamed += piece is None
    return Selection(tuple(readings), tuple(rest), unnamed)


def matches_anything(spec: Spec, kit: DigestKit) -> bool:
    """Say whether any note of the vault is one that a digest asks for."""
    paths = [path for path in kit.store.ledger.stamps() if _is_wanted(path, spec, kit)]
    if not spec.query.tags and not spec.query.properties:
        return bool(paths)
    notes = (read_public(path, kit) for path in paths)
    return any(note is not None and spec.query.takes(note, _tags(note)) for note in notes)


def read_public(path: NotePath, kit: DigestKit) -> Note | None:
    """Read a note, less our own digests in it; None where it is gone, private or opted out.

    Raises:
        RedactionError: a filter failed.
    """
    if kit.privacy.folder_of(path):
        return None
    try:
        note = read_note(kit.vault.read(path), (), tag=kit.tag)
    except VaultError:
        return None
    wishes = read_wishes(note.properties, _body_tags(note), tag=kit.tag)
    if wishes.skip or wishes.private:
        return None
    if kit.privacy.local_on_findings and _holds_secret(note, kit):
        return None
    return replace(note, body=without_blocks(note.body))


def _is_wanted(path: NotePath, spec: Spec, kit: DigestKit) -> bool:
    """Say whether a digest may be about a note, for its path."""
    if kit.privacy.folder_of(path):
        return False
    if spec.query.folders:
        return spec.query.takes_path(path)
    return kit.vault.is_watched(path)


def _holds_secret(note: Note, kit: DigestKit) -> bool:
    """Say whether a secret stands anywhere in a note, its name and properties included."""
    whole = f"{note.title}\n{note.content.decode()}"
    return redact.redact(whole, kit.filters).holds_secret


def _body_tags(note: Note) -> list[str]:
    return [tag.name for tag in markdown.read(note.body).tags]


def _tags(note: Note) -> tuple[str, ...]:
    return (*frontmatter_tags(note.properties), *_body_tags(note))
