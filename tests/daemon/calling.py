"""A note that asks, the answer it gets in a note of ours, and both taken back again.

The answer is made before the link to it, and removed before the link goes; the author may write
in either of the two at any step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.daemon.harness import Lives
from tests.trip import ScriptedEngine, enrichment
from vaultskillet.core.model import NotePath, Request, digest_of

NOTE = "in/ask.md"
ASKED = b"What does the bed need"
ANSWER = f"Homeskillet/Answers/{ASKED.decode()}.md"

_TEXT = b"The bed is dry. #homeskillet " + ASKED + b"?\n"

_BLOCK = rb"(?:---\n(?P<summary>summary: Said \d+\.\n)?(?:tags:\n(?:  - t\d+\n)+)?---\n)?"
_CALL = rb"The bed is dry. #homeskillet(?P<done>/done)? %b\?(?P<link> \[\[%b\]\])?\n"
_WHOLE = re.compile(
    _BLOCK
    + _CALL % (ASKED, ASKED)
    + rb"(?P<edits>(?:edit \d+\n)*)(?P<undo>#homeskillet/(?:undo|done)\n)?(?P<more>(?:edit \d+\n)*)"
)
_ANSWER = re.compile(
    rb'---\nsource: "\[\[ask\]\]"\n(?:[a-z]+: .*\n)+---\n> %b\?\n\nIt needs water, said \d+\.\n\n'
    rb"Asked in \[\[ask\]\]\.\n(?P<edits>(?:edit \d+\n)*)" % ASKED
)


class Desk:
    """The note, what its author added to it and to the answer, and what must stand there."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.engine = ScriptedEngine(says=self._say)
        self._lives = Lives(folder, {NOTE: _TEXT}, seed=seed, engine=self.engine)
        self.vault, self.chance = self._lives.vault, self._lives.chance
        self.live, self.check_rest = self._lives.live, self._lives.check_rest
        self._edits: list[bytes] = []
        self._has_written_in_answer = False

    def _say(self, request: Request) -> str:
        number = len(self.engine.asked)
        if request.schema:
            return enrichment(f"Said {number}.", [f"t{number}"])
        return f"It needs water, said {number}."

    def meddling(self, numbers: Iterable[int]) -> dict[int, Callable[[], None]]:
        """Let the author write in the note or in the answer before these steps."""
        return dict.fromkeys(numbers, self._edit)

    def _edit(self) -> None:
        answer = self.vault / ANSWER
        in_answer = answer.exists() and self.chance.random() < 0.5
        self._has_written_in_answer |= in_answer
        file = answer if in_answer else self.vault / NOTE
        line = b"edit %d\n" % len(self._edits)
        self._edits.append(line)
        in_place = self.chance.random() < 0.5
        self._lives.save(file, file.read_bytes() + line, in_place=in_place)

    def ask_back(self) -> None:
        """Let the author ask, between two lives, that all be taken back."""
        file = self.vault / NOTE
        file.write_bytes(file.read_bytes() + b"#homeskillet/undo\n")

    # --- what must hold ---

    def check_whole(self) -> None:
        """At any instant: no text is torn, no answer stands twice, and no link leads nowhere.

        Where the answer is taken back, it goes first: the note still asks for that.
        """
        note = self._read_note()
        is_being_undone = bool(note["undo"])
        assert bool(note["summary"]) == bool(note["link"]) or is_being_undone, note[0]
        answers = list((self.vault / ANSWER).parent.glob("*.md"))
        assert all(self._is_answer(file) for file in answers)
        assert not note["link"] or answers or is_being_undone
        assert [file.name for file in answers if not self._is_recovered(file)] in (
            [],
            [Path(ANSWER).name],
        )

    def _read_note(self) -> re.Match[bytes]:
        content = (self.vault / NOTE).read_bytes()
        found = _WHOLE.fullmatch(content)
        assert found, content
        return found

    def _is_answer(self, file: Path) -> bool:
        return bool(_ANSWER.fullmatch(file.read_bytes()))

    def _is_recovered(self, file: Path) -> bool:
        return file.name.startswith("Recovered by vaultskillet ")

    def check_answered(self) -> None:
        """The note is enriched, and leads to its one answer."""
        note = self._read_note()
        assert note["summary"]
        assert (note["done"], bool(note["link"])) == (b"/done", True)
        assert self._is_answer(self.vault / ANSWER)
        self._check_settled()

    def check_taken_back(self) -> None:
        """The summary and the link are gone for good; so is the answer, if nobody wrote there.

        A note that was edited since may have got other tags.
        """
        note = self._read_note()
        assert (note["summary"], note["done"], note["link"]) == (None, b"/done", None)
        assert note["undo"] == b"#homeskillet/done\n"
        assert (self.vault / ANSWER).exists() <= self._has_written_in_answer
        self._check_settled()

    def _check_settled(self) -> None:
        """No edit is lost, the state knows each note as it is, and nothing is left behind."""
        files = [path for path in self.vault.rglob("*") if path.is_file()]
        text = b"".join(path.read_bytes() for path in files)
        assert not [line for line in self._edits if line not in text]
        odd = {file for file in files if not self._is_recovered(file)}
        assert odd <= {self.vault / NOTE, self.vault / ANSWER}
        store = self._lives.open_store()
        counts = store.queue.counts(now=self._lives.clock.now())
        assert (counts.waiting, counts.leased, counts.buried) == (0, 0, 0)
        assert store.journal.unsettled() == []
        row = store.ledger.get([NotePath(NOTE)])[NotePath(NOTE)]
        assert row.raw == digest_of((self.vault / NOTE).read_bytes())
        store.close()
