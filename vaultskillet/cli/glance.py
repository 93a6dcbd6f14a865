"""Tell how things stand without reading a configuration, where the working process told of it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from vaultskillet.app.accounts import Accounts
from vaultskillet.app.clock import SystemClock
from vaultskillet.app.told import origin_of, read_told, schedule_of
from vaultskillet.cli.options import Common
from vaultskillet.config.places import absolute, find, state_dir_for, state_file
from vaultskillet.core.page import is_page
from vaultskillet.errors import ConfigError, StoreError
from vaultskillet.standing import Setup, Status, stand
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore
from vaultskillet.vault.settings import read_settings


def glance(common: Common) -> Status | None:
    """Tell how things stand; None where that takes more than was told, or something is amiss."""
    try:
        file = find(common.config, os.environ)
        vault = vault_of(file) if common.vault is None else absolute(common.vault, Path.cwd())
        if vault is None or not os.access(vault, os.R_OK | os.X_OK):
            return None
        state = state_file(state_dir_for(vault, common.state_dir))
        if not state.is_file():
            return None
        return _look(vault, state, origin_of(file, engine=common.engine))
    except (ConfigError, StoreError, OSError):
        return None  # who reads all of it says better what is wrong


def vault_of(file: Path | None) -> Path | None:
    """Give the vault that a configuration names in so many words."""
    if file is None:
        return None
    from vaultskillet.core.properties import read_document

    match read_document(file.read_text(encoding="utf-8-sig"))[0]:
        case {"obsidian": {"vault_path": str(path)}} if path and "${" not in path:
            return absolute(Path(path), file.parent)
    return None


def _look(vault: Path, state: Path, origin: str) -> Status | None:
    with ExitStack() as closing:
        store = SqliteStore(Database(state, to_read=True))
        closing.callback(store.close)
        told = read_told(store)
        if told is None or told.origin != origin:
            return None
        own, ours = told.output_folder, f"{told.output_folder}/"
        skipped = (one.path for one in store.ledger.skipped())
        if any(path.startswith(ours) and not is_page(path, own) for path in skipped):
            return None  # they are looked into for what they are about
        clock = SystemClock()
        accounts = Accounts(lambda: store)
        setup = Setup(
            engines=told.engines,
            digests=told.digests,
            budget=(),
            schedule=(*schedule_of(told, store, clock),),
            reports=(),
            orphans={},
            problems=read_settings(vault).problems,
        )
        return stand(
            setup,
            store,
            clock=clock,
            vault=str(vault),
            state=str(state),
            engine_state=accounts.state(),
            use=accounts.use(),
        )
