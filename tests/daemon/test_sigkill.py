"""The daemon, killed for real at any moment, while another process edits the notes.

`VAULTSKILLET_KILLS` says how often; the steps, one by one, are in `test_kill`.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.daemon.process import Home, make_home, running
from vaultskillet.app import Mode, build
from vaultskillet.config import Config, Obsidian, Watch

KILLS = int(os.environ.get("VAULTSKILLET_KILLS", "250")) // 10
NOTES = 5
TEXT = b"The garden needs water in the morning. The beds need soil in spring, and compost.\n"
BLOCK = re.compile(rb"\A---\n(?:[a-z]+:.*\n(?:  - .*\n)*)+---\n")

# As Obsidian does, it keeps the text of each note in mind, and takes the properties from disk.
EDITOR = """
import os, random, re, sys, time
from pathlib import Path

vault, parent = Path(sys.argv[1]), int(sys.argv[2])
block, chance = re.compile(sys.argv[3].encode()), random.Random(5)
texts = {note: note.read_bytes() for note in sorted(vault.glob("*.md"))}
number = 0
while os.getppid() == parent:
    note = chance.choice(list(texts))
    texts[note] += b"edit %d\\n" % number
    found = block.match(note.read_bytes())
    content = (found[0] if found else b"") + texts[note]
    if chance.random() < 0.5:
        draft = vault / ".draft"
        draft.write_bytes(content)
        draft.rename(note)
    else:
        with note.open("wb", buffering=0) as file:
            file.write(content)
    print(note.name, number, flush=True)
    number += 1
    time.sleep(chance.random() * 0.02)
"""


def run_daemon(home: Home) -> int:
    """Run the daemon in a process of its own, which need not import anything; give its number."""
    child = os.fork()
    if not child:
        try:
            config = Config(
                obsidian=Obsidian(enabled=True, vault_path=home.vault),
                watch=Watch(quiet_s=0.02, longest_wait_s=0.1),
            )
            with build(config, state_dir=home.state, mode=Mode.WORK) as app:
                app.daemon(on_result=lambda _: None).run()
        finally:
            os._exit(1)
    return child


def text_of(note: Path) -> bytes:
    """Give a note without its block of properties, all of which is ours."""
    return BLOCK.sub(b"", note.read_bytes())


def check_whole(note: Path) -> None:
    """One that is saved in place is empty for an instant."""
    text = text_of(note)
    edits = [int(number) for number in re.findall(rb"^edit (\d+)$", text, re.MULTILINE)]
    assert edits == sorted(set(edits))
    whole = TEXT + b"".join(b"edit %d\n" % number for number in edits)
    assert text in {whole, b""}, note.read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_edit_is_lost_and_no_note_torn_however_often_it_is_killed(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    notes = [home.note(f"{number}.md", TEXT) for number in range(NOTES)]
    chance = random.Random(11)  # noqa: S311 - no secret
    log = tmp_path / "edits.txt"
    words = [
        sys.executable,
        "-c",
        EDITOR,
        str(home.vault),
        str(os.getpid()),
        BLOCK.pattern.decode(),
    ]
    with log.open("wb") as out:
        editor = subprocess.Popen(words, stdout=out)  # noqa: S603 - our own script
    try:
        for _ in range(KILLS):
            child = run_daemon(home)
            time.sleep(chance.uniform(0.05, 0.4))
            os.kill(child, signal.SIGKILL)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
            for note in notes:
                check_whole(note)
        assert editor.poll() is None
    finally:
        editor.terminate()
        editor.wait()
    whole, _, _ = log.read_text(encoding="utf-8").rpartition("\n")  # it was ended as it wrote
    made = [line.split() for line in whole.splitlines()]
    assert len(made) > KILLS
    with running(home, "run", "--once") as program:
        assert program.wait() == 0, program.said
    for note in notes:
        check_whole(note)
        edits = [number for name, number in made if name == note.name]
        recovered = b"".join(path.read_bytes() for path in home.vault.glob("Recovered*"))
        lost = [
            one for one in edits if b"edit %s\n" % one.encode() not in text_of(note) + recovered
        ]
        assert not lost, note
    assert not list(home.vault.glob(".vaultskillet-*"))
    with running(home, "run", "--once") as program:
        assert program.wait() == 0, program.said
    assert program.said.splitlines()[-1].startswith(f"notes: {NOTES} unchanged")
