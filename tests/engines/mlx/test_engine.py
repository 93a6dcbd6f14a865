"""The MLX engine on tiny models with random weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.engine import EngineContract
from tests.engines.fakes import SCHEMA, FakeClock, request_of
from vaultskillet.core.model import Reply, Request, SafeText
from vaultskillet.engines.chat import messages_of
from vaultskillet.engines.mlx.engine import MLXEngine
from vaultskillet.engines.mlx.thread import EngineThread
from vaultskillet.errors import EngineRefusedError, EngineUnavailableError

ROOT = Path(__file__).parents[3]


class TestContract(EngineContract):
    @pytest.fixture
    def engine(self, engine: MLXEngine) -> MLXEngine:
        return engine

    @pytest.fixture
    def bad_request(self) -> Request:
        return request_of(max_tokens=10_000)


def assert_fits(text: str) -> None:
    value = json.loads(text)
    assert set(value) == {"summary", "tags"}
    assert len(value["summary"]) <= 20
    assert len(value["tags"]) <= 2
    assert set(value["tags"]) <= {"a", "b"}


@pytest.mark.parametrize("thinking", [False, True])
@pytest.mark.parametrize("max_tokens", [4, 200])
def test_random_weights_give_json_that_fits_its_schema_single_and_batched(
    engine: MLXEngine,
    thinking: bool,  # noqa: FBT001 - a column of the table
    max_tokens: int,
) -> None:
    requests = [
        request_of(
            f"Note {n}.",
            schema=SCHEMA,
            temperature=1.0,
            max_tokens=max_tokens,
            thinking=thinking,
        )
        for n in range(5)
    ]
    for outcome in [*engine.generate_many(requests), engine.generate(requests[0])]:
        assert isinstance(outcome, Reply)
        assert_fits(outcome.text)


def test_a_single_label_is_one_of_those_allowed(engine: MLXEngine) -> None:
    schema = {"enum": ["code", "reasoning", "creative"]}
    reply = engine.generate(request_of(schema=schema, temperature=1.0))
    assert json.loads(reply.text) in schema["enum"]


@pytest.mark.parametrize("kind", ["qwen3"])
def test_thoughts_end_with_their_budget_and_are_not_in_the_reply(engine: MLXEngine) -> None:
    reply = engine.generate(request_of(thinking=True, max_tokens=6))
    assert "</think>" not in reply.text
    assert reply.reply_tokens == 12 + 1 + 6


def test_a_reply_has_no_more_tokens_than_asked_for(engine: MLXEngine) -> None:
    reply = engine.generate(request_of(max_tokens=5))
    assert reply.reply_tokens == 5
    assert reply.prompt_tokens > 5


def test_one_note_does_not_colour_another_of_its_batch(engine: MLXEngine) -> None:
    note = request_of("The very note.", max_tokens=12)
    alone = engine.generate(note).text
    for other in ("x", "A much longer neighbour. " * 20):
        replies = engine.generate_many([request_of(other), note, request_of(other * 2)])
        assert isinstance(replies[1], Reply)
        assert replies[1].text == alone


def test_a_schema_that_cannot_be_followed_costs_the_others_nothing(engine: MLXEngine) -> None:
    odd = request_of(schema={"type": "nonsense"})
    bad, good = engine.generate_many([odd, request_of(schema=SCHEMA)])
    assert isinstance(bad, EngineRefusedError)
    assert isinstance(good, Reply)


@pytest.mark.parametrize("kind", ["gemma3_text"])
def test_a_long_note_is_trimmed_to_the_context(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> None:
    engine = MLXEngine(str(checkpoints[kind]), clock=clock, thread=thread, context_limit=200)
    reply = engine.generate(request_of("Bread and salt.\n\n" * 500, max_tokens=10))
    assert 150 < reply.prompt_tokens <= 190
    engine.close()


@pytest.mark.parametrize("kind", ["qwen3"])
def test_a_question_that_is_too_long_by_itself_is_cut_too(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> None:
    engine = MLXEngine(str(checkpoints[kind]), clock=clock, thread=thread, context_limit=200)
    asked = replace(request_of("Bread.", max_tokens=10), question=SafeText("Why salt? " * 500))
    assert 150 < engine.generate(asked).prompt_tokens <= 190
    engine.close()


@pytest.mark.parametrize("kind", ["qwen3"])
def test_control_tokens_of_a_note_stay_text_and_fit(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> None:
    engine = MLXEngine(str(checkpoints[kind]), clock=clock, thread=thread, context_limit=200)
    reply = engine.generate(request_of("<|im_end|>" * 300, max_tokens=10))
    assert reply.prompt_tokens <= 190
    engine.close()


def test_the_batch_says_what_a_plain_loop_of_mlx_lm_says(
    engine: MLXEngine, checkpoints: dict[str, Path], kind: str, thread: EngineThread
) -> None:
    notes = ["Bread.", "Salt and bread. " * 9, "Time, time, time."]
    instructions = "Say it in one line. " * 20
    requests = [request_of(note, instructions=instructions, max_tokens=24) for note in notes]

    def plain() -> list[str]:
        from mlx_lm import generate, load  # noqa: PLC0415 - it needs MLX

        model, tokenizer = load(str(checkpoints[kind]))
        prompts = [
            tokenizer.apply_chat_template(
                list(messages_of(request)), add_generation_prompt=True, enable_thinking=False
            )
            for request in requests
        ]
        return [generate(model, tokenizer, prompt, max_tokens=24) for prompt in prompts]

    said = [r.text for r in engine.generate_many(requests) if isinstance(r, Reply)]
    assert said == [text.lstrip() for text in thread.run(plain)]


@pytest.mark.parametrize("kind", ["qwen3"])
def test_a_model_is_loaded_at_first_use_and_let_go_when_idle(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> None:
    engine = MLXEngine(str(checkpoints[kind]), clock=clock, thread=thread, idle_s=60)
    assert engine.holding.memory_bytes == 0
    engine.generate(request_of())
    assert engine.holding.memory_bytes > 10_000
    engine.release_idle(clock.now() + 59)
    assert engine.holding.memory_bytes > 10_000
    engine.release_idle(clock.now() + 61)
    assert engine.holding.memory_bytes == 0
    assert engine.generate(request_of()).text
    engine.close()


@pytest.mark.parametrize("kind", ["qwen3"])
def test_closing_breaks_off_what_is_being_written(engine: MLXEngine) -> None:
    stream = engine.stream(request_of(max_tokens=3000))
    next(stream)
    engine.close()
    with pytest.raises(EngineUnavailableError, match="was closed"):
        list(stream)


@pytest.mark.parametrize("kind", ["qwen3"])
def test_a_program_that_ends_breaks_off_a_whole_batch(
    checkpoints: dict[str, Path], kind: str, thread: EngineThread, clock: FakeClock
) -> None:
    asked = iter([False, False])
    engine = MLXEngine(
        str(checkpoints[kind]), clock=clock, thread=thread, is_stopping=lambda: next(asked, True)
    )
    replies = engine.generate_many([request_of(max_tokens=1000)] * 3)
    assert all(isinstance(reply, EngineUnavailableError) for reply in replies)
    engine.close()


def retemplate(folder: Path, template: str) -> None:
    """Give a model another chat template."""
    file = folder / "tokenizer_config.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**said, "chat_template": template}), encoding="utf-8")


def test_a_model_that_knows_no_system_is_told_what_to_do_by_the_user(
    tmp_path: Path, thread: EngineThread, clock: FakeClock
) -> None:
    from tests.engines.checkpoints import make_checkpoint  # noqa: PLC0415 - it needs MLX

    folder = make_checkpoint(tmp_path / "model", "gemma3_text")
    counts = []
    for refuse in ("", "{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"):
        turn = "<start_of_turn>{{ m.role }}\n{{ m.content }}<end_of_turn>\n"
        retemplate(folder, f"{{% for m in messages %}}{refuse}{turn}{{% endfor %}}")
        engine = MLXEngine(str(folder), clock=clock, thread=thread)
        counts.append(engine.generate(request_of("Bread.", max_tokens=4)).prompt_tokens)
        engine.close()
    with_system, folded = counts
    assert 0 < with_system - folded < 15  # the marks of one turn; the instructions are there


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / "config.json").unlink(), "cannot be loaded"),
        (lambda f: (f / "config.json").write_text('{"model_type": "whisper"}'), "whisper"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be loaded"),
        (lambda f: (f / "model.safetensors").unlink(), "its weights are missing"),
        (lambda f: (f / "model.safetensors").write_bytes(b"x" * 99), "cannot be loaded"),
        (lambda f: (f / "tokenizer.json").unlink(), "cannot be loaded"),
        (lambda f: (f / "tokenizer.json").write_text('{"x": 1}'), "download it once more"),
        (lambda f: (f / "tokenizer_config.json").write_text("{}"), "no chat template"),
        (lambda f: retemplate(f, "{% for m in %}"), "chat template of .* is broken"),
    ],
)
def test_a_spoilt_model_is_one_clear_line(
    tmp_path: Path,
    thread: EngineThread,
    clock: FakeClock,
    spoil: object,
    says: str,
) -> None:
    from tests.engines.checkpoints import make_checkpoint  # noqa: PLC0415 - it needs MLX

    folder = make_checkpoint(tmp_path / "model", "qwen3")
    assert callable(spoil)
    spoil(folder)
    engine = MLXEngine(str(folder), clock=clock, thread=thread)
    for _ in range(2):
        with pytest.raises(EngineUnavailableError, match=says) as caught:
            engine.generate(request_of())
        assert "\n" not in str(caught.value)
    engine.close()


@pytest.mark.parametrize(
    ("repo", "says"),
    [
        ("nobody/nothing-270m", "hf download nobody/nothing-270m"),
        ("/no/such/folder", "no folder /no/such/folder"),
    ],
)
def test_a_model_that_is_not_here_is_not_fetched_in_silence(
    repo: str, says: str, thread: EngineThread, clock: FakeClock
) -> None:
    engine = MLXEngine(repo, clock=clock, thread=thread)
    with pytest.raises(EngineUnavailableError, match=says):
        engine.load(repo)
    engine.close()


@pytest.mark.parametrize("closes", ["engine.close()", ""])
def test_the_process_ends_well(checkpoints: dict[str, Path], closes: str) -> None:
    program = f"""
from tests.engines.fakes import FakeClock, request_of
from vaultskillet.engines.chat import messages_of
from vaultskillet.engines.mlx.engine import MLXEngine
engine = MLXEngine({str(checkpoints["qwen3"])!r}, clock=FakeClock())
engine.generate_many([request_of(), request_of("x")])
next(engine.stream(request_of()))
{closes}
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
