"""Views for Obsidian's Bases: the notes that were enriched, and those that were left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from vaultskillet.errors import ConfigError

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.config import Config

NAMES = {"enriched": "Enriched notes.base", "left-alone": "Notes left alone.base"}
"""Template -> the file that is made of it."""


def write_bases(vault: Path, config: Config) -> list[Path]:
    """Write both views into our own folder, never over one that is there.

    Returns:
        The files that were written.

    Raises:
        ConfigError: one cannot be written, or our folder is a link that leads elsewhere.
    """
    folder = vault / config.write.output_folder
    if not folder.resolve().is_relative_to(vault.resolve()):
        raise ConfigError(f"{folder}: leads out of the vault; nothing was written")
    texts = render_bases(vault, config)
    written = []
    for template, name in NAMES.items():
        file = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as out:
                out.write(texts[template])
        except FileExistsError:
            continue
        except OSError as error:
            raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
        written.append(file)
    return written


def render_bases(vault: Path, config: Config) -> dict[str, str]:
    """Give the text of each view, by its template."""
    from vaultskillet.templates import Templates
    from vaultskillet.vault.settings import read_settings

    properties = config.write.properties
    telling = [name for name in (properties.summary, properties.related) if name]
    columns = [name for name in (*telling, properties.tags, properties.category) if name]
    templates = Templates(config.templates)
    return {
        template: templates.render(
            f"bases/{template}.base",
            in_output=_call("file.inFolder", config.write.output_folder),
            in_template_folders=[
                _call("file.inFolder", folder) for folder in read_settings(vault).template_folders
            ],
            have_properties=[_call("file.hasProperty", name) for name in telling or columns],
            opting_out=[
                _yaml(f'note["{config.on_demand.tag}"] == false'),
                _call("file.hasTag", f"{config.on_demand.tag}/skip"),
            ],
            columns=[_yaml(f"note.{name}") for name in columns],
        )
        for template in NAMES
    }


def _call(function: str, argument: str) -> str:
    """Write a call in the language of Bases, quoted for YAML."""
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return _yaml(f'{function}("{escaped}")')


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
