"""A plain command line, read without Typer.

Typer reads each option through pydantic, which takes longer than some commands do. What is not
plain, or not right, is left to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from vaultskillet.cli.options import Common


def read_plain(
    words: Sequence[str], *, flags: Collection[str]
) -> tuple[Common, frozenset[str]] | None:
    """Read options that are written out, each with its value; None where there are others.

    Args:
        words: of the command line, after the command's name.
        flags: which options of the command may be there that take no value.

    Returns:
        What every command takes, and which flags are there.
    """
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, is_joined, value = word.partition("=")
        if word in flags:
            given[word] = ""
        elif name in ("--config", "--vault", "--state-dir", "--engine"):
            given[name] = value if is_joined else next(rest, "")
            if not given[name] or given[name].startswith("-"):
                return None
        else:
            return None
    config, vault, state_dir = (
        Path(given[name]) if name in given else None
        for name in ("--config", "--vault", "--state-dir")
    )
    common = Common(config, vault, state_dir, given.get("--engine"))
    return common, frozenset(given.keys() & set(flags))
