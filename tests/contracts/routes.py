"""What every `Routes` does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaultskillet.core.model import Category, Complexity, Fate, NotePath, RunId, Tier
from vaultskillet.ports.routes import RouteCounts, RoutedWrite, Routes

A, B = NotePath("a.md"), NotePath("日記 ' \" %.md")
FIRST, SECOND = RunId("20260101T120000"), RunId("20260102T120000")


def write(
    path: NotePath = A,
    run: RunId = FIRST,
    *,
    tier: Tier = Tier.GEMMA,
    category: Category = Category.SUMMARY,
) -> RoutedWrite:
    return RoutedWrite(
        path=path,
        run=run,
        at=1.5 if run == FIRST else 2.5,
        tier=tier,
        model="a/model:latest",
        category=category,
        complexity=Complexity.SIMPLE,
        because="a 'reason'",
    )


class RoutesContract:
    """The suite; a subclass gives the `routes` to run it on."""

    @pytest.fixture
    def routes(self) -> Routes:
        raise NotImplementedError

    def test_the_writes_to_a_note_come_back_newest_first(self, routes: Routes) -> None:
        routes.put([write(), write(run=SECOND, tier=Tier.QWEN), write(B)])
        assert routes.of(A) == [write(run=SECOND, tier=Tier.QWEN), write()]
        assert routes.of(B) == [write(B)]
        assert routes.of(NotePath("c.md")) == []

    def test_a_second_write_of_a_run_replaces_the_first(self, routes: Routes) -> None:
        routes.put([write(tier=Tier.QWEN)])
        routes.put([write()])
        assert routes.of(A) == [write()]

    def test_an_edit_is_of_what_was_written_last(self, routes: Routes) -> None:
        routes.put([write(), write(run=SECOND), write(B)])
        routes.mark_edited([A, NotePath("c.md")])
        assert [one.fate for one in routes.of(A)] == [Fate.EDITED, Fate.KEPT]
        assert [one.fate for one in routes.of(B)] == [Fate.KEPT]

    def test_what_was_taken_back_is_what_that_run_wrote(self, routes: Routes) -> None:
        routes.put([write(), write(run=SECOND), write(B)])
        routes.mark_undone(A, FIRST)
        routes.mark_undone(B, SECOND)
        assert [one.fate for one in routes.of(A)] == [Fate.KEPT, Fate.UNDONE]
        assert [one.fate for one in routes.of(B)] == [Fate.KEPT]

    def test_what_was_taken_back_stays_so(self, routes: Routes) -> None:
        routes.put([write()])
        routes.mark_edited([A])
        routes.mark_undone(A, FIRST)
        routes.mark_edited([A])
        assert [one.fate for one in routes.of(A)] == [Fate.UNDONE]

    def test_a_renamed_note_keeps_its_writes(self, routes: Routes) -> None:
        routes.put([write(), write(run=SECOND), write(B)])
        routes.move(A, B)
        assert routes.of(A) == []
        assert routes.of(B) == [write(B, SECOND), write(B)]

    def test_fates_are_counted_by_tier_and_category(self, routes: Routes) -> None:
        assert routes.counts() == []
        routes.put([write(), write(B), write(NotePath("c.md")), write(NotePath("d.md"))])
        routes.put([write(run=SECOND, tier=Tier.QWEN, category=Category.CODE)])
        routes.mark_edited([B])
        routes.mark_undone(NotePath("c.md"), FIRST)
        assert routes.counts() == [
            RouteCounts(Tier.GEMMA, Category.SUMMARY, kept=2, edited=1, undone=1),
            RouteCounts(Tier.QWEN, Category.CODE, kept=1),
        ]

    def test_what_is_old_is_dropped(self, routes: Routes) -> None:
        routes.put([write(), write(run=SECOND), replace(write(B), at=0.5)])
        assert routes.prune(before=2) == 2
        assert routes.of(A) == [write(run=SECOND)]
        assert routes.of(B) == []
