"""From notes to errands: what an engine is asked for each task of a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vaultskillet.core import redact
from vaultskillet.core.answers import ANSWERS, answer_name
from vaultskillet.core.calls import Call, Verb, less_requests, text_of
from vaultskillet.core.classify import classify_by_rules
from vaultskillet.core.context import redact_context
from vaultskillet.core.harmless import clean_markdown
from vaultskillet.core.markdown import Wikilink
from vaultskillet.core.model import (
    Category,
    Classification,
    Leave,
    Left,
    NotePath,
    SafeText,
    Send,
    TagCandidate,
    Tier,
)
from vaultskillet.core.prompt import Recipe, build_request
from vaultskillet.core.tasks import Answer, Enrich, Part, Reflect, reflect_on
from vaultskillet.errors import EngineRefusedError, RedactionError, VaultError
from vaultskillet.looking import Look, look_at, texts_of
from vaultskillet.orchestrator import Prepared, Question
from vaultskillet.shelf import Shelf, Standing
from vaultskillet.trip import Errand, Kit, Reading, Safe

Suggest = Callable[[Safe], tuple[TagCandidate, ...]]
"""Gives the tags that a note may be given, best first."""

NO_TEXT = "there is no text in the note to go by"

MAX_OTHERS = 8
"""Notes that an insight may connect a note with."""

_BY_ENGINE = frozenset({Part.SUMMARY, Part.TAGS, Part.CATEGORY})
_THOUGHTFUL = Send(Tier.QWEN, "asked to think", thinking=True)


def find_errands(safe: Sequence[Safe], kit: Kit, shelf: Shelf, suggest: Suggest) -> list[Errand]:
    """Give what is to be done in each note, with what an engine is asked for it.

    One batch classifies the notes, and one more the requests in them. What cannot be done has
    the reason for its result already.
    """
    labels = _classify(safe, kit)
    errands: list[Errand] = []
    questions: list[tuple[Errand, Question]] = []
    for one in safe:
        label = labels.get(one.reading.path)
        thinks = label is not None and label.category is Category.REASONING
        for task in reflect_on(one.reading.tasks) if thinks else one.reading.tasks:
            errand = Errand(one, task)
            match task:
                case Enrich():
                    errands.append(_enrichment(errand, task, label, kit, suggest))
                case Reflect():
                    errands.append(_reflection(errand, task, label, kit))
                case Answer():
                    asked = _answer(errand, task.call, kit, shelf)
                    if isinstance(asked, Errand):
                        errands.append(asked)
                    else:
                        questions.append(asked)
                case _:
                    errands.append(errand)
    return [*errands, *_prepare(questions, kit)]


def _classify(safe: Sequence[Safe], kit: Kit) -> dict[NotePath, Classification]:
    """Classify what is enriched, in one batch, or two where something is private."""
    labels: dict[NotePath, Classification] = {}
    enriched = [
        one
        for one in safe
        if one.text.strip() and any(isinstance(task, Enrich) for task in one.reading.tasks)
    ]
    for private in (False, True):
        share = [one for one in enriched if one.is_private is private]
        said = kit.orchestrator.classify_many([one.text for one in share], private=private)
        labels |= zip([one.reading.path for one in share], said, strict=True)
    return labels


def _enrichment(
    errand: Errand, task: Enrich, label: Classification | None, kit: Kit, suggest: Suggest
) -> Errand:
    """Ask for the properties of a note."""
    if label is None:
        return replace(errand, result=EngineRefusedError(NO_TEXT) if task.calls else Left("empty"))
    if not task.parts & _BY_ENGINE:
        return replace(errand, because="asked for links alone")
    try:
        candidates = tuple(
            one
            for one in suggest(errand.safe)
            if not redact.find_sensitive(one.tag, kit.policy.filters)
        )
    except RedactionError as error:
        return replace(errand, result=error)
    sent = _send(errand, label, kit, kit.policy.recipe, tag_candidates=candidates)
    if isinstance(sent.result, EngineRefusedError) and not task.calls:
        return replace(sent, result=Left(str(sent.result)))
    return sent


def _reflection(errand: Errand, task: Reflect, label: Classification | None, kit: Kit) -> Errand:
    """Ask for the insights of a note."""
    text = errand.safe.text
    if not text.strip():
        return replace(errand, result=EngineRefusedError(NO_TEXT))
    try:
        others = _others(errand.safe.reading, kit)
    except RedactionError as error:
        return replace(errand, result=error)
    return _send(
        replace(errand, others=others),
        label or classify_by_rules(text),
        kit,
        kit.policy.insight,
        wanted=_THOUGHTFUL if task.thinking else None,
        note_names=tuple(others),
    )


def _send(
    errand: Errand,
    label: Classification,
    kit: Kit,
    recipe: Recipe,
    *,
    wanted: Send | None = None,
    tag_candidates: tuple[TagCandidate, ...] = (),
    note_names: tuple[SafeText, ...] = (),
) -> Errand:
    """Route an errand, and put its note to the engine there."""
    safe = errand.safe
    match kit.orchestrator.route(label, private=safe.is_private, wanted=wanted):
        case Leave(because=because):
            why = safe.reading.wishes.private
            return replace(
                errand, result=EngineRefusedError(f"{because} ({why})" if why else because)
            )
        case Send() as route:
            request = build_request(
                recipe,
                route,
                title=safe.name,
                text=safe.text,
                tag_candidates=tag_candidates,
                note_names=note_names,
            )
            return replace(
                errand,
                request=request,
                tier=route.tier,
                label=label,
                because=f"{route.because} ({label.because})",
            )


def _others(reading: Reading, kit: Kit) -> dict[SafeText, NotePath]:
    """Give the notes that are like one, by the names that an engine may be told."""
    hosted = not all(engine.local for engine in kit.engines.values())
    others: dict[SafeText, NotePath] = {}
    for similar in kit.store.index.similar(reading.features, limit=MAX_OTHERS):
        look = _look_at(similar.path, kit)
        if look and not (hosted and look.private):
            name = redact.redact(look.title, kit.policy.filters).text
            others.setdefault(name, similar.path)
    return others


# --- requests in words ------------------------------------------------------------------


def _answer(errand: Errand, call: Call, kit: Kit, shelf: Shelf) -> Errand | tuple[Errand, Question]:
    """Ask what the author asks; where it was answered already, only the link is missing."""
    reading, filters = errand.safe.reading, kit.policy.filters
    earlier = list(_earlier_answers(call, reading, shelf))
    asked = text_of(reading.note.body, call, less=[link for link, _ in earlier])
    try:
        looks = [look for path in _linked(call, reading, shelf) if (look := _look_at(path, kit))]
        private = errand.safe.is_private or any(look.private for look in looks)
        own = less_requests(reading.note.body, reading.document, tag=kit.policy.tag)
        room = kit.policy.recipe.room
        redacted, context = redact_context(
            asked, [own, *texts_of(looks)], tokens=room, filters=filters
        )
        text = redacted.text
        said = clean_markdown(text, resolves=lambda _: True, filters=filters)
    except RedactionError as error:
        return replace(errand, result=error)
    quoted = SafeText(" ".join(said.split()))
    if not quoted:
        return replace(errand, result=EngineRefusedError("nothing is asked that could be quoted"))
    versions = [version for _, path in earlier if (version := shelf.version_of(path))]
    place = (
        versions[-1]
        if versions
        else shelf.find_place(answer_name(quoted), ANSWERS, source=reading.path, request=quoted)
    )
    errand = replace(errand, question=quoted, place=place)
    if isinstance(place, Standing):
        return replace(errand, because="answered before a crash")
    wanted = _THOUGHTFUL if call.verb is Verb.THINK else None
    return errand, Question(
        text=text,
        context=context,
        title=errand.safe.title,
        private=private,
        wanted=wanted,
    )


def _prepare(questions: Sequence[tuple[Errand, Question]], kit: Kit) -> Iterator[Errand]:
    """Classify and route questions as one batch."""
    prepared = kit.orchestrator.prepare_many([question for _, question in questions])
    for (errand, _), one in zip(questions, prepared, strict=True):
        if isinstance(one, Prepared):
            yield replace(errand, request=one.request, tier=one.route.tier, because=one.because)
        else:
            yield replace(errand, result=one)


def _earlier_answers(
    call: Call, reading: Reading, shelf: Shelf
) -> Iterator[tuple[Wikilink, NotePath]]:
    """Give the links to notes of ours that begin or end a request: it was answered before."""
    if call.request is None:
        return
    body, start, end = reading.note.body, call.request.start, call.request.end
    for link in reversed(call.links):
        path = shelf.resolve(link.target, source=reading.path)
        if body[link.end : end].strip() or path is None or not shelf.is_ours(path):
            break
        end = link.start
        yield link, path
    for link in call.links:
        path = shelf.resolve(link.target, source=reading.path)
        if link.start >= end or body[start : link.start].strip():
            break
        if path is None or not shelf.is_ours(path):
            break
        start = link.end
        yield link, path


def _linked(call: Call, reading: Reading, shelf: Shelf) -> list[NotePath]:
    """Give the notes that a request links to, each once, its own note excepted."""
    found = [shelf.resolve(link.target, source=reading.path) for link in call.links]
    return [path for path in dict.fromkeys(found) if path and path != reading.path]


def _look_at(path: NotePath, kit: Kit) -> Look | None:
    """Look at another note; None where it is to be left alone.

    Raises:
        RedactionError: a filter failed.
    """
    policy = kit.policy
    try:
        return look_at(
            path, kit.vault, tag=policy.tag, filters=policy.filters, privacy=policy.privacy
        )
    except VaultError:
        return None
