"""The command `demo`: the real thing on a sample vault."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.errors import ConfigError

SAMPLE = Path(__file__).parent / "sample_vault"


def demo(
    common: Common,
    folder: Annotated[
        Path | None, typer.Argument(help="Where to put it; else a new temporary folder.")
    ] = None,
) -> None:
    """Copy a small sample vault, run once on it, and show every change."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import show_report
    from vaultskillet.cli.session import set_up_logs
    from vaultskillet.config import Config, Obsidian

    vault = folder or Path(tempfile.mkdtemp(prefix="vaultskillet-")) / "vault"
    state_dir = common.state_dir or vault.with_name(f"{vault.name}-state")
    vault = _copy_sample(vault)
    config = Config(
        engine=common.engine or "extractive",
        obsidian=Obsidian(enabled=True, vault_path=vault),
    )
    set_up_logs(common, config)
    with open_app(replace(common, state_dir=state_dir), config, Mode.WORK, show_diffs=True) as app:
        report = app.run_once()
    show_report(report, skipped=True)
    program = _program()
    there = f"--vault {shlex.quote(str(vault))} --state-dir {shlex.quote(str(state_dir))}"
    show("")
    show(f"The sample vault: {vault}")
    show(f"Take it all back: {program} undo {there}")
    show(f"Your own vault:   {program} run --once --vault PATH")
    show("                  (add --dry-run to see the changes first and write nothing)")


def _copy_sample(vault: Path) -> Path:
    """Copy the sample vault to a folder that is new or empty; give where it is now."""
    try:
        if vault.exists() and (not vault.is_dir() or any(vault.iterdir())):
            raise ConfigError(f"{vault}: is not empty; name a folder that is new")
        for source in SAMPLE.rglob("*"):
            if source.is_file():
                target = vault / source.relative_to(SAMPLE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    except OSError as error:
        raise ConfigError(f"{vault}: cannot be written: {error.strerror}") from error
    return vault.resolve()


def _program() -> str:
    """Name this program as the person has to type it."""
    called = Path(sys.argv[0])
    if called.name != "vaultskillet" or shutil.which("vaultskillet") == str(called):
        return "vaultskillet"
    return shlex.quote(sys.argv[0])
