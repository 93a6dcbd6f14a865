"""The table of all that is measured, as it stands in `docs/performance.md`."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BEGIN = "<!-- measured: `python -m benchmarks` writes what follows -->"
END = "<!-- measured: end -->"

_LIBRARIES = ("markdown-it-py", "pyyaml", "pydantic", "typer", "watchdog")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work."""

    work: str
    target: str
    measured: str = ""
    beside: str = ""
    """The floor or the peer, and what it took."""
    held: bool | None = None
    """Whether the target is met; None where that cannot be told here."""


def skipped(work: str, target: str, because: str) -> Row:
    """Give the row of what could not be measured here."""
    return Row(work, target, f"not measured: {because}")


def versions(peers: Iterable[str] = ()) -> str:
    """Say on what all of it was measured."""
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return ", ".join(
        [
            f"vaultskillet {importlib.metadata.version('vaultskillet')}",
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            *libraries,
            *peers,
            f"{platform.system()} on {os.cpu_count()} cores of {platform.machine()}",
        ]
    )


def render(rows: Sequence[Row], *, versions: str) -> str:
    """Give the table in Markdown."""
    lines = [
        f"{versions}.",
        "",
        "| work | target | measured | beside | |",
        "|---|---|---|---|---|",
        *(
            f"| {row.work} | {row.target} | {row.measured} | {row.beside} | {_verdict(row.held)} |"
            for row in rows
        ),
    ]
    return "\n".join(lines)


def replaced(page: str, table: str) -> str:
    """Give a page with another table between the marks.

    Raises:
        ValueError: the page has no marks.
    """
    before, begins, rest = page.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        raise ValueError(f"the page has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _verdict(held: bool | None) -> str:  # noqa: FBT001 - shown, not switched on
    if held is None:
        return ""
    return "held" if held else "**missed**"
