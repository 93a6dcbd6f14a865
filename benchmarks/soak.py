"""Hours of the real daemon, killed at random, while somebody edits, syncs, renames and deletes.

    python benchmarks/soak.py [--minutes M] [--notes N] [--seed S] [--vault DIR]

The daemon runs as `vaultskillet run` in a process of its own. It is killed (SIGKILL), or now and
then asked to end (SIGTERM), after a random time, and started again. This process is the author:
it types into notes and saves them in place as Obsidian does, or by renaming; it appends to others;
it renames notes and folders, puts notes into the trash and takes them out, asks by `#homeskillet`,
and writes notes back unchanged as a sync service does.

After every death each note must be whole. In the end, once the daemon has come to rest, no edit
may be lost, every note must be done, nothing be left behind, a further run must write nothing, and
`undo` must give back what the author wrote. What fails is told, the vault is kept, and the exit
code is 1. A run of the same seed has the same plan; when what happens hangs on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = 8
TRASHED = ("area 0", "area 1")
"""From these folders notes go into the trash."""
LONGEST_STOP_S = 5.0
CONFIG = "watch: {quiet_s: 0.5, longest_wait_s: 5}\non_demand: {quiet_s: 0.3}\n"

TEXT = (
    "The bed of number {0} needs water in the morning, before the sun is high. The soil of bed {0} "
    "is dry in summer, and compost keeps it moist. #garden\n\nWritten as note {0}.\n"
)
OURS = re.compile(rb"\A---\n(?:(?:summary: .*|tags:|related:|  - .*)\n)+---\n")
NUMBER = re.compile(rb"^Written as note (\d+)\.$", re.MULTILINE)
CALL = re.compile(rb" #homeskillet(?:/done)?(?: \[\[[^\]\n]*\]\])?$", re.MULTILINE)
REFUSED = "taken out by hand)"
EDIT = re.compile(rb"^edit (\d+)$", re.MULTILINE)


class BrokenPromiseError(Exception):
    """What must never happen has happened."""


@dataclass
class Sheet:
    """A note as its author knows it."""

    number: int
    path: Path
    is_typed: bool
    """It is open in an editor, which keeps its text in mind; else lines are added to the file."""
    edits: list[int] = field(default_factory=list)
    away: Path | None = None
    """Where it was before it went into the trash."""
    is_settled: bool = False
    """It was in the trash; it keeps its name from then on, since only by that, or by its very
    bytes, a note is known that comes back edited."""

    @property
    def start(self) -> bytes:
        """What it began with."""
        return TEXT.format(self.number).encode()

    def text(self, edits: int | None = None) -> bytes:
        """Give what the author wrote, up to a number of edits."""
        return self.start + b"".join(b"edit %d\n" % number for number in self.edits[:edits])


class Author:
    """Does to a vault what people and sync services do; holds the lock while at it."""

    def __init__(self, vault: Path, notes: int, chance: random.Random) -> None:
        self.lock = threading.Lock()
        self.sheets: list[Sheet] = []
        self.did: Counter[str] = Counter()
        self._vault = vault
        self._chance = chance
        self._next = 0
        self._stopping = threading.Event()
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._write, name="author")
        for number in range(notes):
            folder = vault / f"area {number % FOLDERS}"
            folder.mkdir(parents=True, exist_ok=True)
            sheet = Sheet(number, folder / f"note {number}.md", is_typed=number % 2 == 0)
            sheet.path.write_bytes(sheet.start)
            self.sheets.append(sheet)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and take all out of the trash.

        Raises:
            BrokenPromiseError: the author could not go on.
        """
        self._stopping.set()
        self._thread.join()
        if self._fault:
            raise BrokenPromiseError(f"the author was hindered: {self._fault!r}") from self._fault
        for sheet in self.sheets:
            if sheet.away:
                self._bring_back(sheet)

    def _write(self) -> None:
        try:
            while not self._stopping.wait(self._chance.uniform(0, 0.25)):
                with self.lock:
                    self._do_something()
        except OSError as error:
            self._fault = error

    def _do_something(self) -> None:
        deeds = {
            self._edit: 70, self._echo: 10, self._rename: 8, self._rename_folder: 1,
            self._throw_away: 3, self._ask: 8,
        }  # fmt: skip
        [deed] = self._chance.choices(list(deeds), weights=list(deeds.values()))
        sheet = self._chance.choice(self.sheets)
        if sheet.away:
            self._bring_back(sheet)
        deed(sheet)
        self.did[deed.__name__.strip("_").replace("_", " ")] += 1

    def _edit(self, sheet: Sheet) -> None:
        sheet.edits.append(self._new_number())
        if not sheet.is_typed:
            self._append(sheet, b"edit %d\n" % sheet.edits[-1])
            return
        found = OURS.match(sheet.path.read_bytes())
        content = (found[0] if found else b"") + sheet.text()
        if self._chance.choice([True, False]):
            self._replace(sheet.path, content)
        else:
            with sheet.path.open("r+b", buffering=0) as file:
                file.write(content)
                file.truncate()

    def _append(self, sheet: Sheet, line: bytes) -> None:
        """Add a line: nothing that was lost before comes back by it."""
        if self._chance.choice([True, False]):
            with sheet.path.open("ab", buffering=0) as file:
                file.write(line)
        else:
            self._replace(sheet.path, sheet.path.read_bytes() + line)

    def _echo(self, sheet: Sheet) -> None:
        """Write a note back as it is, with another time and inode."""
        self._replace(sheet.path, sheet.path.read_bytes())
        at = time.time() - self._chance.uniform(0, 1e6)
        with suppress(FileNotFoundError):
            os.utime(sheet.path, (at, at))

    def _rename(self, sheet: Sheet) -> None:
        if sheet.is_settled:
            return
        folder = self._chance.choice([one for one in self.sheets if not one.away]).path.parent
        new = folder / f"note {sheet.number} {self._new_number()}.md"
        sheet.path.rename(new)
        sheet.path = new

    def _rename_folder(self, sheet: Sheet) -> None:
        old = sheet.path.parent
        if any(old in (one.away or one.path).parents for one in self.sheets if one.is_settled):
            return
        new = old.with_name(f"area {self._new_number()}")
        old.rename(new)
        for one in self.sheets:
            if one.path.parent == old:
                one.path = new / one.path.name

    def _throw_away(self, sheet: Sheet) -> None:
        if sheet.path.parent.name not in TRASHED:
            return
        trash = self._vault / ".trash"
        trash.mkdir(exist_ok=True)
        sheet.is_settled = True
        sheet.away, new = sheet.path, trash / sheet.path.name
        sheet.path.rename(new)
        sheet.path = new

    def _bring_back(self, sheet: Sheet) -> None:
        if sheet.away:
            sheet.away.parent.mkdir(parents=True, exist_ok=True)
            sheet.path.rename(sheet.away)
            sheet.path, sheet.away = sheet.away, None

    def _ask(self, sheet: Sheet) -> None:
        if sheet.is_typed:  # an editor takes such a line from the disk again: not played here
            return
        sheet.edits.append(self._new_number())
        self._append(sheet, b"edit %d #homeskillet\n" % sheet.edits[-1])

    def _replace(self, path: Path, content: bytes) -> None:
        draft = self._vault / ".draft"
        draft.write_bytes(content)
        draft.replace(path)

    def _new_number(self) -> int:
        self._next += 1
        return self._next


