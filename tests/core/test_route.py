from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.core.model import Category, Classification, Complexity, Leave, Send, Tier
from vaultskillet.core.route import choose_route

CLASSIFICATIONS = st.builds(
    Classification,
    category=st.sampled_from(Category),
    complexity=st.sampled_from(Complexity),
    because=st.just("test"),
)
SENDS = st.builds(Send, st.sampled_from(Tier), st.just("asked for"), thinking=st.booleans())
LOCAL = st.frozensets(st.sampled_from(Tier))


@pytest.mark.parametrize(
    ("category", "complexity", "tier", "thinking"),
    [
        ("code", "simple", "gemma", False),
        ("code", "moderate", "qwen", False),
        ("reasoning", "complex", "qwen", True),
        ("creative", "moderate", "qwen", False),
        ("summary", "complex", "gemma", False),
        ("extraction", "moderate", "gemma", False),
        ("classification", "complex", "gemma", False),
    ],
)
def test_the_table_of_routes(category: str, complexity: str, tier: str, *, thinking: bool) -> None:
    classification = Classification(Category(category), Complexity(complexity), "test")
    route = choose_route(classification, private=False, local=frozenset())
    assert isinstance(route, Send)
    assert (route.tier, route.thinking) == (tier, thinking)


@given(CLASSIFICATIONS, LOCAL)
def test_a_private_text_never_leaves_the_machine(
    classification: Classification, local: frozenset[Tier]
) -> None:
    route = choose_route(classification, private=True, local=local)
    if isinstance(route, Leave):
        assert not local
    else:
        assert route.tier in local


@given(CLASSIFICATIONS, LOCAL, st.booleans(), st.none() | SENDS)
def test_the_design_holds_for_every_class_and_policy(
    classification: Classification,
    local: frozenset[Tier],
    private: bool,  # noqa: FBT001 - drawn
    wanted: Send | None,
) -> None:
    simple = classification.complexity == "simple"
    light = classification.category in {"extraction", "summary", "classification"}
    best = Tier.GEMMA if simple or light else Tier.QWEN
    thinking = best is Tier.QWEN and classification.complexity == "complex"
    if wanted is not None:
        best, thinking = wanted.tier, wanted.thinking
    other = Tier.QWEN if best is Tier.GEMMA else Tier.GEMMA
    allowed = [tier for tier in (best, other) if not private or tier in local]
    route = choose_route(classification, private=private, local=local, wanted=wanted)
    if not allowed:
        assert isinstance(route, Leave)
    else:
        assert isinstance(route, Send)
        assert (route.tier, route.thinking) == (allowed[0], thinking)


@given(CLASSIFICATIONS, LOCAL, SENDS)
def test_what_a_person_asked_for_is_given_unless_privacy_forbids_it(
    classification: Classification, local: frozenset[Tier], wanted: Send
) -> None:
    assert choose_route(classification, private=False, local=local, wanted=wanted) == wanted
    private = choose_route(classification, private=True, local=local, wanted=wanted)
    assert (private == wanted) == (wanted.tier in local)


@given(CLASSIFICATIONS, LOCAL, st.booleans())
def test_every_route_says_why(
    classification: Classification,
    local: frozenset[Tier],
    private: bool,  # noqa: FBT001 - drawn
) -> None:
    assert choose_route(classification, private=private, local=local).because


@given(CLASSIFICATIONS)
def test_privacy_changes_nothing_where_all_engines_are_local(
    classification: Classification,
) -> None:
    everywhere = frozenset(Tier)
    private = choose_route(classification, private=True, local=everywhere)
    assert private == choose_route(classification, private=False, local=everywhere)
