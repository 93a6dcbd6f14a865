"""Telling what an older recipe made."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import Digest, NotePath, Stamp, Tier
from vaultskillet.core.prompt import RecipeDigests
from vaultskillet.ports.ledger import LedgerRow, MadeBy
from vaultskillet.stale import Part, count_stale, find_stale

NOW = RecipeDigests(Digest("new"), {tier: Digest(f"new {tier}") for tier in Tier})
DONE = LedgerRow(
    path=NotePath("a.md"),
    stamp=Stamp(1, 2, 3),
    raw=Digest("raw"),
    source=Digest("source"),
    tier=Tier.QWEN,
    prompt=NOW.prompt,
    model=NOW.models[Tier.QWEN],
    outcome="written",
)


def stale(row: LedgerRow) -> list[Part]:
    return [part for part in Part if find_stale([row], NOW, part)]


def test_what_the_recipe_in_use_made_is_fresh() -> None:
    assert stale(DONE) == []


def test_a_prompt_of_before_is_told_from_a_model_of_before() -> None:
    assert stale(replace(DONE, prompt=Digest("old"))) == [Part.PROMPT, Part.ALL]
    assert stale(replace(DONE, model=Digest("old"))) == [Part.MODEL, Part.ALL]
    assert stale(replace(DONE, prompt=Digest("old"), model=Digest("old"))) == list(Part)


def test_only_the_model_that_was_asked_counts() -> None:
    other = RecipeDigests(NOW.prompt, {**NOW.models, Tier.GEMMA: Digest("other")})
    assert find_stale([DONE], other, Part.ALL) == []


def test_what_no_model_was_asked_about_is_never_stale() -> None:
    assert stale(replace(DONE, tier=None, prompt=None, model=None, outcome="left")) == []
    assert stale(LedgerRow(DONE.path, DONE.stamp, DONE.raw)) == []


def test_what_an_earlier_version_made_is_stale_by_its_prompt() -> None:
    assert stale(replace(DONE, tier=None, prompt=Digest("both in one"), model=None)) == [
        Part.PROMPT,
        Part.ALL,
    ]


@given(
    st.sampled_from([None, *Tier]),
    st.sampled_from([None, NOW.prompt, Digest("old")]),
    st.sampled_from([None, *NOW.models.values(), Digest("old")]),
)
def test_all_is_the_one_or_the_other(
    tier: Tier | None, prompt: Digest | None, model: Digest | None
) -> None:
    row = replace(DONE, tier=tier, prompt=prompt, model=model)
    found = {part: bool(find_stale([row], NOW, part)) for part in Part}
    assert found[Part.ALL] == (found[Part.PROMPT] or found[Part.MODEL])
    made = {MadeBy(tier, prompt, model): 3}
    assert {part: count_stale(made, NOW, part) == 3 for part in Part} == found
