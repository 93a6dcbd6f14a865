"""What runs the two models, and how they are asked."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)

from vaultskillet.config.fields import Section, Share, Url, UserPath

LEAST_ROOM = 1024
"""Tokens for our instructions, which take some 300, and something of a note."""


class Prices(Section):
    """What a million tokens of a hosted model cost, in any currency; None: not known."""

    prompt: NonNegativeFloat | None = None
    reply: NonNegativeFloat | None = None


class Model(Section):
    """One of the two models, and how it picks its words."""

    repo: Annotated[str, Field(min_length=1)]
    """Repository or folder of the model."""
    engine: str | None = None
    """What runs this model; None: the engine that serves both."""
    context_limit: PositiveInt
    """In tokens."""
    temperature: NonNegativeFloat
    top_p: Share
    max_new_tokens: PositiveInt
    enable_thinking: bool
    prices: Prices = Prices()

    @model_validator(mode="after")
    def _room_is_left(self) -> Self:
        if self.context_limit < self.max_new_tokens + LEAST_ROOM:
            raise ValueError(
                f"context_limit must exceed max_new_tokens by {LEAST_ROOM} tokens at least: "
                "the instructions and the note need room"
            )
        return self


class Gemma(Model):
    """The small model: classifies, and does what is simple."""

    repo: Annotated[str, Field(min_length=1)] = "mlx-community/gemma-3-270m-it-bf16"
    context_limit: PositiveInt = 4096
    temperature: NonNegativeFloat = 0.7
    top_p: Share = 0.9
    max_new_tokens: PositiveInt = 256
    enable_thinking: bool = False


class Qwen(Model):
    """The large model: reasons."""

    repo: Annotated[str, Field(min_length=1)] = "mlx-community/Qwen3-30B-A3B-4bit"
    context_limit: PositiveInt = 8192
    temperature: NonNegativeFloat = 0.8
    top_p: Share = 0.95
    max_new_tokens: PositiveInt = 1024
    enable_thinking: bool = True


class Models(Section):
    """Both models."""

    gemma: Gemma = Gemma()
    qwen: Qwen = Qwen()


class MLX(Section):
    """Models in this very process, through mlx-lm."""

    allow_download: bool = False
    """Fetch a model that is not on this machine."""
    idle_minutes: PositiveFloat = 10.0
    """The large model leaves the memory when nobody used it for so long."""
    memory_gb: PositiveFloat | None = None
    """What MLX may use before it waits; None: its own choice."""
    cache_gb: NonNegativeFloat = 1.0
    """What MLX keeps for reuse beside what it uses."""
    batch_size: PositiveInt = 16
    think_tokens: PositiveInt = 1024
    """Most tokens of thoughts before a reply."""


class Keyed(Section):
    """A service that wants a key."""

    api_key: SecretStr | None = None
    api_key_file: UserPath | None = None
    """A file that holds the key and nothing else."""

    @model_validator(mode="after")
    def _key_stands_in_one_place(self) -> Self:
        if self.api_key and self.api_key_file:
            raise ValueError("name either api_key or api_key_file")
        return self


class OpenAI(Keyed):
    """A server that speaks chat completions, on this machine or not."""

    base_url: Url = "http://127.0.0.1:11434/v1"
    local: bool | None = None
    """Whether text stays on this machine; None: so it does at a loopback address."""
    concurrency: PositiveInt = 4
    """How many requests run at once."""
    timeout_secs: PositiveFloat = 300.0
    max_retries: NonNegativeInt = 3
    token_limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105 - not that kind of token
    """What the server calls the limit of a reply's tokens."""


class Embeddings(Keyed):
    """What tells how near notes are by what they mean, beside the words that they share."""

    engine: Literal["off", "openai", "local"] = "off"
    """`openai`: a server that speaks `/v1/embeddings`; `local`: sentence-transformers."""
    model: str | None = None
    """What the server calls it, or a folder or repository; None: the usual one."""
    base_url: Url = "http://127.0.0.1:11434/v1"
    local: bool | None = None
    """Whether text stays on this machine; None: so it does at a loopback address."""
    batch_size: Annotated[int, Field(ge=1, le=2048)] = 32
    """Texts at once."""
    timeout_secs: PositiveFloat = 60.0
    price: NonNegativeFloat | None = None
    """Of a million tokens, in the currency of the budget; None: not known."""
    allow_download: bool = False
    """Fetch a local model that is not on this machine."""
    idle_minutes: PositiveFloat = 10.0
    """A local model leaves the memory when nobody used it for so long."""


class Needs(Section):
    """What a model needs of a GPU."""

    tflops: PositiveFloat
    vram_mb: PositiveInt


class HostedAI(Keyed):
    """The hosted.ai service."""

    base_url: Url = "https://api.hosted.ai"
    pool: str = "gpu-pool-1"
    overcommit: bool = True
    timeout_secs: PositiveFloat = 30.0
    max_retries: NonNegativeInt = 3
    concurrency: PositiveInt = 4
    idle_secs: PositiveFloat = 60.0
    """A GPU is given back when nobody used it for so long."""
    gpu_family: str | None = None
    """None: any."""
    gemma: Needs = Needs(tflops=2.0, vram_mb=2048)
    qwen: Needs = Needs(tflops=20.0, vram_mb=24576)


class Budget(Section):
    """What all models together may cost on one day (UTC); None: without limit."""

    calls: NonNegativeInt | None = None
    tokens: NonNegativeInt | None = None
    money: NonNegativeFloat | None = None
    """In the currency of the models' prices."""
