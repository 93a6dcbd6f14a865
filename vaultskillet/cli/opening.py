"""From the command line to an App; a module of its own because it imports everything."""

from __future__ import annotations

import os

from vaultskillet.app import App, Mode, Progress, build
from vaultskillet.app.told import origin_of
from vaultskillet.cli.options import Common
from vaultskillet.cli.session import check_vault
from vaultskillet.config import Config, exposed_files, find, state_dir_for


def open_app(
    common: Common,
    config: Config,
    mode: Mode,
    *,
    progress: Progress | None = None,
    show_diffs: bool = False,
) -> App:
    """Build the App for the configured vault; see `vaultskillet.app.build`.

    Raises:
        ConfigError: there is no such vault, or it cannot be used.
    """
    vault = check_vault(config.vault)
    file = find(common.config, os.environ)
    is_safe = not list(exposed_files(file, config))  # else every command is to say so
    return build(
        config,
        state_dir=state_dir_for(vault, common.state_dir),
        mode=mode,
        progress=progress or (lambda _phase, _done, _total: None),
        show_diffs=show_diffs,
        origin=origin_of(file, engine=common.engine) if is_safe else None,
    )
