"""A configuration -> what keeps the embeddings of the notes, if it names a model for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultskillet.config import Config
from vaultskillet.engines.budget import Budget, Prices
from vaultskillet.engines.embedding.thrift import Budgeted, Metered
from vaultskillet.engines.metrics import Meter
from vaultskillet.errors import ConfigError
from vaultskillet.meanings import Meanings, Reader
from vaultskillet.ports.clock import Clock
from vaultskillet.ports.engine import Embedder, Finding
from vaultskillet.trip import Kit

if TYPE_CHECKING:
    from vaultskillet.engines.embedding.openai import OpenAIEmbedder
    from vaultskillet.engines.embedding.sentences import SentenceEmbedder

SERVER_MODEL = "nomic-embed-text"
LOCAL_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""What is asked where the configuration names no model."""

EMBEDDER = "embedder"
"""What the model that embeds is called where the others are called by their tier."""


def models_of(config: Config, kit: Kit) -> dict[str, str]:
    """Give the name of what runs each tier, and of what embeds, if anything does."""
    models = {str(tier): engine.model_id for tier, engine in kit.engines.items()}
    embedding = _model_of(config)
    return {**models, EMBEDDER: embedding} if embedding else models


def make_embedder(config: Config, clock: Clock) -> OpenAIEmbedder | SentenceEmbedder | None:
    """Make what embeds; None where nothing is to. Nothing is loaded, and nobody asked.

    Raises:
        ConfigError: the address or the key cannot be used.
    """
    said = config.embeddings
    match said.engine:
        case "openai":
            from vaultskillet.engines.embedding.openai import OpenAIEmbedder  # noqa: PLC0415 - httpx is slow

            return OpenAIEmbedder(
                said.base_url,
                model=_model_of(config),
                clock=clock,
                api_key=said.api_key.get_secret_value() if said.api_key else None,
                local=said.local,
                batch_size=said.batch_size,
                timeout_s=said.timeout_secs,
            )
        case "local":
            from vaultskillet.engines.embedding.sentences import SentenceEmbedder  # noqa: PLC0415 - seldom wanted

            return SentenceEmbedder(
                _model_of(config),
                clock=clock,
                allow_download=said.allow_download,
                idle_s=60 * said.idle_minutes,
            )
        case _:
            return None


def _model_of(config: Config) -> str:
    """Give the name of the model that embeds; empty where nothing is to be embedded."""
    said = config.embeddings
    if said.engine == "off":
        return ""
    return said.model or (SERVER_MODEL if said.engine == "openai" else LOCAL_MODEL)


def make_meanings(
    embedder: Embedder,
    config: Config,
    kit: Kit,
    *,
    meter: Meter,
    budget: Budget | None,
) -> Meanings:
    """Make what keeps the embeddings, counted and within the day's budget.

    Raises:
        ConfigError: money is limited, but it is not known what embeddings cost.
    """
    said = config.embeddings
    local = embedder.local
    embedder = Metered(embedder, meter, clock=kit.clock)
    if budget is not None:
        if config.budget.money is not None and said.price is None and not local:
            raise ConfigError(
                "budget.money: embeddings.price must say what a million tokens cost, "
                f"since {embedder.model_id} is asked elsewhere"
            )
        price = 0.0 if local else said.price or 0.0
        embedder = Budgeted(embedder, budget, prices=Prices(price, 0.0))
    policy = kit.policy
    reader = Reader(kit.vault, policy.filters, policy.tag, policy.privacy)
    return Meanings(embedder, kit.store.index, reader, kit.clock, batch_size=said.batch_size)


def inspect_embedder(config: Config, clock: Clock) -> Iterator[Finding]:
    """Look whether notes can be embedded, if they are to be."""
    embedder = make_embedder(config, clock)
    if embedder is not None:
        yield from embedder.inspect()
        embedder.close()
