"""The whole trip with a fault at any step: each system call and each SQL statement is one.

Real parts (the vault on disk, SQLite, intake, worker, recovery) in this very process. A death
is an exception that nothing catches, after which no effect comes through any more; what the
system had not been told to keep may then be lost, as in a power cut.
"""

from __future__ import annotations

import os
import random
import shutil
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.fakes import FakeClock
from tests.trip import POLICY, ScriptedEngine, World
from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.deciding import settle
from vaultskillet.history import recover
from vaultskillet.intake import Intake
from vaultskillet.paging import PageKeeper, page_of
from vaultskillet.ports.proposals import Verdict
from vaultskillet.store.database import Database
from vaultskillet.store.store import SqliteStore
from vaultskillet.trip import Policy
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.vault import DiskVault
from vaultskillet.worker import Pace, Worker


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
    """A disk that forgets what it was not told to keep: names in order, contents in part.

    Each folder keeps its names by itself: what is synced in one tells nothing of another.
    """

    def __init__(self, steps: Steps, *, can_exchange: bool, spare: Path) -> None:
        super().__init__(before=lambda _number, name: steps.take(name), can_exchange=can_exchange)
        self._spare = spare
        self._names: dict[Path, list[Callable[[], object]]] = defaultdict(list)
        """Takes back what was done to a folder's names since it was last synced, oldest first."""
        self._loose: dict[int, Path] = {}
        """Inode of each file whose content was not synced, and the folder it was made in."""

    def create(self, folder: int, name: str) -> int:
        self.held = None
        file = super().create(folder, name)
        at = _path_of(folder) / name
        self._loose[os.fstat(file).st_ino] = at.parent
        self._names[at.parent].append(lambda: at.unlink(missing_ok=True))
        return file

    def sync(self, file: int) -> None:
        super().sync(file)
        self._loose.pop(os.fstat(file).st_ino, None)

    def sync_folder(self, folder: int) -> None:
        super().sync_folder(folder)
        self._names[_path_of(folder)].clear()

    def make_folder(self, folder: int, name: str) -> None:
        super().make_folder(folder, name)
        at = _path_of(folder) / name
        self._names[at.parent].append(at.rmdir)

    def remove_folder(self, folder: int, name: str) -> None:
        super().remove_folder(folder, name)
        at = _path_of(folder) / name
        self._names[at.parent].append(at.mkdir)

    def exchange(self, folder: int, one: str, other: str) -> bool:
        done = super().exchange(folder, one, other)
        at = _path_of(folder)
        if done:
            self._names[at].append(lambda: _exchange(at, one, other))
        return done

    def replace(self, folder: int, source: str, target: str) -> None:
        at = _path_of(folder)
        kept = self._keep(at / target)
        super().replace(folder, source, target)

        def back() -> None:
            (at / target).rename(at / source)
            if kept:
                kept.rename(at / target)

        self._names[at].append(back)

    def place(self, folder: int, source: str, target: str) -> None:
        super().place(folder, source, target)
        at = _path_of(folder)
        self._names[at].append(lambda: (at / target).rename(at / source))

    def remove(self, folder: int, name: str) -> None:
        at = _path_of(folder) / name
        kept = self._keep(at)
        super().remove(folder, name)
        if kept:
            self._names[at.parent].append(lambda: shutil.move(kept, at))

    def forget_loss(self) -> None:
        """Keep what was done so far: somebody else had the folder synced."""
        self._names.clear()

    def cut_power(self, chance: random.Random) -> None:
        """Lose some of what was not synced."""
        for undos in self._names.values():
            for _ in range(chance.randint(0, len(undos))):
                undos.pop()()
        for inode, folder in self._loose.items():
            for file in folder.iterdir():
                if file.stat().st_ino == inode:
                    os.truncate(file, chance.randint(0, file.stat().st_size))

    def _keep(self, file: Path) -> Path | None:
        """Give a file a second name that the vault does not hold."""
        if not file.exists():
            return None
        kept = self._spare / uuid.uuid4().hex
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


