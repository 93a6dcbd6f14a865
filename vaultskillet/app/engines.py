"""A configuration -> the engine of each tier."""

from __future__ import annotations

from vaultskillet.config import Config
from vaultskillet.core.model import Tier
from vaultskillet.engines.breaker import Breaker
from vaultskillet.engines.extractive import ExtractiveEngine
from vaultskillet.engines.guard import Guarded
from vaultskillet.engines.retry import Retrying
from vaultskillet.errors import ConfigError
from vaultskillet.ports import Clock, InferenceEngine


def make_engine(config: Config, tier: Tier, clock: Clock) -> InferenceEngine:
    """Make the engine of one tier.

    Raises:
        ConfigError: the configuration names no engine that there is.
    """
    match config.engine_for(tier):
        case "extractive":
            return ExtractiveEngine()
        case "openai":
            return _make_openai(config, tier, clock)
        case name:
            raise ConfigError(f"engine: there is no engine {name!r}; name extractive or openai")


def _make_openai(config: Config, tier: Tier, clock: Clock) -> InferenceEngine:
    """Make the engine for a server: it is asked again, and left in peace while it is down."""
    from vaultskillet.engines.openai import OpenAIEngine  # noqa: PLC0415 - httpx is slow to import

    key = config.openai.api_key
    engine = OpenAIEngine(
        config.openai.base_url,
        model=config.model_for(tier).repo,
        clock=clock,
        api_key=key.get_secret_value() if key else None,
        local=config.openai.local,
    )
    return Retrying(Guarded(engine, Breaker(clock=clock)), clock=clock)
