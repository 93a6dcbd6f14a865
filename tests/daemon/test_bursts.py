"""Thousands of notes at once: a branch checked out, a burst from sync, a folder renamed.

`VAULTSKILLET_SCALE=1` takes the full sizes (10,000, 5,000 and 1,000 notes); a run of the tests
has time for a tenth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.daemon.process import DEADLINE_S, Home, Program, make_home, running
from vaultskillet.core.model import digest_of
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore

SCALE = float(os.environ.get("VAULTSKILLET_SCALE", "0.1"))
CHECKED_OUT, CHANGED, RENAMED = (int(size * SCALE) for size in (10_000, 5_000, 1_000))

TEXT = "The garden of number {0} needs water in the morning. The beds of {0} need soil.\n"


def git(home: Home, *words: str) -> None:
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "gc.auto=0"]
    command = ["git", "-C", str(home.vault), *settings, *words]
    subprocess.run(  # noqa: S603 - git, on a vault of ours
        command,
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )


def known(home: Home) -> tuple[dict[str, LedgerRow], int, int]:
    """Give what the state knows: the notes, the jobs that are due, the writes that were made."""
    store = SqliteStore(Database.copy_of(home.state / "state.sqlite3"))
    rows = {str(row.path): row for row in store.ledger.rows()}
    counts = store.queue.counts(now=0)
    writes, buried = len(store.journal.entries()), store.queue.buried()
    store.close()
    assert buried == []
    return rows, counts.waiting + counts.leased, writes


def contents(home: Home) -> dict[str, bytes]:
    found = home.vault.rglob("*.md")
    return {path.relative_to(home.vault).as_posix(): path.read_bytes() for path in found}


def is_all_done(home: Home) -> bool:
    """Say whether the state knows each note as it is, and nothing is due."""
    rows, due, _ = known(home)
    if due or any(row.outcome == "new" for row in rows.values()):
        return False
    raws = {path: row.raw for path, row in rows.items()}
    return raws == {path: digest_of(content) for path, content in contents(home).items()}


def values_of(rows: dict[str, LedgerRow]) -> dict[str, object]:
    """Give what is ours in each note."""
    return {path: row.ownership.values for path, row in rows.items()}


def wait_until_done(program: Program, home: Home) -> None:
    within_s = DEADLINE_S * max(1.0, 10 * SCALE)
    program.wait_until(lambda: is_all_done(home), every_s=0.3 + SCALE, within_s=within_s)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_vault_comes_to_rest_after_whatever_happens_to_thousands(tmp_path: Path) -> None:
    home = make_home(tmp_path, "watch: {quiet_s: 0.3, longest_wait_s: 5}\n")
    home.note("Index.md", b"This is the only note at first, and it is left as it is.\n")
    git(home, "init", "--initial-branch=main", ".")
    git(home, "add", "--all")
    git(home, "commit", "--message=one")
    git(home, "switch", "--create", "many")
    for number in range(CHECKED_OUT):
        home.note(f"tiny/{number // 500}/t{number}.md", b"tiny %d\n" % number)
    for number in range(RENAMED):
        home.note(f"in/{number}.md", TEXT.format(number).encode())
    git(home, "add", "--all")
    git(home, "commit", "--message=many")
    git(home, "switch", "main")
    assert set(contents(home)) == {"Index.md"}

    with running(home) as program:
        wait_until_done(program, home)

        git(home, "switch", "many")
        wait_until_done(program, home)
        rows, _, writes = known(home)
        assert len(rows) == CHECKED_OUT + RENAMED + 1
        assert writes == sum(row.outcome == "written" for row in rows.values()) >= RENAMED

        for number in range(CHANGED):
            home.note(f"tiny/{number // 500}/t{number}.md", b"tiny, and changed %d\n" % number)
        wait_until_done(program, home)

        before, (rows, _, writes) = contents(home), known(home)
        (home.vault / "in").rename(home.vault / "out")
        wait_until_done(program, home)
        moved, _, after = known(home)
        assert after == writes
        assert contents(home) == {path.replace("in/", "out/"): c for path, c in before.items()}
        for path, row in rows.items():
            if path.startswith("in/"):
                new = moved[path.replace("in/", "out/")]
                assert (new.ownership.values, new.source) == (row.ownership.values, row.source)

        git(home, "add", "--all")
        git(home, "commit", "--message=enriched")
        git(home, "switch", "main")
        wait_until_done(program, home)
        git(home, "switch", "many")
        wait_until_done(program, home)
        returned, _, after = known(home)
        assert after == writes
        assert values_of(returned) == values_of(moved)
        assert program.end() == 0
    assert "Traceback" not in program.said
