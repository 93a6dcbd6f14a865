"""The author of `soak.py`: does to a vault what people and sync services do, and remembers it."""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = 8
TRASHED = ("area 0", "area 1")
"""From these folders notes go into the trash, and back; they keep their names."""
TEXT = (
    "The bed of number {0} needs water in the morning, before the sun is high. The soil of bed {0} "
    "is dry in summer, and compost keeps it moist. #garden\n\nWritten as note {0}.\n"
)
OURS = re.compile(rb"\A---\n(?:(?:summary: .*|tags:|related:|  - .*)\n)+---\n")


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
    is_renamed: bool = False
    """It is not thrown away then: one that goes before anybody has seen its new name, and comes
    back edited, is known by nothing."""
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
        self._fault: OSError | None = None
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
            OSError: the author could not go on.
        """
        self._stopping.set()
        self._thread.join()
        if self._fault:
            raise self._fault
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

    def _edit(self, sheet: Sheet) -> None:
        self.did["edits"] += 1
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
        self.did["notes that sync wrote back as they were"] += 1
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
        sheet.path, sheet.is_renamed = new, True
        self.did["notes renamed"] += 1

    def _rename_folder(self, sheet: Sheet) -> None:
        old = sheet.path.parent
        if old.name in TRASHED:
            return
        new = old.with_name(f"area {self._new_number()}")
        old.rename(new)
        for one in self.sheets:
            if one.path.parent == old:
                one.path = new / one.path.name
        self.did["folders renamed"] += 1

    def _throw_away(self, sheet: Sheet) -> None:
        if sheet.is_renamed or sheet.path.parent.name not in TRASHED:
            return
        trash = self._vault / ".trash"
        trash.mkdir(exist_ok=True)
        sheet.is_settled = True
        sheet.away, new = sheet.path, trash / sheet.path.name
        sheet.path.rename(new)
        sheet.path = new
        self.did["notes thrown away and brought back"] += 1

    def _bring_back(self, sheet: Sheet) -> None:
        if sheet.away:
            sheet.path.rename(sheet.away)
            sheet.path, sheet.away = sheet.away, None

    def _ask(self, sheet: Sheet) -> None:
        if sheet.is_typed:  # an editor takes such a line from the disk again: not played here
            return
        self.did["calls by #homeskillet"] += 1
        sheet.edits.append(self._new_number())
        self._append(sheet, b"edit %d #homeskillet\n" % sheet.edits[-1])

    def _replace(self, path: Path, content: bytes) -> None:
        draft = self._vault / ".draft"
        draft.write_bytes(content)
        draft.replace(path)

    def _new_number(self) -> int:
        self._next += 1
        return self._next
