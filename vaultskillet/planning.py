"""From what came of the errands of a note to the one plan of what is written for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from vaultskillet.core import markdown, redact
from vaultskillet.core.answers import INSIGHTS, insight_name
from vaultskillet.core.calls import Call, State, Verb, is_our_tag, read_calls
from vaultskillet.core.harmless import clean_markdown
from vaultskillet.core.headings import HeadingName, subpath_of
from vaultskillet.core.insight import Insight, read_insight
from vaultskillet.core.links import to_heading
from vaultskillet.core.marks import Mark, plan_edits
from vaultskillet.core.model import (
    CreateNote,
    Digest,
    Draft,
    Edit,
    EditNote,
    Failed,
    File,
    Left,
    Note,
    NotePath,
    Ownership,
    Plan,
    Reply,
    SafeText,
    digest_of,
)
from vaultskillet.core.plan import Bearing, WritePolicy, plan_writes
from vaultskillet.core.related import RelatedLinks
from vaultskillet.core.reply import read_draft, restore_line
from vaultskillet.core.splice import compose, splice
from vaultskillet.core.tasks import EVERY_PART, Answer, Decline, Enrich, Part, Reflect, TakeBack
from vaultskillet.errors import (
    EngineError,
    EngineUnavailableError,
    FrontmatterError,
    QuotaError,
    ReplyError,
    VaultskilletError,
)
from vaultskillet.linking import relate
from vaultskillet.ports import JournalEntry, RoutedWrite
from vaultskillet.shelf import New, Place, Shelf, Standing, Version
from vaultskillet.takeback import disown, plan_back
from vaultskillet.trip import Bundle, Ended, Errand, Kit, Planned, Reading

NOTHING_BORNE_OUT = "the note bears out nothing that could be said of it"
NOTHING_OF_OURS = "nothing that was written to it stands in it"
NO_PLACE = "no link can stand on its line without changing how something else reads"


@dataclass(frozen=True, slots=True)
class Means:
    """What a plan is made with, the same for a whole batch."""

    kit: Kit
    shelf: Shelf
    vocabulary: Mapping[str, int]
    """The vault's tags, and how many notes bear each."""
    max_attempts: int
    """So often a job is tried; what fails for the last time has failed."""


