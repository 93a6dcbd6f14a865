"""The command `eval`: how good all of it is on this very vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vaultskillet.cli.options import Common

if TYPE_CHECKING:  # at run time this would make `--help` wait
    from vaultskillet.evaluation.scores import Evaluation


def evaluate(
    common: Common,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Try at most so many notes.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure how good related notes, tags and summaries are on this vault. Writes nothing.

    Links and tags of yours are hidden and looked for; summaries are compared with your
    descriptions.
    """
    from vaultskillet.app import Mode
    from vaultskillet.cli.lines import show, show_json
    from vaultskillet.cli.memory import peak_memory_bytes
    from vaultskillet.cli.opening import open_app
    from vaultskillet.cli.render import progress_bar
    from vaultskillet.cli.session import read_config

    config = read_config(common)
    with progress_bar() as progress, open_app(common, config, Mode.DRY, progress=progress) as app:
        told = app.evaluate(limit=limit)
    memory = peak_memory_bytes()
    if as_json:
        show_json({**asdict(told), "peak_memory_bytes": memory})
        return
    for line in _lines(told):
        show(line)
    if memory and told.tried:
        show(f"memory     {memory / 2**20:.0f} MB at most")


def _lines(told: Evaluation) -> Iterator[str]:
    if not told.tried:
        yield "no note could be tried: the vault has none that is not left alone, or all are empty"
        return
    models = ", ".join(dict.fromkeys(told.models.values()))
    embedded = f", embedded by {told.embeddings}" if told.embeddings else ""
    yield f"vault      {told.notes} notes, {told.tried} tried, by {models}{embedded}"
    if links := told.links:
        yield (
            f"related    {links.recall_text_kept:.2f} of {links.links} hidden links of "
            f"{links.notes} notes are among the ten best; "
            f"{links.recall_text_hidden:.2f} with their text hidden, too"
        )
    else:
        yield "related    no note links to another: nothing to compare with"
    if tags := told.tags:
        ranks = ", ".join(
            f"{tags.recall_at[count]:.2f}/{tags.precision_at[count]:.2f} at {count}"
            for count in tags.recall_at
        )
        yield (
            (
                f"tags       written: {tags.written_precision:.2f} of them right, "
                f"{tags.written_recall:.2f} of yours found, {tags.written_a_note:.1f} a note, "
                f"{tags.invented_a_note:.2f} of them new to the vault"
            )
            if tags.written_a_note
            else "tags       none is likely enough to be written"
        )
        yield f"           suggested, recall/precision: {ranks} ({tags.notes} notes)"
    else:
        yield "tags       no note is tagged: nothing to compare with"
    if summaries := told.summaries:
        yield (
            f"summaries  ROUGE-1 F1 {summaries.rouge_1:.3f} against {summaries.descriptions} "
            f"descriptions; the first sentence has {summaries.first_sentence:.3f}"
        )
    else:
        yield "summaries  no note has a description: nothing to compare with"
    cost = told.cost
    yield (
        f"time       {cost.related_ms:.1f} ms a note for related notes (95 of 100 within "
        f"{cost.related_p95_ms:.1f}), {cost.tags_ms:.1f} ms for tags, "
        f"{cost.enrich_ms:.1f} ms to enrich"
    )
    if told.failed:
        yield f"failed     {told.failed} notes: the engine gave nothing that could be used"
