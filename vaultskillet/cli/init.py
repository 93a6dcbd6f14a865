"""The command `init`: a commented configuration for a vault."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.errors import ConfigError


def init(
    common: Common,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[VAULT]", help="The vault; else --vault, else this folder."),
    ] = None,
    *,
    bases: Annotated[
        bool,
        typer.Option(
            "--bases", help="Write views for Obsidian's Bases into the vault, too, or alone."
        ),
    ] = False,
) -> None:
    """Write a commented configuration for a vault; never over one that is there."""
    from vaultskillet.cli.session import check_vault
    from vaultskillet.config import default_file
    from vaultskillet.templates import Templates

    home = check_vault((folder or common.vault or Path.cwd()).expanduser().absolute())
    if not (home / ".obsidian").is_dir():
        raise ConfigError(f"{home}: is no vault: it holds no .obsidian folder")
    file = common.config or default_file()
    if bases:
        _write_bases(home, common)
        if file.exists():
            return
    text = Templates().render(
        "config.yaml", enabled=True, vault_path=_quoted(str(home)), found=_look_around(home)
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise ConfigError(f"{file}: is there already; nothing was written") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
    typer.echo(f"Wrote {file}")
    named = "" if common.config is None else f" --config {file}"
    typer.echo(f"See what it would do: vaultskillet run --once --dry-run{named}")


def _write_bases(home: Path, common: Common) -> None:
    """Write the views; the properties and folders are those of the configuration there is."""
    from vaultskillet.cli.bases import write_bases
    from vaultskillet.config import load

    file = common.config if common.config and common.config.exists() else None
    config = load(file, vault=home, engine=None, environ=os.environ)
    written = write_bases(home, config)
    for base in written:
        typer.echo(f"Wrote {base}")
    if not written:
        typer.echo("The views are there already; nothing was written")


def _look_around(vault: Path) -> list[str]:
    """Describe a vault in some lines, for a person who is about to choose folders."""
    from vaultskillet.vault.settings import read_settings

    settings = read_settings(vault)
    folders = sorted(
        entry.name for entry in vault.iterdir() if entry.is_dir() and entry.name[0] != "."
    )
    lines = [f"Its folders: {', '.join(map(_quoted, folders)) or 'none'}."]
    if settings.template_folders:
        templates = ", ".join(map(_quoted, settings.template_folders))
        lines.append(f"Its templates, which are left alone: {templates}.")
    if settings.daily_notes.folder:
        lines.append(f"Its daily notes: {_quoted(settings.daily_notes.folder)}.")
    return lines


def _quoted(text: str) -> str:
    """Quote a text for YAML: JSON's way is a part of YAML's."""
    return json.dumps(text, ensure_ascii=not text.isprintable())
