"""A Reply, which nobody may trust, -> a Draft: checked, cleaned and redacted again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vaultskillet.core import redact
from vaultskillet.core.model import Draft, Reply
from vaultskillet.core.prompt import MAX_SUMMARY_CHARS
from vaultskillet.core.tags import is_proposable, spell_tag
from vaultskillet.errors import ReplyError

# What a model thought before it spoke, in the ways that models mark it.
_THOUGHT: Final = re.compile(
    r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)|<\|channel\|>analysis.*?(?=<\|channel\|>final|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_MARKERS: Final = re.compile(r"<\|[a-z_]*\|>(?:final)?", re.IGNORECASE)
_FENCE: Final = re.compile(r"^\s*```[a-z]*\s*\n(.*?)\n?```\s*$", re.DOTALL | re.IGNORECASE)

# What could act, or lead outside, where a summary is shown as Markdown or as a property.
_TEMPLATE_CODE: Final = re.compile(r"<%.*?(?:%>|$)|\{\{.*?(?:\}\}|$)")
_IMAGE: Final = re.compile(r"!\[\[[^\]]*\]\]|!\[[^\]]*\](?:\([^)]*\))?")
_WIKILINK: Final = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS: Final = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}://|(?:javascript|data|file|obsidian):)\S*", re.IGNORECASE
)
_CODE: Final = re.compile(r"`+[^`]*`*|%%|%>")
_HTML: Final = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
# Controls, and the characters that override or isolate the direction of text.
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_BLANKS: Final = re.compile(r"\s+")

_MOST_CHARS = 8 * MAX_SUMMARY_CHARS
"""More than this is not a summary that runs long; the rest is not looked at."""

_PASSES = 8
"""Taking something out can join what stood around it; so it is done until nothing changes."""


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
    text = _MARKERS.sub("", _THOUGHT.sub("", reply.text))
    fenced = _FENCE.match(text)
    try:
        said = json.loads(fenced[1] if fenced else text)
    except ValueError:
        raise ReplyError(f"{reply.model} gave no JSON") from None
    if not isinstance(said, dict):
        raise ReplyError(f"{reply.model} gave JSON, but no object")
    return said


def clean_line(text: str, filters: redact.Policy) -> str | None:
    """Give generated text as one harmless line; None where nothing of it is left.

    Raises:
        RedactionError: a filter failed.
    """
    text = text[:_MOST_CHARS]
    for _ in range(_PASSES):
        before, text = text, _clean_once(text)
        if text == before:
            break
    else:
        return None  # what needs so many passes was made to get through
    text = redact.redact(text, filters).text
    return _shorten(text, MAX_SUMMARY_CHARS) or None


def _clean_once(text: str) -> str:
    text = _UNSEEN.sub(" ", _THOUGHT.sub("", text))
    text = _IMAGE.sub("", _TEMPLATE_CODE.sub("", text))
    text = _LINK.sub(r"\1", _WIKILINK.sub(r"\1", text))
    text = _HTML.sub("", _CODE.sub("", _ADDRESS.sub("", text)))
    return _BLANKS.sub(" ", text).strip()


def _shorten(text: str, limit: int) -> str:
    """Cut at the last blank that fits, and say so with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return head[: head.rfind(" ")] + "…" if " " in head else head + "…"


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
