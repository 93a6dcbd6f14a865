"""What a person sees: diffs, results, progress. Plain text where it goes to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from vaultskillet.cli.lines import bracketed, show, visible
from vaultskillet.cli.summary import summary_of
from vaultskillet.report import ModelEstimate, NoteResult, RunReport

_DIFF_STYLES = {"+++": "bold", "---": "bold", "+": "green", "-": "red", "@": "cyan"}
"""How a line of a diff looks, by how it begins; the longer beginning goes first."""


def show_report(report: RunReport, *, dry_run: bool = False, skipped: bool = False) -> None:
    """Print what a run did: its diffs, each note that failed, one summary line.

    Args:
        report: of the run.
        dry_run: nothing was written.
        skipped: name what was left alone, too.
    """
    for result in report.results:
        show_diff(result.diff)
    tell = result_teller()
    for result in report.results:
        if result.outcome == "failed" or (result.because and result.outcome == "written"):
            tell(result)
    if skipped:
        for each in report.skipped:
            show(f"left alone: {bracketed(each.path, each.because)}")
    show(summary_of(report, dry_run=dry_run))


def show_estimates(estimates: Sequence[ModelEstimate]) -> None:
    """Print what a run would ask of each model, and of all together."""
    if not estimates:
        show("no model would be asked")
    for one in estimates:
        tokens = (
            f"about {one.prompt_tokens:,} tokens to read, at most {one.reply_tokens:,} to write"
        )
        costs = "" if one.money is None else f", at most {one.money:.2f} in money"
        show(f"{one.tier:<8} {one.calls:,} calls, {tokens}{costs}  ({one.model}, {one.engine})")
    priced = [one.money for one in estimates if one.money is not None]
    if len(estimates) > 1:
        calls = sum(one.calls for one in estimates)
        most = sum(one.prompt_tokens + one.reply_tokens for one in estimates)
        costs = f", {sum(priced):.2f} in money" if priced else ""
        show(f"in all   {calls:,} calls, at most {most:,} tokens{costs}")


def result_teller() -> Callable[[NoteResult], None]:
    """Give what prints what became of a note; a reason is not spelt out twice in a row.

    Where an engine is away, every note fails for the same reason.
    """
    last = ""

    def tell(result: NoteResult) -> None:
        nonlocal last
        because = result.because.removeprefix(f"{result.path}: ")
        repeated = result.outcome == "failed" and bool(last) and because == last
        last = because
        because = "for the same reason" if repeated else because
        outcome = result.outcome
        if because and outcome == "written":
            outcome = "request failed"  # the note says so, and that is what was written
        show(f"{outcome}: {bracketed(result.path, because)}")

    return tell


def show_diff(diff: str) -> None:
    """Print a unified diff: in colour on a terminal, byte for byte elsewhere."""
    console = Console(highlight=False)
    if not console.is_terminal:
        sys.stdout.write(diff)
        return
    for line in diff.removesuffix("\n").split("\n"):
        style = next((s for start, s in _DIFF_STYLES.items() if line.startswith(start)), "")
        console.print(Text(visible(line), style), soft_wrap=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None] | None]:
    """Show how far the work is, on stderr, if that is a terminal.

    Yields:
        What to tell the phase, how much is done and how much there is; None: nobody looks.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(phase: str, done: int, total: int) -> None:
            bar.update(task, description=phase, completed=done, total=total)

        yield tell
