"""The command `digest`: what a day, a week or a month was about, now."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.errors import BusyError, ConfigError

if TYPE_CHECKING:  # at run time these would make `--help` wait
    from vaultskillet.config import Config
    from vaultskillet.report import DigestReport

DEFAULTS = ("daily", "weekly")
"""Those that are made where neither the person nor the configuration names one."""

_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_MONTH = re.compile(r"\d{4}-\d\d")


def digest(
    common: Common,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="Which: daily, weekly, monthly, or one of your own; else all of yours.",
        ),
    ] = None,
    *,
    on: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="D", help="A past period: 2026-03-14, 2026-W11 or 2026-03; else now."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, and write nothing.")] = False,
) -> None:
    """Write a digest: which notes a stretch of time made, changed and finished, and its themes.

    Written anew, it replaces only its own text.
    """
    from vaultskillet.cli.session import read_config

    config = read_config(common)
    day = None if on is None else parse_day(on)
    names = [name] if name else [one.name for one in config.digests] or list(DEFAULTS)
    try:
        reports = _make(common, config, names, day, dry_run=dry_run)
    except BusyError:
        if dry_run:
            raise
        _queue(common, config, names, day)
        return
    for report in reports:
        _show(report, dry_run=dry_run)


def _make(
    common: Common, config: Config, names: list[str], day: date | None, *, dry_run: bool
) -> list[DigestReport]:
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar

    mode = Mode.DRY if dry_run else Mode.WORK
    with progress_bar() as progress, open_app(common, config, mode, progress=progress) as app:
        app.sweep()
        reports = [app.digests.make(name, day) for name in names]
        if not dry_run:
            for parcel in app.digests.courier.carry():
                if parcel.because:
                    show(f"not sent yet, will be tried again: {parcel.because}")
    return reports


def _queue(common: Common, config: Config, names: list[str], day: date | None) -> None:
    """Leave digests to the process that works on the vault."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app

    with open_app(common, config, Mode.QUEUE) as app:
        for name in names:
            if name not in app.digests.names():
                raise ConfigError(
                    f"vaultskillet works on this vault already, and its configuration names no "
                    f"digest {name!r}: stop it first, or name the digest there"
                )
            period = app.digests.queue(name, day)
            show(f"digest {name} {period}: left to the vaultskillet that works on this vault")


def _show(report: DigestReport, *, dry_run: bool) -> None:
    from vaultskillet.cli.lines import show

    if dry_run and report.text:
        for line in report.text.splitlines():
            show(line)
        return
    where = report.path or ""
    because = f" ({report.because})" if report.because else ""
    outcome = {"written": "", "empty": "nothing written", "left": "left alone"}[report.outcome]
    told = " ".join(filter(None, [str(where), outcome]))
    show(f"digest {report.name} {report.period}: {told}{because}")
    if report.hint:
        show(f"  {report.hint}")


def parse_day(text: str) -> date:
    """Read a day, or a day of the week or month that is named.

    Raises:
        ConfigError: it is none of these.

    >>> parse_day("2026-W11"), parse_day("2026-03")
    (datetime.date(2026, 3, 9), datetime.date(2026, 3, 1))
    """
    try:
        if week := _WEEK.fullmatch(text):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return date.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError as error:
        raise ConfigError(
            f"--date {text}: is no date; write 2026-03-14, 2026-W11 or 2026-03"
        ) from error
