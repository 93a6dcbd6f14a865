"""The command `status`: how things stand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.cli.plain import read_plain

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.ports.runs import Run
    from vaultskillet.standing import Status, TierState


def status(
    common: Common,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    prometheus: Annotated[
        bool, typer.Option("--prometheus", help="Print what the engines did, for Prometheus.")
    ] = False,
) -> None:
    """Show the queue, the last runs, and which notes were left alone or given up, and why."""
    from vaultskillet.cli.glance import glance

    if prometheus:
        _show_metrics(common)
        return
    # With logs wanted, all is read that may have something to say.
    now = None if common.verbose or common.json_logs else glance(common)
    _show(now or _look(common), as_json=as_json)


def tell_at_once(words: Sequence[str]) -> bool:
    """Answer a plain `status`, if that can be told at a glance; say whether it was answered.

    Args:
        words: of the command line, the program's name left out.
    """
    asked = read_plain(words[1:], flags=["--json"]) if words[:1] == ["status"] else None
    if asked is None:
        return False
    from vaultskillet.cli.glance import glance

    common, flags = asked
    now = glance(common)
    if now is not None:
        _show(now, as_json="--json" in flags)
    return now is not None


def _show(now: Status, *, as_json: bool) -> None:
    from vaultskillet.cli.lines import show, show_json

    if as_json:
        show_json(asdict(replace(now, notes=dict(now.notes))))  # `asdict` breaks a Counter
        return
    for line in _lines(now):
        show(line)


def _look(common: Common) -> Status:
    """Tell how things stand by reading all that has a say in it."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.session import read_config

    with open_app(common, read_config(common), Mode.LOOK) as app:
        return app.status()


def _show_metrics(common: Common) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.session import read_config

    with open_app(common, read_config(common), Mode.LOOK) as app:
        typer.echo(app.metrics(), nl=False)


def _lines(now: Status) -> Iterator[str]:
    from vaultskillet.cli.lines import bracketed

    yield f"vault    {now.vault}"
    yield f"state    {now.state}"
    yield from _model_lines(now)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(now.notes.items()))
    yield f"notes    {counts or 'none known yet'}"
    queue = now.queue
    yield f"queue    {queue.waiting} waiting, {queue.leased} under way, {queue.buried} given up"
    if now.proposals:
        wait = "1 proposal waits" if now.proposals == 1 else f"{now.proposals} proposals wait"
        yield f"review   {wait}: see `vaultskillet review`"
    if any(now.stale.values()):
        told = ", ".join(
            f"{count} by an older {part}" for part, count in now.stale.items() if count
        )
        yield f"stale    {told}: see `vaultskillet rerun`"
    for one in now.routes:
        fates = f"{one.kept} kept, {one.edited} edited, {one.undone} taken back"
        yield f"route    {one.category} to {one.tier}: {fates}"
    yield from _cadence_lines(now)
    for run in now.runs:
        yield f"run      {run.id}  {_moment(run.started)}  {_outcome(run)}"
    for problem in now.problems:
        yield f"problem  {problem}"
    for path, because in now.failed:
        yield f"request failed: {bracketed(path, because)}"
    for job in now.delayed:
        failed = f", failed so far: {job.attempts}" if job.attempts else ""
        yield f"waits until {_moment(job.until)}{failed}: {bracketed(job.path, job.because)}"
    for buried in now.buried:
        tries = "1 try" if buried.attempts == 1 else f"{buried.attempts} tries"
        yield f"given up after {tries}: {bracketed(buried.path, buried.because)}"
    for path, because in now.left:
        yield f"left alone: {bracketed(path, because)}"


def _cadence_lines(now: Status) -> Iterator[str]:
    """Tell when each sort of work was done last and comes next, and how the digests stand."""
    for entry in now.schedule:
        last = _moment(entry.last_at) if entry.last_at else "never"
        coming = "-" if entry.next_at is None else _moment(entry.next_at)
        held = f" (due, waits for {entry.waits_for})" if entry.waits_for else ""
        yield f"schedule {entry.name}: last {last}, next {coming}{held}"
    for digest in now.digests:
        made = digest.last
        last = "never" if made is None else f"{made.record.id} {made.outcome} {_moment(made.at)}"
        coming = "-" if digest.next_at is None else _moment(digest.next_at)
        yield f"digest   {digest.name}: last {last}, next {coming}"
        for job in digest.waiting:
            state = "given up" if job.given_up else "waits"
            because = f" ({job.because})" if job.because else ""
            yield f"digest   {digest.name}: {job.period.id} {state}{because}"
    for parcel in now.unsent:
        because = f" ({parcel.because})" if parcel.because else ""
        yield f"unsent   {parcel.name} {parcel.period} by {parcel.channel}{because}"


def _model_lines(now: Status) -> Iterator[str]:
    """Tell of each model, what the working process told of it last, and what was spent."""
    told = now.engine_state
    for tier, model in now.engines.items():
        state = told.tiers.get(tier)
        held = _held(state) if state and state.model == model else ""
        yield f"{tier:<8} {model}{held}"
        if use := now.use.get(tier):
            yield (
                f"         {use.calls:,} calls ({use.failures:,} failed), "
                f"{use.prompt_tokens:,} tokens read, {use.reply_tokens:,} written"
            )
    for one in now.budget:
        yield f"budget   {one.what}: {one.spent:,g} of {one.limit:,g} today (UTC)"
    waits = [told.budget, *(state.wait for state in told.tiers.values())]
    for wait in dict.fromkeys(wait for wait in waits if wait and wait.until > time.time()):
        yield f"waits    until {_moment(wait.until)}: {wait.because}"
    if told.at:
        yield f"engines  as of {_moment(told.at)}"


def _held(state: TierState) -> str:
    if state.memory_bytes:
        return f"  (loaded, {state.memory_bytes / 1e6:,.1f} MB)"
    return f"  ({state.allocations} GPU allocated)" if state.allocations else ""


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def _outcome(run: Run) -> str:
    if run.ended is None:
        return "still going, or cut short"
    counts = run.counts
    proposed = f"{counts.proposed} proposed, " if counts.proposed else ""
    return f"{counts.written} written, {proposed}{counts.left} left alone, {counts.failed} failed"
