"""From what came of the errands of a note to the one plan of what is written for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from vaultskillet.core import markdown
from vaultskillet.core.calls import Call, State, Verb, read_calls
from vaultskillet.core.marks import Mark, plan_edits
from vaultskillet.core.model import CreateNote, Digest, Edit, EditNote, Failed, File, Left, Plan
from vaultskillet.core.splice import compose, splice
from vaultskillet.core.tasks import EVERY_PART, Answer, Decline, Enrich, Reflect, TakeBack
from vaultskillet.errors import (
    EngineError,
    EngineUnavailableError,
    FrontmatterError,
    QuotaError,
    VaultskilletError,
)
from vaultskillet.planning.means import Means
from vaultskillet.planning.own_notes import OwnNote, plan_answer, plan_insight
from vaultskillet.planning.properties import Properties, plan_properties
from vaultskillet.planning.verdicts import Verdicts, without_links
from vaultskillet.ports.journal import JournalEntry
from vaultskillet.ports.proposals import Values
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.takeback import disown, plan_back
from vaultskillet.trip import Bundle, Ended, Errand, Planned, Reading

NOTHING_BORNE_OUT = "the note bears out nothing that could be said of it"
NOTHING_OF_OURS = "nothing that was written to it stands in it"
UNFINISHED = Digest("unfinished")
"""The source of a note of which a part is done first: no note's is equal to it."""
NO_PLACE = "no link can stand on its line without changing how something else reads"


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


class _Planner:
    """Gathers what came of the errands of one note."""

    def __init__(self, reading: Reading, means: Means) -> None:
        self._reading = reading
        self._means = means
        self._kit = means.kit
        self._edits: tuple[Edit, ...] = ()
        self._ownership = reading.ownership
        self._verdicts = Verdicts()
        self._error: VaultskilletError | None = None
        self._left: list[str] = []
        self._because: list[str] = []
        self._notes: list[CreateNote | Plan] = []
        self._taken_back: tuple[JournalEntry, ...] = ()
        self._is_enriched = False
        self._routed: RoutedWrite | None = None
        self._values: Values | None = None

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
                self._enrich(task, plan_properties(errand, task, errand.result, self._means))
            case Reflect() as task if errand.result:
                self._reflect(task, plan_insight(errand, errand.result, self._means))
            case Answer(calls=calls) if errand.place:
                self._put(calls, plan_answer(errand, errand.place, errand.result, self._means))
            case TakeBack(calls=calls):
                self._take_back(calls)
            case Decline(calls=calls, because=because):
                self._verdicts.give(calls, State.FAILED, because)

    def _fail(self, errand: Errand, error: VaultskilletError) -> None:
        """Leave the calls of a task for another try, or say that they failed."""
        calls = errand.task.calls
        if not calls:
            self._error = error
        elif self._is_worth_a_try(error):
            self._verdicts.waiting.update(calls)
            self._error = self._error or error
        else:
            self._verdicts.give(calls, State.FAILED, str(error))

    def _is_worth_a_try(self, error: VaultskilletError) -> bool:
        until = error.until if isinstance(error, EngineError) else None
        waits = until is not None and until > self._kit.clock.now()
        if waits or isinstance(error, EngineUnavailableError | QuotaError):
            return True  # no fault of the note; the worker waits for its engine
        return error.transient and self._reading.job.attempts + 1 < self._means.max_attempts

    def _enrich(self, task: Enrich, properties: Properties) -> None:
        self._edits, self._ownership = properties.edits, properties.ownership
        self._left += [properties.left] if properties.left else []
        self._is_enriched = task.parts == EVERY_PART
        self._routed, self._values = properties.routed, properties.values
        for call in task.calls:
            unmet = properties.unmet.get(call, "")
            failed = bool(unmet) and call.verb is not Verb.ALL
            self._verdicts.give([call], State.FAILED if failed else State.DONE, unmet)

    def _reflect(self, task: Reflect, insight: OwnNote | None) -> None:
        if insight is not None:
            self._put(task.calls, insight)
            return
        for call in task.calls:
            failed = call.verb is Verb.THINK
            self._verdicts.give([call], State.FAILED if failed else State.DONE, NOTHING_BORNE_OUT)

    def _put(self, calls: Collection[Call], note: OwnNote) -> None:
        """Write a note of ours, and link to it from the lines that do not yet."""
        self._notes += [note.write] if note.write else []
        path, shelf = self._reading.path, self._means.shelf
        link = shelf.link(note.place.path, source=path)
        for call in calls:
            there = {shelf.resolve(one.target, source=path) for one in call.links}
            is_linked = note.place.path in there
            self._verdicts.give([call], State.DONE, link=None if is_linked else link)

    def _take_back(self, calls: Collection[Call]) -> None:
        path = self._reading.path
        entries = tuple(
            entry
            for entry in self._kit.store.journal.entries(paths=[path])
            if entry.state == "done"
        )
        edits = plan_back(self._file(), entries, self._reading.ownership)
        if not edits:
            self._verdicts.give(calls, State.FAILED, NOTHING_OF_OURS)
            return
        self._edits, self._taken_back = edits, entries
        self._verdicts.give(calls, State.DONE)

    def _file(self) -> File:
        note = self._reading.note
        return File(note.path, note.content, note.stamp)

    def _finish(self) -> Planned | Left | Failed:
        """Merge all of it into one plan.

        Raises:
            FrontmatterError: a call in the frontmatter cannot be marked.
        """
        reading = self._reading
        marks = self._verdicts.marks(reading.calls)
        edits = self._all_edits(marks)
        if edits is None:
            self._notes.clear()
            linking = [mark.call for mark in marks if mark.link]
            self._verdicts.give(linking, State.FAILED, NO_PLACE)
            marks = without_links(marks)
            edits = self._all_edits(marks)
        if edits is None:
            raise FrontmatterError("its calls cannot be marked without changing something else")
        if not edits:
            because = "; ".join(dict.fromkeys(self._left)) or "nothing to write"
            return Failed(self._error) if self._error else Left(because)
        note = reading.note
        if reading.is_postponed:  # should a crash come, the journal is not to say that it is done
            note = replace(note, source=UNFINISHED)
        return Planned(
            reading,
            because="; ".join(dict.fromkeys(self._because or self._left)),
            bundle=Bundle(
                Plan(note, (EditNote(note.path, note.raw, edits),), self._ownership),
                notes=tuple(self._notes),
            ),
            values=self._values,
            is_proposed=self._kit.policy.review and not reading.calls,
            routed=self._routed,
            error=self._error,
            failures=self._verdicts.failures(marks, note, self._edits),
            is_enriched=self._is_enriched,
            taken_back=self._taken_back,
            calls_left=len(marks) + len(self._verdicts.waiting) < len(reading.calls),
        )

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
