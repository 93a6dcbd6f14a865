"""The one place that wires: a configuration becomes an App."""

from __future__ import annotations

import contextlib
import functools
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from vaultskillet import history
from vaultskillet.app.accounts import Accounts, Keeper
from vaultskillet.app.app import App
from vaultskillet.app.cadence import slots_of
from vaultskillet.app.clock import SystemClock, new_run_id
from vaultskillet.app.doors import NO_MODEL
from vaultskillet.app.embedding import EMBEDDER, make_embedder, make_meanings, models_of
from vaultskillet.app.engines import Engines
from vaultskillet.app.parts import Mode, Parts, Progress
from vaultskillet.app.policies import check_shapes, classify_recipe_of, policy_of, recipe_of
from vaultskillet.app.pruning import prune
from vaultskillet.app.told import Rest, Told, tell
from vaultskillet.config import Budget, Config, state_file
from vaultskillet.core.cache import ClassificationCache
from vaultskillet.core.model import Tier
from vaultskillet.core.settle import Settler
from vaultskillet.daemon import Tempo
from vaultskillet.errors import ConfigError, VaultError
from vaultskillet.orchestrator import Orchestrator
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import InferenceEngine
from vaultskillet.store.database import Database
from vaultskillet.store.lock import hold_lock
from vaultskillet.store.salvage import salvage
from vaultskillet.store.store import SqliteStore
from vaultskillet.templates import Templates
from vaultskillet.trip import Kit
from vaultskillet.vault.metadata import BIRTH_TIME_CAN_BE_SET
from vaultskillet.vault.overlay import OverlayVault
from vaultskillet.vault.vault import DiskVault
from vaultskillet.vault.watch import VaultWatcher

log = logging.getLogger(__name__)


def build(
    config: Config,
    *,
    state_dir: Path,
    mode: Mode,
    progress: Progress = lambda _phase, _done, _total: None,
    show_diffs: bool = False,
    clock: Clock | None = None,
    origin: str | None = None,
) -> App:
    """Make an App.

    Args:
        config: the configuration.
        state_dir: the folder that keeps the state of this vault.
        mode: what the App may do.
        progress: told how far the work is.
        show_diffs: whether reports hold the diff of each note.
        clock: tells the time; None: the machine's.
        origin: by which the configuration is known again; None: it is not told to the state.

    Raises:
        ConfigError: the configuration is wrong, or names a vault that cannot be used.
        StoreError: the state cannot be used, or another process works on this vault.
    """
    state = state_file(state_dir)
    clock = clock or SystemClock()
    templates = Templates(config.templates)
    check_shapes(templates.render)
    with ExitStack() as closing:
        vault = open_vault(config, state_dir, to_write=mode in (Mode.WORK, Mode.AMEND))
        store = _open_store(state, mode, closing)
        accounts = Accounts(_keeper_of(store, state, mode, closing))
        engines = Engines(
            config,
            clock=clock,
            accounts=accounts,
            leads=mode is Mode.WORK,
            lenient=mode in (Mode.LOOK, Mode.AMEND, Mode.QUEUE),
        )
        closing.callback(engines.close)
        estimates = engines.estimating() if mode is Mode.ESTIMATE else {}
        if mode is not Mode.LOOK and mode is not Mode.QUEUE:
            _check_private_folders(config)
        if mode in (Mode.WORK, Mode.AMEND):
            vault.begin_clean_up()
            store.queue.recover()
            history.recover(vault, store)
        is_trial = mode in (Mode.DRY, Mode.ESTIMATE)
        policy = policy_of(config)
        kit = Kit(
            vault=OverlayVault(vault) if is_trial else vault,
            store=store,
            orchestrator=make_orchestrator(config, {**engines.by_tier, **estimates}, clock),
            render=templates.render,
            clock=clock,
            # Nothing is written, so there is nothing to judge first: it shows what would be.
            policy=replace(policy, review=False) if is_trial else policy,
            run=new_run_id(clock.now()),
        )
        kit = _with_meanings(kit, config, mode, engines, closing)
        if mode is Mode.WORK:
            prune(store, now=clock.now())
            if kit.policy.review:
                store.proposals.prune()
            if origin is not None and (told := _told_of(config, kit, origin)):
                tell(told, store, clock)
        watch = config.watch
        return App(
            Parts(
                root=vault.root,
                config=config,
                vault=vault,
                state=state,
                kit=kit,
                engines=engines,
                accounts=accounts,
                estimates=estimates,
                settler=Settler(
                    quiet_s=watch.quiet_s,
                    longest_wait_s=watch.longest_wait_s,
                    calling_quiet_s=config.on_demand.quiet_s,
                ),
                watcher=VaultWatcher(vault.root, polling=watch.polling, polling_s=watch.polling_s),
                tempo=Tempo(config.write.notes_per_minute),
                progress=progress,
                show_diffs=show_diffs,
                problems=vault.settings.problems,
                closing=closing.pop_all(),
            )
        )


