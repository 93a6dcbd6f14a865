"""Have a model tell of the notes of a period: map, reduce, and keep what they bear out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from vaultskillet.core.digest import Statement
from vaultskillet.core.model import Request, SafeText, Send, Tier
from vaultskillet.core.narrative import (
    MOST_CHARS,
    MOST_STATEMENTS,
    SCHEMA,
    Source,
    numbered,
    read_statements,
    shares_of,
    sources_of,
)
from vaultskillet.core.prompt import Recipe, build_request, estimate_tokens
from vaultskillet.digests.gather import Gathered
from vaultskillet.digests.kit import DigestKit
from vaultskillet.errors import EngineError

log = logging.getLogger(__name__)

LEAST_NOTES = 2
"""A single note has its own line already."""
_MARGIN = 1.15
"""The estimate of tokens is rough; an engine that counted more would cut the last notes off."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a model said, as far as it is true."""

    statements: tuple[Statement, ...] = ()
    model: str = ""


def narrate(gathered: Gathered, tier: Tier, kit: DigestKit) -> Told:
    """Have a tier's model tell of a digest's notes; where it has none, nothing is told.

    Raises:
        EngineError: the model did not answer.
        RedactionError: a filter failed.
    """
    pieces = [piece for piece in gathered.pieces if piece.path in gathered.links]
    if tier not in kit.narrator.models or len(pieces) < LEAST_NOTES:
        return Told()
    sources = sources_of(pieces, kit.filters)
    said, model = _round(sources, tier, kit, merging=False)
    while len(said) > MOST_STATEMENTS:
        fewer, model = _round(said, tier, kit, merging=True)
        if not fewer or len(fewer) >= len(said):
            break
        said = fewer
    statements = tuple(
        Statement(one.text, tuple(gathered.links[path] for path in one.notes))
        for one in said[:MOST_STATEMENTS]
    )
    return Told(statements, model if statements else "")


def _round(
    sources: Sequence[Source], tier: Tier, kit: DigestKit, *, merging: bool
) -> tuple[list[Source], str]:
    """Ask for the statements of each share; give those that are true, and who made them."""
    settings = kit.narrator.models[tier]
    instructions = kit.templates.render(
        "prompts/digest.md", merging=merging, most=MOST_STATEMENTS, chars=MOST_CHARS
    )
    recipe = Recipe("digest", instructions, SCHEMA, kit.narrator.models)
    taken = estimate_tokens(instructions) + settings.sampling.max_tokens
    room = max(200, int((settings.context_tokens - taken) / _MARGIN))
    shares = list(shares_of(sources, tokens=room))
    route = Send(tier, "digest", thinking=settings.sampling.thinking)
    kit.progress("telling", 0, len(shares))
    replies = kit.narrator.ask(tier, [_request(recipe, route, share) for share in shares])
    said: list[Source] = []
    model = ""
    for share, reply in zip(shares, replies, strict=True):
        if isinstance(reply, EngineError):
            raise reply
        read = read_statements(reply.text, share, kit.filters)
        if read is None:
            log.warning("a model's statements could not be read", extra={"model": reply.model})
        said += read or []
        model = reply.model
    return said, model


def _request(recipe: Recipe, route: Send, share: Sequence[Source]) -> Request:
    return build_request(recipe, route, title=SafeText(""), text=numbered(share))
