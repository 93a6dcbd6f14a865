"""A killed process loses nothing that it committed, and keeps nobody out."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vaultskillet.core.model import NotePath
from vaultskillet.errors import StoreError
from vaultskillet.store.database import Database
from vaultskillet.store.lock import hold_lock
from vaultskillet.store.store import SqliteStore

ROOT = Path(__file__).parent.parent.parent

WRITER = """
import sys
from pathlib import Path
from vaultskillet.core.model import Priority, Stamp, digest_of
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore

store = SqliteStore(Database(Path(sys.argv[1])))
number = int(store.get_meta("number") or 0)
while True:
    number += 1
    with store.transaction():
        store.put_meta("number", str(number))
        store.queue.put([f"{number}.md"], priority=Priority.CHANGED, now=number)
        store.ledger.put([LedgerRow(f"{number}.md", Stamp(1, 2, 3), digest_of(b""))])
    print(number, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from vaultskillet.store.lock import hold_lock

with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def running(script: str, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a script in a process of its own, and kill it as `kill -9` does."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def lines_until_killed(process: subprocess.Popen[bytes], after: int) -> list[bytes]:
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(after)]
    process.kill()
    return first + process.stdout.readlines()


def test_every_committed_thing_survives_a_kill(path: Path) -> None:
    chance = random.Random(20260101)  # noqa: S311 - no secret hangs on it
    for _ in range(8):
        with running(WRITER, path) as process:
            committed = int(lines_until_killed(process, chance.randint(1, 40))[-1])
        database = Database(path)
        store = SqliteStore(database)
        number = int(store.get_meta("number") or 0)
        assert database.set_aside is None
        assert committed <= number <= committed + 1
        assert len(store.ledger.stamps()) == number
        assert store.queue.counts(now=0).waiting == number
        assert NotePath(f"{number}.md") in store.ledger.stamps()
        store.close()


def test_a_second_daemon_is_told_the_process_of_the_first(path: Path) -> None:
    with running(HOLDER, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"process {process.pid}\)"), hold_lock(path):
            pass


def test_a_killed_daemon_holds_no_lock(path: Path) -> None:
    with running(HOLDER, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.kill()
        assert process.wait() == -signal.SIGKILL
        with hold_lock(path):
            assert int(Path(f"{path}.lock").read_text()) == os.getpid()


def test_a_lock_that_was_given_back_can_be_held_again(path: Path) -> None:
    with hold_lock(path), pytest.raises(StoreError), hold_lock(path):
        pass
    with hold_lock(path):
        pass


def test_a_lock_that_cannot_be_made_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="--state-dir"), hold_lock(tmp_path / "file" / "vault.db"):
        pass
