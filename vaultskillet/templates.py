"""Templates: prompts and the shapes of notes, Jinja2; a user's own go before the built-in."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vaultskillet.errors import ConfigError

_FAULTS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
    RecursionError, OSError,
)  # fmt: skip
"""What a template's own expressions may raise, and its file."""


class Templates:
    """The templates in use; one that changes on disk is read again."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look in the user's folder first, where there is one.

        Raises:
            ConfigError: the folder is not there.
        """
        if folder is not None and not folder.is_dir():
            raise ConfigError(f"{folder}: there is no such folder of templates")
        own = () if folder is None else (str(folder),)
        self._folders = (*own, str(built_in_folder()))
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(self._folders),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["quoted"] = _quoted

    def render(self, name: str, **values: object) -> str:
        """Give a template filled in.

        Args:
            name: such as `prompts/enrich.md`.
            values: what it may use; whatever else it names is an error.

        Raises:
            ConfigError: it is not there, or is wrong; says the file and the line.
        """
        try:
            return self._environment.get_template(name).render(values)
        except TemplateSyntaxError as error:
            raise ConfigError(f"{error.filename}:{error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise ConfigError(f"{error.name}: there is no such template") from error
        except _FAULTS as error:
            raise ConfigError(f"{self._place(error, name)}: {error}") from error

    def _place(self, error: Exception, name: str) -> str:
        """Say in which template, and on which line, an expression failed."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename.startswith(self._folders):
                return f"{frame.filename}:{frame.lineno}"
        return name


def _quoted(value: object) -> str:
    """Give a value as a text between quotes, as a property of a note holds it."""
    return json.dumps(str(value), ensure_ascii=False)


def built_in_folder() -> Path:
    """Give the folder of the templates that ship with the package.

    The wheel holds it inside the package; a checkout has it beside the package.
    """
    package = Path(__file__).parent
    shipped = package / "templates"
    return shipped if shipped.is_dir() else package.parent / "templates"
