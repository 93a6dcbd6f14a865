"""A configuration -> what it says to a trip: filters, recipe, and what may be written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from vaultskillet.config import Config
from vaultskillet.core import classify, redact
from vaultskillet.core.insight import INSIGHT_SCHEMA
from vaultskillet.core.model import Sampling, Tier
from vaultskillet.core.plan import WritePolicy
from vaultskillet.core.privacy import Privacy
from vaultskillet.core.prompt import ENRICH_SCHEMA, ModelSettings, Recipe
from vaultskillet.core.reply import DraftPolicy
from vaultskillet.plugin_filters import load_filters
from vaultskillet.templates import Templates
from vaultskillet.trip import Policy, Render

CLASSIFY_TOKENS = 48
"""What the JSON of a classification takes at most, and some more for a model's blanks."""


def redaction_of(config: Config, *, with_plugins: bool = True) -> redact.Policy:
    """Give the redaction that the configuration asks for.

    Args:
        config: the configuration.
        with_plugins: start the filters of plug-ins too.

    Raises:
        PluginError: one of these is not installed, or is no filter.
    """
    safety, plugins = config.safety, config.plugins
    limit_s = plugins.filter_limit_s
    return redact.Policy(
        redact_emails=safety.redact_emails,
        redact_phones=safety.redact_phones,
        strip_api_keys=safety.strip_api_keys,
        regions=safety.phone_regions,
        filters=load_filters(plugins.filters, limit_s=limit_s) if with_plugins else (),
    )


def policy_of(config: Config) -> Policy:
    """Say what the configuration says to a trip."""
    write = config.write
    closed = write.tags == "closed"
    recipe = recipe_of(
        config, "enrich", schema=ENRICH_SCHEMA, max_tags=write.max_tags, closed=closed
    )
    filters = redaction_of(config)
    named = [filter_.name for filter_ in filters.filters]
    decisive = write.model_dump(include={"properties", "tags", "max_tags"})
    policy = json.dumps([config.safety.model_dump(), named, decisive], sort_keys=True)
    return Policy(
        tag=config.on_demand.tag,
        max_calls=config.on_demand.max_calls,
        output_folder=write.output_folder,
        filters=filters,
        recipe=recipe,
        digests=recipe.digests(policy),
        insight=recipe_of(config, "insight", schema=INSIGHT_SCHEMA),
        draft=DraftPolicy(max_tags=write.max_tags, closed_vocabulary=closed),
        write=WritePolicy(
            summary=write.properties.summary,
            tags=write.properties.tags,
            category=write.properties.category,
            max_tags=write.max_tags,
            related=write.properties.related,
            max_related=write.max_related,
        ),
        engines={tier: config.engine_for(tier) for tier in Tier},
        review=write.mode == "review",
        review_page=write.review_page,
        restore_in_note=config.safety.restore_in_note,
        privacy=privacy_of(config),
    )


def privacy_of(config: Config) -> Privacy:
    """Say which notes are private, beside those that say so themselves."""
    return Privacy(
        folders=config.privacy.folders,
        local_on_findings=config.privacy.on_findings == "local",
    )


def recipe_of(
    config: Config, name: str, *, schema: Mapping[str, object] | None, **values: object
) -> Recipe:
    """Make the recipe whose prompt is the template of its name.

    Args:
        config: the configuration.
        name: of the template in `prompts/`, and of the recipe.
        schema: JSON schema of the reply; None: free text.
        values: what the template may use.

    Raises:
        ConfigError: the template is not there, or is wrong.
    """
    return Recipe(
        name=name,
        instructions=Templates(config.templates).render(f"prompts/{name}.md", **values),
        schema=schema,
        models={tier: settings_of(config, tier) for tier in Tier},
    )


def check_shapes(render: Render) -> None:
    """See that the templates of our own notes can be filled in, before a request needs them.

    Raises:
        ConfigError: one of them is not there, or is wrong.
    """
    point = {"text": "A", "quote": "A b c", "where": "[[A#B|B]]", "note": "[[C]]"}
    common = {
        "title": "A",
        "source": "[[A]]",
        "engine": "extractive",
        "model": "extractive",
        "created": "2026-03-14T08:00:00",
    }
    render("answer.md", request="A?", answer="B.", **common)
    points = {kind: [point] for kind in ("claims", "questions", "actions", "connections")}
    render("insight.md", **points, **common)


def classify_recipe_of(config: Config) -> Recipe:
    """Make the recipe of a classification: the likeliest words, and few of them."""
    recipe = recipe_of(config, "classify", schema=classify.SCHEMA)
    sampling = Sampling(temperature=0.0, top_p=1.0, max_tokens=CLASSIFY_TOKENS)
    models = {tier: replace(model, sampling=sampling) for tier, model in recipe.models.items()}
    return replace(recipe, models=models)


def settings_of(config: Config, tier: Tier) -> ModelSettings:
    """Say how the model of a tier is asked."""
    engine, model = config.engine_for(tier), config.model_for(tier)
    return ModelSettings(
        name=engine if engine == "extractive" else f"{engine}: {model.repo}",
        context_tokens=model.context_limit,
        sampling=Sampling(
            temperature=model.temperature,
            top_p=model.top_p,
            max_tokens=model.max_new_tokens,
            thinking=model.enable_thinking,
        ),
    )
