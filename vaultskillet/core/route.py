"""Which model a text goes to, and why."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from vaultskillet.core.model import (
    Category,
    Classification,
    Complexity,
    Leave,
    Route,
    Send,
    Tier,
)

LIGHT_WORK = frozenset({Category.EXTRACTION, Category.SUMMARY, Category.CLASSIFICATION})
"""Kinds of work that the small model does as well as the large one."""


def choose_route(
    classification: Classification,
    *,
    private: bool,
    local: AbstractSet[Tier],
    wanted: Send | None = None,
) -> Route:
    """Route a classified text.

    Args:
        classification: what the text is.
        private: only an engine on this machine may see the text.
        local: the tiers whose engine is on this machine.
        wanted: the route that a person asked for; None: the classification decides.
    """
    wanted = wanted or _choose_by_work(classification)
    if not private or wanted.tier in local:
        return wanted
    for tier in Tier:
        if tier in local:
            because = f"private, so {tier} on this machine in place of {wanted.tier}"
            return Send(tier, because, thinking=wanted.thinking)
    return Leave("private, and no engine on this machine is configured")


def _choose_by_work(classification: Classification) -> Send:
    category, complexity = classification.category, classification.complexity
    if complexity is Complexity.SIMPLE:
        return Send(Tier.GEMMA, f"{category}, simple")
    if category in LIGHT_WORK:
        return Send(Tier.GEMMA, f"{category} is light work")
    thinking = complexity is Complexity.COMPLEX
    return Send(Tier.QWEN, f"{category}, {complexity}", thinking=thinking)
