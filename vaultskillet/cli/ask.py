"""Commands that ask the models: `ask` and `classify`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vaultskillet.cli.options import ALLOW_DOWNLOAD, Common, permitting

if TYPE_CHECKING:  # at run time these would make `--help` wait
    from vaultskillet.app.context import Context
    from vaultskillet.config import Config
    from vaultskillet.core.model import Classification, NotePath, Route
    from vaultskillet.homeskillet import Homeskillet, Stream


def ask(
    common: Common,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to ask; -: stdin.")],
    *,
    note: Annotated[
        str | None, typer.Option(metavar="NOTE", help="The note that it is about.")
    ] = None,
    model: Annotated[
        Literal["gemma", "qwen"] | None,
        typer.Option(help="Who answers; else that depends on the question."),
    ] = None,
    allow_download: ALLOW_DOWNLOAD = False,
) -> None:
    """Have a question answered, about a note or not, and print the answer as it is written."""
    from vaultskillet.cli.session import check_vault, find_notes, read_config
    from vaultskillet.cli.text import read_text
    from vaultskillet.core.model import Tier

    config = permitting(read_config(common), download=allow_download)
    question = read_text("-") if text == "-" else text
    path = find_notes(check_vault(config.vault), [note])[0] if note else None
    about = _read_context(config, question, path)
    with _open(common, config) as homeskillet:
        answer = homeskillet.stream(
            about.question if about else question,
            context=about.text if about else "",
            title=about.title if about else "",
            model=Tier(model) if model else None,
            private=about is not None and about.private,
        )
        if common.verbose:
            for line in _lines(answer.classification, answer.route):
                typer.echo(line, err=True)
        _print(answer)


def _read_context(config: Config, question: str, note: NotePath | None) -> Context | None:
    """Read what the question is about; None where it names no note."""
    if note is None and (config.obsidian.vault_path is None or "[[" not in question):
        return None
    from vaultskillet.app.context import read_context

    return read_context(config, question, note)


def _print(answer: Stream) -> None:
    """Print the pieces as they come; who breaks off, breaks the model off too."""
    last = "\n"
    try:
        for piece in answer:
            last = piece[-1]  # before it is written: an interrupt may come in between
            sys.stdout.write(piece)
            sys.stdout.flush()
    finally:
        answer.close()
        if last != "\n":
            sys.stdout.write("\n")


def classify(
    common: Common,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; -: stdin.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    allow_download: ALLOW_DOWNLOAD = False,
) -> None:
    """Print what kind of work a text calls for, which model would get it, and why."""
    from vaultskillet.cli.session import read_config
    from vaultskillet.cli.text import read_text

    config = permitting(read_config(common), download=allow_download)
    with _open(common, config) as homeskillet:
        said = homeskillet.classify(read_text("-") if text == "-" else text)
        route = homeskillet.route(said)
    if as_json:
        typer.echo(json.dumps(_as_json(said, route, config), indent=2))
    else:
        for line in _lines(said, route):
            typer.echo(line)


def _open(common: Common, config: Config) -> Homeskillet:
    from vaultskillet.homeskillet import Homeskillet

    return Homeskillet(config, state_dir=common.state_dir)


def _lines(said: Classification, route: Route) -> list[str]:
    from vaultskillet.core.model import Send

    where = f"goes to {route.tier}" if isinstance(route, Send) else "goes to none"
    thinking = ", thinking" if isinstance(route, Send) and route.thinking else ""
    return [
        f"{said.category}, {said.complexity} ({said.because})",
        f"{where}{thinking} ({route.because})",
    ]


def _as_json(said: Classification, route: Route, config: Config) -> dict[str, object]:
    from vaultskillet.core.model import Send

    told: dict[str, object] = {"because": route.because}
    if isinstance(route, Send):
        told = {
            "model": route.tier,
            "engine": config.engine_for(route.tier),
            "thinking": route.thinking,
            **told,
        }
    return {
        "category": said.category,
        "complexity": said.complexity,
        "because": said.because,
        "latency_ms": said.latency_ms,
        "route": told,
    }
