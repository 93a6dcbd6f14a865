"""A pass over a vault in which nothing is due, without any of what only work takes.

To read a configuration, make its engines and fill in its prompts takes many times as long as to
walk ten thousand notes and find that each is as it was. The process that worked on them told what
its configuration comes to; as soon as anything is found to do, or to tell, all is done by an App.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from vaultskillet.app.accounts import Accounts
from vaultskillet.app.clock import new_run_id
from vaultskillet.app.pruning import prune
from vaultskillet.app.told import Told, read_told, tell
from vaultskillet.config.places import state_file
from vaultskillet.core.model import Found, Skipped, Tier
from vaultskillet.core.page import is_page
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.runs import RunCounts
from vaultskillet.ports.store import Store
from vaultskillet.report import RunReport
from vaultskillet.store.database import Database
from vaultskillet.store.lock import hold_lock
from vaultskillet.store.store import SqliteStore
from vaultskillet.vault.vault import DiskVault

LOOKED_AT_ONCE = 256
"""Notes that are compared before more are looked at: what changed is soon come upon."""


def pass_at_rest(vault: Path, state_dir: Path, origin: str, clock: Clock) -> RunReport | None:
    """Do what `run --once` does where nothing is due; None: more is to be done, and nothing was.

    Args:
        vault: its folder.
        state_dir: the folder that keeps the state of this vault.
        origin: by which the configuration is known again.
        clock: tells the time.

    Raises:
        VaultError: the vault cannot be used.
        StoreError: the state cannot be used, or another process works on this vault.
    """
    state = state_file(state_dir)
    if not state.is_file():
        return None
    with ExitStack() as closing:
        closing.enter_context(hold_lock(state))
        store = SqliteStore(Database(state, alone=False))
        closing.callback(store.close)
        told, started = read_told(store), clock.now()
        if told is None or told.origin != origin or told.rest is None or _owes_work(store, started):
            return None
        seen = _look_over(_open(vault, state_dir, told), store)
        if seen is None:
            return None
        unchanged, skipped = seen
        if any(is_page(one.path, told.output_folder) for one in skipped):
            return None  # somebody may have ticked what is on it
        return _record(store, told, clock, started, unchanged=unchanged, skipped=skipped)


def _owes_work(store: SqliteStore, now: float) -> bool:
    """Say whether notes are due or wait, a crash left something, or an engine holds something."""
    queue, accounts = store.queue.counts(now=now), Accounts(lambda: store)
    held = any(accounts.held(tier) for tier in Tier) or any(
        tier.memory_bytes or tier.allocations for tier in accounts.state().tiers.values()
    )
    return bool(queue.waiting or queue.leased or held or store.journal.unsettled())


def _open(vault: Path, state_dir: Path, told: Told) -> DiskVault:
    assert told.rest is not None  # noqa: S101 - who calls has looked
    return DiskVault(
        vault,
        watched=told.rest.watched or None,
        output_folder=told.output_folder,
        host=socket.gethostname(),
        copies=state_dir / "copies",
    )


def _look_over(vault: DiskVault, store: Store) -> tuple[int, tuple[Skipped, ...]] | None:
    """Count the notes that are as they were, and give what is left alone; None: one is not."""
    known = store.ledger.stamps()
    unchanged = 0
    skipped: list[Skipped] = []
    strays: list[str] = []
    walk = vault.look_over(strays)
    while seen := list(islice(walk, LOOKED_AT_ONCE)):
        left = [one for one in seen if isinstance(one, Skipped)]
        notes = dict([one for one in seen if isinstance(one, Found)])
        if strays or not notes.items() <= known.items():
            return None
        unchanged += len(notes)
        skipped += left
    if unchanged < len(known):
        unseen = tuple(one.path for one in skipped if one.path.endswith("/"))
        if unchanged + sum(path.startswith(unseen) for path in known) < len(known):
            return None
    if strays or any(map(vault.is_watched, store.ledger.unwatched())):
        return None
    return unchanged, tuple(skipped)


def _record(
    store: Store,
    told: Told,
    clock: Clock,
    started: float,
    *,
    unchanged: int,
    skipped: tuple[Skipped, ...],
) -> RunReport:
    """Keep what any run does, and give its report."""
    run = new_run_id(started)
    with store.transaction():
        prune(store, now=started)
        tell(told, store, clock)
        store.runs.start(run, at=started)
        store.ledger.put_skipped(skipped)
        ended = clock.now()
        store.runs.end(run, at=ended, counts=RunCounts())
    return RunReport(
        run=run,
        results=(),
        skipped=tuple(sorted(skipped, key=lambda one: one.path)),
        unchanged=unchanged,
        buried=store.queue.counts(now=ended).buried,
        waiting=0,
        elapsed_s=ended - started,
    )
