"""A recipe and a redacted note -> a Request, within the model's context limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vaultskillet.core.model import (
    Digest,
    Request,
    SafeText,
    Sampling,
    Send,
    TagCandidate,
    Tier,
    digest_of,
)

MAX_SUMMARY_CHARS = 300
AROUND_TOKENS = 512
"""Left free for what stands around a text."""

ENRICH_SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "summary": {"type": ["string", "null"], "maxLength": MAX_SUMMARY_CHARS},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 8},
    },
    "required": ["summary", "tags"],
    "additionalProperties": False,
}
"""JSON schema of an enrichment: the summary of a note and its tags."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How one tier's model is asked."""

    name: str
    """The engine and its model."""
    context_tokens: int
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class RecipeDigests:
    """A recipe in short: what came of another one is stale."""

    prompt: Digest
    """Of the prompt, the shape of its answer, and the policies of redaction and writing."""
    models: Mapping[Tier, Digest]
    """Of each model and how it is asked."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A prompt, the shape of its answer, and the models that are asked."""

    name: str
    instructions: str
    schema: Mapping[str, object] | None
    models: Mapping[Tier, ModelSettings]

    @property
    def room(self) -> int:
        """How many tokens of text even the smaller model can hold, by estimate."""
        return min(
            one.context_tokens - one.sampling.max_tokens - AROUND_TOKENS
            for one in self.models.values()
        )

    def digests(self, policy: str) -> RecipeDigests:
        """Digest all that decides what comes out, so that stale results can be found.

        Args:
            policy: the policies of redaction and writing, spelt out.
        """
        parts = [self.name, self.instructions, self.schema, policy]
        return RecipeDigests(
            prompt=digest_of(json.dumps(parts, sort_keys=True).encode()),
            models={tier: digest_of(repr(model).encode()) for tier, model in self.models.items()},
        )


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text takes: a quarter a Latin character, one any other."""
    ascii_chars = len(text.encode("ascii", "ignore"))
    return ascii_chars // 4 + (len(text) - ascii_chars) + 1


def build_request(
    recipe: Recipe,
    route: Send,
    *,
    title: SafeText,
    text: SafeText,
    tag_candidates: tuple[TagCandidate, ...] = (),
    note_names: tuple[SafeText, ...] = (),
    question: SafeText | None = None,
) -> Request:
    """Make the request for one note, its text cut to what the model can hold.

    A question is cut too, where it would leave no room for anything else.
    """
    settings = recipe.models[route.tier]
    sampling = settings.sampling
    room = settings.context_tokens - sampling.max_tokens
    room -= estimate_tokens(recipe.instructions + title + "".join(note_names))
    if question is not None:
        question = cut_to_tokens(question, room)
        room -= estimate_tokens(question)
    return Request(
        recipe=recipe.name,
        instructions=recipe.instructions,
        title=title,
        text=cut_to_tokens(text, room),
        sampling=Sampling(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=sampling.max_tokens,
            thinking=sampling.thinking and route.thinking,
        ),
        tag_candidates=tag_candidates,
        note_names=note_names,
        schema=recipe.schema,
        question=question,
    )


def cut_to_tokens(text: SafeText, tokens: int) -> SafeText:
    """Keep the head of a text, up to a number of tokens, cut at the end of a line.

    The estimate is rough; an engine that can count its own tokens cuts once more.
    """
    if estimate_tokens(text) <= tokens:
        return text
    kept: list[str] = []
    left = tokens
    for line in text.splitlines(keepends=True):
        left -= estimate_tokens(line)
        if left < 0:
            break
        kept.append(line)
    return SafeText("".join(kept) or text[: max(tokens, 0)])
