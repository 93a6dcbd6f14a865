"""Which notes an older recipe made; a person may have them made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from vaultskillet.core.model import NotePath
from vaultskillet.core.prompt import RecipeDigests
from vaultskillet.ports.ledger import LedgerRow, MadeBy


class Part(StrEnum):
    """What of a recipe is another one now."""

    PROMPT = "prompt"
    """The prompt, or what the configuration says of redaction and writing."""
    MODEL = "model"
    """The model that was asked, its engine, or how it is asked."""
    ALL = "all"
    """One of them."""


def find_stale(rows: Iterable[LedgerRow], digests: RecipeDigests, part: Part) -> list[NotePath]:
    """Give the notes that were done by a recipe that is no longer in use.

    Those that no model was asked about are none of them: they were left alone for a reason of
    their own, or taken back by hand.

    Args:
        rows: of the ledger.
        digests: of the recipe in use.
        part: what has to differ.
    """
    return [
        row.path
        for row in rows
        if _is_stale(MadeBy(row.tier, row.prompt, row.model), digests, part)
    ]


def count_stale(recipes: Mapping[MadeBy, int], digests: RecipeDigests, part: Part) -> int:
    """Count the notes that were done by a recipe that is no longer in use, as `find_stale` does.

    Args:
        recipes: how many notes each made.
        digests: of the recipe in use.
        part: what has to differ.
    """
    return sum(notes for one, notes in recipes.items() if _is_stale(one, digests, part))


def _is_stale(recipe: MadeBy, digests: RecipeDigests, part: Part) -> bool:
    by_prompt = recipe.prompt is not None and recipe.prompt != digests.prompt
    by_model = recipe.tier is not None and recipe.model != digests.models[recipe.tier]
    return (by_prompt and part is not Part.MODEL) or (by_model and part is not Part.PROMPT)
