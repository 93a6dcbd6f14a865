"""Print lines, and JSON; a module of its own because that takes no library."""

from __future__ import annotations

import json
import re
from typing import Any

import typer

_STEERING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters but the tab, and those that turn the direction of writing."""


def show(line: str) -> None:
    """Print one line; what could steer a terminal is spelt out."""
    typer.echo(visible(line))


def bracketed(path: str, because: str) -> str:
    """Give a note and, in brackets, a reason, without the name that errors begin with."""
    because = because.removeprefix(f"{path}: ")
    return f"{path} ({because})" if because else path


def show_json(value: Any) -> None:  # noqa: ANN401 - JSON is made of anything
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def visible(line: str) -> str:
    """Spell out control characters, so that a note cannot steer the terminal."""
    return _STEERING.sub(lambda match: ascii(match.group())[1:-1], line)
