"""Learn a note: what ledger, index and activity are to know of it, and whether it is due."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import tzinfo

from vaultskillet.core import frontmatter, markdown, redact
from vaultskillet.core.activity import touch_of
from vaultskillet.core.calls import failed_calls, may_call, read_calls
from vaultskillet.core.markdown import Document
from vaultskillet.core.model import Features, File, Note, NotePath
from vaultskillet.core.note import (
    less_ours,
    read_authored,
    read_note,
    read_wishes,
    reconcile,
    user_tags,
)
from vaultskillet.core.privacy import Privacy
from vaultskillet.core.terms import features_of
from vaultskillet.core.touch import Touch
from vaultskillet.errors import FrontmatterError, RedactionError, StoreError, VaultError
from vaultskillet.linking import follow
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of one note."""

    row: LedgerRow
    features: Features | None = None
    """None where the index has nothing to learn from it."""
    due: bool = False
    edited: bool = False
    """The user changed or removed what is ours in it."""
    calls: bool = False
    """It asks for something, so that it goes before all that merely changed."""
    touch: Touch | None = None
    """What somebody did to it; None: nothing that we know of."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When notes are learned."""

    now: float
    """Seconds since 1970 (UTC)."""
    zone: tzinfo
    """That dates in notes mean."""
    is_first: bool
    """The whole vault is learned for the first time."""


class Learner:
    """Reads notes, and remembers which tags hold something sensitive."""

    def __init__(
        self,
        vault: Vault,
        store: Store,
        *,
        own_properties: Collection[str],
        tag: str,
        filters: redact.Policy,
        privacy: Privacy,
    ) -> None:
        """Make a learner; what the arguments are stands with `Intake`."""
        self._vault = vault
        self._store = store
        self._own_properties = own_properties
        self._tag = tag
        self._filters = filters
        self._privacy = privacy
        self._is_sensitive: dict[str, bool] = {}
        """Tag -> whether something was found in it."""

    def read(self, file: File) -> Note:
        """Read a file as a note.

        Raises:
            FrontmatterError: it is none.
        """
        return read_note(file, self._own_properties, tag=self._tag)

    def calls(self, path: NotePath) -> bool:
        """Say whether a note asks for something; most are only looked at, not understood."""
        try:
            file = self._vault.read(path)
            if not may_call(file.content, tag=self._tag):
                return False
            parsed = frontmatter.read(file.content)
        except VaultError:
            return False
        document = markdown.read(parsed.body)
        return bool(read_calls(parsed.properties, parsed.body, document, tag=self._tag))

    def learn(self, file: File, row: LedgerRow | None, *, moved: bool, moment: Moment) -> Lesson:
        """Learn a file; one that brings out a fault of ours is left, and stops no other.

        Args:
            file: the note.
            row: what is known of it; None: nothing.
            moved: it is known under this name for the first time.
            moment: when.

        Raises:
            StoreError: the state cannot be read.
        """
        try:
            return self._learn(file, row, moved=moved, moment=moment)
        except StoreError:
            raise
        except Exception as error:
            log.exception("a note broke its reading", extra={"path": file.path})
            because = f"a fault in vaultskillet ({type(error).__name__}); the log has more"
            return Lesson(_left(_row_for(file, row), because))

    def touch(self, path: NotePath, row: LedgerRow, *, moment: Moment) -> Touch | None:
        """Give what somebody did to a note; None where it is not as it is known."""
        try:
            file = self._vault.read(path)
            note = self.read(file)
        except VaultError:
            return None
        if note.raw != row.raw:
            return None  # it changed meanwhile, and will be learned for that
        document = read_authored(note.body, markdown.read(note.body))
        return _touch(file, note, document, moment, is_known=True)

    def _learn(self, file: File, row: LedgerRow | None, *, moved: bool, moment: Moment) -> Lesson:
        known, row = row, _row_for(file, row)
        if known is not None and known.raw == row.raw and not moved:
            return Lesson(row)
        try:
            note = self.read(file)
            owned = follow(
                file.path, note.properties, row.ownership, store=self._store, vault=self._vault
            )
        except FrontmatterError as error:
            return Lesson(_left(row, str(error)))
        document = markdown.read(note.body)
        authored = read_authored(note.body, document)
        touch = None
        if row.source != note.source and not moved:  # else it was us, or a mere renaming
            touch = _touch(file, note, authored, moment, is_known=known is not None)
        edited = reconcile(owned, note.properties).values != owned.values
        if owned is not row.ownership:
            row = replace(row, ownership=owned)
        if row.failed and not failed_calls(note.properties, document, tag=self._tag):
            row = replace(row, failed="")
        due = row.source != note.source
        if not self._vault.is_watched(file.path):
            due = False
            row = replace(row, outcome="unwatched", because="outside the watched folders")
        return Lesson(
            row,
            self._features(note, row, document, authored),
            due=due,
            edited=edited,
            calls=bool(read_calls(note.properties, note.body, document, tag=self._tag)),
            touch=touch,
        )

    def _features(
        self, note: Note, row: LedgerRow, document: Document, authored: Document
    ) -> Features:
        """Give what a note is about, by what its author wrote; a private one is not to be named."""
        tags = self._without_sensitive(
            user_tags(note.properties, _tags_in(authored), row.ownership, tag=self._tag)
        )
        theirs = less_ours(note, row.ownership)
        features = features_of(theirs, authored, tags=tags, ours=self._own_properties)
        wishes = read_wishes(note.properties, _tags_in(document), tag=self._tag)
        if wishes.skip or wishes.private or self._privacy.folder_of(note.path):
            return replace(features, listed=False)
        return features

    def _without_sensitive(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Give the tags in which nothing is found; the index keeps them as they are written."""
        tags = tuple(tags)
        with suppress(RedactionError):
            for tag in tags:
                if tag not in self._is_sensitive:
                    self._is_sensitive[tag] = bool(redact.find_sensitive(tag, self._filters))
        return tuple(tag for tag in tags if not self._is_sensitive.get(tag, True))


def _row_for(file: File, row: LedgerRow | None) -> LedgerRow:
    """Give the row of a note with these bytes."""
    if row is None:
        return LedgerRow(file.path, file.stamp, file.raw)
    return replace(row, stamp=file.stamp, raw=file.raw)


def _left(row: LedgerRow, because: str) -> LedgerRow:
    return replace(row, source=None, outcome="left", because=because)


def _touch(file: File, note: Note, document: Document, moment: Moment, *, is_known: bool) -> Touch:
    return touch_of(
        file,
        note,
        document,
        now=moment.now,
        zone=moment.zone,
        is_first=moment.is_first,
        is_known=is_known,
    )


def _tags_in(document: Document) -> list[str]:
    return [tag.name for tag in document.tags]
