"""Commands that work on notes: `run`, `process` and `retry`."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from vaultskillet.cli.options import ALLOW_DOWNLOAD, Common, permitting
from vaultskillet.cli.plain import read_plain
from vaultskillet.cli.summary import summary_of
from vaultskillet.errors import ConfigError

if TYPE_CHECKING:  # at run time these would make `--help` wait
    from vaultskillet.config import Config
    from vaultskillet.report import NoteResult

log = logging.getLogger(__name__)

LONGEST_STOP_S = 4.5
"""How long a stop may take in all; service managers wait longer than that."""

INTERRUPTED = 130
"""The exit code of a program that was ended from the keyboard."""

NOTES = typer.Argument(
    metavar="NOTE...", help="Notes: relative to the vault or as files, with or without .md."
)


def run(
    common: Common,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Do everything that is due, then exit.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what one run would write; write nothing.")
    ] = False,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate", help="With --dry-run: ask no model, but count what it would take."
        ),
    ] = False,
    allow_download: ALLOW_DOWNLOAD = False,
) -> None:
    """Enrich the notes that changed; then watch for more, until stopped."""
    from vaultskillet.cli.session import read_config

    if estimate and not dry_run:
        raise ConfigError("--estimate goes with --dry-run: it writes nothing")
    stays = not (once or dry_run)
    level = logging.INFO if stays else logging.WARNING
    config = permitting(read_config(common, level=level, to_file=stays), download=allow_download)
    if estimate:
        _estimate(common, config)
    elif once or dry_run:
        _run_once(common, config, dry_run=dry_run)
    else:
        _run_forever(common, config)


def run_at_once(words: Sequence[str]) -> bool:
    """Do a plain `run --once`, if nothing is due; say whether it was done.

    Args:
        words: of the command line, the program's name left out.
    """
    asked = read_plain(words[1:], flags=["--once"]) if words[:1] == ["run"] else None
    if asked is None or "--once" not in asked[1]:
        return False
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.resting import run_at_rest

    report = run_at_rest(asked[0])
    if report is not None:
        show(summary_of(report))
    return report is not None


def _estimate(common: Common, config: Config) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar, show_estimates
    from vaultskillet.cli.session import check_enabled

    check_enabled(config)
    with (
        progress_bar() as progress,
        open_app(common, config, Mode.ESTIMATE, progress=progress) as app,
    ):
        report = app.run_once()
        estimates = app.estimates()
    show_estimates(estimates)
    show(f"notes: {len(report.results)} due, {report.unchanged} unchanged; no model was asked")


def _run_once(common: Common, config: Config, *, dry_run: bool) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar, show_report
    from vaultskillet.cli.session import check_enabled

    check_enabled(config)
    mode = Mode.DRY if dry_run else Mode.WORK
    with (
        progress_bar() as progress,
        open_app(common, config, mode, progress=progress, show_diffs=dry_run) as app,
    ):
        report = app.run_once()
    show_report(report, dry_run=dry_run)
    exit_if_failed(report.results)


def _run_forever(common: Common, config: Config) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import result_teller
    from vaultskillet.cli.session import check_enabled

    check_enabled(config)
    signal.signal(signal.SIGTERM, _end)
    with open_app(common, config, Mode.WORK) as app, ThreadPoolExecutor(max_workers=1) as thread:
        daemon = app.daemon(on_result=result_teller())
        running = thread.submit(daemon.run)
        try:
            running.result()
        except (KeyboardInterrupt, SystemExit) as asked:
            daemon.stop()
            if not _has_ended(running):
                _leave(INTERRUPTED if isinstance(asked, KeyboardInterrupt) else 0)
            raise


def _has_ended(running: Future[bool]) -> bool:
    """Wait for the daemon, unless asked once more; say whether no thread of it works on."""
    try:
        return running.result(LONGEST_STOP_S)
    except (TimeoutError, KeyboardInterrupt, SystemExit):
        return False


def _leave(code: int) -> NoReturn:
    """End the process in the midst of a batch, closing nothing that a thread still uses.

    That is as safe as being killed: the next start finds out what was written.
    """
    log.info("stopped in the midst of a batch; the next start does what is left of it")
    sys.stdout.flush()
    logging.shutdown()
    os._exit(code)


def _end(_number: int, _frame: object) -> None:
    """End as asked: what the main thread waits for is stopped on the way out."""
    sys.exit(0)


def process(
    common: Common,
    notes: Annotated[list[str], NOTES],
    *,
    allow_download: ALLOW_DOWNLOAD = False,
) -> None:
    """Do some notes now, changed or not."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar, result_teller
    from vaultskillet.cli.session import check_vault, find_notes, read_config

    config = permitting(read_config(common), download=allow_download)
    paths = find_notes(check_vault(config.vault), notes)
    with progress_bar() as progress, open_app(common, config, Mode.WORK, progress=progress) as app:
        report = app.process(paths)
    tell = result_teller()
    for result in report.results:
        tell(result)
    exit_if_failed(report.results)


def rerun(
    common: Common,
    *,
    stale: Annotated[
        Literal["prompt", "model", "all"],
        typer.Option(help="What of the recipe is another one now."),
    ],
    allow_download: ALLOW_DOWNLOAD = False,
) -> None:
    """Do notes anew that an older prompt or model made; what you edited stays yours."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar, show_report
    from vaultskillet.cli.session import read_config
    from vaultskillet.stale import Part

    config = permitting(read_config(common), download=allow_download)
    with progress_bar() as progress, open_app(common, config, Mode.WORK, progress=progress) as app:
        report = app.rerun(Part(stale))
    show_report(report)
    exit_if_failed(report.results)


def retry(common: Common, notes: Annotated[list[str] | None, NOTES] = None) -> None:
    """Make notes that were given up due again; all of them where none is named."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.session import check_vault, find_notes, read_config

    config = read_config(common)
    paths = find_notes(check_vault(config.vault), notes) if notes else None
    with open_app(common, config, Mode.QUEUE) as app:
        show(f"{app.retry(paths)} notes are due again")


def exit_if_failed(results: Sequence[NoteResult]) -> None:
    """End with exit code 1 where some notes failed; each was named."""
    if any(result.outcome == "failed" for result in results):
        raise typer.Exit(1)
