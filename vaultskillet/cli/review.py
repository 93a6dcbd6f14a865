"""The command `review`: what waits for a yes or a no, and saying it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.cli.run import exit_if_failed
from vaultskillet.errors import BusyError, ConfigError

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.config import Config
    from vaultskillet.core.model import NotePath
    from vaultskillet.ports.proposals import Verdict
    from vaultskillet.report import WaitingProposal

SHOWN_CHARS = 72
"""Of a summary so much is listed; `--show` shows all of it."""


def review(
    common: Common,
    proposals: Annotated[
        list[str] | None,
        typer.Argument(metavar="[N|NOTE]...", help="Proposals, by number or by note; else all."),
    ] = None,
    *,
    show: Annotated[
        bool, typer.Option("--show", help="Show the diff of each, as the notes are now.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Write them.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Refuse them.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="With --accept or --reject: all that wait.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List what waits to be written (write.mode: review); show it, accept it, reject it."""
    from vaultskillet.cli.session import check_vault, read_config
    from vaultskillet.ports.proposals import Verdict

    if show + accept + reject + as_json > 1:
        raise ConfigError("--show, --accept, --reject, --json: only one of them at a time")
    if (accept or reject) and bool(proposals) is every:
        raise ConfigError("name what is meant, by number or by note; or give --all")
    config = read_config(common)
    check_vault(config.vault)
    named = None if not proposals else _read_names(config, proposals)
    if accept or reject:
        _decide(common, config, named, Verdict.ACCEPT if accept else Verdict.REJECT)
    elif show or (proposals and not as_json):
        _show(common, config, named)
    else:
        _list(common, config, named, as_json=as_json)


def _read_names(config: Config, names: Sequence[str]) -> list[int | NotePath]:
    from vaultskillet.cli.session import find_notes

    return [
        int(name) if name.isdecimal() else find_notes(config.vault, [name])[0] for name in names
    ]


def _list(
    common: Common, config: Config, named: list[int | NotePath] | None, *, as_json: bool
) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show, show_json
    from vaultskillet.cli.opening import open_app

    with open_app(common, config, Mode.LOOK) as app:
        waiting = app.review.waiting(named)
    if as_json:
        show_json([_as_json(one) for one in waiting])
        return
    if not waiting:
        show("nothing waits for review")
    for line in _lines(waiting):
        show(line)


def _lines(waiting: Sequence[WaitingProposal]) -> Iterator[str]:
    width = max((len(str(one.number)) for one in waiting), default=0)
    for one in waiting:
        yield f"{one.number:>{width}}  {one.path}: {'; '.join(_parts(one)) or 'links mended'}"


def _parts(one: WaitingProposal) -> Iterator[str]:
    """Give what would be set, property by property."""
    if one.summary:
        is_long = len(one.summary) > SHOWN_CHARS
        yield f"summary {one.summary[:SHOWN_CHARS].rstrip()}{'…' * is_long}"
    if one.tags:
        yield f"tags {', '.join(one.tags)}"
    if one.related:
        yield f"related {', '.join(path.removesuffix('.md') for path in one.related)}"
    if one.category:
        yield f"category {one.category}"


def _show(common: Common, config: Config, named: list[int | NotePath] | None) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import result_teller, show_diff

    with open_app(common, config, Mode.LOOK) as app:
        results = app.review.show(named)
    if not results:
        show("nothing waits for review")
    tell = result_teller()
    for result in results:
        show_diff(result.diff)
        if not result.diff:
            tell(result)
    exit_if_failed(results)


def _decide(
    common: Common, config: Config, named: list[int | NotePath] | None, verdict: Verdict
) -> None:
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar, result_teller

    try:
        with (
            progress_bar() as progress,
            open_app(common, config, Mode.AMEND, progress=progress) as app,
        ):
            results = app.review.decide(named, verdict)
    except BusyError:
        with open_app(common, config, Mode.QUEUE) as app:
            for path in app.review.leave(named, verdict):
                show(f"{verdict} {path}: left to the vaultskillet that works on this vault")
        return
    if not results:
        show("nothing waits for review")
    tell = result_teller()
    for result in results:
        tell(result)
    exit_if_failed(results)


def _as_json(one: WaitingProposal) -> dict[str, object]:
    told = asdict(one)
    del told["path"]
    at = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
    return {"number": one.number, "note": one.path, **told, "at": at}
