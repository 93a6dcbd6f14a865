"""What would be written to a note, by whichever engine is configured."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core import redact
from vaultskillet.core.model import Draft, Leave, Note, TagCandidate
from vaultskillet.core.prompt import build_request
from vaultskillet.core.reply import read_draft
from vaultskillet.errors import EngineError, VaultskilletError
from vaultskillet.evaluation.timing import Times
from vaultskillet.trip import Kit


class Drafter:
    """Has notes enriched as a trip does, and counts those that were not."""

    def __init__(self, kit: Kit, times: Times) -> None:
        self._kit = kit
        self._times = times
        self.failed = 0

    def draft(
        self, note: Note, candidates: Sequence[TagCandidate], *, private: bool
    ) -> Draft | None:
        """Give the draft for one note; None where there is none."""
        with self._times.measure("enrich"):
            try:
                return self._draft(note, tuple(candidates), private=private)
            except VaultskilletError:
                self.failed += 1
                return None

    def _draft(
        self, note: Note, candidates: tuple[TagCandidate, ...], *, private: bool
    ) -> Draft | None:
        policy, orchestrator = self._kit.policy, self._kit.orchestrator
        title = redact.redact(note.name, policy.filters).text
        text = redact.redact(note.body, policy.filters).text
        [said] = orchestrator.classify_many([text], private=private)
        route = orchestrator.route(said, private=private)
        if isinstance(route, Leave):
            return None
        request = build_request(
            policy.recipe, route, title=title, text=text, tag_candidates=candidates
        )
        [reply] = orchestrator.generate([(route.tier, request)])
        if isinstance(reply, EngineError):
            raise reply
        vocabulary = self._kit.store.index.tag_counts()
        return read_draft(reply, vocabulary=vocabulary, policy=policy.draft, filters=policy.filters)
