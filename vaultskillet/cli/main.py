"""The command `vaultskillet`: its commands, and what an error becomes."""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
import threading

import typer

from vaultskillet.cli import (
    ask,
    demo,
    digest,
    doctor,
    evaluate,
    init,
    past,
    related,
    review,
    run,
    service,
    status,
    text,
)
from vaultskillet.cli.options import with_common
from vaultskillet.errors import ConfigError, PluginError, StoreError, VaultskilletError

log = logging.getLogger(__name__)

GARBAGE_AFTER = 50_000
"""So many new objects let the garbage be looked for, which Python does after 700.

Next to none of ours refer to one another in circles, but notes that are under way were walked
through again and again: 5 % of a first pass. So many objects take some 5 MB.
"""

app = typer.Typer(
    name="vaultskillet",
    help="Automate an Obsidian vault: summaries and tags for notes, and not a byte else touched.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _command in (
    run.run,
    run.process,
    digest.digest,
    status.status,
    past.history,
    past.undo,
    review.review,
    related.related,
    run.retry,
    run.rerun,
    text.redact,
    ask.ask,
    ask.classify,
    init.init,
    doctor.doctor,
    demo.demo,
):
    app.command()(with_common(_command))
app.command("eval")(with_common(evaluate.evaluate))


_service = typer.Typer(help="A service that the system starts at log-in.", no_args_is_help=True)
for _command in (service.install, service.uninstall, service.status):
    _service.command()(with_common(_command))
app.add_typer(_service, name="service")


def main() -> None:
    """Run the command line; an expected error is one line on stderr, never a traceback."""
    gc.set_threshold(GARBAGE_AFTER)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name can hold any byte
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _tell_of_thread
    try:
        if status.tell_at_once(sys.argv[1:]) or run.run_at_once(sys.argv[1:]):
            sys.exit(0)
        app(prog_name=app.info.name)
    except VaultskilletError as error:
        typer.echo(f"vaultskillet: {' '.join(str(error).split())}", err=True)
        sys.exit(2 if isinstance(error, ConfigError | PluginError | StoreError) else 1)
    except BrokenPipeError:  # who reads has enough, as `head` does; Typer ends its commands so too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        log.debug("a fault", exc_info=error)
        typer.echo(
            f"vaultskillet: a fault in vaultskillet ({type(error).__name__}); --verbose tells"
            " where. Please report it",
            err=True,
        )
        sys.exit(1)


def _tell_of_thread(broken: threading.ExceptHookArgs) -> None:
    """Log what broke a thread, in place of a traceback that would show what a note says."""
    log.error("a thread broke", exc_info=broken.exc_value)
