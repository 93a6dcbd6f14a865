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

MAX_TAG_CHARS = 60
"""A longer tag is a sentence, or worse."""


@dataclass(frozen=True, slots=True)
class DraftPolicy:
    """What a draft may hold."""

    max_tags: int
    closed_vocabulary: bool
    """Only tags that the vault has already."""
    call: str = "homeskillet"
    """The tag that calls us, without `#`: neither it nor one below it is an engine's to give."""


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
    said = _parse_object(reply)
    summary, tags = said.get("summary"), said.get("tags", [])
    if not isinstance(summary, str | None):
        raise ReplyError(f"{reply.model} gave a summary that is not text")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ReplyError(f"{reply.model} gave tags that are not a list of texts")
    return Draft(
        summary=clean_line(summary, filters) if summary else None,
        tags=_clean_tags(tags, vocabulary=vocabulary, policy=policy, filters=filters),
    )


def restore_line(line: str, placeholders: Mapping[str, str]) -> str:
    """Put addresses and phone numbers back into a line that goes into the note they are of.

    A secret stays out: a property shows in lists and may be published. So does what would act.

    Args:
        line: cleaned, with placeholders.
        placeholders: what each of them stands for in that note.
    """
    harmless = {
        name: value
        for name, value in placeholders.items()
        if not name.startswith("[SECRET_") and clean_line(value, redact.NOTHING) == value
    }
    return redact.restore(line, harmless)


def _parse_object(reply: Reply) -> dict[str, object]:
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
        if policy.closed_vocabulary and tag not in vocabulary:
            continue
        if tag.casefold().partition("/")[0] == policy.call or redact.find_sensitive(tag, filters):
            continue
        if is_proposable(tag) and tag.isprintable() and len(tag) <= MAX_TAG_CHARS:
            clean.setdefault(tag.casefold(), tag)
    return tuple(clean.values())[: policy.max_tags]
