"""Secrets of ours: keys that stand in files of their own, and who else may read those files."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from vaultskillet.config.engines import Keyed
from vaultskillet.config.fields import Section
from vaultskillet.config.sections import Config
from vaultskillet.errors import ConfigError

_SECRET_NAME = re.compile(r"key|token|secret|password", re.IGNORECASE)

_MOST_BYTES = 16_384
"""No key is longer; a file that is was named by mistake."""


def with_keys(config: Config) -> Config:
    """Give a configuration whose keys are read from the files that it names.

    Raises:
        ConfigError: one of them cannot be read, or holds no key.
    """
    update = {
        name: service.model_copy(update={"api_key": _read(f"{name}.api_key_file", file)})
        for name, service in _services(config).items()
        if (file := service.api_key_file) is not None
    }
    return config.model_copy(update=update) if update else config


def _services(config: Config) -> dict[str, Keyed]:
    """Give the sections that may name a key."""
    return {
        "openai": config.openai,
        "hosted_ai": config.hosted_ai,
        "embeddings": config.embeddings,
    }


def _read(key: str, file: Path) -> SecretStr:
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_BYTES + 1).decode().strip()
    except OSError as error:
        raise ConfigError(f"{key}: {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        text = ""
    if not text or len(text.split()) > 1 or len(text) > _MOST_BYTES:
        raise ConfigError(f"{key}: {file} must hold the key and nothing else")
    return SecretStr(text)


def secrets_of(section: Section) -> Iterator[str]:
    """Give every secret of the configuration in the clear, to keep them out of logs."""
    for value in dict(section).values():
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, Section):
            yield from secrets_of(value)
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Section):
                    yield from secrets_of(one)
        elif isinstance(value, dict):
            yield from secrets_in(value)


def secrets_in(options: Mapping[str, object]) -> Iterator[str]:
    """Give what plug-ins are told under names such as `api_key`: it has no type that says so."""
    for name, value in options.items():
        if isinstance(value, dict):
            yield from secrets_in(value)
        elif isinstance(value, str) and _SECRET_NAME.search(name):
            yield value


def exposed_files(file: Path | None, config: Config) -> Iterator[Path]:
    """Give the files that hold a key of ours in the clear and that others may read.

    Args:
        file: the configuration's own; None where there is none.
        config: what was read from it.
    """
    services = _services(config).values()
    named = [one.api_key_file for one in services if one.api_key_file]
    if file is not None:
        text = file.read_text(encoding="utf-8-sig")
        named += [file] * any(secret in text for secret in secrets_of(config))
    yield from (one for one in named if _is_open_to_others(one))


def _is_open_to_others(file: Path) -> bool:
    """Say whether other accounts may read a file, where a file's mode tells."""
    others = stat.S_IRGRP | stat.S_IROTH
    return os.name == "posix" and bool(file.stat().st_mode & others)