def _told_of(config: Config, kit: Kit, origin: str) -> Told | None:
    """Give what the configuration comes to; None where more than it has a say in that."""
    if config.digests or config.templates or config.budget != Budget():
        return None
    digests = kit.policy.digests
    return Told(
        origin=origin,
        output_folder=kit.policy.output_folder,
        engines=models_of(config, kit),
        prompt=digests.prompt,
        models={str(tier): digest for tier, digest in digests.models.items()},
        zone=config.schedule.timezone,
        slots=slots_of(config),
        coming={},
        rest=_rest_of(config, kit),
    )


def _rest_of(config: Config, kit: Kit) -> Rest | None:
    """Give what a pass takes where nothing is due; None where there is more to it."""
    has_more = kit.meanings is not None or config.privacy.folders or config.plugins.filters
    if has_more or not config.obsidian.enabled:
        return None
    return Rest(watched=config.obsidian.categories)


def _with_meanings(
    kit: Kit, config: Config, mode: Mode, engines: Engines, closing: ExitStack
) -> Kit:
    """Give the kit with embeddings, where some are configured and notes are worked on."""
    if mode not in (Mode.WORK, Mode.DRY):
        return kit
    embedder = make_embedder(config, kit.clock)
    if embedder is None:
        return kit
    closing.callback(embedder.close)
    meter = engines.meter_of(config.embeddings.engine, EMBEDDER)
    meanings = make_meanings(embedder, config, kit, meter=meter, budget=engines.allowance)
    return replace(kit, meanings=meanings)


def open_vault(
    config: Config, state_dir: Path | None = None, *, to_write: bool = False
) -> DiskVault:
    """Open the configured vault; only to read, where nothing else is asked for.

    Raises:
        ConfigError: it cannot be used.
    """
    try:
        return DiskVault(
            config.vault,
            watched=config.obsidian.categories or None,
            output_folder=config.write.output_folder,
            host=socket.gethostname(),
            copies=state_dir and state_dir / "copies",
            in_place=config.write.keep_created and not BIRTH_TIME_CAN_BE_SET,
            to_write=to_write,
        )
    except VaultError as error:
        raise ConfigError(str(error)) from error


def _check_private_folders(config: Config) -> None:
    """Refuse to work where a private folder is not there: with a slip in its name, it is sent."""
    for folder in config.privacy.folders:
        if not (config.vault / folder).is_dir():
            raise ConfigError(
                f"privacy.folders: the vault has no folder {folder};"
                " make it, mend its name or take it out of the list"
            )


def _open_store(state: Path, mode: Mode, closing: ExitStack) -> SqliteStore:
    """Open the state: the file for who works, a copy of it for who looks or tries."""
    if mode in (Mode.LOOK, Mode.DRY, Mode.ESTIMATE):
        database = Database.copy_of(state)
    else:
        if mode in (Mode.WORK, Mode.AMEND):
            closing.enter_context(hold_lock(state))
        database = Database(state, alone=mode is Mode.WORK)
    if database.set_aside:
        notes, writes = salvage(database.set_aside, database)
        log.warning(
            "the state database was damaged; a new one is made from the vault",
            extra={"path": str(database.set_aside), "notes_saved": notes, "writes_saved": writes},
        )
    store = SqliteStore(database)
    closing.callback(store.close)
    return store


def _keeper_of(
    store: SqliteStore, state: Path, mode: Mode, closing: ExitStack
) -> Callable[[], Keeper]:
    """Give what keeps the engines' accounts.

    Who only tries works on a copy of the state, but what a model costs is spent all the same:
    then it is kept in the file, which is opened, and made, only when something is spent.
    """
    return open_keeper(state, closing) if mode is Mode.DRY else lambda: store


def open_keeper(state: Path | None, closing: ExitStack) -> Callable[[], Keeper]:
    """Give what opens a state database, and makes it, when it is first needed.

    Args:
        state: the file; None: in memory.
        closing: closes what was opened.
    """
    opened = closing.enter_context(ExitStack())
    lock = threading.Lock()

    @functools.cache
    def open_once() -> Keeper:
        return opened.enter_context(contextlib.closing(SqliteStore(Database(state, alone=False))))

    def open_file() -> Keeper:
        with lock:
            return open_once()

    return open_file


def make_orchestrator(
    config: Config, engines: Mapping[Tier, InferenceEngine], clock: Clock
) -> Orchestrator:
    """Make what classifies, routes and generates with these engines."""
    has_model = config.engine_for(Tier.GEMMA) != NO_MODEL
    classification = config.classification
    return Orchestrator(
        engines,
        classifier=engines[Tier.GEMMA] if has_model else None,
        classify=classify_recipe_of(config),
        answer=recipe_of(config, "answer", schema=None),
        cache=ClassificationCache(size=classification.cache_size, age_s=classification.cache_age_s),
        clock=clock,
    )
