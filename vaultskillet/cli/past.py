"""Commands on what was written: `history` and `undo`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common
from vaultskillet.cli.run import NOTES, exit_if_failed
from vaultskillet.errors import ConfigError

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.ports.journal import JournalEntry
    from vaultskillet.ports.routes import RoutedWrite

_AGO = re.compile(r"(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def history(
    common: Common,
    note: Annotated[str | None, typer.Argument(metavar="[NOTE]", help="Only this note.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List what was written, newest first; for one note, with the very change."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show, show_json
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.session import check_vault, find_notes, read_config

    config = read_config(common)
    path = find_notes(check_vault(config.vault), [note])[0] if note else None
    with open_app(common, config, Mode.LOOK) as app:
        entries = app.history(path)
        routes = {each: app.routes(each) for each in {entry.write.path for entry in entries}}
    if as_json:
        show_json([_as_json(one, routes[one.write.path].get(one.run)) for one in entries])
        return
    if not entries:
        show("nothing was written")
    for entry in entries:
        at = datetime.fromtimestamp(entry.at, UTC).astimezone()
        show(f"{at:%Y-%m-%d %H:%M:%S}  {entry.run}  {entry.state}  {entry.write.path}")
        if note:
            if route := routes[entry.write.path].get(entry.run):
                show(f"    by {route.tier} ({route.model}): {route.because}; {route.fate}")
            for edit in entry.write.edits:
                for sign, content in (("-", edit.before), ("+", edit.after)):
                    for line in content.decode("utf-8", "replace").splitlines():
                        show(f"    {sign} {line}")


def undo(
    common: Common,
    notes: Annotated[list[str] | None, NOTES] = None,
    *,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="What one run wrote; see `history`.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="T", help="What was written since 2026-03-14T08:00, or 2h, 7d ago."),
    ] = None,
) -> None:
    """Take back what was written: to some notes, by a run, or since a time.

    Where nothing of that is named, the last run is taken back. What you wrote since stays.
    """
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import result_teller
    from vaultskillet.cli.session import check_vault, find_notes, read_config
    from vaultskillet.core.model import RunId

    config = read_config(common)
    paths = find_notes(check_vault(config.vault), notes) if notes else None
    after = None if since is None else parse_since(since, now=datetime.now(UTC)).timestamp()
    with open_app(common, config, Mode.AMEND) as app:
        chosen = RunId(run) if run else None
        if paths is None and chosen is None and after is None:
            chosen = next((e.run for e in app.history(None) if e.state == "done"), None)
            if chosen is None:
                show("nothing to take back")
                return
        results = app.undo(paths, run=chosen, since=after)
    tell = result_teller()
    for result in results:
        tell(result)
    exit_if_failed(results)


def parse_since(text: str, *, now: datetime) -> datetime:
    """Read a moment: a date, a date and time (local unless it has a zone), or how long ago.

    Raises:
        ConfigError: it is neither.

    >>> parse_since("2h", now=datetime(2026, 3, 14, 8, tzinfo=UTC)).hour
    6
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"--since {text}: is no time; write 2026-03-14, 2026-03-14T08:00, or 2h, 7d"
        ) from error


def _as_json(entry: JournalEntry, route: RoutedWrite | None) -> dict[str, object]:
    return {
        "id": entry.id,
        "run": entry.run,
        "at": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds"),
        "note": entry.write.path,
        "state": entry.state,
        "route": route
        and {
            "tier": route.tier,
            "model": route.model,
            "category": route.category,
            "complexity": route.complexity,
            "because": route.because,
            "fate": route.fate,
        },
        "edits": [
            {
                "start": edit.start,
                "before": edit.before.decode("utf-8", "replace"),
                "after": edit.after.decode("utf-8", "replace"),
            }
            for edit in entry.write.edits
        ],
    }
