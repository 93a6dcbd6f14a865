"""What every `Proposals` does, beside the ledger that says which of them wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaultskillet.core.model import (
    Category,
    Complexity,
    Digest,
    Draft,
    NotePath,
    RunId,
    Stamp,
    Tier,
    digest_of,
)
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED, Proposal, Values, Verdict
from vaultskillet.ports.routes import RoutedWrite
from vaultskillet.ports.store import Store

A, B, C = NotePath("a.md"), NotePath("日記 ' \" %.md"), NotePath("in/c.md")

ROUTED = RoutedWrite(
    path=A,
    run=RunId("20260101T120000"),
    at=1.5,
    tier=Tier.QWEN,
    model="a/model:latest",
    category=Category.CODE,
    complexity=Complexity.SIMPLE,
    because="a 'reason'",
)


def proposal(path: NotePath = A, summary: str | None = "What it says.") -> Proposal:
    return Proposal(
        path=path,
        source=digest_of(b"its text"),
        values=Values(
            Draft(summary, ("one", "zwei/drei"), "code"),
            (B, C),
            digest_of(b"redacted"),
            force=True,
        ),
        at=2.5,
        routed=replace(ROUTED, path=path),
    )


def put(store: Store, *proposals: Proposal) -> None:
    """Put proposals, and say so in the ledger, as a trip does."""
    store.ledger.put(
        [LedgerRow(one.path, Stamp(1, 2, 3), Digest("raw"), outcome=PROPOSED) for one in proposals]
    )
    store.proposals.put(proposals)


def waiting(store: Store) -> list[tuple[int, NotePath]]:
    return [(one.number, one.path) for one in store.proposals.waiting()]


class ProposalsContract:
    """The suite; a subclass gives the `store` to run it on."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    def test_what_was_put_comes_back_whole_in_the_order_of_its_numbers(self, store: Store) -> None:
        bare = Proposal(C, Digest("s"), Values(), at=1.0)
        put(store, proposal(B), proposal(A))
        put(store, bare)
        assert store.proposals.waiting() == [
            replace(proposal(B), number=1),
            replace(proposal(A), number=2),
            replace(bare, number=3),
        ]

    def test_it_waits_for_as_long_as_the_ledger_says_so(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.ledger.put([replace(store.ledger.get([A])[A], outcome="written")])
        assert waiting(store) == [(2, B)]
        store.ledger.forget([B])
        assert waiting(store) == []
        assert store.proposals.decide({1: Verdict.ACCEPT, 2: Verdict.ACCEPT}) == []
        assert store.proposals.prune() == 2

    def test_only_some_are_asked_for(self, store: Store) -> None:
        put(store, proposal(A), proposal(B), proposal(C))
        assert [one.path for one in store.proposals.waiting([C, A])] == [A, C]
        assert [one.path for one in store.proposals.waiting(latest=2)] == [B, C]

    def test_another_one_for_a_note_replaces_the_first_under_a_new_number(
        self, store: Store
    ) -> None:
        put(store, proposal(A), proposal(B))
        put(store, proposal(A, "Something else."))
        assert waiting(store) == [(2, B), (3, A)]
        store.proposals.forget([A])
        put(store, proposal(A, "Something else."))
        assert waiting(store) == [(2, B), (4, A)]

    def test_the_same_again_keeps_its_number_and_waits_anew(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.proposals.decide({1: Verdict.ACCEPT})
        put(store, replace(proposal(A), source=digest_of(b"its new text"), at=9.0))
        [first, _] = store.proposals.waiting()
        assert (first.number, first.source, first.at) == (1, digest_of(b"its new text"), 9.0)

    def test_what_somebody_said_is_kept_for_the_one_it_was_said_of(self, store: Store) -> None:
        put(store, proposal(A), proposal(B), proposal(C))
        said = {1: Verdict.ACCEPT, 3: Verdict.REJECT, 99: Verdict.ACCEPT}
        assert store.proposals.decide(said) == [A, C]
        assert store.proposals.decide({1: Verdict.REJECT}) == []
        assert waiting(store) == [(2, B)]
        assert store.proposals.decided([C, B, A]) == [
            (replace(proposal(A), number=1), Verdict.ACCEPT),
            (replace(proposal(C), number=3), Verdict.REJECT),
        ]
        put(store, proposal(A, "Something else."))
        assert store.proposals.decided([A]) == []

    def test_a_write_that_was_begun_is_known_by_what_it_leads_to(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.proposals.begin({A: Digest("after a"), C: Digest("after c")})
        afters = [Digest("after a"), Digest("after c"), Digest("else")]
        assert store.proposals.begun(afters) == frozenset({A})
        put(store, proposal(A))
        assert store.proposals.begun(afters) == frozenset()

    def test_the_notes_that_are_to_link_to_some_are_found(self, store: Store) -> None:
        put(store, proposal(A), proposal(C), Proposal(B, Digest("s"), Values(related=(A,)), at=1.0))
        assert store.proposals.linking_to([B, NotePath("else.md")]) == [A, C]
        assert store.proposals.linking_to([A]) == [B]
        assert store.proposals.linking_to([]) == []

    def test_a_renamed_note_is_followed(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.ledger.move(B, C)
        store.proposals.move(B, C)
        first, second = store.proposals.waiting()
        assert (first.path, first.values.related) == (A, (C,))
        assert (second.path, second.number, second.routed) == (C, 2, replace(ROUTED, path=C))

    def test_a_renamed_note_takes_the_place_of_what_was_proposed_there(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.ledger.move(A, B)
        store.proposals.move(A, B)
        assert waiting(store) == [(1, B)]

    def test_what_is_forgotten_is_gone_and_what_waits_is_not_pruned(self, store: Store) -> None:
        put(store, proposal(A), proposal(B))
        store.proposals.forget([A, C])
        assert store.proposals.prune() == 0
        assert waiting(store) == [(2, B)]

    def test_nothing_of_a_transaction_that_fails_happened(self, store: Store) -> None:
        def fail() -> None:
            with store.transaction():
                put(store, proposal(A))
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert waiting(store) == []
