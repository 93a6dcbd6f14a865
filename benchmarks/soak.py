"""Hours of the real daemon, killed at random, while somebody edits, syncs, renames and deletes.

    python -m benchmarks.soak [--minutes M] [--notes N] [--seed S]

The daemon runs as `vaultskillet run` in a process of its own. It is killed (SIGKILL), or now and
then asked to end (SIGTERM), after a random time, and started again. This process is the author:
it types into notes and saves them in place as Obsidian does, or by renaming; it appends to others;
it renames notes and folders, puts notes into the trash and takes them out, asks by `#homeskillet`,
and writes notes back unchanged as a sync service does.

After every death each note must be whole. In the end, once the daemon has come to rest, no edit
may be lost, every note must be done, nothing be left behind, a further run must write nothing, a
minute at rest take no write and hardly a processor, and `undo` give back what the author wrote.
What fails is told, the vault is kept, and the exit code is 1. A run of the same seed has the same
plan; when what happens hangs on the machine.
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
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from benchmarks.author import OURS, Author

ROOT = Path(__file__).parent.parent
LONGEST_STOP_S = 5.0
REST_S, MOST_CPU_S = 60.0, 0.2
"""A daemon at rest takes no more of a processor than this in a minute, and writes nothing."""
CONFIG = "watch: {quiet_s: 0.5, longest_wait_s: 5}\non_demand: {quiet_s: 0.3}\n"

NUMBER = re.compile(rb"^Written as note (\d+)\.$", re.MULTILINE)
CALL = re.compile(rb" #homeskillet(?:/done)?(?: \[\[[^\]\n]*\]\])?$", re.MULTILINE)
REFUSED = "taken out by hand)"
EDIT = re.compile(rb"^edit (\d+)$", re.MULTILINE)


class BrokenPromiseError(Exception):
    """What must never happen has happened."""


class Watched:
    """The daemon on the author's vault."""

    def __init__(self, home: Path) -> None:
        self.vault = home / "vault"
        self.log = home / "log.txt"
        self.did: Counter[str] = Counter()
        self.longest_stop_s = 0.0
        self.idle_cpu_s: float | None = None
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

    def rest(self) -> None:
        """See what the daemon takes in a minute in which nothing happens.

        Every six hours it notes down when each work of the schedule was done last; where that
        falls into the minute, the next one is looked at.

        Raises:
            BrokenPromiseError: too much.
        """
        program = self._start()
        time.sleep(REST_S / 4)
        for _ in range(2):
            before = taken_by(program.pid)
            time.sleep(REST_S)
            after = taken_by(program.pid)
            if before is None or after is None or before[1] == after[1]:
                break
        program.terminate()
        program.wait()
        if before is None or after is None:
            return  # this system does not tell
        self.idle_cpu_s = after[0] - before[0]
        if self.idle_cpu_s > MOST_CPU_S or after[1] != before[1]:
            wrote = after[1] - before[1]
            raise BrokenPromiseError(f"at rest it took {self.idle_cpu_s} s and wrote {wrote} times")

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                self._command("run", "--json-logs"), cwd=ROOT, stdout=log, stderr=log
            )

    def live(self, seconds: float, *, is_asked: bool) -> None:
        """Let the daemon run for a while, then kill it, or ask it to end.

        Raises:
            BrokenPromiseError: it ended by itself, or did not end when it was asked to.
        """
        program = self._start()
        with suppress(subprocess.TimeoutExpired):
            code = program.wait(seconds)
            raise BrokenPromiseError(f"the daemon ended by itself, with exit code {code}")
        program.send_signal(signal.SIGTERM if is_asked else signal.SIGKILL)
        asked_at = time.monotonic()
        program.wait(60)
        self.did["asked to end" if is_asked else "killed"] += 1
        if is_asked:
            self.longest_stop_s = max(self.longest_stop_s, time.monotonic() - asked_at)


def taken_by(pid: int) -> tuple[float, int] | None:
    """Give what a process has taken of a processor, in seconds, and how often it wrote."""
    with suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        told = Path(f"/proc/{pid}/io").read_text(encoding="ascii")
        cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return cpu_s, int(told.partition("syscw:")[2].split()[0])
    return None


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
    watched.rest()
    check_undo(watched, author)
    if watched.longest_stop_s > LONGEST_STOP_S:
        raise BrokenPromiseError(f"a stop took {watched.longest_stop_s:.1f} s")
    if b"Traceback" in watched.log.read_bytes():
        raise BrokenPromiseError(f"a traceback stands in {watched.log}")
    for what, count in [*watched.did.items(), *author.did.items()]:
        print(f"{count:>8,}  {what}")
    print(f"{watched.longest_stop_s:>8.1f}  seconds the longest stop took")
    if watched.idle_cpu_s is not None:
        print(f"{watched.idle_cpu_s:>8.2f}  seconds of a processor in a minute at rest, no write")
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
