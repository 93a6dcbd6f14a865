"""Hand-written stand-ins for time and engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vaultskillet.core.model import Reply, Request, SafeText, Sampling
from vaultskillet.errors import EngineError, EngineRefusedError


class FakeClock:
    """A time that passes only when told."""

    def __init__(self, at: float = 1_000_000.0) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def request_of(
    text: str = "Bread needs time.",
    *,
    instructions: str = "Say it in one line.",
    title: str = "Bread",
    schema: Mapping[str, object] | None = None,
    max_tokens: int = 16,
    temperature: float = 0.0,
    thinking: bool = False,
) -> Request:
    return Request(
        recipe="test",
        instructions=instructions,
        title=SafeText(title),
        text=SafeText(text),
        sampling=Sampling(temperature, 1.0, max_tokens, thinking=thinking),
        schema=schema,
    )


SCHEMA = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 20},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2},
    },
    "required": ["summary", "tags"],
    "additionalProperties": False,
}


class FakeEngine:
    """Does as it is told: each answer is a text, or the error to fail with."""

    model_id = "fake"
    local = True

    def __init__(self, *answers: str | EngineError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.loaded: list[str] = []
        self.closed = 0

    def load(self, repo: str) -> None:
        self.loaded.append(repo)

    def generate(self, request: Request) -> Reply:
        if self.closed:
            message = "closed"
            raise EngineRefusedError(message)
        self.asked.append(request.text)
        answer = self.answers.pop(0) if self.answers else f"said {request.text}"
        if isinstance(answer, EngineError):
            raise answer
        return Reply(answer, "fake", prompt_tokens=10, reply_tokens=5, latency_ms=250.0)

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        results: list[Reply | EngineError] = []
        for request in requests:
            try:
                results.append(self.generate(request))
            except EngineError as error:
                results.append(error)
        return results

    def stream(self, request: Request) -> Iterator[str]:
        yield from self.generate(request).text.partition(" ")

    def close(self) -> None:
        self.closed += 1


class RefusingEngine(FakeEngine):
    """Refuses a note that says so."""

    def generate(self, request: Request) -> Reply:
        if request.text == "refuse":
            message = "no"
            raise EngineRefusedError(message)
        return super().generate(request)
