"""The commands `service install`, `service uninstall` and `service status`."""

from __future__ import annotations

import os
import platform
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.errors import ConfigError

if TYPE_CHECKING:  # at run time these would make `--help` wait
    from vaultskillet.config import Config
    from vaultskillet.service.definition import Manager, Service

_PLACES = (
    "HF_HOME", "HF_HUB_CACHE", "VAULTSKILLET_LOG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
)  # fmt: skip
"""Variables that say where things are kept: the service must find the same ones."""


class ManagerName(StrEnum):
    """What may start a service."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"


MANAGER = Annotated[
    ManagerName | None,
    typer.Option("--manager", help="What starts it; else that of this system."),
]


def install(
    common: Common,
    *,
    manager: MANAGER = None,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print its file; write and start nothing.")
    ] = False,
) -> None:
    """Let `run` start at every log-in, with the options given here; start it now."""
    from vaultskillet.cli.session import check_enabled, check_vault, read_config

    config = read_config(common)
    check_enabled(config)
    chosen = _manager_for(check_vault(config.vault), manager)
    service = _service_of(common, config)
    text = chosen.describe(service)
    if print_only:
        typer.echo(text, nl=False)
        return
    changed = _write(chosen.file, text)
    typer.echo(f"{'Wrote' if changed else 'There already:'} {chosen.file}")
    _name_missing_variables(service)
    _start(chosen, changed=changed)


def uninstall(common: Common, *, manager: MANAGER = None) -> None:
    """Stop the service of a vault and remove its file; the vault and its state stay."""
    from vaultskillet.cli.session import read_config
    from vaultskillet.service.tool import has

    chosen = _manager_for(read_config(common).vault, manager)
    if not chosen.file.is_file():
        typer.echo(f"Not installed: there is no {chosen.file}")
        return
    _refuse_foreign(chosen.file)
    if not has(chosen.tool):
        typer.echo(f"There is no {chosen.tool} here. Should it still run: {chosen.by_hand.stop}")
    elif failed := chosen.stop():
        typer.echo(f"Not stopped, and not removed: {failed}\nTry: {chosen.by_hand.stop}", err=True)
        raise typer.Exit(1)
    try:
        chosen.file.unlink()
    except OSError as error:
        raise ConfigError(f"{chosen.file}: cannot be removed: {error.strerror}") from error
    chosen.forget()
    typer.echo(f"Removed {chosen.file}")


def status(
    common: Common,
    *,
    manager: MANAGER = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether the service of a vault is installed and runs, and how it last ended."""
    from vaultskillet.cli.lines import show, show_json
    from vaultskillet.cli.session import read_config

    chosen = _manager_for(read_config(common).vault, manager)
    installed = chosen.file.is_file()
    state = chosen.ask()
    if as_json:
        show_json(
            {
                "service": chosen.label,
                "file": str(chosen.file),
                "installed": installed,
                "running": state.running,
                "process": state.process,
                "last_exit": state.last_exit,
                "because": state.because,
            }
        )
        return
    show(f"service    {chosen.label}")
    show(f"file       {chosen.file}{'' if installed else ' (not installed)'}")
    if not state.known:
        show(f"state      unknown: {state.because}")
        return
    process = f", process {state.process}" if state.process else ""
    show(f"state      {'running' if state.running else 'not running'}{process}")
    if state.last_exit is not None:
        show(f"last exit  {_exit_in_words(state.last_exit)}")
    show(f"logs       {chosen.by_hand.logs}")


def _manager_for(vault: Path, name: ManagerName | None) -> Manager:
    """Give the manager of this system, or the one that is named."""
    from vaultskillet.service.definition import name_for
    from vaultskillet.service.launchd import Launchd
    from vaultskillet.service.systemd import Systemd

    if name is None:
        here = {"Darwin": ManagerName.LAUNCHD, "Linux": ManagerName.SYSTEMD}
        name = here.get(platform.system())
    match name:
        case ManagerName.SYSTEMD:
            return Systemd(name_for(vault), home=Path.home(), environ=os.environ)
        case ManagerName.LAUNCHD:
            return Launchd(name_for(vault), home=Path.home(), user=os.getuid())
        case None:
            raise ConfigError(
                f"{platform.system()}: services are made for systemd and launchd only; let your "
                "system start `vaultskillet run` itself"
            )


def _service_of(common: Common, config: Config) -> Service:
    """Give what the service is to run: `run` with these very options, from any folder."""
    from vaultskillet.config import default_file, find, state_dir_for, variables_of
    from vaultskillet.service.definition import Service, name_for

    file = find(common.config, os.environ)
    options = {
        "--config": file,
        "--vault": common.vault and config.vault,
        "--state-dir": common.state_dir and state_dir_for(config.vault, common.state_dir),
        "--engine": common.engine,
    }
    words = [word for name, value in options.items() if value for word in (name, str(value))]
    words += ["--verbose"] * common.verbose + ["--json-logs"] * common.json_logs
    program, environment = _program()
    return Service(
        name=name_for(config.vault),
        vault=config.vault,
        command=(*program, "run", *words),
        environment_file=default_file().with_name("service.env"),
        variables=variables_of(file) if file else (),
        environment={name: os.environ[name] for name in _PLACES if os.environ.get(name)}
        | environment,
    )


def _program() -> tuple[tuple[str, ...], dict[str, str]]:
    """Give this very program, and the environment that it needs where it is not installed."""
    script = Path(sys.executable).with_name("vaultskillet")
    if script.is_file():
        return (str(script),), {}
    checkout = Path(__file__).parents[2]
    return (sys.executable, "-P", "-m", "vaultskillet"), {"PYTHONPATH": str(checkout)}


def _write(file: Path, text: str) -> bool:
    """Write a service's file, unless it is there; say whether it was another one, or none."""
    if file.exists():
        _refuse_foreign(file)
        if file.read_text(encoding="utf-8") == text:
            return False
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
    return True


def _refuse_foreign(file: Path) -> None:
    from vaultskillet.service.definition import is_sealed

    try:
        ours = is_sealed(file.read_bytes().decode("utf-8", "replace"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    if not ours:
        raise ConfigError(
            f"{file}: is not as vaultskillet wrote it, so it is left alone; move it away first"
        )


def _name_missing_variables(service: Service) -> None:
    """Say what a person has to put where: no secret is ever written into a service's file."""
    file = service.environment_file
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    there = {line.partition("=")[0].strip() for line in lines}
    missing = [name for name in service.variables if name not in there]
    if missing:
        typer.echo(f"The configuration needs {', '.join(missing)}. The service reads them from")
        typer.echo(f"{file}: write lines such as {missing[0]}='...', and chmod 600.")


def _start(manager: Manager, *, changed: bool) -> None:
    from vaultskillet.service.tool import has

    if not has(manager.tool):
        typer.echo(f"There is no {manager.tool} here. To start it: {manager.by_hand.start}")
        return
    if failed := manager.start(changed=changed):
        typer.echo(f"Not started: {failed}\nTry: {manager.by_hand.start}", err=True)
        raise typer.Exit(1)
    typer.echo(f"Started {manager.label}; its logs: {manager.by_hand.logs}")


def _exit_in_words(code: int) -> str:
    if code < 0:
        return f"by signal {-code}"
    meanings = {0: "as asked", 2: "the command line or the configuration is wrong; see the logs"}
    return f"{code}, {meanings.get(code, 'see the logs')}"
