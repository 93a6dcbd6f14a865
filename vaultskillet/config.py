"""The configuration: one YAML file, read into frozen models; and where the state is kept.

Homeskillet's own keys keep their names and defaults, so its file loads unchanged.
`docs/configuration.md` says what each key does.
"""

from __future__ import annotations

import difflib
import functools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from vaultskillet.core.model import Tier, digest_of
from vaultskillet.core.properties import read_document
from vaultskillet.errors import ConfigError

VARIABLE = "VAULTSKILLET_CONFIG"
"""The environment variable that may name the file."""

_REFERENCE = re.compile(r"\$\{(\w+)\}")

Key = tuple[str | int, ...]
"""Where a value stands in the document: `("watch", "quiet_s")`."""


def _inside(folder: str) -> str:
    """Give a folder of the vault in one spelling."""
    parts = [part for part in folder.replace("\\", "/").split("/") if part]
    if not parts or any(part.startswith(".") for part in parts):
        raise ValueError("must name a folder inside the vault, without dots before its name")
    return "/".join(parts)


def _placed(path: Path, info: ValidationInfo) -> Path:
    """Make a path absolute: relative ones stand beside the file."""
    if path == Path():
        raise ValueError("must name a path")
    return _absolute(path, info.context or Path.cwd())


Folder = Annotated[str, AfterValidator(_inside)]
"""A folder of the vault, as `a/b`."""

UserPath = Annotated[Path, AfterValidator(_placed)]
"""A path on this machine, absolute."""

PropertyName = Annotated[str, Field(pattern=r"^[^\W\d]\w*([ -]\w+)*$")]
"""A name that stands in YAML without quotes."""

Share = Annotated[float, Field(gt=0, le=1)]

Url = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Section(BaseModel):
    """A part of the file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, value: object) -> object:
        """Take a section whose every key is commented out for an absent one."""
        return {} if value is None else value


class Model(Section):
    """One of the two models, and how it picks its words."""

    repo: str
    """Repository or folder of the model."""
    engine: str | None = None
    """What runs this model; None: the engine that serves both."""
    context_limit: PositiveInt
    """In tokens."""
    temperature: NonNegativeFloat
    top_p: Share
    max_new_tokens: PositiveInt
    enable_thinking: bool


class Gemma(Model):
    """The small model: classifies, and does what is simple."""

    repo: str = "mlx-community/gemma-3-270m-it-bf16"
    context_limit: PositiveInt = 4096
    temperature: NonNegativeFloat = 0.7
    top_p: Share = 0.9
    max_new_tokens: PositiveInt = 256
    enable_thinking: bool = False


class Qwen(Model):
    """The large model: reasons."""

    repo: str = "mlx-community/Qwen3-30B-A3B-4bit"
    context_limit: PositiveInt = 8192
    temperature: NonNegativeFloat = 0.8
    top_p: Share = 0.95
    max_new_tokens: PositiveInt = 1024
    enable_thinking: bool = True


class Models(Section):
    """Both models."""

    gemma: Gemma = Gemma()
    qwen: Qwen = Qwen()


class HostedAI(Section):
    """The hosted.ai service."""

    base_url: Url = "https://api.hosted.ai"
    api_key: SecretStr | None = None
    pool: str = "gpu-pool-1"
    overcommit: bool = True
    timeout_secs: PositiveFloat = 30.0
    max_retries: NonNegativeInt = 3


class OpenAI(Section):
    """A server that speaks chat completions, on this machine or not."""

    base_url: Url = "http://127.0.0.1:11434/v1"
    api_key: SecretStr | None = None
    local: bool | None = None
    """Whether text stays on this machine; None: so it does at a loopback address."""


class Obsidian(Section):
    """Which vault, and which of its folders."""

    enabled: bool = False
    """`run` refuses where this is false."""
    vault_path: UserPath | None = None
    categories: tuple[Folder, ...] = ()
    """The watched folders; empty: the whole vault."""


class Safety(Section):
    """What no model may see."""

    redact_emails: bool = True
    redact_phones: bool = True
    strip_api_keys: bool = True
    phone_regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    """Whose national phone numbers to expect, beside those that a note suggests."""


class Watch(Section):
    """When a changed note is due."""

    quiet_s: NonNegativeFloat = 30.0
    """A note that changed rests this long before it is written, in seconds."""
    longest_wait_s: NonNegativeFloat = 600.0
    """After this long, in seconds, a short pause is enough."""
    sweep_minutes: PositiveFloat = 15.0
    """How often the whole vault is looked at, whatever the watcher said."""

    @model_validator(mode="after")
    def _waits_are_ordered(self) -> Self:
        if self.longest_wait_s < self.quiet_s:
            raise ValueError("longest_wait_s must not be less than quiet_s")
        return self


class Properties(Section):
    """What our properties are called; null: not written."""

    summary: PropertyName | None = "summary"
    tags: PropertyName | None = "tags"
    category: PropertyName | None = None

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [name.casefold() for _, name in self if name]
        if len(set(names)) < len(names):
            raise ValueError("each property needs a name of its own")
        return self


class Write(Section):
    """What is written into notes, and how fast."""

    mode: Literal["auto"] = "auto"
    properties: Properties = Properties()
    tags: Literal["open", "closed"] = "open"
    """Closed: only tags that the vault has already."""
    max_tags: Annotated[int, Field(ge=0, le=50)] = 5
    """Of ours, in one note."""
    output_folder: Folder = "Homeskillet"
    """Notes of our own stand here; it is never read as input."""
    notes_per_minute: PositiveInt | None = None
    """None: as fast as they come."""


class Config(Section):
    """All of it."""

    engine: str = "extractive"
    models: Models = Models()
    hosted_ai: HostedAI = HostedAI()
    openai: OpenAI = OpenAI()
    obsidian: Obsidian = Obsidian()
    safety: Safety = Safety()
    watch: Watch = Watch()
    write: Write = Write()
    templates: UserPath | None = None
    """A folder whose templates go before the built-in ones."""

    @property
    def vault(self) -> Path:
        """The vault's folder; a `ConfigError` where none is named."""
        if self.obsidian.vault_path is None:
            raise ConfigError(
                "no vault is named: give --vault DIR, or set obsidian.vault_path "
                "(`vaultskillet init` writes a configuration)"
            )
        return self.obsidian.vault_path

    def engine_for(self, tier: Tier) -> str:
        """Name the engine that runs one of the models."""
        return self.model_for(tier).engine or self.engine

    def model_for(self, tier: Tier) -> Model:
        """Give one of the models."""
        return self.models.gemma if tier is Tier.GEMMA else self.models.qwen


