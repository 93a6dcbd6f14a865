"""What is remembered of a change: when, how long, whether finished."""

from __future__ import annotations

from datetime import UTC

import pytest

from vaultskillet.core import markdown
from vaultskillet.core.activity import count_words, touch_of, why_finished
from vaultskillet.core.model import File, NotePath, Stamp
from vaultskillet.core.note import read_note
from vaultskillet.core.touch import Touch

DAY = 86_400
NOW = 100.0 * DAY


def touch(
    text: str,
    *,
    changed: float = 90.0 * DAY,
    born: float | None = None,
    is_first: bool = False,
    is_known: bool = False,
) -> Touch:
    content = text.encode()
    stamp = Stamp(len(content), int(changed * 1e9), 1)
    file = File(NotePath("a.md"), content, stamp, born)
    note = read_note(file, (), tag="homeskillet")
    document = markdown.read(note.body)
    return touch_of(file, note, document, now=NOW, zone=UTC, is_first=is_first, is_known=is_known)


def test_a_new_note_was_made_when_its_file_was_changed() -> None:
    new = touch("Two words")
    assert (new.at, new.born, new.seen, new.words) == (90 * DAY, 90 * DAY, NOW, 2)


def test_a_change_of_a_known_note_says_nothing_of_its_birth() -> None:
    assert touch("x", is_known=True).born is None


def test_its_own_property_goes_before_the_file() -> None:
    said = "---\ncreated: 1970-02-01\n---\nx"
    assert touch(said, born=80.0 * DAY).born == 31.5 * DAY
    assert touch("x", born=80.0 * DAY).born == 80.0 * DAY
    assert touch("x", born=95.0 * DAY).born == 90.0 * DAY


def test_when_the_whole_vault_is_new_only_the_notes_themselves_tell() -> None:
    said = "---\nupdated: 1970-02-01\n---\nx"
    first = touch(said, is_first=True)
    assert (first.at, first.born, first.seen) == (31.5 * DAY, None, 0.0)
    assert touch(said).at == 90.0 * DAY


def test_nothing_happened_in_the_future() -> None:
    ahead = touch("---\ncreated: 2026-01-01\n---\nx", changed=200.0 * DAY)
    assert (ahead.at, ahead.born) == (NOW, NOW)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("---\nstatus: Done\n---\nx", "status: Done"),
        ("---\ncompleted: true\n---\nx", "completed: true"),
        ("- [x] one", "its task is ticked"),
        ("- [x] one\n- [X] two\n- [-] given up", "all 2 tasks are ticked"),
        ("- [x] one\n- [ ] two", None),
        ("- [x] one\n- [/] half done", None),
        ("- [-] given up", None),
        ("no task", None),
        ("---\nstatus: open\ndone: 3\n---\nx", None),
        ("```\n- [x] in code\n```", None),
    ],
)
def test_a_note_is_finished_when_it_says_so_or_all_its_tasks_do(
    text: str, because: str | None
) -> None:
    note = read_note(File(NotePath("a.md"), text.encode(), Stamp(1, 1, 1)), (), tag="homeskillet")
    assert why_finished(note.properties, markdown.read(note.body)) == because


def test_words_are_counted_in_every_script() -> None:
    assert count_words(markdown.read("# One two\n\nthree [[four]] `five`")) == 5
    assert count_words(markdown.read("日本語 text")) == 4
