"""The command `related`: the notes most like one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.report import RelatedNote


def related(
    common: Common,
    note: Annotated[str, typer.Argument(metavar="NOTE", help="The note.")],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the notes most like one, and why. Writes nothing."""
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show, show_json
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar
    from vaultskillet.cli.session import check_vault, find_notes, read_config

    config = read_config(common)
    [path] = find_notes(check_vault(config.vault), [note])
    with progress_bar() as progress, open_app(common, config, Mode.DRY, progress=progress) as app:
        found = app.related(path, limit=limit)
    if as_json:
        show_json({"note": path, "related": [asdict(one) for one in found]})
        return
    if not found:
        show("no note has anything in common with it")
    for line in _lines(found):
        show(line)


def _lines(found: list[RelatedNote]) -> Iterator[str]:
    for one in found:
        said = [one.because, "linked already" * one.is_linked, "named by us" * one.is_ours]
        because = "; ".join(filter(None, said))
        yield f"{one.score:.2f}  {one.path}" + (f"  ({because})" if because else "")
