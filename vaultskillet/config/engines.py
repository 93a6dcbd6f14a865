"""What runs the two models, and how they are asked."""

from __future__ import annotations

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr

from vaultskillet.config.fields import Section, Share, Url


class Model(Section):
    """One of the two models, and how it picks its words."""

    repo: str
    """Repository or folder of the model."""
    engine: str | None = None
    """What runs this model; None: the engine that serves both."""
    context_limit: PositiveInt
    """In tokens."""
    temperature: NonNegativeFloat
    top_p: Share
    max_new_tokens: PositiveInt
    enable_thinking: bool


class Gemma(Model):
    """The small model: classifies, and does what is simple."""

    repo: str = "mlx-community/gemma-3-270m-it-bf16"
    context_limit: PositiveInt = 4096
    temperature: NonNegativeFloat = 0.7
    top_p: Share = 0.9
    max_new_tokens: PositiveInt = 256
    enable_thinking: bool = False


class Qwen(Model):
    """The large model: reasons."""

    repo: str = "mlx-community/Qwen3-30B-A3B-4bit"
    context_limit: PositiveInt = 8192
    temperature: NonNegativeFloat = 0.8
    top_p: Share = 0.95
    max_new_tokens: PositiveInt = 1024
    enable_thinking: bool = True


class Models(Section):
    """Both models."""

    gemma: Gemma = Gemma()
    qwen: Qwen = Qwen()


class HostedAI(Section):
    """The hosted.ai service."""

    base_url: Url = "https://api.hosted.ai"
    api_key: SecretStr | None = None
    pool: str = "gpu-pool-1"
    overcommit: bool = True
    timeout_secs: PositiveFloat = 30.0
    max_retries: NonNegativeInt = 3


class OpenAI(Section):
    """A server that speaks chat completions, on this machine or not."""

    base_url: Url = "http://127.0.0.1:11434/v1"
    api_key: SecretStr | None = None
    local: bool | None = None
    """Whether text stays on this machine; None: so it does at a loopback address."""
