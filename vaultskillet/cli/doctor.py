"""The command `doctor`: what could go wrong here, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vaultskillet.cli.options import Common

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.cli.check import Check


def doctor(common: Common) -> None:
    """Check the configuration, the vault, the state folder, watching, sync and the engine."""
    from vaultskillet.cli.check import Grade
    from vaultskillet.cli.checks import check_all
    from vaultskillet.cli.session import read_config

    checks = list(check_all(common, read_config(common)))
    for check in checks:
        _show(check)
    if any(check.grade is Grade.WRONG for check in checks):
        raise typer.Exit(1)


def _show(check: Check) -> None:
    from vaultskillet.cli.lines import show

    show(f"{check.grade:>5}  {check.what}")
    if check.mend:
        show(f"       -> {check.mend}")
