"""The whole trip with a fault at any step: each system call and each SQL statement is one.

Real parts (the vault on disk, SQLite, intake, worker, recovery) in this very process. A death
is an exception that nothing catches, after which no effect comes through any more; what the
system had not been told to keep may then be lost, as in a power cut.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.fakes import FakeClock
from tests.trip import ScriptedEngine, World, enrichment
from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.core.model import NotePath, Request, digest_of
from vaultskillet.history import recover
from vaultskillet.intake import Intake
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.vault import DiskVault
from vaultskillet.worker import Pace, Worker

NOTES = {
    "a.md": b"The garden of the house needs water in the morning.\n",
    "in/b.md": b"---\r\ntitle: B # mine\r\n---\r\nThe beds of the house need soil in spring.\r\n",
}
"""What the author wrote, before any edit."""


class Death(BaseException):
    """The process was killed; nothing may catch this."""


@dataclass
class Steps:
    """Counts what is done, lets somebody meddle before a step, and dies before one."""

    die_at: int | None = None
    meddle: Mapping[int, Callable[[], None]] = field(default_factory=dict)
    die: Callable[[], None] | None = None
    """How to die; None: by an exception, and for good."""
    taken: list[str] = field(default_factory=list)
    dead: bool = False

    def take(self, name: str) -> None:
        if not self.dead:
            self.taken.append(name)
            number = len(self.taken)
            if number in self.meddle:
                self.meddle[number]()
            if number != self.die_at:
                return
            if self.die:
                self.die()
        self.dead = True
        raise Death


class FaultyConnection:
    """A connection to SQLite whose statements are steps."""

    def __init__(self, connection: Any, steps: Steps) -> None:  # noqa: ANN401 - sqlite3 has a home
        self._connection = connection
        self._steps = steps

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def execute(self, sql: str, parameters: object = ()) -> object:
        self._steps.take(sql.split(maxsplit=1)[0])
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: object) -> object:
        self._steps.take(sql.split(maxsplit=1)[0])
        return self._connection.executemany(sql, rows)

    def close(self) -> None:
        """Let go, as the system does for the dead: what was not committed is undone."""
        self._connection.close()


class PowerDisk(FaultyDisk):
    """A disk that forgets what it was not told to keep: names in order, contents in part."""

    def __init__(self, steps: Steps, *, can_exchange: bool, spare: Path) -> None:
        super().__init__(before=lambda _number, name: steps.take(name), can_exchange=can_exchange)
        self._spare = spare
        self._names: list[Callable[[], object]] = []
        """Takes back what was done to names since the folder was last synced, oldest first."""
        self._loose: dict[int, Path] = {}
        """Inode of each file whose content was not synced, and the folder it was made in."""

    def create(self, folder: int, name: str) -> int:
        self.held = None
        file = super().create(folder, name)
        at = _path_of(folder) / name
        self._loose[os.fstat(file).st_ino] = at.parent
        self._names.append(lambda: at.unlink(missing_ok=True))
        return file

    def sync(self, file: int) -> None:
        super().sync(file)
        self._loose.pop(os.fstat(file).st_ino, None)

    def sync_folder(self, folder: int) -> None:
        super().sync_folder(folder)
        self._names.clear()

    def exchange(self, folder: int, one: str, other: str) -> bool:
        done = super().exchange(folder, one, other)
        at = _path_of(folder)
        if done:
            self._names.append(lambda: _exchange(at, one, other))
        return done

    def replace(self, folder: int, source: str, target: str) -> None:
        at = _path_of(folder)
        kept = self._keep(at / target)
        super().replace(folder, source, target)

        def back() -> None:
            (at / target).rename(at / source)
            if kept:
                kept.rename(at / target)

        self._names.append(back)

    def remove(self, folder: int, name: str) -> None:
        at = _path_of(folder) / name
        kept = self._keep(at)
        super().remove(folder, name)
        if kept:
            self._names.append(lambda: shutil.move(kept, at))

    def forget_loss(self) -> None:
        """Keep what was done so far: somebody else had the folder synced."""
        self._names.clear()

    def cut_power(self, chance: random.Random) -> None:
        """Lose some of what was not synced."""
        for _ in range(chance.randint(0, len(self._names))):
            self._names.pop()()
        for inode, folder in self._loose.items():
            for file in folder.iterdir():
                if file.stat().st_ino == inode:
                    os.truncate(file, chance.randint(0, file.stat().st_size))

    def _keep(self, file: Path) -> Path | None:
        """Give a file a second name that the vault does not hold."""
        if not file.exists():
            return None
        kept = self._spare / f"{len(list(self._spare.iterdir()))}"
        kept.hardlink_to(file)
        return kept


def _path_of(folder: int) -> Path:
    return Path(f"/proc/self/fd/{folder}").readlink()


def _exchange(folder: Path, one: str, other: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        Disk().exchange(handle, one, other)
    finally:
        os.close(handle)


class Author:
    """Edits notes as another process does, and knows what must stand in them."""

    def __init__(self, vault: Path, spare: Path, chance: random.Random) -> None:
        self._vault = vault
        self._spare = spare
        self._chance = chance
        self.lines: dict[str, list[bytes]] = {path: [] for path in NOTES}

    def edit(self, *, may_wait: bool) -> None:
        """Add a line to a note; or save one as it is, as a sync service does.

        Args:
            may_wait: writers are held off just now, so it is not saved in place: this very
                process would have to let itself in.
        """
        path = self._chance.choice(sorted(NOTES))
        note = self._vault / path
        line = b""
        if self._chance.random() < 0.8:
            line = b"edit %d\n" % sum(map(len, self.lines.values()))
            self.lines[path].append(line)
        content = note.read_bytes() + line
        if not may_wait and self._chance.random() < 0.5:
            with note.open("r+b") as file:
                file.write(content)
            return
        draft = self._spare / "draft"
        draft.write_bytes(content)
        draft.rename(note)


class Place:
    """A vault and its state on disk, through one life of the program after another."""

    def __init__(self, folder: Path, *, seed: int, can_exchange: bool = True) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.vault, self._spare = folder / "vault", folder / "spare"
        self._state = folder / "state" / "state.sqlite3"
        self._can_exchange = can_exchange
        self._clock = FakeClock()
        self.changes = 0
        """Rows that the last life changed in the state."""
        self.engine = ScriptedEngine(says=self._say)
        self.author = Author(self.vault, self._spare, self.chance)
        for path, content in NOTES.items():
            (self.vault / path).parent.mkdir(parents=True, exist_ok=True)
            (self.vault / path).write_bytes(content)
        self._spare.mkdir()
        self._state.parent.mkdir()
        template = folder.parent / "template.sqlite3"  # to make the tables takes its time
        if not template.exists():
            Database(template).close()
        shutil.copy(template, self._state)

    def _say(self, _request: Request) -> str:
        number = len(self.engine.asked)
        return enrichment(f"Said {number}.", [f"t{number}"])

    def live(self, steps: Steps, *, power: bool = False) -> None:
        """Start the program, let it do all that is due, or die; `power`: of a power cut."""
        self._disk = PowerDisk(steps, can_exchange=self._can_exchange, spare=self._spare)
        database = Database(self._state)
        connection = database._connection  # noqa: SLF001 - the place of the faults
        database._connection = FaultyConnection(connection, steps)  # type: ignore[assignment] # noqa: SLF001 - as above
        try:
            self._work(DiskVault(self.vault, disk=self._disk), SqliteStore(database))
        except Death:
            if power:
                self._disk.cut_power(self.chance)
        finally:
            self.changes = connection.total_changes
            connection.close()

    def _work(self, vault: DiskVault, store: SqliteStore) -> None:
        """Do as `vaultskillet run --once` does, and more patiently."""
        world = World(gemma=self.engine, qwen=self.engine, clock=self._clock)
        kit = replace(world.kit, vault=vault, store=store)
        intake = Intake(
            vault,
            store,
            self._clock,
            world.settler,
            own_properties=world.policy.write.property_names,
            tag=world.policy.tag,
            filters=world.policy.filters,
            privacy=world.policy.privacy,
        )
        worker = Worker(kit, Pace(), jitter=self.chance, is_restless=intake.is_restless)
        vault.clean_up()
        store.queue.recover()
        recover(vault, store)
        for _ in range(2):  # a sweep finds what was saved during the one before
            intake.sweep(settle=False)
            while worker.step() or store.queue.next_due() is not None:
                self._clock.step(60)

    def meddling(self, numbers: Iterable[int]) -> dict[int, Callable[[], None]]:
        """Let the author save before these steps."""
        return dict.fromkeys(numbers, self._edit)

    def _edit(self) -> None:
        self.author.edit(may_wait=self._disk.held is not None)
        self._disk.forget_loss()

    # --- what must hold ---

    def check_whole(self) -> None:
        """Each note is whole, at any instant: the author's bytes, with all of ours or none."""
        for path in NOTES:
            self._read(path)

    def _read(self, path: str) -> re.Match[bytes]:
        content = (self.vault / path).read_bytes()
        found = _WHOLE[path].fullmatch(content)
        assert found, content
        edits = found["edits"].splitlines(keepends=True)
        assert edits == sorted(set(edits), key=lambda line: int(line.split()[1])), content
        return found

    def check_done(self) -> None:
        """Nothing is lost, everything is done once, and nothing is left behind."""
        recovered = list(self.vault.rglob("Recovered by vaultskillet *.md"))
        known = b"".join(path.read_bytes() for path in recovered)
        store = SqliteStore(Database(self._state))
        rows = {row.path: row for row in store.ledger.rows()}
        for path, lines in self.author.lines.items():
            found = self._read(path)
            lost = [line for line in lines if line not in found["edits"] and line not in known]
            assert not lost, (path, lost)
            assert found["summary"], path
            row = rows[NotePath(path)]
            assert row.raw == digest_of((self.vault / path).read_bytes())
            assert row.ownership.values["summary"] == found["summary"].decode()
            assert row.outcome == "written"
            tags = found["tags"].split()[1::2]
            assert len(tags) == len(set(tags))
        counts = store.queue.counts(now=self._clock.now())
        assert (counts.waiting, counts.leased, counts.buried) == (0, 0, 0)
        assert store.journal.unsettled() == []
        done = Counter((one.write.path, one.source) for one in store.journal.entries())
        assert set(done.values()) == {1}, done
        store.close()
        there = {path for path in self.vault.rglob("*") if path.is_file()}
        assert there == {self.vault / path for path in NOTES} | set(recovered)

    def check_rest(self) -> None:
        """Once more: no engine is asked, nothing is written."""
        asked, steps = len(self.engine.asked), Steps()
        before = {path: path.stat() for path in self.vault.rglob("*")}
        self.live(steps)
        assert len(self.engine.asked) == asked
        assert {path: path.stat() for path in self.vault.rglob("*")} == before
        assert "create" not in steps.taken
        assert self.changes == 0


def _whole(path: str) -> re.Pattern[bytes]:
    newline = b"\r\n" if b"\r\n" in NOTES[path] else b"\n"
    ours = rb"(?:summary: (?P<summary>Said \d+\.)NL(?:tags:NL(?P<tags>(?:  - t\d+NL)+))?)"
    ours = ours.replace(b"NL", newline)
    fence = b"---" + newline
    if NOTES[path].startswith(fence):
        head, body = NOTES[path].removeprefix(fence).split(fence)
        start = fence + re.escape(head) + ours + b"?" + fence
    else:
        body, start = NOTES[path], b"(?:" + fence + ours + fence + b")?"
    return re.compile(start + re.escape(body) + rb"(?P<edits>(?:edit \d+\n)*)")


_WHOLE = {path: _whole(path) for path in NOTES}
