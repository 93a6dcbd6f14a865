"""The sections of the configuration, and all of it: frozen models with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)

from vaultskillet.config.cadence import Digest, Mail, Schedule
from vaultskillet.config.engines import MLX, Budget, Embeddings, HostedAI, Model, Models, OpenAI
from vaultskillet.config.fields import Folder, PropertyName, Section, TagName, UserPath
from vaultskillet.core.model import Tier
from vaultskillet.errors import ConfigError


class Obsidian(Section):
    """Which vault, and which of its folders."""

    enabled: bool = False
    """`run` refuses where this is false."""
    vault_path: UserPath | None = None
    categories: tuple[Folder, ...] = ()
    """The watched folders; empty: the whole vault."""


class Classification(Section):
    """How long a text is remembered that the small model classified."""

    cache_size: NonNegativeInt = 1024
    """Texts; 0: none."""
    cache_age_s: NonNegativeFloat = 3600.0


class Safety(Section):
    """What no model may see."""

    redact_emails: bool = True
    redact_phones: bool = True
    strip_api_keys: bool = True
    phone_regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    """Whose national phone numbers to expect, beside those that a note suggests."""
    restore_in_note: bool = False
    """Put addresses and numbers back into a summary that goes into the very note they are of."""


class Privacy(Section):
    """Which notes only an engine on this machine may see, beside those that say so themselves."""

    folders: tuple[Folder, ...] = ()
    """Whose notes are private, with all that lies below."""
    on_findings: Literal["allow", "local"] = "allow"
    """Local: a note in which a secret was found is private."""


class Plugins(Section):
    """What other packages bring."""

    filters: tuple[str, ...] | None = None
    """Redaction filters, by name; None: every one that is installed."""
    filter_limit_s: PositiveFloat = 10.0
    """How long each of them may take for one text, in seconds; then the note is stopped."""
    engines: dict[str, dict[str, Any]] = Field(default={}, repr=False)
    """Name of an engine -> what it is told."""


class Watch(Section):
    """When a changed note is due."""

    quiet_s: NonNegativeFloat = 30.0
    """A note that changed rests this long before it is written, in seconds."""
    longest_wait_s: NonNegativeFloat = 600.0
    """After this long, in seconds, a short pause is enough."""
    sweep_minutes: PositiveFloat = 15.0
    """How often the whole vault is looked at, whatever the watcher said."""
    polling: bool = False
    """Compare listings in place of waiting for the system to tell of changes."""
    polling_s: PositiveFloat = 30.0
    """Seconds between two listings."""

    @model_validator(mode="after")
    def _waits_are_ordered(self) -> Self:
        if self.longest_wait_s < self.quiet_s:
            raise ValueError("longest_wait_s must not be less than quiet_s")
        return self


class OnDemand(Section):
    """How notes ask for something."""

    tag: TagName = "homeskillet"
    """Without `#`."""
    quiet_s: NonNegativeFloat = 8.0
    """A note that asks rests this long before it is written, in seconds."""
    max_calls: PositiveInt = 20
    """So many requests of one note are heeded at once; what goes beyond them fails."""


class Properties(Section):
    """What our properties are called; null: not written."""

    summary: PropertyName | None = "summary"
    tags: PropertyName | None = "tags"
    related: PropertyName | None = "related"
    category: PropertyName | None = None

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [name.casefold() for _, name in self if name]
        if len(set(names)) < len(names):
            raise ValueError("each property needs a name of its own")
        return self


class Write(Section):
    """What is written into notes, and how fast."""

    mode: Literal["auto", "review"] = "auto"
    """Review: what nobody asked for in the note itself waits until a person accepts it."""
    review_page: bool = True
    """In mode review: list what waits in a note of ours, with boxes to tick."""
    properties: Properties = Properties()
    tags: Literal["open", "closed"] = "open"
    """Closed: only tags that the vault has already."""
    max_tags: Annotated[int, Field(ge=0, le=50)] = 5
    """Of ours, in one note."""
    max_related: Annotated[int, Field(ge=0, le=50)] = 5
    """Links of ours to related notes, in one note."""
    output_folder: Folder = "Homeskillet"
    """Notes of our own stand here; it is never read as input."""
    keep_created: bool = False
    """Write in place where the system lets no creation date be set."""
    notes_per_minute: PositiveInt | None = None
    """None: as fast as they come."""


class Logs(Section):
    """Where `run` logs while it works on."""

    file: UserPath | None = None
    """None: to stderr."""
    max_mb: PositiveFloat = 5.0
    """Larger than this, the file is put aside."""
    keep: PositiveInt = 3
    """So many of those that were put aside stay."""


class Config(Section):
    """All of it."""

    engine: str = "extractive"
    models: Models = Models()
    classification: Classification = Classification()
    mlx: MLX = MLX()
    openai: OpenAI = OpenAI()
    hosted_ai: HostedAI = HostedAI()
    embeddings: Embeddings = Embeddings()
    budget: Budget = Budget()
    obsidian: Obsidian = Obsidian()
    safety: Safety = Safety()
    privacy: Privacy = Privacy()
    plugins: Plugins = Plugins()
    watch: Watch = Watch()
    on_demand: OnDemand = OnDemand()
    write: Write = Write()
    schedule: Schedule = Schedule()
    digests: tuple[Digest, ...] = ()
    mail: Mail = Mail()
    logs: Logs = Logs()
    templates: UserPath | None = None
    """A folder whose templates go before the built-in ones."""

    @model_validator(mode="after")
    def _digests_differ_and_have_their_server(self) -> Self:
        names = [digest.name.casefold() for digest in self.digests]
        if len(set(names)) < len(names):
            raise ValueError("digests: each digest needs a name of its own")
        if any(digest.mail_to for digest in self.digests) and not self.mail.host:
            raise ValueError("mail.host: must name the server that mails the digests")
        return self

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

    def options_for(self, engine: str) -> Mapping[str, Any]:
        """Give what one of the engines is told, its secrets in the clear."""
        match engine:
            case "mlx":
                return self.mlx.model_dump()
            case "openai":
                return {**self.openai.model_dump(), "api_key": _clear(self.openai.api_key)}
            case "hosted_ai":
                return {**self.hosted_ai.model_dump(), "api_key": _clear(self.hosted_ai.api_key)}
            case _:
                return self.plugins.engines.get(engine, {})


def _clear(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
