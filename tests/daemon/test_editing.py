"""A note that is open in an editor while the daemon runs: no keystroke lost, no fight."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.daemon.process import Home, is_enriched, make_home, running
from vaultskillet.core.model import NotePath
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore
from vaultskillet.vault.walk import stamp_of

# Obsidian saves about every two seconds, and the default quiet time is thirty: here both are
# shorter, in like proportion.
CONFIG = "watch: {quiet_s: 1.5, longest_wait_s: 60}\n"
SAVES = 25

# Saves a growing text, and says of each save whether the note was still as it had left it.
EDITOR = """
import os, sys, time
from pathlib import Path

note, how, saves = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
text = note.read_bytes()
for number in range(saves):
    if note.read_bytes() != text:
        sys.exit(f"somebody wrote to {note.name} while it was typed in")
    text += b"And %d more words of the author. " % number
    if how == "rename":
        draft = note.with_name(".draft-" + note.name)
        draft.write_bytes(text)
        os.replace(draft, note)
    else:
        with note.open("r+b") as file:
            file.write(text)
            file.truncate()
    time.sleep(0.1)
"""


def entries_of(home: Home, note: str) -> int:
    """Count the writes to a note that the journal knows of."""
    store = SqliteStore(Database.copy_of(home.state / "state.sqlite3"))
    entries = store.journal.entries(paths=[NotePath(note)])
    store.close()
    return len(entries)


def type_into(note: Path, how: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", EDITOR, str(note), how, str(SAVES)]
    return subprocess.Popen(words)  # noqa: S603 - our own script


def test_a_note_is_enriched_once_when_it_rests_and_not_while_it_is_typed_in(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path, CONFIG)
    start = b"The garden needs water in the morning. The beds need soil in spring. "
    notes = {how: home.note(f"{how}.md", start) for how in ("rename", "in place")}
    typed = start + b"".join(b"And %d more words of the author. " % n for n in range(SAVES))
    with running(home) as program:
        editors = [type_into(note, how) for how, note in notes.items()]
        assert [editor.wait() for editor in editors] == [0, 0]
        for note in notes.values():
            program.wait_until(enriched(note))
            assert note.read_bytes().endswith(b"---\n" + typed)
        assert program.end() == 0
    for note in notes.values():
        assert entries_of(home, note.name) == 1


def enriched(note: Path) -> Callable[[], bool]:
    return lambda: is_enriched(note)


def test_our_own_output_that_sync_writes_back_makes_no_work(tmp_path: Path) -> None:
    home = make_home(tmp_path, "watch: {quiet_s: 0.05}\n")
    note = home.note("a.md", b"The garden needs water in the morning. The beds need soil.\n")
    with running(home) as program:
        program.wait_until(enriched(note))
        for number in range(3):  # new time, new inode, the same bytes
            copy = home.vault / ".incoming"
            copy.write_bytes(note.read_bytes())
            os.utime(copy, ns=(number, number))
            copy.replace(note)
        echo = stamp_of(note.stat())
        later = home.note("b.md", b"A later note shows that the echo was seen. It comes second.\n")
        program.wait_until(enriched(later))
        assert program.end() == 0
    assert stamp_of(note.stat()) == echo
    assert program.said.count("written: a.md") == 1
    assert entries_of(home, "a.md") == 1
