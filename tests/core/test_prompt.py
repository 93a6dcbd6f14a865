from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import SafeText, Sampling, Send, Tier
from vaultskillet.core.prompt import (
    ENRICH_SCHEMA,
    ModelSettings,
    Recipe,
    build_request,
    cut_to_tokens,
    estimate_tokens,
)

SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_tokens=100, thinking=True)
RECIPE = Recipe(
    name="enrich",
    instructions="Summarise.",
    schema=ENRICH_SCHEMA,
    models={tier: ModelSettings(str(tier), 400, SAMPLING) for tier in Tier},
)


def test_a_request_holds_what_the_model_needs() -> None:
    route = Send(Tier.QWEN, "test", thinking=True)
    request = build_request(
        RECIPE, route, title=SafeText("T"), text=SafeText("Text."), tag_candidates=()
    )
    assert (request.recipe, request.title, request.text) == ("enrich", "T", "Text.")
    assert request.sampling == SAMPLING
    assert request.schema == ENRICH_SCHEMA


def test_thinking_needs_a_route_that_calls_for_it() -> None:
    route = Send(Tier.GEMMA, "test", thinking=False)
    request = build_request(
        RECIPE, route, title=SafeText("T"), text=SafeText("x"), tag_candidates=()
    )
    assert not request.sampling.thinking


def test_a_long_note_is_cut_to_the_context() -> None:
    text = SafeText("A line of text.\n" * 200)
    route = Send(Tier.GEMMA, "test")
    request = build_request(RECIPE, route, title=SafeText("T"), text=text, tag_candidates=())
    taken = estimate_tokens(request.instructions + request.title + request.text)
    assert taken + request.sampling.max_tokens <= 400
    assert text.startswith(request.text)
    assert request.text.endswith(".\n")


@given(st.text(), st.integers(0, 100))
def test_a_cut_text_fits_and_is_the_head(text: str, tokens: int) -> None:
    cut = cut_to_tokens(SafeText(text), tokens)
    assert text.startswith(cut)
    assert cut == text or estimate_tokens(cut) <= tokens + 1


def test_the_digests_tell_prompts_and_policies_apart() -> None:
    other = replace(RECIPE, instructions="Summarise well.")
    assert RECIPE.digests("p") == RECIPE.digests("p")
    told = {recipe.digests(policy).prompt for recipe in (RECIPE, other) for policy in "pq"}
    assert len(told) == 4
    assert other.digests("p").models == RECIPE.digests("q").models


def test_the_digests_tell_each_model_apart() -> None:
    cooler = replace(RECIPE.models[Tier.QWEN], sampling=replace(SAMPLING, temperature=0.1))
    other = replace(RECIPE, models={**RECIPE.models, Tier.QWEN: cooler}).digests("p")
    digests = RECIPE.digests("p")
    assert other.prompt == digests.prompt
    assert other.models[Tier.GEMMA] == digests.models[Tier.GEMMA]
    assert other.models[Tier.QWEN] != digests.models[Tier.QWEN]
