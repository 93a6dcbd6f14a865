"""Do a pass without reading a configuration, where nothing is due and one was told of."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from vaultskillet.app.clock import SystemClock
from vaultskillet.app.rest import pass_at_rest
from vaultskillet.app.told import origin_of
from vaultskillet.cli.glance import vault_of
from vaultskillet.cli.options import Common
from vaultskillet.config.places import absolute, find, state_dir_for
from vaultskillet.errors import VaultskilletError
from vaultskillet.report import RunReport


def run_at_rest(common: Common) -> RunReport | None:
    """Do what `run --once` does; None where something is due or amiss, and nothing was done."""
    gc.disable()  # all that is made is kept, and soon the process ends: a tenth of the time
    try:
        file = find(common.config, os.environ)
        if file is not None and b"${" in file.read_bytes():
            return None  # the environment has a say in it, too
        vault = vault_of(file) if common.vault is None else absolute(common.vault, Path.cwd())
        if vault is None or not vault.is_dir():
            return None
        origin = origin_of(file, engine=common.engine)
        return pass_at_rest(vault, state_dir_for(vault, common.state_dir), origin, SystemClock())
    except (VaultskilletError, OSError):
        return None  # who reads all of it says better what is wrong
    finally:
        gc.enable()
