"""The command `status`: how things stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.ports import Run
    from vaultskillet.report import Status


def status(
    common: Common,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the queue, the last runs, and which notes were left alone or given up, and why."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import show, show_json
    from vaultskillet.cli.session import read_config

    with open_app(common, read_config(common), Mode.LOOK) as app:
        now = app.status()
    if as_json:
        show_json(asdict(replace(now, notes=dict(now.notes))))  # `asdict` breaks a Counter
        return
    for line in _lines(now):
        show(line)


def _lines(now: Status) -> Iterator[str]:
    yield f"vault    {now.vault}"
    yield f"state    {now.state}"
    for tier, engine in now.engines.items():
        yield f"{tier:<8} {engine}"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(now.notes.items()))
    yield f"notes    {counts or 'none known yet'}"
    queue = now.queue
    yield f"queue    {queue.waiting} waiting, {queue.leased} under way, {queue.buried} given up"
    for run in now.runs:
        yield f"run      {run.id}  {_moment(run.started)}  {_outcome(run)}"
    for problem in now.problems:
        yield f"problem  {problem}"
    for buried in now.buried:
        yield f"given up after {buried.attempts} tries: {buried.path} ({buried.because})"
    for path, because in now.left:
        yield f"left alone: {path} ({because})"


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def _outcome(run: Run) -> str:
    if run.ended is None:
        return "still going, or cut short"
    counts = run.counts
    return f"{counts.written} written, {counts.left} left alone, {counts.failed} failed"
