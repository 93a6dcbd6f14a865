"""One YAML file -> the configuration; and where file and state are kept."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from vaultskillet.config.engines import Models
from vaultskillet.config.fields import Section
from vaultskillet.config.keys import with_keys
from vaultskillet.config.places import absolute, find
from vaultskillet.config.sections import Config
from vaultskillet.core.properties import read_document
from vaultskillet.errors import ConfigError

LOG_VARIABLE = "VAULTSKILLET_LOG"
"""The environment variable that may name the file for logs, where the configuration does not."""

_REFERENCE = re.compile(r"\$\{(\w+)\}")

Key = tuple[str | int, ...]
"""Where a value stands in the document: `("watch", "quiet_s")`."""


def load(
    path: Path | None = None,
    *,
    vault: Path | None = None,
    engine: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Read the configuration and lay the command line over it.

    Args:
        path: the file that the command line names, if it names one.
        vault: the vault that the command line names: goes before `obsidian.vault_path`, and
            enables it.
        engine: the engine that the command line names: goes before every `engine` key.
        environ: where `VAULTSKILLET_CONFIG` and each `${NAME}` are looked up; None: the
            process's own.

    Returns:
        The configuration, every path in it absolute; the defaults where there is no file.

    Raises:
        ConfigError: the file is not there, cannot be read or is wrong.
    """
    environ = os.environ if environ is None else environ
    file = find(path, environ)
    config = Config() if file is None else with_keys(_read(file, environ))
    if vault is not None:
        config = _with_vault(config, absolute(vault, Path.cwd()))
    if engine is not None:
        config = _with_engine(config, engine)
    return config


def log_file_for(config: Config, environ: Mapping[str, str]) -> Path | None:
    """Give the file that logs go to; None where they go to stderr.

    Raises:
        ConfigError: it would lie inside the vault.
    """
    named = environ.get(LOG_VARIABLE)
    file = config.logs.file or (absolute(Path(named), Path.cwd()) if named else None)
    vault = config.obsidian.vault_path
    if file and vault and file.resolve().is_relative_to(vault.resolve()):
        raise ConfigError(
            f"{file}: logs may not lie inside the vault, which would sync them; name a file "
            "outside in logs.file"
        )
    return file


def variables_of(file: Path) -> tuple[str, ...]:
    """Name the variables of the environment that a file's texts are made of.

    Raises:
        ConfigError: the file cannot be read.
    """
    value, _ = _read_document(file)
    return tuple(sorted(set(_REFERENCE.findall("\n".join(_texts_of(value))))))


def _with_vault(config: Config, vault: Path) -> Config:
    obsidian = config.obsidian.model_copy(update={"enabled": True, "vault_path": vault})
    return config.model_copy(update={"obsidian": obsidian})


def _with_engine(config: Config, engine: str) -> Config:
    gemma = config.models.gemma.model_copy(update={"engine": None})
    qwen = config.models.qwen.model_copy(update={"engine": None})
    models = Models(gemma=gemma, qwen=qwen)
    return config.model_copy(update={"engine": engine, "models": models})


def _texts_of(value: object) -> Iterator[str]:
    """Give every text of a document that may hold references."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts_of(part)
    elif isinstance(value, str):
        yield value


def _read_document(file: Path) -> tuple[object, Mapping[Key, int]]:
    try:
        return read_document(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error


def _read(file: Path, environ: Mapping[str, str]) -> Config:
    value, lines = _read_document(file)
    document = _Document(file, lines)
    try:
        return Config.model_validate(document.expand(value, environ), context=file.parent)
    except ValidationError as error:
        raise document.explain(error) from error


@dataclass(frozen=True, slots=True)
class _Document:
    """A file and the line that each key stands on."""

    file: Path
    lines: Mapping[Key, int]

    def error(self, key: Key, message: str) -> ConfigError:
        """Say what is wrong with a key, and where it stands."""
        return ConfigError(f"{self.file}:{self.line(key)}: {_dotted(key)}: {message}")

    def line(self, key: Key) -> int:
        """Give the line of a key, or else of the section that it is missing from."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def expand(self, value: object, environ: Mapping[str, str], key: Key = ()) -> object:
        """Replace each `${NAME}` in the texts of the document."""
        if isinstance(value, dict):
            return {name: self.expand(v, environ, (*key, name)) for name, v in value.items()}
        if isinstance(value, list):
            return [self.expand(v, environ, (*key, i)) for i, v in enumerate(value)]
        if not isinstance(value, str):
            return value
        for name in _REFERENCE.findall(value):
            if name not in environ:
                raise self.error(key, f"the environment variable {name} is not set")
        return _REFERENCE.sub(lambda match: environ[match[1]], value)

    def explain(self, error: ValidationError) -> ConfigError:
        """Put the first fault of the file into one line, never showing a value."""
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        fault = min(faults, key=lambda fault: self.line(fault["loc"]))
        key = fault["loc"]
        if fault["type"] == "extra_forbidden":
            return self.error(key, f"is not a key{_nearest(key)}")
        if fault["type"] == "model_type":
            return self.error(key, "must hold keys of its own")
        message = fault["msg"].removeprefix("Value error, ")
        return self.error(key, message[0].lower() + message[1:])


def _dotted(key: Key) -> str:
    return ".".join(str(part) for part in key) or "the whole file"


def _nearest(key: Key) -> str:
    """Say what an unknown key may have been meant to be."""
    names = sorted(_section_at(key[:-1]).model_fields)
    close = difflib.get_close_matches(str(key[-1]), names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; the keys here are {', '.join(names)}"


def _section_at(key: Key) -> type[Section]:
    """Give what sort of section stands under a key, in a list or not."""
    section: type[Section] = Config
    for name in key:
        if isinstance(name, str):
            kind = section.model_fields[name].annotation
            candidates = (kind, *get_args(kind))
            section = next(
                one for one in candidates if isinstance(one, type) and issubclass(one, Section)
            )
    return section