class Watched:
    """The daemon on the author's vault."""

    def __init__(self, home: Path) -> None:
        self.vault = home / "vault"
        self.log = home / "log.txt"
        self.did: Counter[str] = Counter()
        self.longest_stop_s = 0.0
        self._state = home / "state"
        self._config = home / "config.yaml"
        self._config.write_text(CONFIG, encoding="utf-8")

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(  # noqa: S603 - our own program
            self._command(*words), cwd=ROOT, capture_output=True, text=True, check=False
        )

    def _command(self, *words: str) -> list[str]:
        common = ["--vault", self.vault, "--state-dir", self._state, "--config", self._config]
        return [sys.executable, "-m", "vaultskillet", *words, *map(str, common)]

    def live(self, seconds: float, *, is_asked: bool) -> None:
        """Let the daemon run for a while, then kill it, or ask it to end.

        Raises:
            BrokenPromiseError: it ended by itself, or did not end when it was asked to.
        """
        with self.log.open("ab") as log:
            program = subprocess.Popen(  # noqa: S603 - our own program
                self._command("run", "--json-logs"), cwd=ROOT, stdout=log, stderr=log
            )
        with suppress(subprocess.TimeoutExpired):
            code = program.wait(seconds)
            raise BrokenPromiseError(f"the daemon ended by itself, with exit code {code}")
        program.send_signal(signal.SIGTERM if is_asked else signal.SIGKILL)
        asked_at = time.monotonic()
        program.wait(60)
        self.did["asked to end" if is_asked else "killed"] += 1
        if is_asked:
            self.longest_stop_s = max(self.longest_stop_s, time.monotonic() - asked_at)


def check_whole(author: Author) -> None:
    """Each note holds what its author wrote, all of it or up to some edit, and ours or nothing.

    Raises:
        BrokenPromiseError: one does not.
    """
    for sheet in author.sheets:
        if not sheet.path.exists():
            raise BrokenPromiseError(f"{sheet.path}: it is gone")
        text = text_of(sheet.path)
        if sheet.is_typed:
            whole = text in {sheet.text(count) for count in range(len(sheet.edits) + 1)}
        else:
            edits = [int(number) for number in EDIT.findall(text)]
            joined = sheet.start + b"".join(b"edit %d\n" % number for number in edits)
            whole = text == joined and edits == sorted(set(edits) & set(sheet.edits))
        if not whole:
            raise BrokenPromiseError(f"{sheet.path}: it is torn")


def text_of(path: Path) -> bytes:
    """Give what of a note is not ours."""
    return CALL.sub(b"", OURS.sub(b"", path.read_bytes()))


