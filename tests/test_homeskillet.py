"""The public face, over the built-in engine and over a scripted server."""

from __future__ import annotations

import doctest
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engines import server as acts
from tests.engines.server import Act, Handler, ScriptedServer, Seen, event, serving
from vaultskillet.config import Config, Models, load
from vaultskillet.config.engines import Gemma, Qwen
from vaultskillet.core.filters.finding import Finding
from vaultskillet.core.model import Category, Complexity, Leave, Send, Tier
from vaultskillet.engines.extractive import QUOTES
from vaultskillet.errors import (
    ConfigError,
    EngineError,
    EngineRefusedError,
    EngineUnavailableError,
    RedactionError,
)
from vaultskillet.homeskillet import Answer, Homeskillet

MAIL = "ann.lee@example.org"
WORDS = "Bread rises because yeast eats sugar and gives off gas. "


def is_classification(seen: Seen) -> bool:
    return "You sort texts" in seen.body["messages"][0]["content"]


def answering(
    text: str = "An answer.", *, category: str = "reasoning", complexity: str = "complex"
) -> Callable[[Seen], Act]:
    """Give the script of a server that classifies, and answers at once or piece by piece."""

    def script(seen: Seen) -> Act:
        if is_classification(seen):
            return acts.complete(json.dumps({"category": category, "complexity": complexity}))
        if seen.body["stream"]:
            pieces = [event(f"{word} ") for word in text.split(" ")]
            return acts.stream([*pieces, event(finish="stop"), b"data: [DONE]\n\n"])
        return acts.complete(text, prompt_tokens=11, completion_tokens=7)

    return script


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        server.script = answering()
        yield server


def config_for(server: ScriptedServer, *, local: bool | None = None) -> Config:
    return Config.model_validate(
        {
            "engine": "openai",
            "models": Models(gemma=Gemma(repo="small"), qwen=Qwen(repo="large")),
            "openai": {"base_url": server.url, "local": local, "max_retries": 0},
        }
    )


@pytest.fixture
def homeskillet(server: ScriptedServer) -> Iterator[Homeskillet]:
    with Homeskillet(config_for(server)) as homeskillet:
        yield homeskillet


