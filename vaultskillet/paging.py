"""Keep the page of what waits for review true, and hear what is ticked on it.

The page is a view of the state, for devices that only sync the vault. It is written when what it
says changes, and taken away when nothing waits. It is no input: nothing but its own boxes is read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vaultskillet.core import frontmatter, redact
from vaultskillet.core.links import file_key
from vaultskillet.core.model import (
    ABSENT,
    CreateNote,
    Digest,
    Edit,
    EditNote,
    File,
    NotePath,
    Ownership,
    Priority,
    RemoveNote,
    Written,
    digest_of,
    title_of,
)
from vaultskillet.core.naming import free_name
from vaultskillet.core.page import NAME, Entry, is_page, key_of, read_page, write_page
from vaultskillet.errors import NoteGoneError, RedactionError, VaultError
from vaultskillet.linking import standpoint
from vaultskillet.ports.proposals import Proposal, Verdict
from vaultskillet.ports.store import Store
from vaultskillet.trip import Kit

LISTED = 50
"""Proposals on the page at most: a phone is to show it, and a sync service to carry it around."""

_PAGE = "review page"
"""Under this name the store keeps where the page is and what it says, as JSON."""

_ACTING = ("<%", "%%")
"""Templater runs what follows the one, Obsidian hides what follows the other, also in a link."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The page as we left it."""

    path: NotePath
    digest: Digest
    """Of what we wrote."""


