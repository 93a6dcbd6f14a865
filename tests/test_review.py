"""Where a person judges what is written: proposed, accepted, refused, over the whole trip."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.trip import POLICY, World, enrichment
from vaultskillet import history
from vaultskillet.core.model import (
    CreateNote,
    Digest,
    Failed,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Priority,
    Proposed,
    Request,
    RunId,
    Written,
)
from vaultskillet.deciding import REFUSED, settle
from vaultskillet.errors import NoteProtectedError, NoteUnreadableError, StoreError
from vaultskillet.ports.ledger import LedgerRow
from vaultskillet.ports.proposals import PROPOSED, Proposal, Verdict
from vaultskillet.proposing import CHANGED
from vaultskillet.stale import Part, find_stale
from vaultskillet.trip import GONE, Policy
from vaultskillet.worker import Pace, Worker

NOTE = NotePath("a.md")
BODY = b"The garden needs water in the morning, before the sun is high.\n"
DONE = b"---\nsummary: What it says.\ntags:\n  - garden\n---\n" + BODY

REVIEW = replace(POLICY, review=True, write=replace(POLICY.write, related="related", max_related=3))


def says(request: Request) -> str:
    """Say something that the text alone decides."""
    if not request.schema:
        return "It needs water."
    return enrichment("What it says." if "sun" in request.text else "Another text.", ["garden"])


def make_world(policy: Policy = REVIEW) -> World:
    world = World(policy=policy)
    world.gemma.says = world.qwen.says = says
    world.vault.save(NOTE, BODY)
    return world


@pytest.fixture
def world() -> World:
    return make_world()


def work(world: World) -> dict[NotePath, Outcome]:
    """Sweep and do all that is due; give what became of it last."""
    world.intake.sweep(settle=False)
    return drain(world)


def drain(world: World) -> dict[NotePath, Outcome]:
    worker = Worker(
        world.kit,
        Pace(),
        jitter=random.Random(1),  # noqa: S311 - no secret
        is_restless=world.intake.is_restless,
    )
    ended: dict[NotePath, Outcome] = {}
    while batch := worker.step():
        ended |= {job.path: outcome for job, outcome in batch}
    return ended


def waiting(world: World) -> list[Proposal]:
    return world.store.proposals.waiting()


def decide(world: World, verdict: Verdict) -> dict[NotePath, Outcome]:
    """Give the same verdict on all that waits."""
    return settle([(one, verdict) for one in waiting(world)], world.kit)


def accept(world: World) -> dict[NotePath, Outcome]:
    return decide(world, Verdict.ACCEPT)


def reject(world: World) -> dict[NotePath, Outcome]:
    return decide(world, Verdict.REJECT)


def row_of(world: World, path: NotePath = NOTE) -> LedgerRow:
    return world.store.ledger.get([path])[path]


def undo(world: World) -> None:
    entries = world.store.journal.entries()
    undone = history.undo(entries, world.vault, world.store, now=world.clock.now())
    assert all(one.ok for one in undone)


# --- proposing --------------------------------------------------------------------------


def test_what_would_be_written_waits_and_the_note_is_not_touched(world: World) -> None:
    assert work(world) == {NOTE: Proposed()}
    assert world.vault.commits == []
    assert world.store.journal.entries() == []
    [one] = waiting(world)
    assert (one.path, one.number) == (NOTE, 1)
    assert (one.values.draft.summary, one.values.draft.tags) == ("What it says.", ("garden",))
    row = row_of(world)
    assert (row.outcome, row.tier, row.prompt, row.run) == (PROPOSED, "gemma", "prompt", "run-1")
    assert row.ownership.values == {}


def test_a_note_of_which_something_waits_is_not_due(world: World) -> None:
    work(world)
    asked = len(world.asked)
    assert work(world) == {}
    assert len(world.asked) == asked


def test_where_there_is_nothing_to_write_nothing_is_proposed(world: World) -> None:
    world.gemma.says = world.qwen.says = lambda _: enrichment(None)
    [outcome] = work(world).values()
    assert isinstance(outcome, Left)
    assert waiting(world) == []


def test_a_note_that_changes_is_proposed_something_else(world: World) -> None:
    work(world)
    world.vault.save(NOTE, b"Something new, and the beds too.\n")
    assert work(world) == {NOTE: Proposed()}
    [one] = waiting(world)
    assert (one.number, one.values.draft.summary) == (2, "Another text.")


def test_a_note_that_changes_and_calls_for_the_same_keeps_its_number(world: World) -> None:
    work(world)
    world.vault.save(NOTE, BODY + b"The soil too.\n")
    work(world)
    [one] = waiting(world)
    assert one.number == 1
    accept(world)
    assert world.vault.content(NOTE) == DONE + b"The soil too.\n"


def test_a_note_that_comes_to_need_nothing_is_proposed_nothing_any_more(world: World) -> None:
    work(world)
    world.vault.save(NOTE, b"---\nhomeskillet: false\n---\n" + BODY)
    work(world)
    assert waiting(world) == []
    assert row_of(world).outcome == "left"


def test_what_is_proposed_for_a_deleted_note_goes_with_it(world: World) -> None:
    world.vault.save("b.md", BODY)
    work(world)
    world.vault.remove(NOTE)
    work(world)
    assert [one.path for one in waiting(world)] == ["b.md"]


def test_what_is_proposed_follows_a_renamed_note(world: World) -> None:
    work(world)
    world.vault.rename(NOTE, "in/renamed.md")
    work(world)
    assert [(one.number, one.path) for one in waiting(world)] == [(1, "in/renamed.md")]
    accept(world)
    assert world.vault.content("in/renamed.md") == DONE


def test_a_recipe_that_changed_proposes_anew_where_that_is_asked_for(world: World) -> None:
    work(world)
    world.gemma.says = world.qwen.says = lambda _: enrichment("By another prompt.")
    world.policy = replace(REVIEW, digests=replace(REVIEW.digests, prompt=Digest("other")))
    rows = world.store.ledger.rows()
    world.intake.renew(find_stale(rows, world.policy.digests, Part.PROMPT))
    work(world)
    assert [one.values.draft.summary for one in waiting(world)] == ["By another prompt."]


# --- accepting --------------------------------------------------------------------------


def test_what_is_accepted_is_written_journalled_and_ours(world: World) -> None:
    work(world)
    world.run = RunId("run-2")
    [outcome] = accept(world).values()
    assert isinstance(outcome, Written)
    assert world.vault.content(NOTE) == DONE
    row = row_of(world)
    assert (row.outcome, row.run, row.raw, row.prompt) == (
        "written",
        "run-2",
        outcome.raw,
        "prompt",
    )
    assert row.ownership.values == {"summary": "What it says.", "tags": ("garden",)}
    [entry] = world.store.journal.entries()
    assert (entry.state, entry.run) == ("done", "run-2")
    assert [route.run for route in world.store.routes.of(NOTE)] == ["run-2"]
    assert waiting(world) == []
    assert work(world) == {}


def test_what_was_accepted_can_be_taken_back_and_stays_so(world: World) -> None:
    work(world)
    accept(world)
    undo(world)
    assert world.vault.content(NOTE) == BODY
    assert work(world) == {}
    assert waiting(world) == []


def test_an_edit_of_something_else_does_not_stand_in_the_way(world: World) -> None:
    work(world)
    world.vault.save(NOTE, b"---\nupdated: 2026-03-14\nsummary: Mine.\n---\n" + BODY)
    accept(world)
    assert world.vault.content(NOTE) == (
        b"---\nupdated: 2026-03-14\nsummary: Mine.\ntags:\n  - garden\n---\n" + BODY
    )


def test_what_its_author_writes_meanwhile_is_proposed_no_longer(world: World) -> None:
    work(world)
    asked = len(world.asked)
    world.vault.save(NOTE, b"---\nsummary: Mine.\n---\n" + BODY)
    work(world)
    [one] = waiting(world)
    assert (one.number, one.values.draft.summary, one.values.draft.tags) == (2, None, ("garden",))
    world.vault.save(NOTE, b"---\nsummary: Mine.\ntags: [garden]\n---\n" + BODY)
    [outcome] = work(world).values()
    assert isinstance(outcome, Left)
    assert waiting(world) == []
    assert len(world.asked) == asked
    assert work(world) == {}


def test_an_edit_of_nothing_that_matters_leaves_it_as_it_is(world: World) -> None:
    work(world)
    before = waiting(world)
    world.vault.save(NOTE, b"---\nupdated: 2026-03-14\n---\n" + BODY)
    work(world)
    assert waiting(world) == before


def test_an_edit_that_leaves_nothing_to_write_ends_it(world: World) -> None:
    work(world)
    world.vault.save(NOTE, b"---\nsummary: Mine.\ntags: [garden]\n---\n" + BODY)
    [outcome] = accept(world).values()
    assert outcome == Left(
        "summary is the author's; no tag is sure enough; no note is related enough"
    )
    assert waiting(world) == []


def test_a_note_that_is_another_one_by_now_is_due_again(world: World) -> None:
    work(world)
    world.vault.save(NOTE, b"Something new, and the beds too.\n")
    assert accept(world) == {NOTE: CHANGED}
    assert waiting(world) == []
    assert world.vault.commits == []
    assert work(world) == {NOTE: Proposed()}
    assert waiting(world)[0].values.draft.summary == "Another text."


def test_a_note_that_changes_at_that_very_moment_waits_on(world: World) -> None:
    work(world)
    world.vault.before_commit = lambda: world.vault.save(NOTE, BODY + b"typed\n")
    [outcome] = accept(world).values()
    assert isinstance(outcome, Overtaken)
    assert world.vault.content(NOTE) == BODY + b"typed\n"
    assert len(waiting(world)) == 1


def test_a_note_that_cannot_be_read_waits_on(world: World) -> None:
    work(world)
    world.vault.fails[NOTE] = NoteUnreadableError("a.md: may not be read")
    [outcome] = accept(world).values()
    assert isinstance(outcome, Failed)
    assert len(waiting(world)) == 1


def test_a_note_that_is_not_there_waits_until_it_is_known_where_it_went(world: World) -> None:
    work(world)
    world.vault.rename(NOTE, "b.md")
    assert accept(world) == {NOTE: GONE}
    work(world)
    assert [one.path for one in waiting(world)] == ["b.md"]


def test_a_note_that_is_left_alone_by_now_is_not_written(world: World) -> None:
    work(world)
    world.vault.skipped[NOTE] = "template"
    assert accept(world) == {NOTE: Left("template")}
    assert world.vault.commits == []


def test_what_is_restored_in_the_note_is_kept_redacted_until_then(world: World) -> None:
    world.policy = replace(REVIEW, restore_in_note=True)
    world.gemma.says = world.qwen.says = lambda _: enrichment("Write to [EMAIL_1].")
    world.vault.save(NOTE, b"Write to jane.doe@acme-gardens.com about the sun.\n")
    work(world)
    assert waiting(world)[0].values.draft.summary == "Write to [EMAIL_1]."
    accept(world)
    assert b"summary: Write to jane.doe@acme-gardens.com." in world.vault.content(NOTE)


def test_a_placeholder_that_may_mean_another_by_now_stays(world: World) -> None:
    world.policy = replace(REVIEW, restore_in_note=True)
    world.gemma.says = world.qwen.says = lambda _: enrichment("Write to [EMAIL_1].")
    world.vault.save(NOTE, b"Write to jane.doe@acme-gardens.com about the sun.\n")
    work(world)
    world.vault.rename(NOTE, "For john.roe@acme-gardens.com.md")
    work(world)
    accept(world)
    [path] = world.vault.paths
    assert b"summary: Write to [EMAIL_1]." in world.vault.content(path)


# --- links to related notes -------------------------------------------------------------


def relate(world: World, *others: str) -> None:
    for other in others:
        world.vault.save(other, b"---\nsummary: Mine.\ntags: [garden]\n---\n" + BODY)
        world.index.likeness[NOTE, NotePath(other)] = 0.9


def test_a_note_that_was_renamed_meanwhile_is_linked_by_its_new_name(world: World) -> None:
    relate(world, "Beds.md", "Soil.md")
    work(world)
    world.vault.rename("Beds.md", "in/Borders.md")
    work(world)
    accept(world)
    assert b'related:\n  - "[[Borders]]"\n  - "[[Soil]]"\n' in world.vault.content(NOTE)


@pytest.mark.parametrize("change", ["gone", "private"])
def test_a_note_that_is_not_to_be_named_by_now_is_not_linked(world: World, change: str) -> None:
    relate(world, "Beds.md", "Soil.md")
    work(world)
    if change == "gone":
        world.vault.remove("Beds.md")
    else:
        world.vault.save("Beds.md", b"---\nprivate: true\n---\n" + BODY)
    work(world)
    assert [one.values.related for one in waiting(world) if one.path == NOTE] == [("Soil.md",)]
    accept(world)
    assert b'related:\n  - "[[Soil]]"\n' in world.vault.content(NOTE)


def test_links_that_a_rename_left_untrue_are_mended_only_once_that_is_accepted(
    world: World,
) -> None:
    relate(world, "Beds.md")
    work(world)
    accept(world)
    before = world.vault.content(NOTE)
    world.vault.rename("Beds.md", "Borders.md")
    assert work(world) == {NOTE: Proposed()}
    assert world.vault.content(NOTE) == before
    accept(world)
    assert world.vault.content(NOTE) == before.replace(b"[[Beds]]", b"[[Borders]]")
    assert work(world) == {}


def test_no_link_is_written_where_none_is_wanted_by_now(world: World) -> None:
    relate(world, "Beds.md")
    work(world)
    world.policy = replace(REVIEW, write=replace(REVIEW.write, related=None))
    accept(world)
    assert world.vault.content(NOTE) == DONE


# --- refusing ---------------------------------------------------------------------------


def test_what_is_refused_is_not_proposed_again(world: World) -> None:
    relate(world, "Beds.md")
    work(world)
    assert reject(world) == {NOTE: REFUSED}
    assert world.vault.commits == []
    assert work(world) == {}
    world.vault.save(NOTE, BODY + b"The soil too.\n")
    [outcome] = work(world).values()
    assert outcome == Left("summary was refused; no tag is sure enough; no note is related enough")
    assert waiting(world) == []


def test_other_words_may_be_proposed_once_the_note_changes(world: World) -> None:
    work(world)
    reject(world)
    world.gemma.says = world.qwen.says = lambda _: enrichment("In other words.", ["garden", "new"])
    world.vault.save(NOTE, BODY + b"The soil too.\n")
    work(world)
    [one] = waiting(world)
    assert (one.values.draft.summary, one.values.draft.tags) == ("In other words.", ("new",))


def test_what_was_refused_may_come_back_where_the_note_is_asked_for_by_name(world: World) -> None:
    work(world)
    reject(world)
    world.intake.demand([NOTE])
    work(world)
    [one] = waiting(world)
    assert (one.values.draft.summary, one.values.draft.tags) == ("What it says.", ())


def test_other_notes_may_be_linked_where_a_link_was_refused(world: World) -> None:
    relate(world, "Beds.md")
    work(world)
    reject(world)
    relate(world, "Soil.md")
    world.vault.save(NOTE, BODY + b"The soil too.\n")
    work(world)
    assert waiting(world)[0].values.related == ("Soil.md",)


def test_a_refusal_holds_however_the_note_spells_its_tags_later(world: World) -> None:
    work(world)
    reject(world)
    world.vault.save(NOTE, b"---\ntag: x\n---\n" + BODY + b"The soil too.\n")
    work(world)
    assert waiting(world) == []


def test_a_refusal_holds_where_the_note_spells_its_tags_otherwise(world: World) -> None:
    world.vault.save(NOTE, b"---\nTags: [x]\n---\n" + BODY)
    work(world)
    reject(world)
    assert row_of(world).ownership.vetoed == {"summary": ("What it says.",), "Tags": ("garden",)}


def test_what_is_proposed_for_a_note_that_is_gone_can_be_refused(world: World) -> None:
    work(world)
    world.vault.remove(NOTE)
    assert reject(world) == {NOTE: REFUSED}
    assert waiting(world) == []


# --- what the note itself asks for ------------------------------------------------------


def test_what_a_note_asks_for_is_done_at_once(world: World) -> None:
    world.vault.save(NOTE, BODY + b"#homeskillet\n")
    [outcome] = work(world).values()
    assert isinstance(outcome, Written)
    assert world.vault.content(NOTE) == DONE + b"#homeskillet/done\n"
    assert waiting(world) == []


def test_a_call_for_everything_takes_the_place_of_what_waits(world: World) -> None:
    work(world)
    world.vault.save(NOTE, BODY + b"#homeskillet\n")
    work(world)
    assert waiting(world) == []
    assert row_of(world).outcome == "written"


def test_an_answer_is_given_at_once_and_the_rest_is_proposed(world: World) -> None:
    world.vault.save(NOTE, BODY + b"#homeskillet What does it need?\n")
    work(world)
    content = world.vault.content(NOTE)
    assert content == BODY + b"#homeskillet/done What does it need? [[What does it need]]\n"
    assert any(isinstance(write, CreateNote) for write in world.vault.commits)
    assert len(waiting(world)) == 1
    accept(world)
    assert world.vault.content(NOTE) == DONE.removesuffix(BODY) + content


@pytest.mark.parametrize("where", [b" ", b"\n"], ids=["in a line", "in a line of its own"])
def test_a_call_for_one_thing_leaves_the_rest_waiting(world: World, where: bytes) -> None:
    work(world)
    world.vault.save(NOTE, BODY.removesuffix(b"\n") + where + b"#homeskillet/tags\n")
    work(world)
    assert world.vault.content(NOTE).startswith(b"---\ntags:\n  - garden\n---\n")
    assert [one.values.draft.tags for one in waiting(world)] == [()]
    accept(world)
    assert b"summary: What it says.\n" in world.vault.content(NOTE)
    assert world.vault.content(NOTE).count(b"garden\n") == 1


def test_what_was_taken_back_on_demand_is_not_proposed_again(world: World) -> None:
    work(world)
    accept(world)
    world.vault.save(NOTE, DONE + b"The soil too. #homeskillet/undo\n")
    work(world)
    assert world.vault.content(NOTE) == BODY + b"The soil too. #homeskillet/done\n"
    assert waiting(world) == []


# --- left to the worker -----------------------------------------------------------------


def leave(world: World, verdict: Verdict) -> None:
    """Decide as a person does beside a process that works on the vault."""
    paths = world.store.proposals.decide({one.number: verdict for one in waiting(world)})
    world.store.queue.put(paths, priority=Priority.ON_DEMAND, now=world.clock.now())


@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_was_decided_elsewhere_is_done_by_the_worker(world: World, verdict: Verdict) -> None:
    work(world)
    leave(world, verdict)
    assert waiting(world) == []
    asked = len(world.asked)
    work(world)
    assert world.vault.content(NOTE) == (DONE if verdict is Verdict.ACCEPT else BODY)
    assert len(world.asked) == asked
    assert work(world) == {}


def test_what_cannot_be_written_for_good_waits_for_another_word(world: World) -> None:
    work(world)
    leave(world, Verdict.ACCEPT)
    world.vault.before_commit = lambda: world.vault.fails.update(
        {NOTE: NoteProtectedError("a.md: is read-only")}
    )
    [outcome] = work(world).values()
    assert isinstance(outcome, Failed)
    assert [one.path for one in world.store.queue.buried()] == [NOTE]
    assert len(waiting(world)) == 1
    world.vault.before_commit = lambda: None
    world.vault.fails.clear()
    accept(world)
    assert world.vault.content(NOTE) == DONE


def test_what_was_decided_is_done_after_what_the_note_asks_for(world: World) -> None:
    world.vault.save(NOTE, BODY + b"#homeskillet/done\n")
    work(world)
    leave(world, Verdict.ACCEPT)
    world.vault.save(NOTE, BODY + b"#homeskillet/tags\n")
    work(world)
    assert world.vault.content(NOTE).endswith(BODY + b"#homeskillet/done\n")
    assert b"summary: What it says.\n" in world.vault.content(NOTE)
    assert work(world) == {}


def test_what_was_decided_of_an_older_text_is_not_done(world: World) -> None:
    work(world)
    leave(world, Verdict.ACCEPT)
    world.vault.save(NOTE, b"Something new, and the beds too.\n")
    assert work(world) == {NOTE: Proposed()}
    assert [one.values.draft.summary for one in waiting(world)] == ["Another text."]


# --- a crash between two steps ----------------------------------------------------------


@contextmanager
def crashing(world: World, outcome: str) -> Iterator[None]:
    """Let the ledger fail once a row of this outcome is to be put; then recover."""
    put = world.store.ledger.put

    def fail(rows: Sequence[LedgerRow]) -> None:
        if any(row.outcome == outcome for row in rows):
            raise StoreError("the disk is full")
        put(rows)

    world.store.ledger.put = fail  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        yield
    world.store.ledger.put = put  # type: ignore[method-assign]
    history.recover(world.vault, world.store)


def test_a_crash_after_the_write_leaves_nothing_waiting(world: World) -> None:
    work(world)
    with crashing(world, "written"):
        accept(world)
    assert world.vault.content(NOTE) == DONE
    assert waiting(world) == []
    assert row_of(world).ownership.values == {"summary": "What it says.", "tags": ("garden",)}
    undo(world)
    assert world.vault.content(NOTE) == BODY


def test_a_crash_after_an_answer_leaves_the_rest_to_be_proposed(world: World) -> None:
    world.vault.save(NOTE, BODY + b"#homeskillet What does it need?\n")
    world.intake.sweep(settle=False)
    with crashing(world, "new"):
        drain(world)
    assert b"/done" in world.vault.content(NOTE)
    world.store.queue.recover()
    work(world)
    assert len(waiting(world)) == 1


def test_a_crash_before_the_write_leaves_it_waiting(world: World) -> None:
    work(world)

    def crash() -> None:
        raise StoreError("the disk is full")

    world.vault.before_commit = crash
    with pytest.raises(StoreError):
        accept(world)
    world.vault.before_commit = lambda: None
    history.recover(world.vault, world.store)
    assert len(waiting(world)) == 1
    accept(world)
    assert world.vault.content(NOTE) == DONE


@pytest.mark.parametrize("text", [BODY + b"#homeskillet/done\n", BODY], ids=["same", "changed"])
def test_a_crash_after_a_call_for_one_thing_leaves_the_rest_waiting(
    world: World, text: bytes
) -> None:
    world.vault.save(NOTE, text)
    work(world)
    world.vault.save(NOTE, BODY + b"#homeskillet/tags\n")
    world.intake.sweep(settle=False)
    with crashing(world, PROPOSED):
        drain(world)
    assert b"garden" in world.vault.content(NOTE)
    world.store.queue.recover()
    work(world)
    assert len(waiting(world)) == 1
    accept(world)
    assert b"summary: What it says.\n" in world.vault.content(NOTE)
