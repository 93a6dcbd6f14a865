"""Notes of our own: an answer or an insight, from what an engine said to the note's bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vaultskillet.core import redact
from vaultskillet.core.answers import INSIGHTS, insight_name
from vaultskillet.core.harmless import clean_markdown
from vaultskillet.core.headings import HeadingName, subpath_of
from vaultskillet.core.insight import Insight, Point, read_insight
from vaultskillet.core.links import to_heading
from vaultskillet.core.model import (
    CreateNote,
    NotePath,
    Plan,
    Reply,
    SafeText,
)
from vaultskillet.errors import ReplyError
from vaultskillet.planning.means import Means
from vaultskillet.shelf import New, Place, Standing, Version
from vaultskillet.trip import Errand, Reading


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note of ours, and what writes it."""

    place: Place
    write: CreateNote | Plan | None
    """None: it stands there already."""


def plan_answer(errand: Errand, place: Place, reply: Reply | None, means: Means) -> OwnNote:
    """Plan the answer to a request.

    Raises:
        ReplyError: nothing of the reply may be written.
        RedactionError: a filter failed.
        ConfigError: its template is wrong.
    """
    if reply is None:
        return OwnNote(place, None)
    answer = clean_markdown(
        reply.text,
        resolves=lambda target: bool(means.shelf.resolve(target, source=place.path)),
        filters=means.kit.policy.filters,
    )
    if not answer:
        raise ReplyError(f"{reply.model} said nothing that may be written")
    values = {"request": errand.question, "answer": answer}
    return _render(errand, place, reply, means, template="answer.md", values=values)


def plan_insight(errand: Errand, reply: Reply, means: Means) -> OwnNote | None:
    """Plan the insights of a note; None where the note bears none out.

    Raises:
        ReplyError: the reply is not what was asked for.
        RedactionError: a filter failed.
        ConfigError: its template is wrong.
    """
    others, reading = errand.others or {}, errand.safe.reading
    text = errand.request.text if errand.request else errand.safe.text
    insight = read_insight(reply, text=text, others=list(others), filters=means.kit.policy.filters)
    if not insight:
        return None
    place = _earlier_insight(errand, means) or means.shelf.find_place(
        insight_name(errand.safe.title), INSIGHTS, source=reading.path, request=None
    )
    values = _points(insight, reading, others, place, means)
    return _render(errand, place, reply, means, template="insight.md", values=values)


def _earlier_insight(errand: Errand, means: Means) -> Version | None:
    """Give the insights that a call's line links to already: the note may be renamed since."""
    shelf, source = means.shelf, errand.safe.reading.path
    for link in (link for call in errand.task.calls for link in call.links):
        path = shelf.resolve(link.target, source=source)
        if path is not None and shelf.is_insight(path) and (version := shelf.version_of(path)):
            return version
    return None


def _points(
    insight: Insight,
    reading: Reading,
    others: Mapping[SafeText, NotePath],
    place: Place,
    means: Means,
) -> dict[str, object]:
    """Give what the template of an insight note uses."""
    shelf = means.shelf
    source = shelf.link(reading.path, source=place.path)
    targets = {str(name): shelf.link(path, source=place.path) for name, path in others.items()}

    def shown(point: Point) -> dict[str, str]:
        return {
            "text": point.text,
            "quote": "" if point.quote == point.text else point.quote,
            "where": _link_to_heading(source, point.heading, reading, means),
            "note": targets.get(point.note, ""),
        }

    return {
        "claims": list(map(shown, insight.claims)),
        "questions": list(map(shown, insight.questions)),
        "actions": list(map(shown, insight.actions)),
        "connections": list(map(shown, insight.connections)),
    }


def _link_to_heading(
    source: str, heading: HeadingName | None, reading: Reading, means: Means
) -> str:
    """Give a link to a heading of the note; nothing where none can be written safely."""
    if heading is None:
        return ""
    subpath = subpath_of(heading, reading.note.body, reading.document)
    if not subpath or redact.find_sensitive(subpath, means.kit.policy.filters):
        return ""
    return to_heading(source, subpath, shown=heading.text)


def _render(
    errand: Errand,
    place: Place,
    reply: Reply,
    means: Means,
    *,
    template: str,
    values: Mapping[str, object],
) -> OwnNote:
    """Fill in a template for a note that is new, or a new version."""
    if isinstance(place, Standing):
        return OwnNote(place, None)
    kit = means.kit
    content = kit.render(
        template,
        title=errand.safe.title,
        source=means.shelf.link(errand.safe.reading.path, source=place.path),
        engine=kit.policy.engines[errand.tier],
        model=reply.model,
        created=_local(kit.clock.now()),
        **values,
    ).encode("utf-8", "replace")
    match place:
        case New(path=path):
            return OwnNote(place, CreateNote(path, content))
        case Version():
            return OwnNote(place, place.replaced_by(content))


def _local(now: float) -> str:
    """Give a moment as Obsidian writes one: local, without a zone."""
    return f"{datetime.fromtimestamp(now, UTC).astimezone():%Y-%m-%dT%H:%M:%S}"
