"""What is to be done in a note: what its calls ask for, and what a change calls for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vaultskillet.core.calls import Call, Verb


class Part(StrEnum):
    """What an enrichment writes."""

    SUMMARY = "summary"
    TAGS = "tags"
    RELATED = "related"
    CATEGORY = "category"


EVERY_PART = frozenset(Part)

_ONE_PART = {
    Verb.SUMMARIZE: Part.SUMMARY,
    Verb.TAGS: Part.TAGS,
    Verb.LINK: Part.RELATED,
}


@dataclass(frozen=True, slots=True)
class Enrich:
    """Write properties."""

    parts: frozenset[Part]
    calls: tuple[Call, ...] = ()
    """Those that ask for it; none where the note merely changed."""

    def parts_of(self, call: Call) -> frozenset[Part]:
        """Give what one of the calls asks for."""
        part = _ONE_PART.get(call.verb)
        return EVERY_PART if part is None else frozenset({part})


@dataclass(frozen=True, slots=True)
class Reflect:
    """Write an insight note."""

    calls: tuple[Call, ...]
    thinking: bool = False
    """The author asks for it, and for the large model."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a request in a note of its own."""

    call: Call

    @property
    def calls(self) -> tuple[Call, ...]:
        """The call that asks."""
        return (self.call,)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take out what was written to the note."""

    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """Do not do what is asked."""

    calls: tuple[Call, ...]
    because: str


Task = Enrich | Reflect | Answer | TakeBack | Decline


def tasks_of(calls: Sequence[Call], *, is_due: bool, most: int) -> tuple[Task, ...]:
    """Give what is to be done in a note.

    A call for one thing is for that alone: the note is not enriched as well, though it
    changed. To take back goes before all else; what else is asked waits for the next time.

    Args:
        calls: those that stand in the note.
        is_due: whether it is to be enriched without a call: it changed and is watched, or a
            person asked for it by name.
        most: calls that are heeded at once.
    """
    back = _with(calls, Verb.UNDO)
    if back:
        return (TakeBack(back),)
    heeded = calls[:most]
    tasks: list[Task] = []
    bare = [call for call in heeded if call.verb is Verb.ALL and call.request is None]
    single = _with(heeded, *_ONE_PART)
    reflecting = [call for call in heeded if call.verb is Verb.THINK and call.request is None]
    if bare or single or (is_due and not reflecting):
        wanted = Enrich(EVERY_PART if bare or not single else frozenset(), (*bare, *single))
        parts = wanted.parts.union(*map(wanted.parts_of, single))
        tasks.append(Enrich(parts, wanted.calls))
    if reflecting:
        tasks.append(Reflect(tuple(reflecting), thinking=True))
    tasks += [Answer(call) for call in heeded if call.request is not None]
    if len(calls) > most:
        because = f"more than {most} requests at once; ask some of them again"
        tasks.append(Decline(tuple(calls[most:]), because))
    return tuple(tasks)


def is_whole(task: Task) -> bool:
    """Say whether nothing is left to be written to a note's properties once a task is done."""
    return isinstance(task, TakeBack) or (isinstance(task, Enrich) and task.parts == EVERY_PART)


def reflect_on(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Give the tasks of a note that calls for reasoning: a bare call gets an insight note."""
    changed: list[Task] = []
    called: tuple[Call, ...] = ()
    for task in tasks:
        if isinstance(task, Enrich):
            called = tuple(call for call in task.calls if call.verb is Verb.ALL)
        if isinstance(task, Reflect):
            changed.append(Reflect((*called, *task.calls), thinking=task.thinking))
            called = ()
        else:
            changed.append(task)
    return (*changed, Reflect(called)) if called else tuple(changed)


def _with(calls: Iterable[Call], *verbs: Verb) -> tuple[Call, ...]:
    return tuple(call for call in calls if call.verb in verbs)