class Lives:
    """A vault and its state on disk, through one life of the program after another."""

    def __init__(
        self,
        folder: Path,
        notes: Mapping[str, bytes],
        *,
        seed: int,
        engine: ScriptedEngine,
        can_exchange: bool = True,
        policy: Policy = POLICY,
        by_page: bool = False,
    ) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.vault, self.spare = folder / "vault", folder / "spare"
        self.clock = FakeClock()
        self.changes = 0
        """Rows that the last life changed in the state."""
        self._state = folder / "state" / "state.sqlite3"
        self._engine = engine
        self._can_exchange = can_exchange
        self._policy = policy
        self._by_page = by_page
        for path, content in notes.items():
            (self.vault / path).parent.mkdir(parents=True, exist_ok=True)
            (self.vault / path).write_bytes(content)
        self.spare.mkdir()
        self._state.parent.mkdir()
        template = folder.parent / "template.sqlite3"  # to make the tables takes its time
        if not template.exists():
            Database(template).close()
        shutil.copy(template, self._state)

    def live(self, steps: Steps, *, power: bool = False) -> None:
        """Start the program, let it do all that is due, or die; `power`: of a power cut."""
        self._disk = PowerDisk(steps, can_exchange=self._can_exchange, spare=self.spare)
        database = Database(self._state)
        connection = database._connection  # noqa: SLF001 - the place of the faults
        database._connection = FaultyConnection(connection, steps)  # type: ignore[assignment] # noqa: SLF001 - as above
        try:
            vault = DiskVault(self.vault, output_folder=POLICY.output_folder, disk=self._disk)
            self._work(vault, SqliteStore(database))
        except Death:
            if power:
                self._disk.cut_power(self.chance)
        finally:
            self.changes = connection.total_changes
            connection.close()

    def _work(self, vault: DiskVault, store: SqliteStore) -> None:
        """Do as `run --once` does, and more patiently; what is proposed is accepted."""
        world = World(gemma=self._engine, qwen=self._engine, clock=self.clock, policy=self._policy)
        kit = replace(world.kit, vault=vault, store=store)
        intake = Intake(
            vault,
            store,
            self.clock,
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
        keeper = PageKeeper(kit, rests_s=0.0, is_restless=intake.is_restless)
        for _ in range(3 if self._by_page else 2):  # a sweep finds what was saved during another
            intake.sweep(settle=False)
            while worker.step() or store.queue.next_due() is not None:
                self.clock.step(60)
            if self._by_page:
                keeper.keep()
                self._tick(store)
                keeper.hear()
            elif self._policy.review:
                waiting = store.proposals.waiting()
                settle([(one, Verdict.ACCEPT) for one in waiting], kit)

    def _tick(self, store: SqliteStore) -> None:
        """Let the author accept all that stands on the page, which is then not looked at anew."""
        page = page_of(store)
        file = page and self.vault / page.path
        if file and file.exists():
            ticked = file.read_bytes().replace(b"[ ] Accept all", b"[x] Accept all")
            self.save(file, ticked, in_place=False)

    @property
    def are_writers_held(self) -> bool:
        """Whether writers are held off just now: this very process would wait for itself."""
        return self._disk.held is not None

    def save(self, path: Path, content: bytes, *, in_place: bool) -> None:
        """Save a file as another process does, which may have its folder synced."""
        if in_place and not self.are_writers_held:
            with path.open("r+b") as file:
                file.write(content)
        else:
            draft = self.spare / "draft"
            draft.write_bytes(content)
            draft.rename(path)
        self._disk.forget_loss()

    def open_store(self) -> SqliteStore:
        """Open the state, to look into it between two lives."""
        return SqliteStore(Database(self._state))

    def check_rest(self) -> None:
        """Once more: no engine is asked, nothing is written."""
        asked, steps = len(self._engine.asked), Steps()
        before = {path: path.stat() for path in self.vault.rglob("*")}
        self.live(steps)
        assert len(self._engine.asked) == asked
        assert {path: path.stat() for path in self.vault.rglob("*")} == before
        assert "create" not in steps.taken
        assert self.changes == 0
