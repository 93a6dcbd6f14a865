"""What every engine does; each engine's tests subclass this."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engines.fakes import request_of
from vaultskillet.core.model import Reply, Request
from vaultskillet.errors import EngineError
from vaultskillet.ports.engine import InferenceEngine


class EngineContract:
    """Subclass it with a fixture `engine`: loaded, and giving one text one reply.

    `bad_request` is one that the engine cannot answer. `reply_to` says what it answers to a
    text, where that is known.
    """

    @pytest.fixture
    def engine(self) -> InferenceEngine:
        raise NotImplementedError

    @pytest.fixture
    def bad_request(self) -> Request:
        raise NotImplementedError

    def test_it_is_an_engine_with_a_name(self, engine: InferenceEngine) -> None:
        assert engine.model_id
        assert isinstance(engine.local, bool)

    def test_a_reply_names_its_model_and_has_text(self, engine: InferenceEngine) -> None:
        reply = engine.generate(request_of())
        assert reply.text
        assert reply.model == engine.model_id
        assert reply.latency_ms >= 0

    def test_a_batch_is_answered_in_order(self, engine: InferenceEngine) -> None:
        requests = [request_of(f"Note {n}. " * (7 - n)) for n in range(6)]
        alone = [engine.generate(request).text for request in requests]
        replies = engine.generate_many(requests)
        assert [r.text for r in replies if isinstance(r, Reply)] == alone

    def test_an_empty_batch_has_no_replies(self, engine: InferenceEngine) -> None:
        assert engine.generate_many([]) == []

    def test_one_bad_request_costs_the_others_nothing(
        self, engine: InferenceEngine, bad_request: Request
    ) -> None:
        good = request_of()
        first, second, third = engine.generate_many([good, bad_request, good])
        assert isinstance(second, EngineError)
        assert isinstance(first, Reply)
        assert isinstance(third, Reply)
        assert first.text == third.text == engine.generate(good).text

    def test_a_bad_request_alone_raises_an_engine_error(
        self, engine: InferenceEngine, bad_request: Request
    ) -> None:
        with pytest.raises(EngineError):
            engine.generate(bad_request)
        with pytest.raises(EngineError):
            list(engine.stream(bad_request))

    def test_the_pieces_of_a_stream_are_the_reply(self, engine: InferenceEngine) -> None:
        request = request_of()
        assert "".join(engine.stream(request)) == engine.generate(request).text

    def test_a_stream_may_be_left_early(self, engine: InferenceEngine) -> None:
        stream = engine.stream(request_of())
        next(stream)
        del stream
        assert engine.generate(request_of()).text

    def test_many_threads_may_ask_at_once(self, engine: InferenceEngine) -> None:
        requests = [request_of(f"Note {n}.") for n in range(6)]
        alone = [engine.generate(request).text for request in requests]
        with ThreadPoolExecutor(6) as pool:
            together = [reply.text for reply in pool.map(engine.generate, requests)]
        assert together == alone

    def test_closing_twice_is_once(self, engine: InferenceEngine) -> None:
        engine.close()
        engine.close()

    def test_what_is_closed_gives_engine_errors(self, engine: InferenceEngine) -> None:
        engine.close()
        with pytest.raises(EngineError):
            engine.generate(request_of())
        with pytest.raises(EngineError):
            list(engine.stream(request_of()))
        assert all(isinstance(r, EngineError) for r in engine.generate_many([request_of()] * 2))
