"""Classifying by a model, or by rules where it will not; routes and answers."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trip import World
from vaultskillet.core.classify import HEAD_CHARS, SCHEMA, classify_by_rules
from vaultskillet.core.model import Category, Complexity, Request, SafeText, Send, Tier
from vaultskillet.errors import (
    EngineError,
    EngineRefusedError,
    EngineUnavailableError,
    QuotaError,
)
from vaultskillet.orchestrator import Answered, Prepared, Question

TEXT = SafeText("Milk, bread, tea.")


def said(category: str = "creative", complexity: str = "moderate") -> str:
    return json.dumps({"category": category, "complexity": complexity})


@pytest.fixture
def world() -> World:
    world = World(by_model=True)
    world.gemma.says = lambda request: said() if request.recipe == "classify" else "From gemma."
    world.qwen.says = lambda _: "From qwen."
    return world


def test_the_small_model_classifies(world: World) -> None:
    [one] = world.orchestrator.classify_many([TEXT])
    assert (one.category, one.complexity) == (Category.CREATIVE, Complexity.MODERATE)
    assert one.because == "scripted said so"
    [asked] = world.gemma.asked
    assert (asked.recipe, asked.text, asked.title) == ("classify", TEXT, "")
    assert asked.schema == SCHEMA


def test_a_batch_is_asked_for_at_once_and_each_text_once(world: World) -> None:
    heads = [TEXT, SafeText("Another."), TEXT]
    world.orchestrator.classify_many(heads)
    assert world.gemma.batches == [2]


def test_no_more_than_the_head_is_sent(world: World) -> None:
    world.orchestrator.classify_many([SafeText("x" * 5000)])
    assert len(world.gemma.asked[0].text) == HEAD_CHARS


def test_what_was_classified_lately_is_not_sent_again(world: World) -> None:
    orchestrator = world.orchestrator
    [first] = orchestrator.classify_many([TEXT])
    [again] = orchestrator.classify_many([TEXT])
    assert again == replace(first, latency_ms=0.0)
    assert len(world.gemma.asked) == 1
    world.clock.step(61)
    orchestrator.classify_many([TEXT])
    assert len(world.gemma.asked) == 2


@pytest.mark.parametrize(
    "says",
    ["", "Sure! It is creative.", "{", '{"category": "cats", "complexity": "simple"}', "x" * 10**6,
     EngineRefusedError("no"), EngineUnavailableError("away"), QuotaError("spent", until=9e9)],
)  # fmt: skip
def test_rules_decide_where_the_model_does_not_and_one_line_says_so(
    world: World, says: str | EngineError, caplog: pytest.LogCaptureFixture
) -> None:
    world.gemma.says = lambda _: says
    heads = [TEXT, SafeText("Why? Compare.")]
    with caplog.at_level(logging.WARNING):
        found = world.orchestrator.classify_many(heads)
    assert [one.category for one in found] == [classify_by_rules(h).category for h in heads]
    assert all(one.because.endswith("; scripted did not say") for one in found)
    assert len(caplog.records) == 1
    assert TEXT not in caplog.text


def test_what_the_model_did_not_say_is_asked_again_next_time(world: World) -> None:
    answers = iter(["rambling", said()])
    world.gemma.says = lambda _: next(answers)
    orchestrator = world.orchestrator
    found = [orchestrator.classify_many([TEXT])[0].category for _ in range(2)]
    assert found == [Category.SUMMARY, Category.CREATIVE]


def test_one_bad_reply_costs_the_others_nothing(world: World) -> None:
    world.gemma.says = lambda request: "?" if request.text == TEXT else said()
    found = world.orchestrator.classify_many([SafeText("a"), TEXT, SafeText("b")])
    assert [one.because for one in found][::2] == ["scripted said so"] * 2
    assert found[1].because.startswith("rules")


def test_an_empty_text_costs_no_call(world: World) -> None:
    assert world.orchestrator.classify_many([SafeText(" \n")]) == [classify_by_rules(" \n")]
    assert world.orchestrator.classify_many([]) == []
    assert world.gemma.batches == []


def test_without_a_model_rules_do_it_without_a_call() -> None:
    world = World()
    assert world.orchestrator.classify_many([TEXT]) == [classify_by_rules(TEXT)]
    assert not world.asked


def test_what_is_private_is_not_sent_to_a_hosted_classifier(world: World) -> None:
    world.gemma.local = False
    assert world.orchestrator.classify_many([TEXT], private=True) == [classify_by_rules(TEXT)]
    assert not world.asked


def test_what_is_private_is_classified_by_a_model_on_this_machine(world: World) -> None:
    [one] = world.orchestrator.classify_many([TEXT], private=True)
    assert one.because == "scripted said so"


def test_many_threads_may_classify_at_once(world: World) -> None:
    orchestrator = world.orchestrator
    heads = [[SafeText(f"Text {n % 9}.")] for n in range(60)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(orchestrator.classify_many, heads))
    assert {one[0].category for one in found} == {Category.CREATIVE}


def test_a_route_is_logged_with_its_reasons(world: World, caplog: pytest.LogCaptureFixture) -> None:
    orchestrator = world.orchestrator
    with caplog.at_level(logging.DEBUG, logger="vaultskillet"):
        orchestrator.route(orchestrator.classify_many([TEXT])[0], private=False)
    [record] = caplog.records
    assert record.message == "routed"
    assert vars(record)["tier"] == "qwen"
    assert vars(record)["because"] == "creative, moderate (scripted said so)"


# --- questions ----------------------------------------------------------------------------


def answers(world: World, *questions: Question) -> list[str]:
    return [
        one.reply.text if isinstance(one, Answered) else str(one)
        for one in world.orchestrator.answer_many(questions)
    ]


def test_a_question_goes_where_its_class_sends_it(world: World) -> None:
    assert answers(world, Question(TEXT)) == ["From qwen."]
    [asked] = world.qwen.asked
    assert (asked.recipe, asked.schema, asked.question) == ("answer", None, TEXT)


def test_questions_are_answered_in_their_order(world: World) -> None:
    def says(request: Request) -> str:
        if request.recipe == "classify":
            return said("summary" if "bread" in request.text else "reasoning")
        return f"gemma: {request.question}"

    world.gemma.says = says
    world.qwen.says = lambda request: f"qwen: {request.question}"
    questions = [Question(SafeText(text)) for text in ("Why?", "Of bread.", "And?")]
    assert answers(world, *questions) == ["qwen: Why?", "gemma: Of bread.", "qwen: And?"]


def test_a_note_is_the_context_of_a_question(world: World) -> None:
    question = Question(TEXT, context=SafeText("The note."), title=SafeText("Title"))
    answers(world, question)
    [asked] = world.qwen.asked
    assert (asked.text, asked.title, asked.question) == ("The note.", "Title", TEXT)
    assert [one.text for one in world.gemma.asked] == [TEXT]  # only the question is classified


def test_the_route_that_a_person_names_is_taken_without_asking_the_classifier(
    world: World,
) -> None:
    wanted = Send(Tier.QWEN, "asked for by name", thinking=True)
    [prepared] = world.orchestrator.prepare_many([Question(TEXT, wanted=wanted)])
    assert isinstance(prepared, Prepared)
    assert prepared.route == wanted
    assert prepared.because.startswith("asked for by name (rules:")
    assert not world.asked


def test_a_question_that_no_engine_may_see_is_refused(world: World) -> None:
    world.gemma.local = world.qwen.local = False
    private = Question(TEXT, private=True)
    [refused] = world.orchestrator.answer_many([private])
    assert isinstance(refused, EngineRefusedError)
    assert "private" in str(refused)
    assert not world.asked


def test_an_error_costs_only_its_question(world: World) -> None:
    world.qwen.says = lambda request: (
        EngineUnavailableError("away") if request.question == TEXT else "Yes."
    )
    assert answers(world, Question(TEXT), Question(SafeText("Why?"))) == ["away", "Yes."]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Category), st.sampled_from(Complexity), st.booleans(), st.booleans()
        ),
        max_size=6,
    ),
    st.frozensets(st.sampled_from(Tier)),
)
def test_what_is_private_reaches_only_engines_on_this_machine(
    drawn: list[tuple[Category, Complexity, bool, bool]], local: frozenset[Tier]
) -> None:
    world = World(by_model=True)
    world.gemma.local, world.qwen.local = Tier.GEMMA in local, Tier.QWEN in local
    classes = {f"{at}": said(one[0], one[1]) for at, one in enumerate(drawn)}
    world.gemma.says = lambda r: classes[r.text] if r.recipe == "classify" else "Yes."
    world.qwen.says = lambda _: "Yes."
    wanted = Send(Tier.QWEN, "named")
    questions = [
        Question(SafeText(f"{at}"), private=private, wanted=wanted if named else None)
        for at, (_, _, private, named) in enumerate(drawn)
    ]
    outcomes = world.orchestrator.answer_many(questions)
    hosted = [e for e in (world.gemma, world.qwen) if not e.local]
    private = {question.text for question in questions if question.private}
    seen = {part for engine in hosted for r in engine.asked for part in (r.text, r.question)}
    assert not seen & private
    for question, outcome in zip(questions, outcomes, strict=True):
        assert isinstance(outcome, Answered) or (question.private and not local)


@pytest.mark.parametrize(
    ("text", "told"),
    [("Milk, bread, tea.", 0), ("Why? Compare, because A, and hence B. Why not?", 1)],
)
def test_a_small_model_that_cannot_classify_is_told_where_it_does_not_answer_too(
    world: World, caplog: pytest.LogCaptureFixture, text: str, told: int
) -> None:
    world.gemma.says = lambda _: EngineUnavailableError("away")
    with caplog.at_level(logging.WARNING):
        world.orchestrator.prepare_many([Question(SafeText(text))])
    assert caplog.text.count("the model did not classify") == told
