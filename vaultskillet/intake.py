"""All that makes a note due: sweeps, watched changes, and requests by name.

A note is *learned* before it is due: its bytes go into the index and its stamp into the
ledger in the transaction that queues it, so that a crash forgets none of the three.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from vaultskillet.core import redact
from vaultskillet.core.diff import compare
from vaultskillet.core.model import (
    File,
    Found,
    NotePath,
    Priority,
    Skipped,
)
from vaultskillet.core.privacy import Privacy
from vaultskillet.core.settle import Settler
from vaultskillet.errors import (
    NoteGoneError,
    NoteUnreadableError,
    VaultError,
)
from vaultskillet.history import recover
from vaultskillet.known import follow_renamed, forget_gone, requeue_decided
from vaultskillet.learning import Learner, Lesson, Moment
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED
from vaultskillet.ports.store import Store
from vaultskillet.ports.vault import Vault
from vaultskillet.recognition import find_moved, find_returned

log = logging.getLogger(__name__)

IsGone = Callable[[NotePath], bool]

LEARN_BATCH = 256
"""Notes a transaction: large enough to make its cost small, small enough for the memory."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep came upon."""

    learned: int
    unchanged: frozenset[NotePath]
    """Those, too, in which only what is no cause for work changed."""
    gone: int
    skipped: tuple[Skipped, ...]
    """Left alone without being opened."""
    left: tuple[Skipped, ...]
    """Opened, learned of, and left alone."""