def plan_notes(errands: Sequence[Errand], means: Means, ended: Ended) -> list[Planned]:
    """Plan what is written for each note; one for which there is nothing ends here."""
    notes: dict[str, list[Errand]] = {}
    for errand in errands:
        notes.setdefault(errand.safe.reading.path, []).append(errand)
    planned = []
    for share in notes.values():
        reading = share[0].safe.reading
        outcome = _Planner(reading, means).plan(share)
        if isinstance(outcome, Planned):
            planned.append(outcome)
        else:
            ended[reading.path] = outcome
    return planned


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one task made of a call."""

    state: State
    because: str = ""
    link: str | None = None


class _Planner:
    """Gathers what came of the errands of one note."""

    def __init__(self, reading: Reading, means: Means) -> None:
        self._reading = reading
        self._means = means
        self._kit = means.kit
        self._edits: tuple[Edit, ...] = ()
        self._ownership = reading.ownership
        self._verdicts: dict[Call, list[_Verdict]] = {}
        self._waiting: set[Call] = set()
        self._error: VaultskilletError | None = None
        self._left: list[str] = []
        self._because: list[str] = []
        self._notes: list[CreateNote | Plan] = []
        self._taken_back: tuple[JournalEntry, ...] = ()
        self._is_enriched = False
        self._routed: RoutedWrite | None = None

    def plan(self, errands: Sequence[Errand]) -> Planned | Left | Failed:
        """Give the plan for the note, or what becomes of it without one."""
        for errand in errands:
            self._because += [errand.because] if errand.because else []
            try:
                self._settle(errand)
            except VaultskilletError as error:
                self._fail(errand, error)
        try:
            return self._finish()
        except FrontmatterError as error:
            return Failed(error)

    def _settle(self, errand: Errand) -> None:
        if isinstance(errand.result, VaultskilletError):
            raise errand.result
        if isinstance(errand.result, Left):
            self._left.append(errand.result.because)
            return
        match errand.task:
            case Enrich() as task:
                self._enrich(errand, task, errand.result)
            case Reflect() as task if errand.result:
                self._reflect(errand, task, errand.result)
            case Answer() as task if errand.place:
                self._answer(errand, task, errand.place, errand.result)
            case TakeBack(calls=calls):
                self._take_back(calls)
            case Decline(calls=calls, because=because):
                self._mark(calls, State.FAILED, because)

    def _fail(self, errand: Errand, error: VaultskilletError) -> None:
        """Leave the calls of a task for another try, or say that they failed."""
        calls = errand.task.calls
        if not calls:
            self._error = error
        elif self._is_worth_a_try(error):
            self._waiting.update(calls)
            self._error = self._error or error
        else:
            self._mark(calls, State.FAILED, str(error))

    def _is_worth_a_try(self, error: VaultskilletError) -> bool:
        until = error.until if isinstance(error, EngineError) else None
        waits = until is not None and until > self._kit.clock.now()
        if waits or isinstance(error, EngineUnavailableError | QuotaError):
            return True  # no fault of the note; the worker waits for its engine
        return error.transient and self._reading.job.attempts + 1 < self._means.max_attempts

    def _mark(
        self, calls: Collection[Call], state: State, because: str = "", link: str | None = None
    ) -> None:
        for call in calls:
            self._verdicts.setdefault(call, []).append(_Verdict(state, because, link))

    # --- properties ---

    def _enrich(self, errand: Errand, task: Enrich, reply: Reply | None) -> None:
        draft = self._draft(errand, reply)
        bearing = Bearing(
            ownership=self._reading.ownership,
            body_tags=self._reading.body_tags,
            inline_fields=[field.key for field in self._reading.document.inline_fields],
            force=self._reading.job.force or bool(task.calls),
            related=self._relate(task.parts),
        )
        policy = self._kit.policy.write
        match plan_writes(self._reading.note, draft, bearing, _only(policy, task.parts)):
            case Plan(writes=(EditNote(edits=edits),), ownership=ownership):
                self._edits, self._ownership = edits, ownership
            case Left(because=because):
                self._left.append(because)
        self._is_enriched = task.parts == EVERY_PART
        self._routed = self._route_of(errand, reply) if reply else None
        for call in task.calls:
            unmet = self._find_unmet(task.parts_of(call), draft, bearing)
            failed = unmet is not None and call.verb is not Verb.ALL
            self._mark([call], State.FAILED if failed else State.DONE, unmet or "")

    def _relate(self, parts: Collection[Part]) -> RelatedLinks:
        kit, reading = self._kit, self._reading
        if Part.RELATED not in parts or kit.policy.write.related is None:
            return RelatedLinks()
        return relate(
            reading.features,
            reading.ownership,
            store=kit.store,
            vault=kit.vault,
            filters=kit.policy.filters,
        )

    def _find_unmet(self, parts: Collection[Part], draft: Draft, bearing: Bearing) -> str | None:
        """Say why properties that were asked for are not written; None where all is well."""
        policy = _only(self._kit.policy.write, parts)
        if not policy.property_names:
            return f"{' and '.join(parts)}: switched off in the configuration"
        outcome = plan_writes(self._reading.note, draft, bearing, policy)
        if isinstance(outcome, Plan) or _stands_already(draft, bearing, policy):
            return None
        return outcome.because

    def _route_of(self, errand: Errand, reply: Reply) -> RoutedWrite | None:
        label = errand.label
        if label is None:
            return None
        return RoutedWrite(
            path=self._reading.path,
            run=self._kit.run,
            at=self._kit.clock.now(),
            tier=errand.tier,
            model=reply.model,
            category=label.category,
            complexity=label.complexity,
            because=errand.because,
        )

    def _draft(self, errand: Errand, reply: Reply | None) -> Draft:
        policy = self._kit.policy
        if reply is None:
            return Draft()
        draft = read_draft(
            reply, vocabulary=self._means.vocabulary, policy=policy.draft, filters=policy.filters
        )
        if policy.restore_in_note and draft.summary:
            summary = restore_line(draft.summary, errand.safe.placeholders)
            draft = replace(draft, summary=summary)
        tags = tuple(tag for tag in draft.tags if not is_our_tag(tag, tag=policy.tag))
        return replace(draft, tags=tags, category=errand.label.category if errand.label else None)

    # --- notes of our own ---

    def _reflect(self, errand: Errand, task: Reflect, reply: Reply) -> None:
        others = errand.others or {}
        text = errand.request.text if errand.request else errand.safe.text
        insight = read_insight(
            reply, text=text, others=list(others), filters=self._kit.policy.filters
        )
        if not insight:
            for call in task.calls:
                failed = call.verb is Verb.THINK
                self._mark([call], State.FAILED if failed else State.DONE, NOTHING_BORNE_OUT)
            return
        place = self._means.shelf.find_place(
            insight_name(errand.safe.title), INSIGHTS, source=self._reading.path, request=None
        )
        self._put(errand, place, "insight.md", reply, **self._points(insight, others, place))
        self._link(task.calls, place)

    def _points(
        self, insight: Insight, others: Mapping[SafeText, NotePath], place: Place
    ) -> dict[str, object]:
        """Give what the template of an insight note uses."""
        shelf = self._means.shelf
        source = shelf.link(self._reading.path, source=place.path)
        targets = {str(name): shelf.link(path, source=place.path) for name, path in others.items()}
        return {
            kind: [
                {
                    "text": point.text,
                    "quote": "" if point.quote == point.text else point.quote,
                    "where": self._link_to_heading(source, point.heading),
                    "note": targets.get(point.note, ""),
                }
                for point in points
            ]
            for kind, points in (
                ("claims", insight.claims),
                ("questions", insight.questions),
                ("actions", insight.actions),
                ("connections", insight.connections),
            )
        }

    def _link_to_heading(self, source: str, heading: HeadingName | None) -> str:
        """Give a link to a heading of the note; nothing where none can be written safely."""
        reading = self._reading
        if heading is None:
            return ""
        subpath = subpath_of(heading, reading.note.body, reading.document)
        if not subpath or redact.find_sensitive(subpath, self._kit.policy.filters):
            return ""
        return to_heading(source, subpath, shown=heading.text)

    def _answer(self, errand: Errand, task: Answer, place: Place, reply: Reply | None) -> None:
        if reply is not None:
            answer = clean_markdown(
                reply.text,
                resolves=lambda target: bool(self._means.shelf.resolve(target, source=place.path)),
                filters=self._kit.policy.filters,
            )
            if not answer:
                raise ReplyError(f"{reply.model} said nothing that may be written")
            self._put(errand, place, "answer.md", reply, request=errand.question, answer=answer)
        self._link(task.calls, place)

    def _put(
        self, errand: Errand, place: Place, template: str, reply: Reply, **values: object
    ) -> None:
        """Plan a note of ours, new or a new version."""
        if isinstance(place, Standing):
            return
        kit = self._kit
        content = kit.render(
            template,
            title=errand.safe.title,
            source=self._means.shelf.link(self._reading.path, source=place.path),
            engine=kit.policy.engines[errand.tier],
            model=reply.model,
            created=_local(kit.clock.now()),
            **values,
        ).encode("utf-8", "replace")
        match place:
            case New(path=path):
                self._notes.append(CreateNote(path, content))
            case Version(file=file):
                self._notes.append(_new_version(file, content))

    def _link(self, calls: Collection[Call], place: Place) -> None:
        """Say that calls are done, and link to what they got, where their line does not yet."""
        path, shelf = self._reading.path, self._means.shelf
        link = shelf.link(place.path, source=path)
        for call in calls:
            there = {shelf.resolve(one.target, source=path) for one in call.links}
            self._mark([call], State.DONE, link=None if place.path in there else link)

    # --- taking back ---

    def _take_back(self, calls: Collection[Call]) -> None:
        path = self._reading.path
        entries = tuple(
            entry
            for entry in self._kit.store.journal.entries(paths=[path])
            if entry.state == "done"
        )
        known = self._reading.ownership
        edits = plan_back(self._file(), entries, known)
        if not edits:
            self._mark(calls, State.FAILED, NOTHING_OF_OURS)
            return
        self._edits, self._taken_back = edits, entries
        self._mark(calls, State.DONE)

    def _file(self) -> File:
        note = self._reading.note
        return File(note.path, note.content, note.stamp)

    # --- the plan ---

    def _finish(self) -> Planned | Left | Failed:
        """Merge all of it into one plan.

        Raises:
            FrontmatterError: a call in the frontmatter cannot be marked.
        """
        reading = self._reading
        marks, failures = self._judge()
        edits = self._all_edits(marks)
        if edits is None:
            self._notes.clear()
            failures += [self._failure(mark.call, NO_PLACE) for mark in marks if mark.link]
            marks = [_without_link(mark) for mark in marks]
            edits = self._all_edits(marks)
        if edits is None:
            raise FrontmatterError("its calls cannot be marked without changing something else")
        if not edits:
            because = "; ".join(dict.fromkeys(self._left)) or "nothing to write"
            return Failed(self._error) if self._error else Left(because)
        note = reading.note
        return Planned(
            reading,
            because="; ".join(dict.fromkeys(self._because or self._left)),
            bundle=Bundle(
                Plan(note, (EditNote(note.path, note.raw, edits),), self._ownership),
                notes=tuple(self._notes),
            ),
            routed=self._routed,
            error=self._error,
            failures=tuple(failures),
            is_enriched=self._is_enriched,
            taken_back=self._taken_back,
            calls_left=len(marks) + len(self._waiting) < len(reading.calls),
        )

    def _judge(self) -> tuple[list[Mark], list[str]]:
        """Say what became of each call, and why those failed that did."""
        marks, failures = [], []
        for call in self._reading.calls:
            verdicts = self._verdicts.get(call, [])
            if call in self._waiting or not verdicts:
                continue
            failed = [one.because for one in verdicts if one.state is State.FAILED]
            links = [one.link for one in verdicts if one.link]
            state = State.FAILED if failed else State.DONE
            marks.append(Mark(call, state, links[0] if links else None))
            failures += [self._failure(call, because) for because in failed]
        return marks, failures

    def _failure(self, call: Call, because: str) -> str:
        note = self._reading.note
        if call.span is None:
            return f"frontmatter: {because}"
        before = len(note.content) - len(note.body[call.span.start :].encode())
        lines = note.content.count(b"\n", 0, before) + 1
        lines += sum(edit.after.count(b"\n") - edit.before.count(b"\n") for edit in self._edits)
        return f"line {lines}: {because}"

    def _all_edits(self, marks: Sequence[Mark]) -> tuple[Edit, ...] | None:
        reading, tag = self._reading, self._kit.policy.tag
        if not self._taken_back:
            return plan_edits(reading.note, reading.document, marks, self._edits)
        content = splice(reading.note.content, self._edits)
        note = self._kit.read_note(replace(self._file(), content=content))
        self._ownership = disown(reading.ownership, self._taken_back, note.properties)
        document = markdown.read(note.body)
        calls = read_calls(note.properties, note.body, document, tag=tag)
        marks = [Mark(call, State.DONE) for call in calls if call.verb is Verb.UNDO]
        more = plan_edits(note, document, marks, ())
        return None if more is None else compose(self._edits, more)


def _only(policy: WritePolicy, parts: Collection[Part]) -> WritePolicy:
    """Give the policy for some properties alone."""
    return replace(
        policy,
        summary=policy.summary if Part.SUMMARY in parts else None,
        tags=policy.tags if Part.TAGS in parts else None,
        category=policy.category if Part.CATEGORY in parts else None,
        related=policy.related if Part.RELATED in parts else None,
    )


def _stands_already(draft: Draft, bearing: Bearing, policy: WritePolicy) -> bool:
    """Say whether what was asked for is there, so that nothing needs to be written."""
    if policy.summary and draft.summary:
        return bearing.ownership.values.get(policy.summary) == draft.summary
    if policy.related and bearing.ownership.values.get(policy.related):
        return True
    return bool(policy.tags and draft.tags)


def _new_version(file: File, content: bytes) -> Plan:
    """Plan to replace a note of ours as a whole; the journal keeps the old one."""
    raw = digest_of(file.content)
    note = Note(file.path, file.content, file.stamp, raw, Digest(""), {}, "")
    edit = Edit(0, file.content, content)
    return Plan(note, (EditNote(file.path, raw, (edit,)),), Ownership())


def _without_link(mark: Mark) -> Mark:
    return replace(mark, link=None, state=State.FAILED) if mark.link else mark


def _local(now: float) -> str:
    """Give a moment as Obsidian writes one: local, without a zone."""
    return f"{datetime.fromtimestamp(now, UTC).astimezone():%Y-%m-%dT%H:%M:%S}"
