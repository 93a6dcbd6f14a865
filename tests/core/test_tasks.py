from __future__ import annotations

import pytest

from vaultskillet.core import markdown
from vaultskillet.core.calls import Call, read_calls
from vaultskillet.core.tasks import (
    EVERY_PART,
    Answer,
    Decline,
    Enrich,
    Part,
    Reflect,
    TakeBack,
    Task,
    reflect_on,
    tasks_of,
)


def calls(*tags: str) -> tuple[Call, ...]:
    body = "\n".join(tags)
    return read_calls({}, body, markdown.read(body), tag="homeskillet")


ALL, THINK, SUMMARIZE, TAGS, LINK, UNDO, ASK = calls(
    "#homeskillet", "#homeskillet/think", "#homeskillet/summarize", "#homeskillet/tags",
    "#homeskillet/link", "#homeskillet/undo", "#homeskillet Why?",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "is_due", "tasks"),
    [
        ((), True, (Enrich(EVERY_PART),)),
        ((), False, ()),
        ((ALL,), True, (Enrich(EVERY_PART, (ALL,)),)),
        ((ALL,), False, (Enrich(EVERY_PART, (ALL,)),)),
        ((SUMMARIZE,), True, (Enrich(frozenset({Part.SUMMARY}), (SUMMARIZE,)),)),
        (
            (TAGS, LINK),
            False,
            (Enrich(frozenset({Part.TAGS, Part.RELATED}), (TAGS, LINK)),),
        ),
        ((ALL, TAGS), False, (Enrich(EVERY_PART, (ALL, TAGS)),)),
        ((THINK,), True, (Reflect((THINK,), thinking=True),)),
        ((ASK,), False, (Answer(ASK),)),
        ((ASK,), True, (Enrich(EVERY_PART), Answer(ASK))),
        ((ASK, UNDO, ALL), True, (TakeBack((UNDO,)),)),
    ],
)
def test_what_is_to_be_done(
    asked: tuple[Call, ...], *, is_due: bool, tasks: tuple[Task, ...]
) -> None:
    assert tasks_of(asked, is_due=is_due, most=9) == tasks


def test_more_calls_than_are_heeded_are_declined() -> None:
    *tasks, declined = tasks_of((ASK, ALL, THINK), is_due=False, most=1)
    assert tasks == [Answer(ASK)]
    assert isinstance(declined, Decline)
    assert declined.calls == (ALL, THINK)
    assert "more than 1" in declined.because


def test_a_note_that_calls_for_reasoning_gets_an_insight_for_a_bare_call() -> None:
    enrich = Enrich(EVERY_PART, (ALL, TAGS))
    assert reflect_on((enrich,)) == (enrich, Reflect((ALL,)))
    assert reflect_on((enrich, Reflect((THINK,), thinking=True))) == (
        enrich,
        Reflect((ALL, THINK), thinking=True),
    )


def test_a_note_that_merely_changed_gets_no_insight() -> None:
    assert reflect_on((Enrich(EVERY_PART),)) == (Enrich(EVERY_PART),)
