"""The proposals in memory, for tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from vaultskillet.core.model import Digest, NotePath
from vaultskillet.ports.ledger import Ledger
from vaultskillet.ports.proposals import PROPOSED, Proposal, Verdict


class FakeProposals:
    """The `Proposals` in memory."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[NotePath, Proposal] = {}
        self._verdicts: dict[int, Verdict] = {}
        self._afters: dict[NotePath, Digest] = {}
        self._last = 0

    def put(self, proposals: Sequence[Proposal]) -> None:
        for one in proposals:
            old = self._held.get(one.path)
            number = old.number if old and _says_the_same(old, one) else 0
            self._last += not number
            self.forget([one.path])
            self._held[one.path] = replace(one, number=number or self._last)

    def waiting(
        self, paths: Iterable[NotePath] | None = None, *, latest: int | None = None
    ) -> list[Proposal]:
        wanted = None if paths is None else set(paths)
        found = [
            one
            for one in self._alive()
            if one.number not in self._verdicts and (wanted is None or one.path in wanted)
        ]
        return found if latest is None else found[-latest:]

    def decide(self, verdicts: Mapping[int, Verdict]) -> list[NotePath]:
        named = [one for one in self.waiting() if one.number in verdicts]
        self._verdicts |= {one.number: verdicts[one.number] for one in named}
        return [one.path for one in named]

    def decided(self, paths: Iterable[NotePath]) -> list[tuple[Proposal, Verdict]]:
        wanted = set(paths)
        return [
            (one, self._verdicts[one.number])
            for one in self._alive()
            if one.path in wanted and one.number in self._verdicts
        ]

    def begin(self, afters: Mapping[NotePath, Digest]) -> None:
        self._afters |= {path: after for path, after in afters.items() if path in self._held}

    def begun(self, afters: Collection[Digest]) -> frozenset[NotePath]:
        return frozenset(path for path, after in self._afters.items() if after in afters)

    def linking_to(self, targets: Iterable[NotePath]) -> list[NotePath]:
        wanted = set(targets)
        return sorted(path for path, one in self._held.items() if wanted & set(one.values.related))

    def forget(self, paths: Iterable[NotePath]) -> None:
        for path in paths:
            self._afters.pop(path, None)
            if old := self._held.pop(path, None):
                self._verdicts.pop(old.number, None)

    def move(self, old: NotePath, new: NotePath) -> None:
        if old in self._held:
            moved = replace(self._held.pop(old), path=new)
            self.forget([new])
            if moved.routed:
                moved = replace(moved, routed=replace(moved.routed, path=new))
            self._held[new] = moved
        for path, one in self._held.items():
            led = dict.fromkeys(new if each == old else each for each in one.values.related)
            self._held[path] = replace(one, values=replace(one.values, related=tuple(led)))

    def prune(self) -> int:
        dead = self._held.keys() - {one.path for one in self._alive()}
        self.forget(dead)
        return len(dead)

    def _alive(self) -> list[Proposal]:
        rows = self._ledger.get(self._held)
        alive = [
            one
            for path, one in self._held.items()
            if path in rows and rows[path].outcome == PROPOSED
        ]
        return sorted(alive, key=lambda one: one.number)


def _says_the_same(one: Proposal, other: Proposal) -> bool:
    return (one.values.draft, one.values.related) == (other.values.draft, other.values.related)
