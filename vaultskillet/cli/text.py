"""Commands on any text: `redact` and `classify`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.errors import ConfigError


def redact(
    common: Common,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text file; -: stdin.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="List the findings: kind, start, end.")
    ] = False,
) -> None:
    """Print a text as a model would see it."""
    from vaultskillet.app import redaction_of
    from vaultskillet.cli.session import read_config
    from vaultskillet.core.redact import redact

    policy = redaction_of(read_config(common))
    redacted = redact(_read(file), policy)
    if as_json:
        found = [{"kind": f.kind, "start": f.start, "end": f.end} for f in redacted.findings]
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(redacted.text, nl=False)


def classify(
    common: Common,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; -: stdin.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what kind of work a text calls for, which model would get it, and why."""
    from vaultskillet.cli.session import read_config
    from vaultskillet.core.classify import classify_by_rules
    from vaultskillet.core.model import Send
    from vaultskillet.core.route import choose_route

    config = read_config(common)
    said = classify_by_rules(_read("-") if text == "-" else text)
    route = choose_route(said, private=False, local=frozenset())
    assert isinstance(route, Send)  # noqa: S101 - only a private text is left
    told = {
        "category": said.category,
        "complexity": said.complexity,
        "because": said.because,
        "latency_ms": said.latency_ms,
        "route": {
            "model": route.tier,
            "engine": config.engine_for(route.tier),
            "thinking": route.thinking,
            "because": route.because,
        },
    }
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        typer.echo(f"{said.category}, {said.complexity} ({said.because})")
        typer.echo(f"goes to {route.tier}{', thinking' * route.thinking} ({route.because})")


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not text in UTF-8") from error
