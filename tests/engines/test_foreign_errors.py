"""What another package's engine says when it fails: told again without what no error may hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.engines.fakes import request_of
from tests.trip import ScriptedEngine
from vaultskillet.core.model import Reply, Request
from vaultskillet.engines.foreign import Foreign
from vaultskillet.errors import EngineError, QuotaError

KEY = "zz-5f1e77ab90"


class TooBusyError(QuotaError):
    """As an engine's author may derive it."""

    def __init__(self) -> None:
        super().__init__(f"key {KEY} of ann@example.org is busy", until=7.0)


class Busy(ScriptedEngine):
    def load(self, repo: str) -> None:  # noqa: ARG002 - as the port has it
        raise TooBusyError

    def stream(self, request: Request) -> Iterator[str]:  # noqa: ARG002
        raise TooBusyError

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        return [TooBusyError() for _ in requests]


class Raising(ScriptedEngine):
    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        if len(requests) > 1:
            raise TooBusyError
        raise ValueError(KEY)


def test_an_error_keeps_its_sort_and_time_and_loses_keys_and_addresses() -> None:
    engine = Foreign(Busy(), name="busy", secrets=(KEY, ""))
    failed = engine.generate_many([request_of()])
    failed += Foreign(Raising(), name="busy", secrets=(KEY,)).generate_many([request_of()] * 2)
    for attempt in (lambda: engine.load("x"), lambda: list(engine.stream(request_of()))):
        with pytest.raises(QuotaError) as caught:
            attempt()
        failed.append(caught.value)
    for error in failed:
        assert type(error) is QuotaError
        assert (str(error), error.until) == ("key *** of [EMAIL_1] is busy", 7.0)


def test_of_any_other_error_only_its_kind_is_told() -> None:
    [failed] = Foreign(Raising(), name="busy").generate_many([request_of()])
    assert str(failed) == "the engine busy broke (ValueError)"