class PageKeeper:
    """Keeps the page of one vault."""

    def __init__(
        self, kit: Kit, *, rests_s: float, is_restless: Callable[[NotePath], bool]
    ) -> None:
        """Make a keeper.

        Args:
            kit: the state and the vault.
            rests_s: how long the page rests after somebody ticked a box, in seconds.
            is_restless: says whether a note is known to change still.
        """
        self._kit = kit
        self._rests_s = rests_s
        self._is_restless = is_restless
        self._shown: list[Proposal] | None = None
        """What the page was made of last, as far as is known here."""
        self._told = ""

    def is_kept(self) -> bool:
        """Say whether there is to be a page, or one is there from when there was to be."""
        policy = self._kit.policy
        return (policy.review and policy.review_page) or page_of(self._kit.store) is not None

    def hear(self) -> bool:
        """Record what is ticked, and queue the notes; say whether anything was.

        Raises:
            StoreError: the state cannot be read or written.
        """
        store = self._kit.store
        page = page_of(store)
        try:
            file = None if page is None else self._read(page.path)
        except VaultError:
            return False
        if file is None or self._changes_still(file):
            return False
        ticked = _read(file)
        if not ticked:
            return False
        with store.transaction():
            waiting = {_key(one): one.number for one in store.proposals.waiting()}
            verdicts = {
                waiting[key]: Verdict(said) for key, said in ticked.items() if key in waiting
            }
            paths = store.proposals.decide(verdicts) if verdicts else []
            store.queue.put(paths, priority=Priority.ON_DEMAND, now=self._kit.clock.now())
        log.info("heard what is ticked", extra={"notes": len(paths)})
        return bool(paths)

    def keep(self) -> None:
        """Let the page say what waits, if that is not what it says.

        What is ticked is heard first. A page that somebody ticks just now is left to another time.

        Raises:
            StoreError: the state cannot be read or written.
        """
        self.hear()
        waiting = []
        if self._kit.policy.review_page:
            waiting = self._kit.store.proposals.waiting(latest=LISTED + 1)
        if waiting == self._shown:
            return
        page = page_of(self._kit.store)
        content = self._content(waiting)
        if (page.digest if page else ABSENT) != (digest_of(content) if content else ABSENT):
            try:
                place = self._put(content, page)
            except VaultError as error:
                self._tell(str(error))
                return
            if place is None:
                return
            _record(place, content, self._kit.store)
        self._shown = waiting

    def _tell(self, because: str) -> None:
        """Log why the page cannot be written, once."""
        if because != self._told:
            told = {"because": because}
            log.warning("the page of what waits for review cannot be written", extra=told)
        self._told = because

    def _content(self, waiting: Sequence[Proposal]) -> bytes:
        """Give what the page is to hold; empty where there is to be none."""
        entries = self._entries(waiting[: -LISTED - 1 : -1]) if waiting else []
        if not entries:
            return b""
        text = write_page(entries, has_more=len(entries) < len(waiting))
        return text.encode("utf-8", "replace")

    def _entries(self, proposals: Sequence[Proposal]) -> list[Entry]:
        """Give what may be named in another note; the rest is told of on the command line alone."""
        kit, here = self._kit, NotePath(f"{self._kit.policy.output_folder}/{NAME}.md")
        unlisted = kit.store.index.unlisted([one.path for one in proposals])
        proposals = [one for one in proposals if one.path not in unlisted]
        keys = [file_key(one.path) for one in proposals]
        at = standpoint(here, Ownership(), keys, store=kit.store, vault=kit.vault)
        entries = []
        for one in proposals:
            link = at.names.link(one.path, source=here, style=at.style)
            if link is None or any(mark in link for mark in _ACTING):
                link = title_of(one.path).replace("<%", "<")
            if self._may_be_said(one):
                entries.append(Entry(_key(one), link, _lines(one)))
        return entries

    def _may_be_said(self, proposal: Proposal) -> bool:
        filters = self._kit.policy.filters
        try:
            return not redact.find_sensitive(proposal.path.removesuffix(".md"), filters)
        except RedactionError:
            return False

    def _put(self, content: bytes, page: Page | None) -> NotePath | None:
        """Let the page hold this, or take it away where that is nothing; None: another time."""
        if page and not content:
            path, file = page.path, self._read(page.path)
            if file is None or not _is_ours(file):
                return path
        else:
            path, file = self._find_place(page)
        if file is None:
            return path if self._commit(CreateNote(path, content)) else None
        start, expects = _start(file), digest_of(file.content)
        before = file.content[start:]
        if before == content:
            return path
        if self._changes_still(file):
            return None
        if content:
            edits = (Edit(start, before, content),)
            return path if self._commit(EditNote(path, expects, edits)) else None
        return path if self._commit(RemoveNote(path, expects)) else None

    def _commit(self, write: CreateNote | EditNote | RemoveNote) -> bool:
        [result] = self._kit.vault.commit([write])
        if isinstance(result, VaultError) and not isinstance(result, NoteGoneError):
            raise result
        return isinstance(result, Written)

    def _find_place(self, page: Page | None) -> tuple[NotePath, File | None]:
        """Find the page, or a name for it that no other note has.

        One in which somebody wrote is theirs: it stays, and another one is made.
        """
        folder = self._kit.policy.output_folder
        if page and is_page(page.path, folder):
            file = self._read(page.path)
            if file is not None and _is_ours(file):
                return page.path, file
        passed: set[str] = set()
        while True:
            name = free_name(NAME, passed)
            passed.add(name.casefold())
            path = NotePath(f"{folder}/{name}.md")
            file = self._read(path)
            if file is not None and _is_ours(file):
                return path, file
            named = self._kit.store.ledger.named([file_key(path)])
            if file is None and all(other == path for other in named):
                return path, None

    def _read(self, path: NotePath) -> File | None:
        """Read a page.

        Raises:
            NoteUnreadableError: it is there, but cannot be read.
        """
        try:
            return self._kit.vault.read(path)
        except NoteGoneError:
            return None

    def _changes_still(self, file: File) -> bool:
        age_s = self._kit.clock.now() - file.stamp.mtime_ns / 1e9
        return 0 <= age_s < self._rests_s or self._is_restless(file.path)


def page_of(store: Store) -> Page | None:
    """Give the page as we left it; None where there is none."""
    path, digest = json.loads(store.get_meta(_PAGE) or '["", ""]')
    return Page(NotePath(path), Digest(digest)) if digest else None


def _record(path: NotePath, content: bytes, store: Store) -> None:
    store.put_meta(_PAGE, json.dumps([path, digest_of(content) if content else ABSENT]))


def _start(file: File) -> int:
    """Give where the page begins: behind its properties, which plug-ins give to any note."""
    block = frontmatter.split(file.content)
    return 0 if block is None else block.body


def _read(file: File) -> Mapping[str, str] | None:
    return read_page(file.content[_start(file) :].decode("utf-8", "replace"))


def _is_ours(file: File) -> bool:
    return _read(file) is not None


def _key(proposal: Proposal) -> str:
    return key_of(proposal.number, [proposal.path, *_lines(proposal)])


def _lines(proposal: Proposal) -> tuple[str, ...]:
    """Give what would be set, a property a line; by the names that the properties have for us."""
    draft, related = proposal.values.draft, proposal.values.related
    said = {
        "summary": draft.summary or "",
        "tags": ", ".join(draft.tags),
        "related": ", ".join(title_of(path) for path in related),
        "category": draft.category or "",
    }
    return tuple(f"{name}: {text}" for name, text in said.items() if text) or ("links mended",)
