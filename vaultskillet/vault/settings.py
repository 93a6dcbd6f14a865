"""Read what a vault's `.obsidian` folder says of templates, exclusions, links and daily notes."""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vaultskillet.core.links import LinkFormat

CONFIG_FOLDER = ".obsidian"

# Where plugins keep the folder of templates, and under which key.
_TEMPLATE_FOLDERS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
    ("plugins/quickadd/data.json", "templateFolderPath"),
)

# How the plug-in for periodic notes names them where nobody said otherwise.
_FORMATS = {"daily": "YYYY-MM-DD", "weekly": "gggg-[W]ww", "monthly": "YYYY-MM"}
_PERIODS = ("daily", "weekly", "monthly", "quarterly", "yearly")


@dataclass(frozen=True, slots=True)
class DailyNotes:
    """Where Obsidian puts the note of a day."""

    folder: str = ""
    """Vault-relative; empty for the vault's root."""
    format: str = "YYYY-MM-DD"
    """Moment's notation; a `/` makes folders."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the vault's own settings say. Paths are vault-relative, forward slashes."""

    excluded: tuple[re.Pattern[str], ...] = ()
    """Obsidian's excluded files: a path in which one of these is found is excluded."""
    template_folders: tuple[str, ...] = ()
    template_notes: frozenset[str] = frozenset()
    """Single notes used as templates, each as `path_key` gives it."""
    link_format: LinkFormat = LinkFormat.SHORTEST
    markdown_links: bool = False
    attachment_folder: str = ""
    daily_notes: DailyNotes = field(default_factory=DailyNotes)
    periodic_notes: Mapping[str, DailyNotes] = field(
        default_factory=lambda: {"daily": DailyNotes()}
    )
    """`daily`, `weekly`, `monthly`, where such notes are kept -> their place."""
    problems: tuple[str, ...] = ()
    """What could not be read or understood, one line each for a person."""


def read_settings(root: Path) -> Settings:
    """Read the settings of a vault; what is missing or broken has Obsidian's default."""
    reader = _Reader(root / CONFIG_FOLDER)
    app = reader.read("app.json")
    periodic_notes, template_notes = _read_periodic(reader)
    filters = app.get("userIgnoreFilters")
    patterns = [
        compiled
        for text in (filters if isinstance(filters, list) else ())
        if isinstance(text, str) and (compiled := reader.compile_filter(text))
    ]
    folders = [_folder(reader.read(file), key) for file, key in _TEMPLATE_FOLDERS]
    return Settings(
        excluded=tuple(patterns),
        template_folders=tuple(folder for folder in folders if folder),
        template_notes=frozenset(template_notes),
        link_format=_link_format(app),
        markdown_links=app.get("useMarkdownLinks") is True,
        attachment_folder=_text(app, "attachmentFolderPath"),
        daily_notes=periodic_notes["daily"],
        periodic_notes=periodic_notes,
        problems=tuple(reader.problems),
    )


def path_key(path: str) -> str:
    """Give the form in which two spellings of one path are equal.

    File systems differ in case and in Unicode normalisation, and settings travel between them.
    """
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


class _Reader:
    """Reads JSON files and remembers what was wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def read(self, name: str) -> Mapping[str, object]:
        """Give the object in a file; empty where there is no file or it is broken."""
        path = self.folder / name
        try:
            value = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self.problems.append(f"{path}: cannot be read ({error}); taken as empty")
            return {}
        return value if isinstance(value, dict) else {}

    def compile_filter(self, text: str) -> re.Pattern[str] | None:
        """Compile an excluded-files entry: `/regex/`, or else the beginning of a path."""
        if not (len(text) > 2 and text.startswith("/") and text.endswith("/")):  # noqa: PLR2004 - two slashes
            return re.compile(r"\A" + re.escape(text.lstrip("/")), re.IGNORECASE) if text else None
        # JavaScript writes (?<name>...), and the same with = or ! for a look-behind.
        pattern = re.sub(r"\(\?<(?![=!])", "(?P<", text[1:-1])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # `[[` in a set: fine in JavaScript
                return re.compile(pattern, re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            self.problems.append(
                f"{self.folder / 'app.json'}: the excluded-files entry {text} is not understood "
                f"({error}); name the folder instead, or its notes are not excluded"
            )
            return None


def _read_periodic(reader: _Reader) -> tuple[dict[str, DailyNotes], set[str]]:
    """Give the places of periodic notes, and the templates of all notes made by plugins."""
    core = reader.read("daily-notes.json")
    periodic = reader.read("plugins/periodic-notes/data.json")
    templater = reader.read("plugins/templater-obsidian/data.json")
    enabled = [period for name in _PERIODS if (period := _object(periodic, name)).get("enabled")]
    places = {"daily": _place(core, _FORMATS["daily"])}
    for name, default in _FORMATS.items():
        if _object(periodic, name).get("enabled"):
            places[name] = _place(_object(periodic, name), default)
    sources = [core, reader.read("zk-prefixer.json"), *enabled]
    sources += _objects(templater, "folder_templates")
    sources += _objects(templater, "file_templates")
    templates = {_text(source, "template").strip("/") for source in sources} - {""}
    return (
        places,
        {path_key(name if name.endswith(".md") else f"{name}.md") for name in templates},
    )


def _link_format(app: Mapping[str, object]) -> LinkFormat:
    text = _text(app, "newLinkFormat")
    return LinkFormat(text) if text in set(LinkFormat) else LinkFormat.SHORTEST


def _place(source: Mapping[str, object], default: str) -> DailyNotes:
    return DailyNotes(_folder(source, "folder"), _text(source, "format") or default)


def _text(source: Mapping[str, object], key: str) -> str:
    value = source.get(key)
    return value if isinstance(value, str) else ""


def _folder(source: Mapping[str, object], key: str) -> str:
    """Give a folder's path without slashes around it; empty for none, or for the root."""
    return _text(source, key).strip().strip("/").removeprefix("./")


def _object(source: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def _objects(source: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    value = source.get(key)
    return (
        (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())
    )
