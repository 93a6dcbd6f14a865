"""The command `redact`, on any text."""

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
    redacted = redact(read_text(file), policy)
    if as_json:
        found = [{"kind": f.kind, "start": f.start, "end": f.end} for f in redacted.findings]
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(redacted.text, nl=False)


def read_text(file: str) -> str:
    """Read a text file, or with `-` what comes on stdin.

    Raises:
        ConfigError: it cannot be read, or is no text.
    """
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not text in UTF-8") from error
