"""A Reply, which nobody may trust, -> a Draft: checked, cleaned and redacted again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vaultskillet.core import redact
from vaultskillet.core.harmless import clean_line, without_thought
from vaultskillet.core.model import Draft, Reply
from vaultskillet.core.tags import is_proposable, spell_tag
from vaultskillet.errors import ReplyError

_FENCE: Final = re.compile(r"^\s*```[a-z]*\s*\n(.*?)\n?```\s*$", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DraftPolicy:
    """What a draft may hold."""

    max_tags: int
    closed_vocabulary: bool
    """Only tags that the vault has already."""


def read_draft(
    reply: Reply, *, vocabulary: Mapping[str, int], policy: DraftPolicy, filters: redact.Policy
) -> Draft:
    """Read the enrichment of a note out of a reply.

    Args:
        reply: what the engine said.
        vocabulary: the vault's tags, as the vault spells them, without `#`, and how many
            notes bear each.
        policy: what the draft may hold.
        filters: what is redacted from generated text.

    Raises:
        ReplyError: it is not the JSON that was asked for.
        RedactionError: a filter failed.
    """
    said = parse_object(reply)
    summary, tags = said.get("summary"), said.get("tags", [])
    if not isinstance(summary, str | None):
        raise ReplyError(f"{reply.model} gave a summary that is not text")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ReplyError(f"{reply.model} gave tags that are not a list of texts")
    return Draft(
        summary=clean_line(summary, filters) if summary else None,
        tags=_clean_tags(tags, vocabulary=vocabulary, policy=policy, filters=filters),
    )


def parse_object(reply: Reply) -> dict[str, object]:
    """Give the JSON object that a reply holds.

    Raises:
        ReplyError: it holds none.
    """
    text = without_thought(reply.text)
    fenced = _FENCE.match(text)
    try:
        said = json.loads(fenced[1] if fenced else text)
    except ValueError:
        raise ReplyError(f"{reply.model} gave no JSON") from None
    if not isinstance(said, dict):
        raise ReplyError(f"{reply.model} gave JSON, but no object")
    return said


def _clean_tags(
    tags: list[str],
    *,
    vocabulary: Mapping[str, int],
    policy: DraftPolicy,
    filters: redact.Policy,
) -> tuple[str, ...]:
    """Give the tags that may be written, in the spelling or at least the style of the vault."""
    clean: dict[str, str] = {}
    for said in tags:
        tag = spell_tag(said.strip().removeprefix("#"), vocabulary)
        is_new = tag not in vocabulary
        if is_new and (policy.closed_vocabulary or redact.find_sensitive(tag, filters)):
            continue
        if is_proposable(tag):
            clean.setdefault(tag.casefold(), tag)
    return tuple(clean.values())[: policy.max_tags]
