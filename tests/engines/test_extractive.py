"""The built-in engine: selects, never writes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.contracts.engine import EngineContract
from tests.engines.fakes import request_of
from vaultskillet.core.model import Reply, Request, SafeText, Sampling, TagCandidate
from vaultskillet.engines.extractive import (
    NOTHING_FOUND,
    QUOTES,
    ExtractiveEngine,
)
from vaultskillet.errors import EngineRefusedError, EngineUnavailableError
from vaultskillet.ports.engine import InferenceEngine

NOTE = """\
Sourdough is bread that rises through wild yeast and bacteria.

The oven must be hot. A steel keeps the heat well. Water makes steam for the crust.
"""


def request(
    text: str = NOTE, *, title: str = "Sourdough", tags: tuple[TagCandidate, ...] = ()
) -> Request:
    return Request(
        recipe="enrich",
        instructions="",
        title=SafeText(title),
        text=SafeText(text),
        sampling=Sampling(0.0, 1.0, 256),
        tag_candidates=tags,
        schema={"type": "object"},
    )


def question(title: str, text: str = NOTE) -> Request:
    return Request("ask", "", SafeText(title), SafeText(text), Sampling(0.0, 1.0, 256))


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self) -> ExtractiveEngine:
        return ExtractiveEngine()

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of(" ")


def test_it_is_a_local_engine_that_needs_no_model() -> None:
    engine: InferenceEngine = ExtractiveEngine()
    engine.load("")
    assert engine.local
    assert engine.generate(request()).model == engine.model_id == "extractive"


def test_an_enrichment_has_a_summary_and_the_likely_tags() -> None:
    tags = (TagCandidate("baking", 0.8), TagCandidate("travel", 0.1))
    assert json.loads(ExtractiveEngine().generate(request(tags=tags)).text) == {
        "summary": "Sourdough is bread that rises through wild yeast and bacteria.",
        "tags": ["baking"],
    }


def test_where_nothing_would_do_nothing_is_given() -> None:
    reply = ExtractiveEngine().generate(request("- [[Bread]]\n"))
    assert json.loads(reply.text) == {"summary": None, "tags": []}


def test_links_that_are_defined_far_down_are_read_as_links() -> None:
    between = f"```\n{'code ' * 2000}\n```\n\nIt wants to be kept warm.\n\n"
    body = f"Sourdough is [bread][b] that rises all by itself.\n\n{between}[b]: bread.md\n"
    assert json.loads(ExtractiveEngine().generate(request(body)).text)["summary"] == (
        "Sourdough is bread that rises all by itself."
    )


def test_a_question_is_answered_by_quoting() -> None:
    reply = ExtractiveEngine().generate(question("How hot must the oven be?"))
    said, blank, *quoted = reply.text.splitlines()
    assert (said, blank) == (QUOTES, "")
    assert "> The oven must be hot." in quoted
    assert all(line.startswith(">") for line in quoted)


def test_the_question_is_what_is_looked_for_where_there_is_one() -> None:
    asked = replace(question("Sourdough"), question=SafeText("What makes the steam?"))
    assert "> Water makes steam for the crust." in ExtractiveEngine().generate(asked).text


def test_a_word_that_is_everywhere_counts_for_little() -> None:
    text = "The cat and the dog ate the food. " + "The cat sat. " * 9 + "The steam rose."
    assert (
        "> The steam rose." in ExtractiveEngine().generate(question("the cat the steam", text)).text
    )


def test_a_question_that_the_text_does_not_touch_gets_an_honest_answer() -> None:
    assert ExtractiveEngine().generate(question("Quantum chromodynamics")).text == NOTHING_FOUND


def test_the_pieces_of_a_stream_are_the_reply() -> None:
    engine = ExtractiveEngine()
    asked = question("steam and heat of the oven")
    pieces = list(engine.stream(asked))
    assert len(pieces) > 1
    assert "".join(pieces) == engine.generate(asked).text


def test_one_bad_request_costs_the_others_nothing() -> None:
    first, bad, last = ExtractiveEngine().generate_many([request(), request(" \n"), request()])
    assert isinstance(bad, EngineRefusedError)
    assert isinstance(first, Reply)
    assert isinstance(last, Reply)
    assert first.text == last.text


def test_many_threads_may_ask_at_once() -> None:
    engine = ExtractiveEngine()
    asked = [question(word) for word in ("oven", "steel", "steam", "yeast")]
    alone = [engine.generate(one).text for one in asked]
    with ThreadPoolExecutor(4) as pool:
        assert [reply.text for reply in pool.map(engine.generate, asked)] == alone


def test_what_is_closed_answers_no_more() -> None:
    engine = ExtractiveEngine()
    engine.close()
    engine.close()
    with pytest.raises(EngineUnavailableError):
        engine.generate(request())
