"""Measure the MLX engine against a plain loop of mlx_lm and against mlx_lm.server.

    python benchmarks/engines.py [NOTES [REPLY_TOKENS]]

All runs use one model of random weights, so that their ratios hold whatever the machine; CPU
seconds are those of the process that runs the model. MLX computes on threads of its own, so what
the engine's thread itself takes is not the model: prompts, trimming, masks, text of tokens, and the
building of MLX's graphs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).parent.parent))

from mlx_lm import generate, load

from tests.engines.checkpoints import make_checkpoint
from tests.engines.fakes import request_of
from vaultskillet.app import SystemClock
from vaultskillet.core.model import Reply, Request
from vaultskillet.core.prompt import ENRICH_SCHEMA
from vaultskillet.engines.chat import messages_of
from vaultskillet.engines.mlx.engine import MLXEngine
from vaultskillet.engines.mlx.thread import EngineThread
from vaultskillet.engines.openai import OpenAIEngine

NOTES = int(sys.argv[1]) if len(sys.argv) > 1 else 16
REPLY_TOKENS = int(sys.argv[2]) if len(sys.argv) > 2 else 64  # noqa: PLR2004 - the second word
SIZES = {
    "hidden_size": 256,
    "num_hidden_layers": 8,
    "intermediate_size": 768,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "max_position_embeddings": 8192,
}


@dataclass(frozen=True)
class Timing:
    """What some work said and took."""

    said: list[str]
    seconds: float
    cpu: float
    own_cpu: float = 0.0
    """Of the engine's thread alone, which does not compute the model."""


def make_requests(notes: int, *, schema: Mapping[str, object] | None = None) -> list[Request]:
    """Give notes of about 400 tokens under instructions of about 600."""
    instructions = "Read the note and the bread, and say in one line what the salt is for. " * 18
    return [
        request_of(
            f"{n} the bread and the note need time and salt. " * (16 + n % 7),
            instructions=instructions,
            max_tokens=REPLY_TOKENS,
            schema=schema,
        )
        for n in range(notes)
    ]


def timed(work: Callable[[], list[str]], *, thread: EngineThread | None = None) -> Timing:
    """Run work; give what it gives, and what it takes in this process."""

    def own() -> float:
        return thread.run(time.thread_time) if thread else 0.0

    started, cpu, own_cpu = time.perf_counter(), time.process_time(), own()
    said = work()
    return Timing(said, time.perf_counter() - started, time.process_time() - cpu, own() - own_cpu)


def by_loop(folder: Path, requests: list[Request]) -> Callable[[], list[str]]:
    """Give a plain loop, its model loaded."""
    model, tokenizer = load(str(folder))
    prompts = [
        tokenizer.apply_chat_template(
            list(messages_of(request)), add_generation_prompt=True, enable_thinking=False
        )
        for request in requests
    ]
    print(f"prompts of {min(map(len, prompts))}-{max(map(len, prompts))} tokens")
    generate(model, tokenizer, prompts[0], max_tokens=2)
    return lambda: [
        generate(model, tokenizer, prompt, max_tokens=REPLY_TOKENS).lstrip() for prompt in prompts
    ]


def by_server(folder: Path, requests: list[Request], warm_up: Request) -> Timing:
    """Ask mlx_lm.server one request at a time."""
    port = 18_741
    command = [sys.executable, "-m", "mlx_lm", "server", "--model", str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port)], stderr=subprocess.DEVNULL
    ) as server:
        engine = OpenAIEngine(
            f"http://127.0.0.1:{port}/v1", model="default_model", clock=SystemClock()
        )
        while not answers(engine, warm_up):
            time.sleep(0.2)
        cpu = cpu_seconds_of(server.pid)
        timing = timed(lambda: [engine.generate(r).text for r in requests])
        cpu = cpu_seconds_of(server.pid) - cpu
        engine.close()
        server.terminate()
    return replace(timing, cpu=cpu)


def answers(engine: OpenAIEngine, request: Request) -> bool:
    """Say whether the server is up; its first answer also fills its cache of the prefix."""
    return isinstance(engine.generate_many([request])[0], Reply)


def cpu_seconds_of(pid: int) -> float:
    """Give the CPU time of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def by_engine(engine: MLXEngine, thread: EngineThread, requests: list[Request]) -> Timing:
    """Ask the MLX engine for the whole batch."""
    *batch, warm_up = requests
    engine.generate(warm_up)
    return timed(
        lambda: [r.text if isinstance(r, Reply) else "" for r in engine.generate_many(batch)],
        thread=thread,
    )


def main() -> None:
    """Run all and print the table."""
    requests = make_requests(NOTES + 1)
    guided = make_requests(NOTES + 1, schema=ENRICH_SCHEMA)
    *batch, warm_up = requests
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_checkpoint(Path(scratch) / "model", "qwen3", **SIZES)
        thread = EngineThread()
        loop = thread.run(lambda: by_loop(folder, batch))
        plain = thread.run(lambda: timed(loop))
        engine = MLXEngine(
            str(folder), clock=SystemClock(), context_limit=8192, batch_size=16, thread=thread
        )
        ours = by_engine(engine, thread, requests)
        json = by_engine(engine, thread, guided)
        engine.close()
        thread.close()
        served = by_server(folder, batch, warm_up)
    print(
        f"{'':24}{'notes':>6}{'s':>8}{'CPU s':>8}{'notes/CPU s':>13}{'ratio':>7}"
        f"{'not model':>11}{'same':>9}"
    )
    for name, timing in (
        ("plain loop", plain),
        ("mlx_lm.server, singly", served),
        ("MLX engine", ours),
        ("MLX engine, JSON", json),  # its prompts are others, so there is nothing to compare
    ):
        same = sum(a == b for a, b in zip(timing.said, plain.said, strict=True))
        own = f"{timing.own_cpu / timing.cpu:.1%}" if timing.own_cpu else ""
        compared = "" if timing is json else f"{plain.cpu / timing.cpu:.2f}"
        agreed = "" if timing is json else f"{same}/{NOTES}"
        print(
            f"{name:24}{NOTES:6}{timing.seconds:8.1f}{timing.cpu:8.1f}"
            f"{NOTES / timing.cpu:13.2f}{compared:>7}{own:>11}{agreed:>9}"
        )


if __name__ == "__main__":
    main()