def load(
    path: Path | None,
    *,
    vault: Path | None,
    engine: str | None,
    environ: Mapping[str, str],
) -> Config:
    """Read the configuration and lay the command line over it.

    Args:
        path: the file that the command line names, if it names one.
        vault: the vault that the command line names: goes before `obsidian.vault_path`, and
            enables it.
        engine: the engine that the command line names: goes before every `engine` key.
        environ: where `VAULTSKILLET_CONFIG` and each `${NAME}` are looked up.

    Returns:
        The configuration, every path in it absolute; the defaults where there is no file.

    Raises:
        ConfigError: the file is not there, cannot be read or is wrong.
    """
    file = find(path, environ)
    config = Config() if file is None else _read(file, environ)
    if vault is not None:
        config = _with_vault(config, _absolute(vault, Path.cwd()))
    if engine is not None:
        config = _with_engine(config, engine)
    return config


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
    file = _absolute(path, Path.cwd())
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
    state_dir = _absolute(override, Path.cwd()).resolve()
    if state_dir.is_relative_to(home):
        raise ConfigError(
            f"{state_dir}: the state may not lie inside the vault, where sync services "
            "corrupt databases; name a folder outside"
        )
    return state_dir


def secrets_of(section: Section) -> Iterator[str]:
    """Give every secret of the configuration in the clear, to keep them out of logs."""
    for value in dict(section).values():
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, Section):
            yield from secrets_of(value)


def _absolute(path: Path, base: Path) -> Path:
    return base / path.expanduser()


def _with_vault(config: Config, vault: Path) -> Config:
    obsidian = config.obsidian.model_copy(update={"enabled": True, "vault_path": vault})
    return config.model_copy(update={"obsidian": obsidian})


def _with_engine(config: Config, engine: str) -> Config:
    gemma = config.models.gemma.model_copy(update={"engine": None})
    qwen = config.models.qwen.model_copy(update={"engine": None})
    models = Models(gemma=gemma, qwen=qwen)
    return config.model_copy(update={"engine": engine, "models": models})


def _read(file: Path, environ: Mapping[str, str]) -> Config:
    try:
        value, lines = read_document(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error
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
    section = functools.reduce(lambda part, name: getattr(part, str(name)), key[:-1], Config())
    names = sorted(type(section).model_fields)
    close = difflib.get_close_matches(str(key[-1]), names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; the keys here are {', '.join(names)}"