def come_to_rest(watched: Watched) -> set[str]:
    """Let the daemon do all that is due; give the notes in which it may write no more.

    Raises:
        BrokenPromiseError: it failed, or goes on and on.
    """
    for _ in range(10):
        said = watched.call("run", "--once")
        if said.returncode:
            raise BrokenPromiseError(f"run --once: {said.stdout}{said.stderr}")
        told = json.loads(watched.call("status", "--json").stdout)
        if told["buried"]:
            raise BrokenPromiseError(f"given up: {told['buried']}")
        if told["delayed"]:
            time.sleep(max(0.0, max(job["until"] for job in told["delayed"]) - time.time()))
        elif said.stdout.splitlines()[-1].split(",")[0].endswith(" unchanged"):
            return {path for path, because in told["left"] if because.endswith(REFUSED)}
    raise BrokenPromiseError("it does not come to rest")


def check_done(watched: Watched, author: Author) -> None:
    """Once the daemon has come to rest, nothing is lost, undone or left behind.

    Raises:
        BrokenPromiseError: something is.
    """
    refused = come_to_rest(watched)
    check_whole(author)
    vault = watched.vault
    visible = [path for path in vault.rglob("*.md") if ".trash" not in path.parts]
    recovered = [path for path in visible if path.name.startswith("Recovered by vaultskillet ")]
    saved = b"".join(path.read_bytes() for path in recovered)
    for sheet in author.sheets:
        path = sheet.path.relative_to(vault).as_posix()
        known = {int(number) for number in EDIT.findall(text_of(sheet.path) + saved)}
        if lost := set(sheet.edits) - known:
            raise BrokenPromiseError(f"{path}: edits {sorted(lost)} are lost")
        if not OURS.match(sheet.path.read_bytes()) and path not in refused:
            raise BrokenPromiseError(f"{path}: it was not done")
    texts = (path.read_bytes() for path in visible if path not in recovered)
    numbers = sorted(int(number) for text in texts for number in NUMBER.findall(text))
    if numbers != [sheet.number for sheet in author.sheets]:
        raise BrokenPromiseError("a note stands twice, or came back after it was thrown away")
    if left := list(vault.rglob(".vaultskillet-*")):
        raise BrokenPromiseError(f"left behind: {left}")
    watched.did["edits that met a write and became notes of their own"] = len(recovered)
    watched.did["notes in which the author saved over what was just written"] = len(refused)


def check_rest(watched: Watched) -> None:
    """A further run writes nothing.

    Raises:
        BrokenPromiseError: it wrote.
    """
    before = {path: path.stat() for path in watched.vault.rglob("*.md")}
    watched.call("run", "--once")
    if {path: path.stat() for path in watched.vault.rglob("*.md")} != before:
        raise BrokenPromiseError("a run wrote, though nothing had changed")


def check_undo(watched: Watched, author: Author) -> None:
    """What was written is taken back, to the byte.

    Raises:
        BrokenPromiseError: some of it was not.
    """
    before = {sheet.number: text_of(sheet.path) for sheet in author.sheets}
    said = watched.call("undo", "--since", "1970-01-02")
    for sheet in author.sheets:
        content = sheet.path.read_bytes()
        if CALL.sub(b"", content) != before[sheet.number]:
            raise BrokenPromiseError(f"{sheet.path}: was not taken back; {said.stdout[-500:]}")


def soak(home: Path, *, minutes: float, notes: int, seed: int) -> None:
    """Let daemon and author at one vault for some minutes.

    Raises:
        BrokenPromiseError: something happened that never must.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    watched = Watched(home)
    (watched.vault / ".obsidian").mkdir(parents=True)
    author = Author(watched.vault, notes, random.Random(chance.random()))  # noqa: S311 - no secret
    author.start()
    end = time.monotonic() + minutes * 60
    try:
        while time.monotonic() < end:
            watched.live(chance.expovariate(1 / 8), is_asked=not chance.randrange(10))
            with author.lock:
                check_whole(author)
    finally:
        author.stop()
    check_done(watched, author)
    check_rest(watched)
    check_undo(watched, author)
    if watched.longest_stop_s > LONGEST_STOP_S:
        raise BrokenPromiseError(f"a stop took {watched.longest_stop_s:.1f} s")
    if b"Traceback" in watched.log.read_bytes():
        raise BrokenPromiseError(f"a traceback stands in {watched.log}")
    for what, count in [*watched.did.items(), *author.did.items()]:
        print(f"{count:>8,}  {what}")
    print(f"{watched.longest_stop_s:>8.1f}  seconds the longest stop took")
    print("nothing torn, nothing lost, every note done once it rested, all of it taken back")


def main() -> int:
    """Soak, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--notes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311 - no secret
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="soak-"))
    print(f"seed {args.seed}, in {home}", flush=True)
    try:
        soak(home, minutes=args.minutes, notes=args.notes, seed=args.seed)
    except BrokenPromiseError as error:
        print(f"broken: {error}; all is kept in {home}")
        return 1
    shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
