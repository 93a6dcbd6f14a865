"""Where the configuration file and the state are kept; imports no more than that takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from vaultskillet.core.model import digest_of
from vaultskillet.errors import ConfigError

VARIABLE = "VAULTSKILLET_CONFIG"
"""The environment variable that may name the file."""


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Give the configuration file in use; None where nobody wrote one.

    Raises:
        ConfigError: a file is named, but not there.
    """
    if path is None and environ.get(VARIABLE):
        path = Path(environ[VARIABLE])
    if path is None:
        usual = default_file()
        return usual if usual.is_file() else None
    file = absolute(path, Path.cwd())
    if not file.is_file():
        raise ConfigError(f"{file}: there is no such configuration file")
    return file


def default_file() -> Path:
    """Give where the configuration is looked for when nobody names a file."""
    return platformdirs.user_config_path("vaultskillet", appauthor=False) / "config.yaml"


def state_dir_for(vault: Path, override: Path | None) -> Path:
    """Give the folder that keeps the state of a vault.

    Raises:
        ConfigError: it would lie inside the vault, where a sync service would corrupt it.
    """
    home = vault.resolve()
    if override is None:
        name = f"{home.name[:40]}-{digest_of(os.fsencode(home))[:12]}"
        return platformdirs.user_state_path("vaultskillet", appauthor=False) / name
    state_dir = absolute(override, Path.cwd()).resolve()
    if state_dir.is_relative_to(home):
        raise ConfigError(
            f"{state_dir}: the state may not lie inside the vault, where sync services "
            "corrupt databases; name a folder outside"
        )
    return state_dir


def state_file(state_dir: Path) -> Path:
    """Give the database in a vault's state folder."""
    return state_dir / "state.sqlite3"


def absolute(path: Path, base: Path) -> Path:
    """Give a path as it is meant where `base` is the current folder, `~` expanded."""
    return base / path.expanduser()
