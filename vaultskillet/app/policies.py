"""A configuration -> what it says to a trip: filters, recipe, and what may be written."""

from __future__ import annotations

import json

from vaultskillet.config import Config, Model
from vaultskillet.core import redact
from vaultskillet.core.model import Sampling, Tier
from vaultskillet.core.plan import WritePolicy
from vaultskillet.core.prompt import ENRICH_SCHEMA, ModelSettings, Recipe
from vaultskillet.core.reply import DraftPolicy
from vaultskillet.pipeline import Policy
from vaultskillet.templates import Templates


def redaction_of(config: Config) -> redact.Policy:
    """Give the redaction that the configuration asks for."""
    safety = config.safety
    return redact.Policy(
        redact_emails=safety.redact_emails,
        redact_phones=safety.redact_phones,
        strip_api_keys=safety.strip_api_keys,
        regions=safety.phone_regions,
    )


def policy_of(config: Config) -> Policy:
    """Say what the configuration says to a trip."""
    write = config.write
    closed = write.tags == "closed"
    recipe = Recipe(
        name="enrich",
        instructions=Templates(config.templates).render(
            "prompts/enrich.md", max_tags=write.max_tags, closed=closed
        ),
        schema=ENRICH_SCHEMA,
        models={
            Tier.GEMMA: _settings(config.models.gemma),
            Tier.QWEN: _settings(config.models.qwen),
        },
    )
    policy = json.dumps([config.safety.model_dump(), write.model_dump()], sort_keys=True)
    return Policy(
        tag="homeskillet",
        filters=redaction_of(config),
        recipe=recipe,
        recipe_digest=recipe.digest(policy),
        draft=DraftPolicy(max_tags=write.max_tags, closed_vocabulary=closed),
        write=WritePolicy(
            summary=write.properties.summary,
            tags=write.properties.tags,
            category=write.properties.category,
            max_tags=write.max_tags,
        ),
    )


def _settings(model: Model) -> ModelSettings:
    return ModelSettings(
        name=model.repo,
        context_tokens=model.context_limit,
        sampling=Sampling(
            temperature=model.temperature,
            top_p=model.top_p,
            max_tokens=model.max_new_tokens,
            thinking=model.enable_thinking,
        ),
    )
