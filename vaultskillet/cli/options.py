"""The options that every command takes after its name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:  # at run time it would make `--help` wait
    from vaultskillet.config import Config

_PANEL = "Options of every command"


@dataclass(frozen=True, slots=True)
class Common:
    """What the command line says beside a command's own options."""

    config: Annotated[
        Path | None,
        typer.Option(help="The configuration file.", metavar="FILE", rich_help_panel=_PANEL),
    ] = None
    vault: Annotated[
        Path | None,
        typer.Option(
            help="The vault; needs no configuration.", metavar="DIR", rich_help_panel=_PANEL
        ),
    ] = None
    state_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where the state is kept; never inside the vault.",
            metavar="DIR",
            rich_help_panel=_PANEL,
        ),
    ] = None
    engine: Annotated[
        str | None,
        typer.Option(
            help="What does the work, such as extractive.",
            metavar="NAME",
            rich_help_panel=_PANEL,
        ),
    ] = None
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log more.", rich_help_panel=_PANEL)
    ] = False
    json_logs: Annotated[
        bool,
        typer.Option("--json-logs", help="Log one JSON object a line.", rich_help_panel=_PANEL),
    ] = False


ALLOW_DOWNLOAD = Annotated[
    bool,
    typer.Option("--allow-download", help="Fetch models that are not on this machine."),
]
"""An option of the commands that ask a model."""


def permitting(config: Config, *, download: bool) -> Config:
    """Let models be fetched that are not on this machine, where the command line says so."""
    if not download:
        return config
    allowed = {"allow_download": True}
    sections = {"mlx": config.mlx, "embeddings": config.embeddings}
    return config.model_copy(
        update={name: section.model_copy(update=allowed) for name, section in sections.items()}
    )


_SHARED = tuple(inspect.signature(Common, eval_str=True).parameters.values())
"""Read once: to evaluate annotations takes its time, and there are many commands."""


def with_common(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command that takes the common options too, and hands them on as its first value."""
    names = [field.name for field in fields(Common)]

    @functools.wraps(function)
    def command(**given: Any) -> None:  # noqa: ANN401 - whatever Typer has parsed
        common = Common(**{name: given.pop(name) for name in names})
        function(common, **given)

    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter.replace(kind=keyword) for parameter in (*own, *_SHARED)]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # Typer reads it
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command
