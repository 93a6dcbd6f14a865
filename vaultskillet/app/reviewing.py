"""What waits for a person's verdict, and what becomes of it when they give one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vaultskillet.app.parts import Progress
from vaultskillet.app.runs import result_of
from vaultskillet.core.model import Left, NotePath, Priority
from vaultskillet.core.splice import splice
from vaultskillet.deciding import REFUSED, settle
from vaultskillet.errors import ConfigError, VaultskilletError
from vaultskillet.paging import PageKeeper
from vaultskillet.ports.proposals import Proposal, Verdict
from vaultskillet.proposing import plan_proposal
from vaultskillet.report import NoteResult, WaitingProposal, diff_of
from vaultskillet.trip import Ended, Kit

AT_ONCE = 64
"""Proposals that are settled together: so many notes are held in memory."""


class Review:
    """The proposals for one vault, for a person who judges them."""

    def __init__(self, kit: Kit, page: PageKeeper, progress: Progress) -> None:
        self._kit = kit
        self._page = page
        self._progress = progress

    def waiting(self, named: Collection[int | NotePath] | None) -> list[WaitingProposal]:
        """Give what waits, by number.

        Args:
            named: by number, or by note; None: all.

        Raises:
            ConfigError: one of them does not wait.
        """
        return [_told(one) for one in self._choose(named)]

    def show(self, named: Collection[int | NotePath] | None) -> list[NoteResult]:
        """Give the diff of each, on the note as it is now; or why nothing would be written.

        Raises:
            ConfigError: one of them does not wait.
        """
        return [self._show(one) for one in self._choose(named)]

    def decide(
        self, named: Collection[int | NotePath] | None, verdict: Verdict
    ) -> list[NoteResult]:
        """Write these, or refuse them.

        Raises:
            ConfigError: one of them does not wait; nothing is done.
            StoreError: the state cannot be read or written.
        """
        chosen = self._choose(named)
        ended: Ended = {}
        for start in range(0, len(chosen), AT_ONCE):
            some = chosen[start : start + AT_ONCE]
            ended |= settle([(one, verdict) for one in some], self._kit)
            self._progress("settling", len(ended), len(chosen))
        self._page.keep()
        return [
            NoteResult(path, "rejected") if outcome == REFUSED else result_of(path, outcome)
            for path, outcome in ended.items()
        ]

    def leave(
        self, named: Collection[int | NotePath] | None, verdict: Verdict
    ) -> Sequence[NotePath]:
        """Leave these to the process that works on the vault; give their notes.

        Raises:
            ConfigError: one of them does not wait; nothing is done.
            StoreError: the state cannot be read or written.
        """
        store = self._kit.store
        with store.transaction():
            chosen = self._choose(named)
            paths = store.proposals.decide({one.number: verdict for one in chosen})
            store.queue.put(paths, priority=Priority.ON_DEMAND, now=self._kit.clock.now())
        return paths

    def _choose(self, named: Collection[int | NotePath] | None) -> list[Proposal]:
        waiting = self._kit.store.proposals.waiting()
        if named is None:
            return waiting
        wanted = set(named)
        for missing in sorted(map(str, wanted - {each for one in waiting for each in _names(one)})):
            raise ConfigError(f"{missing}: nothing is proposed there; see `vaultskillet review`")
        return [one for one in waiting if wanted & _names(one)]

    def _show(self, proposal: Proposal) -> NoteResult:
        path = proposal.path
        row = self._kit.store.ledger.get([path]).get(path)
        try:
            planned = plan_proposal(proposal, row, self._kit)
        except VaultskilletError as error:
            return NoteResult(path, "failed", str(error))
        if isinstance(planned, Left):
            return NoteResult(path, "left", planned.because)
        content, edits = planned.plan.note.content, planned.plan.writes[0].edits
        return NoteResult(path, "proposed", diff=diff_of(path, content, splice(content, edits)))


def _names(proposal: Proposal) -> set[int | NotePath]:
    return {proposal.number, proposal.path}


def _told(proposal: Proposal) -> WaitingProposal:
    draft = proposal.values.draft
    return WaitingProposal(
        number=proposal.number,
        path=proposal.path,
        at=proposal.at,
        summary=draft.summary,
        tags=draft.tags,
        category=draft.category,
        related=proposal.values.related,
    )
