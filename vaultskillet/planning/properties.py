"""From what an engine said of a note to the properties that are written into it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from vaultskillet.core.calls import Call, is_our_tag
from vaultskillet.core.model import (
    ABSENT,
    Digest,
    Draft,
    Edit,
    EditNote,
    Left,
    Ownership,
    Plan,
    Reply,
)
from vaultskillet.core.plan import Bearing, WritePolicy, find_refused, plan_writes
from vaultskillet.core.related import RelatedLinks
from vaultskillet.core.reply import read_draft, restore_line
from vaultskillet.core.tasks import EVERY_PART, Enrich, Part
from vaultskillet.linking import relate
from vaultskillet.planning.means import Means
from vaultskillet.ports.proposals import Values
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.trip import Errand, Policy, Reading, Safe


@dataclass(frozen=True, slots=True)
class Properties:
    """What becomes of a note's properties."""

    edits: tuple[Edit, ...]
    ownership: Ownership
    left: str
    """Why none is written; empty where some are."""
    unmet: Mapping[Call, str]
    """Calls for a property that is not written -> why it is not."""
    routed: RoutedWrite | None
    """By which route they came about; None where no engine was asked."""
    values: Values | None = None
    """What they are to say that is new; None where none is written."""


def plan_properties(errand: Errand, task: Enrich, reply: Reply | None, means: Means) -> Properties:
    """Plan the properties that a task is to write.

    Raises:
        ReplyError: the engine's reply is not what was asked for.
        RedactionError: a filter failed.
        FrontmatterError: the note's properties cannot be changed safely.
    """
    reading = errand.safe.reading
    policy = means.kit.policy.write
    said = _draft(errand, reply, means)
    draft = restored(said, errand.safe, means.kit.policy)
    bearing = bearing_of(
        reading,
        related=_relate(errand, task.parts, means),
        force=reading.job.force or bool(task.calls),
        refused=find_refused(said, reading.ownership, policy),
    )
    unmet = {
        call: because
        for call in task.calls
        if (because := _find_unmet(errand, task.parts_of(call), draft, bearing, policy))
    }
    routed = _route_of(errand, reply, means) if reply else None
    outcome = plan_writes(reading.note, draft, bearing, _only(policy, task.parts))
    if isinstance(outcome, Left):
        return Properties((), reading.ownership, outcome.because, unmet, routed)
    written = (write for write in outcome.writes if isinstance(write, EditNote))
    edits = tuple(edit for write in written for edit in write.edits)
    seen = errand.safe.digest if means.kit.policy.restore_in_note else ABSENT
    values = values_of(outcome.ownership, said, bearing, policy, seen=seen)
    return Properties(edits, outcome.ownership, "", unmet, routed, values)


def bearing_of(
    reading: Reading,
    *,
    related: RelatedLinks,
    force: bool,
    refused: frozenset[str] = frozenset(),
) -> Bearing:
    """Give what bears on the plan of a note besides its draft."""
    return Bearing(
        ownership=reading.ownership,
        body_tags=reading.body_tags,
        inline_fields=[field.key for field in reading.document.inline_fields],
        force=force,
        related=related,
        refused=refused,
    )


def _draft(errand: Errand, reply: Reply | None, means: Means) -> Draft:
    policy = means.kit.policy
    if reply is None:
        return Draft()
    draft = read_draft(
        reply, vocabulary=means.vocabulary, policy=policy.draft, filters=policy.filters
    )
    tags = tuple(tag for tag in draft.tags if not is_our_tag(tag, tag=policy.tag))
    return replace(draft, tags=tags, category=errand.label.category if errand.label else None)


def restored(draft: Draft, safe: Safe, policy: Policy) -> Draft:
    """Put back what placeholders stand for, if that is wanted in the very note."""
    if not policy.restore_in_note or not draft.summary:
        return draft
    return replace(draft, summary=restore_line(draft.summary, safe.placeholders))


def values_of(
    after: Ownership, said: Draft, bearing: Bearing, policy: WritePolicy, *, seen: Digest
) -> Values:
    """Give what of a draft is new in a note, with its placeholders as they are.

    Args:
        after: what is ours once it is written.
        said: the draft, nothing restored in it.
        bearing: what bears on the plan.
        policy: what is written under which property.
        seen: of the text that the placeholders are numbered by.
    """
    before = bearing.ownership.values
    new = {key: value for key, value in after.values.items() if value != before.get(key)}
    items = {
        item
        for key, value in new.items()
        for item in (() if isinstance(value, str) else value)
        if item not in before.get(key, ())
    }
    related = bearing.related
    return Values(
        Draft(
            said.summary if policy.summary in new else None,
            tuple(tag for tag in said.tags if tag in items),
            said.category if policy.category in new else None,
        ),
        tuple(related.leads[link] for link in related.add if link in items),
        seen,
        force=bearing.force,
    )


def _relate(errand: Errand, parts: Collection[Part], means: Means) -> RelatedLinks:
    kit, reading = means.kit, errand.safe.reading
    if Part.RELATED not in parts or kit.policy.write.related is None:
        return RelatedLinks()
    return relate(
        reading.features,
        reading.ownership,
        store=kit.store,
        vault=kit.vault,
        filters=kit.policy.filters,
    )


def _find_unmet(
    errand: Errand, parts: Collection[Part], draft: Draft, bearing: Bearing, policy: WritePolicy
) -> str | None:
    """Say why properties that were asked for are not written; None where all is well."""
    policy = _only(policy, parts)
    if not policy.property_names:
        return f"{' and '.join(parts)}: switched off in the configuration"
    outcome = plan_writes(errand.safe.reading.note, draft, bearing, policy)
    if isinstance(outcome, Plan) or _stands_already(draft, bearing, policy):
        return None
    return outcome.because


def _stands_already(draft: Draft, bearing: Bearing, policy: WritePolicy) -> bool:
    """Say whether what was asked for is there, so that nothing needs to be written."""
    if policy.summary and draft.summary:
        return bearing.ownership.values.get(policy.summary) == draft.summary
    if policy.related and bearing.ownership.values.get(policy.related):
        return True
    return bool(policy.tags and draft.tags)


def _only(policy: WritePolicy, parts: Collection[Part]) -> WritePolicy:
    """Give the policy for some properties alone."""
    if parts == EVERY_PART:
        return policy
    return replace(
        policy,
        summary=policy.summary if Part.SUMMARY in parts else None,
        tags=policy.tags if Part.TAGS in parts else None,
        category=policy.category if Part.CATEGORY in parts else None,
        related=policy.related if Part.RELATED in parts else None,
    )


def _route_of(errand: Errand, reply: Reply, means: Means) -> RoutedWrite | None:
    label = errand.label
    if label is None:
        return None
    return RoutedWrite(
        path=errand.safe.reading.path,
        run=means.kit.run,
        at=means.kit.clock.now(),
        tier=errand.tier,
        model=reply.model,
        category=label.category,
        complexity=label.complexity,
        because=errand.because,
    )