def test_the_small_model_classifies_and_is_asked_once(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    said = homeskillet.classify("Plan the garden.")
    assert homeskillet.classify("Plan the garden.").because == said.because == "small said so"
    assert (said.category, said.complexity) == (Category.REASONING, Complexity.COMPLEX)
    assert said.latency_ms > 0
    [seen] = server.seen
    assert seen.body["model"] == "small"
    assert (seen.body["temperature"], seen.body["max_tokens"]) == (0.0, 48)
    assert homeskillet.route(said) == Send(Tier.QWEN, "reasoning, complex", thinking=True)


def test_a_request_is_classified_routed_and_answered(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    answer = homeskillet.run("Plan the garden.", context="Beds and paths.", title="Garden")
    assert str(answer) == answer.text == "An answer."
    assert (answer.model, answer.prompt_tokens, answer.reply_tokens) == ("large", 11, 7)
    assert answer.route == Send(Tier.QWEN, "reasoning, complex", thinking=True)
    assert answer.classification.because == "small said so"
    _, asked = server.seen
    assert asked.body["model"] == "large"
    assert "response_format" not in asked.body
    assert asked.body["messages"][1]["content"] == (
        "Title: Garden\n<note>\nBeds and paths.\n</note>\n<request>\nPlan the garden.\n</request>"
    )


def test_what_is_simple_goes_to_the_small_model(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    server.script = answering(category="code", complexity="simple")
    assert homeskillet.run("Sort a list.").model == "small"


def test_what_a_person_asks_by_name_is_not_classified_by_a_model(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    answer = homeskillet.run("Plan the garden.", model="qwen")
    assert answer.route == Send(Tier.QWEN, "asked for by name")
    assert [seen.body["model"] for seen in server.seen] == ["large"]


def test_one_of_the_models_is_asked_directly(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    answer = homeskillet.generate_direct("gemma", "Name a herb.", temperature=0, max_tokens=5)
    assert isinstance(answer, Answer)
    [seen] = server.seen
    assert (seen.body["model"], seen.body["temperature"], seen.body["max_tokens"]) == (
        "small",
        0,
        5,
    )
    homeskillet.generate_direct("qwen", "Name a herb.")
    assert (server.seen[1].body["temperature"], server.seen[1].body["max_tokens"]) == (0.8, 1024)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda h: h.generate_direct("gpt", "Hi"), "no model 'gpt'; there are gemma and qwen"),
        (lambda h: h.run("Hi", model="Gemma"), "no model 'Gemma'"),
        (lambda h: h.generate_direct("gemma", "Hi", temperature=-1), "temperature: must not be"),
        (lambda h: h.generate_direct("gemma", "Hi", max_tokens=0), "max_tokens: must be 1"),
        (lambda h: h.run(" \n"), "the request is empty"),
    ],
)
def test_what_cannot_be_asked_is_told(
    server: ScriptedServer,
    homeskillet: Homeskillet,
    call: Callable[[Homeskillet], object],
    told: str,
) -> None:
    with pytest.raises(ConfigError, match=told):
        call(homeskillet)
    assert server.seen == []


def test_nothing_sensitive_goes_out_or_comes_back(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    server.script = answering(f"Write to {MAIL}. <script>x()</script> ![a](https://b.c/d)")
    answer = homeskillet.run(f"Ask {MAIL}", context=f"From {MAIL}", title=f"To {MAIL}")
    homeskillet.classify(f"A letter to {MAIL}")
    direct = homeskillet.generate_direct("gemma", f"Ask {MAIL}")
    streamed = "".join(homeskillet.stream(f"Ask {MAIL}"))
    assert MAIL not in json.dumps([seen.body for seen in server.seen])
    assert answer.text == direct.text == streamed == "Write to [EMAIL_1]. x()"


def test_a_filter_that_fails_lets_nothing_out(
    server: ScriptedServer, homeskillet: Homeskillet, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        name = "broken"

        def find(self, _text: str) -> list[Finding]:
            raise ValueError

    filters = homeskillet._filters  # noqa: SLF001 - a filter of a plug-in takes a process
    monkeypatch.setattr(homeskillet, "_filters", type(filters)(filters=(Broken(),)))
    with pytest.raises(RedactionError):
        homeskillet.run("Plan the garden.")
    assert server.seen == []


def test_the_example_in_the_docs_is_true() -> None:
    guide = Path(__file__).parents[1] / "docs" / "homeskillet.md"
    failed, tried = doctest.testfile(str(guide), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 5


# --- private ------------------------------------------------------------------------------


def test_what_is_private_is_answered_by_an_engine_on_this_machine(
    homeskillet: Homeskillet,
) -> None:
    assert homeskillet.run("Plan it.", private=True).model == "large"


def test_what_is_private_never_goes_to_a_hosted_engine(server: ScriptedServer) -> None:
    with Homeskillet(config_for(server, local=False)) as homeskillet:
        said = homeskillet.classify("Plan it.", private=True)
        assert said.because.startswith("rules:")
        assert isinstance(homeskillet.route(said, private=True), Leave)
        for ask in (
            lambda: homeskillet.run("Plan it.", private=True),
            lambda: homeskillet.stream("Plan it.", private=True),
            lambda: homeskillet.generate_direct("qwen", "Plan it.", private=True),
        ):
            with pytest.raises(EngineRefusedError, match="private, and no engine"):
                ask()
    assert server.seen == []


def test_a_secret_makes_a_request_private_where_the_configuration_says_so(
    server: ScriptedServer,
) -> None:
    key = "".join(["gh", "p_", "Xk29fLq84vTz71mWc3RbY6nHs05JdEaUoPiG"])  # noqa: FLY002 - no scanner is to take it for real
    said = config_for(server, local=False).model_dump()
    config = Config.model_validate({**said, "privacy": {"on_findings": "local"}})
    with Homeskillet(config) as homeskillet:
        assert homeskillet.classify(f"Use {key}").because.startswith("rules:")
        with pytest.raises(EngineRefusedError, match="private"):
            homeskillet.run("Explain this.", context=f"Use {key}")
        assert server.seen == []
        assert homeskillet.run("Explain this.").text == "An answer."


# --- streams ------------------------------------------------------------------------------


def test_pieces_come_while_the_model_still_writes(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    read_one = threading.Event()

    def wait(handler: Handler) -> None:
        assert read_one.wait(5)
        handler.wfile.write(event("The end.") + event(finish="stop"))

    def script(seen: Seen) -> Act:
        if is_classification(seen):
            return acts.complete("?")
        return acts.stream([event(WORDS * 4)], then=wait)

    server.script = script
    stream = homeskillet.stream("Why?")
    assert stream.model in {"small", "large"}
    assert stream.classification.because.endswith("small did not say")
    pieces = iter(stream)
    first = next(pieces)
    assert (WORDS * 4).startswith(first)
    read_one.set()
    assert first + "".join(pieces) == WORDS * 4 + "The end."


def test_a_stream_that_is_left_ends_the_models_writing(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    left = threading.Event()

    def babble(handler: Handler) -> None:
        try:
            acts.babble(handler)
        finally:
            left.set()

    server.script = lambda seen: acts.complete("?") if is_classification(seen) else babble
    stream = homeskillet.stream("Why?")
    next(iter(stream))
    stream.close()
    stream.close()
    assert left.wait(5)


def test_a_stream_that_breaks_off_says_so_after_what_came(
    server: ScriptedServer, homeskillet: Homeskillet
) -> None:
    server.script = lambda seen: (
        acts.complete("?")
        if is_classification(seen)
        else acts.stream([event(WORDS * 4)], then=acts.reset)
    )
    pieces = iter(homeskillet.stream("Why?"))
    assert (WORDS * 4).startswith(next(pieces))
    with pytest.raises(EngineError):
        list(pieces)


# --- the engine without a model, many threads, the end ------------------------------------


def test_without_a_model_rules_classify_and_the_text_is_quoted() -> None:
    with Homeskillet(Config()) as homeskillet:
        assert homeskillet.classify("Why? Compare.").because.startswith("rules: 2 cue(s)")
        answer = homeskillet.run("When to water?", context="Water at dawn. Sow in May.")
        streamed = "".join(homeskillet.stream("When to water?", context="Water at dawn."))
        with pytest.raises(EngineRefusedError, match="name a note, or configure a model"):
            homeskillet.run("When to water?")
    assert answer.text == streamed == f"{QUOTES}\n\n> Water at dawn."
    assert answer.model == "extractive"


def test_homeskillets_own_configuration_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "homeskillet.yaml"
    file.write_text(
        'models:\n  gemma: {repo: "google/gemma-270m", context_limit: 4096}\n'
        "safety: {redact_emails: true}\n",
        encoding="utf-8",
    )
    with Homeskillet(load(file)) as homeskillet:
        assert homeskillet.classify("A poem").category is Category.CREATIVE


def test_many_threads_may_ask_at_once(homeskillet: Homeskillet, server: ScriptedServer) -> None:
    def echo(seen: Seen) -> Act:
        if is_classification(seen):
            return acts.complete("?")
        return acts.complete(seen.body["messages"][1]["content"].split("\n")[1])

    server.script = echo
    asked = [f"Question {n} about bread?" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(homeskillet.run, asked))
    assert [answer.text for answer in answers] == asked


def test_what_is_closed_answers_no_more(homeskillet: Homeskillet) -> None:
    homeskillet.close()
    homeskillet.close()
    with pytest.raises(EngineError):
        homeskillet.run("Plan the garden.")


def test_a_server_that_is_away_is_told(server: ScriptedServer) -> None:
    config = config_for(server).model_copy()
    gone = Config.model_validate(
        {**config.model_dump(), "openai": {"base_url": "http://127.0.0.1:9", "max_retries": 0}}
    )
    with Homeskillet(gone) as homeskillet, pytest.raises(EngineUnavailableError):
        homeskillet.run("Plan the garden.")


def test_what_is_spent_counts_against_the_vaults_budget(
    server: ScriptedServer, tmp_path: Path
) -> None:
    config = Config.model_validate({**config_for(server).model_dump(), "budget": {"calls": 2}})
    for _ in range(2):
        with Homeskillet(config, state_dir=tmp_path) as homeskillet:
            homeskillet.generate_direct("gemma", "Name a herb.")
    with Homeskillet(config, state_dir=tmp_path) as homeskillet, pytest.raises(EngineError) as told:
        homeskillet.generate_direct("gemma", "Name a herb.")
    assert "budget" in str(told.value)
    with Homeskillet(config) as homeskillet:
        homeskillet.generate_direct("gemma", "Name a herb.")
    assert len(server.seen) == 3