class Intake:
    """Finds out what changed, learns it, and queues what is watched."""

    def __init__(
        self,
        vault: Vault,
        store: Store,
        clock: Clock,
        settler: Settler,
        *,
        own_properties: Collection[str],
        tag: str,
        filters: redact.Policy,
        privacy: Privacy,
        zone: Callable[[], tzinfo] = lambda: UTC,
    ) -> None:
        """Make an intake.

        Args:
            vault: where the notes are.
            store: where they are learned and queued.
            clock: the time.
            settler: holds back what still changes.
            own_properties: names of the properties that we write.
            tag: the tag that calls us, without `#`.
            filters: what is sensitive, and not learned.
            privacy: whose names are kept out of other notes.
            zone: gives the time zone that dates in notes mean.
        """
        self._vault = vault
        self._store = store
        self._clock = clock
        self._settler = settler
        self._learner = Learner(
            vault,
            store,
            own_properties=own_properties,
            tag=tag,
            filters=filters,
            privacy=privacy,
        )
        self._zone = zone
        self._is_first = False
        """Whether the whole vault is learned for the first time."""
        self._lock = threading.Lock()
        self._hints: set[NotePath] = set()
        self._must_sweep = False
        self.called = 0
        """How often a sweep was asked for."""
        self.swept = 0
        """What that was when the last sweep that came to its end began."""
        self._absent: set[NotePath] = set()
        """Paths where nothing stood when looked for: a note that is new may have been there."""
        self._owes_sweep = False
        """Whether the last one forgot nobody."""
        self.wake = threading.Event()
        """Set when there is something for `tick`."""

    # --- from the watcher's and the scheduler's threads ---

    def hint(self, path: NotePath) -> None:
        """Take note that a path may have changed."""
        with self._lock:
            self._hints.add(path)
        self.wake.set()

    def call_sweep(self) -> None:
        """Ask for a sweep at the next tick."""
        with self._lock:
            self._must_sweep = True
            self.called += 1
        self.wake.set()

    def is_restless(self, path: NotePath) -> bool:
        """Say whether a note is known to change still; it is not to be written now."""
        with self._lock:
            return path in self._hints or path in self._settler

    # --- from the one thread that runs the intake ---

    def tick(self) -> None:
        """Queue what has come to rest; sweep if that was asked for.

        Raises:
            VaultError: the vault is not there; what was asked for still is.
            StoreError: the state is out of reach; what was asked for still is.
        """
        now = self._clock.monotonic()
        with self._lock:
            self.wake.clear()
            hints, self._hints = self._hints, set()
            for path in hints:
                self._settler.touch(path, now=now)
            must_sweep, self._must_sweep = self._must_sweep, False
            called = self.called
        self._absent.update(path for path in hints if self._vault.find(path) is None)
        if must_sweep:
            try:
                self.sweep(settle=True)
            except BaseException:
                self._must_sweep = True
                raise
            self.swept = called
        self._look_for_calls(self._settler.unread(now=now))
        rested = self._settler.settled(now=now)
        try:
            if rested:
                self._look(rested)
        except BaseException:
            for path in rested:
                self._settler.touch(path, now=now - self._settler.quiet_s)
            raise
        if self._owes_sweep and not len(self._settler):
            self.call_sweep()

    def next_due(self) -> float | None:
        """Give the monotonic time of the next tick that has something to do."""
        return self._settler.next_due()

    def sweep(
        self, *, settle: bool, progress: Callable[[int, int], None] | None = None
    ) -> SweepReport:
        """Compare the whole vault with what is known, learn what changed and queue it.

        Args:
            settle: leave notes that changed within the quiet time to `tick`.
            progress: told of (notes learned, notes to learn).

        Raises:
            VaultError: the vault is not there, or stands empty where notes are known.
        """
        seen = list(self._vault.sweep())
        found = [one for one in seen if isinstance(one, Found)]
        skipped = tuple(one for one in seen if isinstance(one, Skipped))
        known = self._store.ledger.stamps()
        if known and not found:
            raise VaultError(
                f"the vault is empty, but {len(known)} notes are known: is its drive mounted?"
            )
        self._is_first = not known
        changes = compare(known, found)
        unseen = tuple(one.path for one in skipped if one.path.endswith("/"))
        touched = [one for one in changes.touched if not (settle and self._is_restless(one))]
        # New ones first: one that was renamed is known before the notes that name it are read.
        touched.sort(key=lambda one: one.path in known)
        here = frozenset([one.path for one in found])

        def is_gone(path: NotePath) -> bool:
            return path not in here and not path.startswith(unseen)

        gone = set(filter(is_gone, changes.gone))
        left: list[Skipped] = []
        learned, unchanged = 0, here.difference(one.path for one in changes.touched)
        for batch in _batched(touched, LEARN_BATCH):
            idle = [
                lesson.row
                for lesson in self._take(batch, is_gone=is_gone, missing=gone)
                if not (lesson.due or lesson.calls)
            ]
            left += [Skipped(row.path, row.because) for row in idle if row.outcome == "left"]
            unchanged |= {row.path for row in idle if row.outcome not in ("left", "unwatched")}
            learned += len(batch)
            if progress:
                progress(learned, len(touched))
        self._is_first = False
        gone -= {one.path for one in touched}
        # A note that is new and changes still may be one that is gone: nobody is forgotten yet.
        self._owes_sweep = bool(gone) and self._awaits_strangers(known)
        if self._owes_sweep:
            self._absent = gone
        else:
            self._forget(gone)
            self._absent.clear()
        self._queue_newly_watched()
        self._store.ledger.put_skipped(skipped)
        return SweepReport(learned, unchanged, len(gone), skipped, tuple(left))

    def demand(self, paths: Iterable[NotePath]) -> None:
        """Make notes due now, changed or not, ahead of all else."""
        self._store.queue.put(paths, priority=Priority.ON_DEMAND, now=self._clock.now(), force=True)

    def renew(self, paths: Iterable[NotePath]) -> None:
        """Make notes due as if they had changed: what the user took out stays out."""
        rows = self._store.ledger.get(paths)
        with self._store.transaction():
            self._store.ledger.put([replace(row, source=None) for row in rows.values()])
            self._store.queue.put(rows, priority=Priority.BACKFILL, now=self._clock.now())

    def relearn(self, paths: Iterable[NotePath]) -> None:
        """Learn notes anew of which the state lacks something; nothing becomes due by that.

        Called from the working thread.
        """
        moment = replace(self._moment(), is_first=True)
        for path, row in self._store.ledger.get(paths).items():
            if touch := self._learner.touch(path, row, moment=moment):
                self._store.activity.put([touch])

    def _moment(self) -> Moment:
        """Give the time; to ask for the zone takes longer than to learn a note."""
        return Moment(self._clock.now(), self._zone(), is_first=self._is_first)

    def _is_restless(self, found: Found) -> bool:
        """Hand a note that changed a moment ago to the settler; say whether it did."""
        age_s = self._clock.now() - found.stamp.mtime_ns / 1e9
        if not 0 <= age_s < self._settler.quiet_s:
            return False
        self._settler.touch(found.path, now=self._clock.monotonic() - age_s)
        return True

    def _awaits_strangers(self, known: Container[NotePath]) -> bool:
        """Say whether a note is there that is not known, since it changes still."""
        with self._lock:
            restless = [*self._hints, *self._settler]
        return any(
            path not in known and isinstance(self._vault.find(path), Found) for path in restless
        )

    def _look(self, paths: Sequence[NotePath]) -> None:
        """Learn single notes. One that is gone is left to the next sweep: it may have moved."""
        seen = {path: self._vault.find(path) for path in paths}
        found = [one for one in seen.values() if isinstance(one, Found)]
        known = self._store.ledger.get([one.path for one in found])
        touched = [
            one for one in found if one.path not in known or known[one.path].stamp != one.stamp
        ]
        for batch in _batched(touched, LEARN_BATCH):
            self._take(
                batch, is_gone=lambda path: self._vault.find(path) is None, missing=self._absent
            )

    def _look_for_calls(self, paths: Sequence[NotePath]) -> None:
        """Tell the settler which of these notes ask for something: they rest no longer."""
        known = self._store.ledger.get(paths) if paths else {}
        for path in paths:
            found = self._vault.find(path)
            is_new = isinstance(found, Found) and (
                path not in known or known[path].stamp != found.stamp
            )
            self._settler.tell(path, calls=is_new and self._learner.calls(path))

    def _take(
        self, batch: Sequence[Found], *, is_gone: IsGone, missing: Collection[NotePath]
    ) -> list[Lesson]:
        """Learn a batch and queue what of it is due, in one transaction; give what was learned.

        Args:
            batch: notes that are new, or whose stamp is.
            is_gone: says whether no note stands any more at a path that was known.
            missing: paths of which that is known.
        """
        files = []
        unreadable = []
        for one in batch:
            try:
                files.append(self._vault.read(one.path))
            except NoteGoneError:
                continue
            except NoteUnreadableError:
                unreadable.append(one.path)
        with self._store.transaction():
            rows = self._store.ledger.get([file.path for file in files])
            strangers = [file for file in files if file.path not in rows]
            returned = self._recognise(strangers, is_gone, missing)
            if strangers:  # a move may also change what other rows say of their links
                rows = self._store.ledger.get([file.path for file in files]) | returned
            recognised = {file.path for file in strangers if file.path in rows}
            moment = self._moment()
            lessons = [
                self._learner.learn(
                    file, rows.get(file.path), moved=file.path in recognised, moment=moment
                )
                for file in files
            ]
            self._store.ledger.put([lesson.row for lesson in lessons])
            self._store.routes.mark_edited([one.row.path for one in lessons if one.edited])
            self._store.index.put([one.features for one in lessons if one.features])
            self._store.activity.put([one.touch for one in lessons if one.touch])
            self._queue_linking_to(
                [one.row.path for one in lessons if one.features and not one.features.listed]
            )
            due = [one.row.path for one in lessons if one.due and not one.calls]
            fresh = [path for path in due if path not in rows]
            known = [path for path in due if path in rows]
            known += [one.row.path for one in lessons if _is_to_be_refreshed(one)]
            calling = [one.row.path for one in lessons if one.calls]
            now = moment.now
            self._store.queue.put(calling, priority=Priority.ON_DEMAND, now=now)
            self._store.queue.put(fresh, priority=Priority.BACKFILL, now=now)
            self._store.queue.put([*known, *unreadable], priority=Priority.CHANGED, now=now)
        return lessons

    def _recognise(
        self, strangers: Sequence[File], is_gone: IsGone, missing: Collection[NotePath]
    ) -> dict[NotePath, LedgerRow]:
        """Follow those files that were known under another path; give rows of those that return."""
        store = self._store
        moved = find_moved(
            strangers, store, is_gone=is_gone, missing=missing, read=self._learner.read
        )
        follow_renamed(moved, store)
        recover(self._vault, store, only=moved)
        requeue_decided(moved, store, now=self._clock.now())
        self._queue_linking_to(moved)
        rest = [file for file in strangers if file.path not in moved]
        return find_returned(rest, store, is_gone=is_gone, read=self._learner.read)

    def _forget(self, gone: Iterable[NotePath]) -> None:
        gone = tuple(gone)
        if gone:
            with self._store.transaction():
                forget_gone(gone, self._store)
                self._queue_linking_to(gone)

    def _queue_linking_to(self, targets: Iterable[NotePath]) -> None:
        """Queue the notes in which links of ours to these may have to be mended."""
        targets = list(targets)
        bearers = self._store.ledger.linking_to(targets)
        if targets:
            bearers += self._store.proposals.linking_to(targets)
        self._store.queue.put(bearers, priority=Priority.CHANGED, now=self._clock.now())

    def _queue_newly_watched(self) -> None:
        """Queue the notes that the configuration did not watch when they were learned."""
        newly = [path for path in self._store.ledger.unwatched() if self._vault.is_watched(path)]
        if newly:
            with self._store.transaction():
                rows = self._store.ledger.get(newly).values()
                self._store.ledger.put([replace(row, outcome="new", because="") for row in rows])
                self._store.queue.put(newly, priority=Priority.BACKFILL, now=self._clock.now())


def _is_to_be_refreshed(lesson: Lesson) -> bool:
    """Say whether a note was touched, though not changed, of which something is proposed."""
    waits = lesson.row.outcome == PROPOSED
    return waits and lesson.features is not None and not (lesson.due or lesson.calls)


def _batched(items: Sequence[Found], size: int) -> Iterable[Sequence[Found]]:
    return (items[start : start + size] for start in range(0, len(items), size))
