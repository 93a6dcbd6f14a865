"""From the command line to a configuration, logs, a vault and its notes."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from vaultskillet import logs
from vaultskillet.cli.options import Common
from vaultskillet.config import Config, exposed_files, find, load, log_file_for, secrets_of
from vaultskillet.core.model import NotePath
from vaultskillet.errors import ConfigError, RedactionError

log = logging.getLogger(__name__)

BYTES_A_MB = 1_000_000


def read_config(common: Common, *, level: int = logging.WARNING, to_file: bool = False) -> Config:
    """Read the configuration and set up the logs; see `set_up_logs`.

    Raises:
        ConfigError: it is wrong, or names a file for logs that cannot be written.
    """
    config = load(common.config, vault=common.vault, engine=common.engine, environ=os.environ)
    set_up_logs(common, config, level=level, to_file=to_file)
    for file in exposed_files(find(common.config, os.environ), config):
        told = {"path": str(file), "mend": f"chmod 600 {file}"}
        log.warning("others on this machine may read a file that holds a key", extra=told)
    return config


def set_up_logs(
    common: Common, config: Config, *, level: int = logging.WARNING, to_file: bool = False
) -> None:
    """Send logs where they belong, without the configuration's secrets.

    Args:
        common: says how they look, and whether all are wanted.
        config: says where they go.
        level: the lowest level that is logged, where not all are wanted.
        to_file: they go to the file that is configured, if one is; else to stderr.

    Raises:
        ConfigError: the file cannot be written, or lies in the vault.
    """
    path = log_file_for(config, os.environ) if to_file else None
    max_bytes = round(config.logs.max_mb * BYTES_A_MB)
    logs.set_up(
        level=logging.DEBUG if common.verbose else level,
        json_lines=common.json_logs,
        secrets=secrets_of(config),
        clean=_cleaner(config),
        file=None if path is None else logs.LogFile(path, max_bytes, config.logs.keep),
    )


def _cleaner(config: Config) -> logs.Clean:
    """Give what takes addresses, numbers and secrets out of a text, such as the name of a note."""

    def clean(text: str) -> str:
        from vaultskillet.app import redaction_of
        from vaultskillet.core.redact import redact

        try:
            return redact(text, redaction_of(config, with_plugins=False)).text
        except RedactionError:
            return "[left out: it could not be redacted]"

    return clean


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


def check_enabled(config: Config) -> None:
    """Pass a vault that `run` may work on.

    Raises:
        ConfigError: the configuration does not enable it.
    """
    if not config.obsidian.enabled:
        raise ConfigError(
            "obsidian.enabled is false: set it to true, or name the vault with --vault DIR"
        )


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
