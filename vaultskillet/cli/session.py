"""From the common options to a configuration, a vault and an App.

Imports all that is heavy; commands import this module only when they run.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from vaultskillet import logs
from vaultskillet.app import App, Mode, Progress, build
from vaultskillet.cli.options import Common
from vaultskillet.config import Config, load, secrets_of, state_dir_for
from vaultskillet.core.model import NotePath
from vaultskillet.core.redact import Policy
from vaultskillet.errors import ConfigError


def read_config(common: Common, *, level: int = logging.WARNING) -> Config:
    """Read the configuration and set up the logs.

    Raises:
        ConfigError: it is wrong.
    """
    config = load(common.config, vault=common.vault, engine=common.engine, environ=os.environ)
    set_up_logs(common, config, level=level)
    return config


def set_up_logs(common: Common, config: Config, *, level: int = logging.WARNING) -> None:
    """Send logs to stderr as the command line asks, without the configuration's secrets."""
    logs.set_up(
        level=logging.DEBUG if common.verbose else level,
        json_lines=common.json_logs,
        secrets=secrets_of(config),
    )


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
    return build(
        config,
        state_dir=state_dir_for(vault, common.state_dir),
        mode=mode,
        progress=progress or (lambda _phase, _done, _total: None),
        show_diffs=show_diffs,
    )


def redaction_of(config: Config) -> Policy:
    """Give what the configuration takes for sensitive."""
    safety = config.safety
    return Policy(
        redact_emails=safety.redact_emails,
        redact_phones=safety.redact_phones,
        strip_api_keys=safety.strip_api_keys,
        regions=safety.phone_regions,
    )


def check_vault(vault: Path) -> Path:
    """Give the vault back where it can be used.

    Raises:
        ConfigError: it cannot; says how to mend that.
    """
    if not vault.exists():
        raise ConfigError(f"{vault}: there is no such vault; name its folder with --vault DIR")
    if not vault.is_dir():
        raise ConfigError(f"{vault}: is a file; a vault is the folder that holds the notes")
    if not os.access(vault, os.R_OK | os.X_OK):
        raise ConfigError(f"{vault}: may not be read; give yourself permission (chmod u+rx)")
    return vault


def find_notes(vault: Path, names: Sequence[str]) -> tuple[NotePath, ...]:
    """Give the notes that a person named.

    Args:
        vault: the vault's folder.
        names: each relative to the vault, or a path of a file inside it, with or without
            `.md`.

    Raises:
        ConfigError: a name is no note of the vault.
    """
    return tuple(_find_note(vault.resolve(), name) for name in names)


def _find_note(home: Path, name: str) -> NotePath:
    for base in (home, Path.cwd()):
        for spelling in (name, f"{name}.md"):
            file = base / spelling
            place = file.parent.resolve() / file.name
            if place.suffix == ".md" and place.is_file() and place.is_relative_to(home):
                return NotePath(place.relative_to(home).as_posix())
    raise ConfigError(f"{name}: there is no such note in {home}")
