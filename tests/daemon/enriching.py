"""Two notes that are enriched, and their author, through lives and deaths of the program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.daemon.harness import Lives, Steps
from tests.trip import POLICY, ScriptedEngine, enrichment
from vaultskillet.core.model import NotePath, Request, digest_of
from vaultskillet.trip import Policy

NOTES = {
    "a.md": b"The garden of the house needs water in the morning.\n",
    "in/b.md": b"---\r\ntitle: B # mine\r\n---\r\nThe beds of the house need soil in spring.\r\n",
}
"""What the author wrote, before any edit."""


class Place:
    """The notes, what the author added to them, and what must stand there."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        can_exchange: bool = True,
        policy: Policy = POLICY,
        by_page: bool = False,
    ) -> None:
        self.engine = ScriptedEngine(says=self._say)
        self._lives = Lives(
            folder,
            NOTES,
            seed=seed,
            engine=self.engine,
            can_exchange=can_exchange,
            policy=policy,
            by_page=by_page,
        )
        self.vault, self.chance = self._lives.vault, self._lives.chance
        self.live, self.check_rest = self._lives.live, self._lives.check_rest
        self._lines: dict[str, list[bytes]] = {path: [] for path in NOTES}

    def _say(self, _request: Request) -> str:
        number = len(self.engine.asked)
        return enrichment(f"Said {number}.", [f"t{number}"])

    def meddling(self, numbers: Iterable[int]) -> dict[int, Callable[[], None]]:
        """Let the author save before these steps."""
        return dict.fromkeys(numbers, self._edit)

    def _edit(self) -> None:
        """Add a line to a note; or save one as it is, as a sync service does."""
        path = self.chance.choice(sorted(NOTES))
        note = self.vault / path
        line = b""
        if self.chance.random() < 0.8:
            line = b"edit %d\n" % sum(map(len, self._lines.values()))
            self._lines[path].append(line)
        in_place = self.chance.random() < 0.5
        self._lives.save(note, note.read_bytes() + line, in_place=in_place)

    def live_on(self) -> None:
        """Be whole whatever happened, and have all of it done by the next start."""
        self.check_whole()
        self.live(Steps())
        self.check_done()

    def live_at_random(self, total: int) -> None:
        """Die at random ones of so many steps, edited before others; then live on, and rest."""
        chance = self.chance
        for _ in range(chance.randint(1, 3)):
            edits = chance.sample(range(1, total + 1), chance.randint(0, 2))
            steps = Steps(die_at=chance.randint(1, total), meddle=self.meddling(edits))
            self.live(steps, power=chance.random() < 0.5)
            self.check_whole()
        self.live_on()
        self.check_rest()

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
        store = self._lives.open_store()
        rows = {row.path: row for row in store.ledger.rows()}
        for path, lines in self._lines.items():
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
        counts = store.queue.counts(now=self._lives.clock.now())
        assert (counts.waiting, counts.leased, counts.buried) == (0, 0, 0)
        assert store.journal.unsettled() == []
        assert store.proposals.waiting() == []
        done = Counter((one.write.path, one.source) for one in store.journal.entries())
        assert set(done.values()) == {1}, done
        store.close()
        there = {path for path in self.vault.rglob("*") if path.is_file()}
        assert there == {self.vault / path for path in NOTES} | set(recovered)


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
