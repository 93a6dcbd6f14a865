"""The engine mlx from the command line, on tiny models with random weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Ended

pytest.importorskip("mlx_lm")

NOTE = "Garden/Compost.md"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.engines.checkpoints import make_checkpoint  # noqa: PLC0415 - it needs MLX

    folder = tmp_path_factory.mktemp("models") / "gemma"
    return make_checkpoint(folder, "gemma3_text", max_position_embeddings=8192)


@pytest.fixture
def spoilt(model: Path, tmp_path: Path) -> Path:
    """Give a copy of the model that may be spoilt."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture
def run(
    call: Call, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Call the command line with a configuration for both models."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("MLX_DISABLE_COMPILE", "1")
    file = tmp_path / "config.yaml"

    def run(repo: object, *words: object) -> Ended:
        file.write_text(configuration(repo), encoding="utf-8")
        return call(*words, "--vault", vault, "--config", file)

    return run


def configuration(repo: object) -> str:
    settings = f"{{repo: '{repo}', max_new_tokens: 24}}"
    return f"engine: mlx\nmodels: {{gemma: {settings}, qwen: {settings}}}\n"


def test_a_run_writes_what_the_model_says_and_a_second_one_asks_nothing(
    run: Callable[..., Ended], model: Path
) -> None:
    first = run(model, "run", "--once")
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("notes: 1 written")
    told = json.loads(run(model, "status", "--json").out)
    assert told["use"]["gemma"]["calls"] >= 1
    assert told["engine_state"]["tiers"]["gemma"]["memory_bytes"] == 0  # the process ended
    assert run(model, "run", "--once").out.startswith("notes: 1 unchanged")
    assert json.loads(run(model, "status", "--json").out)["use"] == told["use"]


def test_a_model_in_this_process_classifies_and_answers(
    run: Callable[..., Ended], model: Path
) -> None:
    told = json.loads(run(model, "classify", "Milk, bread, tea.", "--json").out)
    assert told["because"] == f"{model} said so"  # random weights, but JSON by its schema
    assert told["latency_ms"] > 0
    ended = run(model, "ask", "Why?", "--note", NOTE)
    assert (ended.code, ended.err) == (0, "")


def test_doctor_finds_a_whole_model(run: Callable[..., Ended], model: Path) -> None:
    ended = run(model, "doctor")
    assert ended.code == 0
    assert f"   ok  gemma: the model {model} is whole (" in ended.out


def spoil_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def make_whisper(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "whisper"}')


def take_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def make_gguf(folder: Path) -> None:
    (folder / "config.json").unlink()
    (folder / "model-q4.gguf").touch()


def make_pytorch(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def lose_a_shard(folder: Path) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def cut_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])


def take_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def take_template(folder: Path) -> None:
    file = folder / "tokenizer_config.json"
    said = json.loads(file.read_text())
    del said["chat_template"]
    file.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (spoil_config, "config.json is corrupt"),
        (make_whisper, "of the kind whisper, which mlx-lm cannot run"),
        (take_config, "config.json is missing"),
        (make_gguf, "it is in GGUF, which is for llama.cpp or Ollama"),
        (make_pytorch, "its weights are PyTorch's"),
        (lose_a_shard, "model-2.safetensors is missing"),
        (cut_weights, "model.safetensors is corrupt or cut short"),
        (take_tokenizer, "it has no tokenizer"),
        (take_template, "has no chat template"),
    ],
)
def test_a_model_that_cannot_be_used_is_one_line_and_the_notes_stay_due(
    run: Callable[..., Ended],
    spoilt: Path,
    vault: Path,
    spoil: Callable[[Path], None],
    says: str,
) -> None:
    before = (vault / NOTE).read_bytes()
    spoil(spoilt)
    ended = run(spoilt, "run", "--once")
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert (vault / NOTE).read_bytes() == before
    assert "queue    1 waiting, 0 under way, 0 given up" in run(spoilt, "status").out
    doctor = run(spoilt, "doctor")
    assert doctor.code == 1
    assert says in next(line for line in doctor.out.splitlines() if line.startswith("wrong"))


@pytest.mark.parametrize(
    ("repo", "says"),
    [
        ("nobody/nothing-270m", "get it with: hf download nobody/nothing-270m"),
        ("/no/such/folder", "there is no folder /no/such/folder"),
    ],
)
def test_a_model_that_is_not_here_is_named_with_the_command(
    run: Callable[..., Ended], repo: str, says: str
) -> None:
    ended = run(repo, "run", "--once")
    assert ended.code == 1
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert says in run(repo, "doctor").out


def test_a_download_that_is_permitted_and_fails_is_one_line(run: Callable[..., Ended]) -> None:
    ended = run("nobody/nothing-270m", "run", "--once", "--allow-download")
    assert ended.code == 1
    assert "the model nobody/nothing-270m could not be fetched" in ended.err.splitlines()[-1]


def test_the_process_ends_well_with_a_model_loaded(
    vault: Path, tmp_path: Path, model: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(configuration(model), encoding="utf-8")
    program = "from vaultskillet.cli.main import main; main()"
    words = ["process", NOTE, "--vault", str(vault), "--config", str(file)]
    done = subprocess.run(  # noqa: S603 - our own program, in a fresh interpreter
        [sys.executable, "-c", program, *words],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "MLX_DISABLE_COMPILE": "1"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"written: {NOTE}\n", "")
