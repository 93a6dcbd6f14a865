"""What a note asks for by a tag, from the saved note to the written answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.trip import World, enrichment
from vaultskillet import history
from vaultskillet.core.model import (
    CreateNote,
    Failed,
    Job,
    Left,
    NotePath,
    Outcome,
    Overtaken,
    Priority,
    Request,
    Tier,
    Write,
    Written,
)
from vaultskillet.errors import (
    EngineError,
    EngineRefusedError,
    EngineTimeoutError,
    EngineUnavailableError,
    NoteProtectedError,
    QuotaError,
    StoreError,
    VaultError,
)
from vaultskillet.pipeline import process
from vaultskillet.ports.ledger import LedgerRow

pytestmark = pytest.mark.usefixtures("utc")

NOTE = NotePath("a.md")
TEXT = b"The garden needs water in the morning, before the sun is high.\n\n"
WHY = b"Why is it so? Compare both, because one is cheap; however, the other lasts.\n\n" * 3
ANSWER = "Homeskillet/Answers/Is it wet.md"
INSIGHT = "Homeskillet/Insights/a - insights.md"


def says(request: Request) -> str | EngineError:
    """Answer each kind of request as a good model would."""
    quote = request.text.strip().splitlines()[0] if request.text.strip() else ""
    match request.recipe:
        case "answer":
            return f"It is. {request.question}"
        case "insight":
            return json.dumps({"claims": [{"text": "So it is.", "quote": quote}]})
        case _:
            return enrichment("What it says.", ["garden"])


@pytest.fixture
def world() -> World:
    world = World()
    world.vault.watched = ("watched",)
    world.gemma.says = world.qwen.says = says
    return world


def run(world: World, *, max_attempts: int = 1) -> dict[NotePath, Outcome]:
    """Learn the vault, and do all that is due."""
    world.intake.sweep(settle=False)
    jobs = world.store.queue.lease(99, now=world.clock.now(), lease_s=1)
    outcomes = process(jobs, world.kit, max_attempts=max_attempts)
    world.store.queue.done(jobs)
    return {job.path: outcome for job, outcome in zip(jobs, outcomes, strict=True)}


def asked(world: World, body: bytes, **properties: str) -> str:
    """Save a note with a call, run, and give what it says then."""
    world.vault.save("a.md", b"".join(b"%b" % one for one in (front(properties), TEXT, body)))
    run(world)
    return world.vault.content("a.md").decode()


def front(properties: dict[str, str]) -> bytes:
    lines = "".join(f"{key}: {value}\n" for key, value in properties.items())
    return f"---\n{lines}---\n".encode() if lines else b""


def row(world: World) -> LedgerRow:
    return world.store.ledger.get([NOTE])[NOTE]


def text(world: World, path: str) -> str:
    return world.vault.content(path).decode()


# --- when ---


def due(world: World) -> list[NotePath]:
    """Take in what has come to rest, and give what is to be done now."""
    world.intake.tick()
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1, most=Priority.ON_DEMAND)
    return [job.path for job in jobs]


def test_a_call_is_due_the_moment_its_own_quiet_time_is_over(world: World) -> None:
    world.vault.save("a.md", TEXT + b"#homeskillet\n")
    world.intake.hint(NOTE)
    assert due(world) == []
    assert world.intake.next_due() == world.clock.monotonic() + 8  # the daemon wakes then
    world.clock.step(7.9)
    assert due(world) == []
    world.clock.step(0.1)
    assert due(world) == [NOTE]


def test_a_note_that_is_typed_in_is_left_until_it_rests(world: World) -> None:
    for second in range(0, 20, 4):
        world.vault.save("a.md", TEXT + b"#homeskillet Is it w%d?\n" % second)
        world.intake.hint(NOTE)
        assert due(world) == []
        world.clock.step(4)
    assert due(world) == []
    world.clock.step(4)
    assert due(world) == [NOTE]


# --- what is asked for ---


def test_a_bare_call_enriches_the_note_wherever_it_stands(world: World) -> None:
    after = asked(world, b"#homeskillet\n")
    assert after == (
        f"---\nsummary: What it says.\ntags:\n  - garden\n---\n{TEXT.decode()}#homeskillet/done\n"
    )
    assert row(world).outcome == "written"


def test_a_call_in_the_frontmatter_does_the_same(world: World) -> None:
    after = asked(world, b"", tags="[x, homeskillet]")
    assert after.startswith(
        "---\ntags: [x, homeskillet/done, garden]\nsummary: What it says.\n---\n"
    )


def test_a_bare_call_gets_an_insight_note_where_the_note_calls_for_reasoning(world: World) -> None:
    world.vault.save("a.md", WHY + b"- #homeskillet ^id\n")
    run(world)
    assert text(world, "a.md").endswith("- #homeskillet/done [[a - insights]] ^id\n")
    insight = text(world, INSIGHT)
    assert 'source: "[[a]]"' in insight
    assert "- So it is." in insight
    assert "> Why is it so?" in insight
    assert {request.recipe for request in world.qwen.asked} == {"enrich", "insight"}


@pytest.mark.parametrize(
    ("tag", "keys"),
    [("summarize", {"summary"}), ("tags", {"tags"}), ("link", {"related"})],
)
def test_a_call_for_one_thing_writes_that_alone(world: World, tag: str, keys: set[str]) -> None:
    world.policy = replace(world.policy, write=replace(world.policy.write, related="related"))
    world.vault.watched = None
    world.vault.save("b.md", b"Water in the evening.\n")
    world.index.likeness[NOTE, NotePath("b.md")] = 0.9
    after = asked(world, f"#homeskillet/{tag}\n".encode())
    assert after.endswith("#homeskillet/done\n")
    found = {key for key in ("summary", "tags", "related") if f"\n{key}:" in after}
    assert found == keys
    assert run(world) == {}


def test_a_call_to_think_writes_an_insight_by_the_large_model(world: World) -> None:
    after = asked(world, b"#homeskillet/think\n")
    assert after == f"{TEXT.decode()}#homeskillet/done [[a - insights]]\n"
    [request] = world.asked
    assert (request.recipe, world.qwen.asked) == ("insight", [request])


def test_an_insight_that_nothing_bears_out_is_not_written(world: World) -> None:
    world.qwen.says = lambda _: json.dumps({"claims": [{"text": "Made up.", "quote": "No such."}]})
    assert asked(world, b"#homeskillet/think\n").endswith("#homeskillet/failed\n")
    assert "bears out nothing" in row(world).failed
    assert world.vault.paths == ["a.md"]


def test_a_request_is_answered_in_a_note_of_its_own(world: World) -> None:
    after = asked(world, b"- [ ] #homeskillet Is it wet?\r\n")
    assert after == f"{TEXT.decode()}- [ ] #homeskillet/done Is it wet? [[Is it wet]]\r\n"
    assert text(world, ANSWER) == (
        '---\nsource: "[[a]]"\nengine: scripted\nmodel: "scripted"\n'
        "created: 2023-11-14T22:13:20\n---\n"
        "> Is it wet?\n\nIt is. Is it wet?\n\nAsked in [[a]].\n"
    )
    [request] = world.asked
    assert (request.question, request.title) == ("Is it wet?", "a")
    assert request.text == TEXT.decode().strip()


def test_several_requests_are_answered_in_order_as_one_batch(world: World) -> None:
    after = asked(world, b"#homeskillet One?\n\n#homeskillet/think Two?\n\n#homeskillet Three?\n")
    done = [line for line in after.splitlines() if "#" in line]
    assert done == [f"#homeskillet/done {name}? [[{name}]]" for name in ("One", "Two", "Three")]
    assert [request.question for request in world.gemma.asked] == ["One?", "Three?"]
    assert [request.question for request in world.qwen.asked] == ["Two?"]
    assert world.gemma.batches == [2]


def test_a_watched_note_with_a_request_is_enriched_in_the_same_write(world: World) -> None:
    world.vault.watched = None
    after = asked(world, b"#homeskillet Is it wet?\n")
    assert "summary: What it says." in after
    assert after.endswith("#homeskillet/done Is it wet? [[Is it wet]]\n")
    assert len([write for write in world.vault.commits if write.path == "a.md"]) == 1


def test_an_answer_never_takes_a_name_that_the_vault_has(world: World) -> None:
    world.vault.save("deep/IS IT WET.md", b"Mine.\n")
    after = asked(world, b"#homeskillet Is it wet?\n")
    assert after.endswith("[[Is it wet - 2]]\n")
    assert text(world, "deep/IS IT WET.md") == "Mine.\n"


def test_two_answers_of_one_batch_have_names_of_their_own(world: World) -> None:
    world.vault.save("b.md", b"#homeskillet Is it wet?\n")
    asked(world, b"#homeskillet Is it wet?\n")
    names = [name for name in world.vault.paths if name.startswith("Homeskillet/")]
    assert names == ["Homeskillet/Answers/Is it wet - 2.md", ANSWER]


def test_a_point_leads_to_its_heading_unless_that_holds_something_sensitive(world: World) -> None:
    world.vault.save("b.md", b"Water in the evening.\n")
    world.index.likeness[NOTE, NotePath("b.md")] = 0.9
    point = {"text": "So it is.", "note": "b"}
    quotes = ["Roses like the sun", "Mint likes the shade", "Sage likes it dry too"]
    world.qwen.says = lambda _: json.dumps({
        "claims": [{"text": f"{n}.", "quote": quote} for n, quote in enumerate(quotes)],
        "connections": [{**point, "quote": quotes[0]}],
    })  # fmt: skip
    asked(
        world,
        b"# Beds\n\nRoses like the sun.\n\n## Of jo@example.org\n\nMint likes the shade.\n\n"
        b"## See [us](mailto:jo@example.org)\n\nSage likes it dry too.\n\n#homeskillet/think\n",
    )
    insight = text(world, INSIGHT)
    assert "- 0. ([[a#Beds|Beds]])\n" in insight
    assert "- 1.\n" in insight
    assert "- 2.\n" in insight
    assert "- [[b]]: So it is.\n" in insight
    assert "jo@" not in insight


def test_a_reply_of_which_nothing_may_be_written_fails_the_request(world: World) -> None:
    world.gemma.says = lambda _: "<% tp.x() %> <img src=x>"
    assert asked(world, b"#homeskillet Is it wet?\n").endswith("#homeskillet/failed Is it wet?\n")
    assert row(world).failed == "line 3: scripted said nothing that may be written"
    assert world.vault.paths == ["a.md"]


# --- context and privacy ---


def test_notes_that_the_line_links_to_are_context(world: World) -> None:
    world.vault.save("Worms.md", b"Worms dig. #homeskillet not this\n")
    world.vault.save("Skip.md", b"Never shown. #homeskillet/skip\n")
    world.vault.skipped[NotePath("Template.md")] = "a template"
    after = asked(world, b"#homeskillet Compare [[Worms]], [[Skip]], [[Template]], [[Gone]]\n")
    assert after.endswith("[[Gone]] [[Compare Worms, Skip, Template, Gone]]\n")
    [request] = [one for one in world.asked if one.question and "Compare" in one.question]
    assert "# Worms\n\nWorms dig." in request.text
    assert "Never shown" not in request.text
    assert "not this" not in request.text


def test_a_private_note_that_is_linked_never_goes_to_a_hosted_engine(world: World) -> None:
    world.qwen.local = world.gemma.local = False
    world.vault.save("Diary.md", b"---\nprivate: true\n---\nDear diary.\n")
    after = asked(world, b"#homeskillet Sum up [[Diary]]\n")
    assert after.endswith("#homeskillet/failed Sum up [[Diary]]\n")
    assert row(world).failed == "line 3: private, and no engine on this machine is configured"
    assert not world.asked


def test_a_request_in_a_private_note_is_answered_by_a_local_engine(world: World) -> None:
    world.qwen.local = False
    asked(world, b"#homeskillet/think Why?\n\n#homeskillet/private\n")
    assert [request.question for request in world.gemma.asked] == ["Why?"]


def test_nothing_sensitive_reaches_an_engine_or_the_answer(world: World) -> None:
    world.gemma.says = lambda request: f"{request.question} {request.text} ann@example.org"
    world.vault.save("Mail.md", b"Write to sam@example.org.\n")
    after = asked(world, b"Call jo@example.org.\n\n#homeskillet Who is jo@example.org, [[Mail]]?\n")
    [request] = world.asked
    answers = [text(world, name) for name in world.vault.paths if "Answers" in name]
    for seen in (request.text, request.question or "", *answers):
        assert not any(name in seen for name in ("jo@", "sam@", "ann@"))
    assert "[[Who is EMAIL_1 , Mail]]" in after


def test_an_answer_carries_nothing_that_acts(world: World) -> None:
    world.gemma.says = lambda _: "<% tp.x() %> #homeskillet again\n![[x]] [a](http://b.c) [[a]]"
    asked(world, b"#homeskillet Do <% tp.y() %> it\n")
    answer = text(world, "Homeskillet/Answers/Do it.md")
    assert "<%" not in answer
    assert "#homeskillet" not in answer
    assert "http" not in answer
    assert "[[a]]" in answer


def test_a_tag_that_calls_is_never_given_to_a_note(world: World) -> None:
    world.gemma.says = lambda _: enrichment("S.", ["homeskillet", "Homeskillet/undo", "garden"])
    assert "tags:\n  - garden\n---" in asked(world, b"#homeskillet\n")


# --- failures ---


def test_a_request_that_is_refused_fails_with_its_reason(world: World) -> None:
    world.gemma.says = lambda _: EngineRefusedError("I will not.")
    after = asked(world, b"#homeskillet Is it wet?\n")
    assert after.endswith("#homeskillet/failed Is it wet?\n")
    assert row(world).failed == "line 3: I will not."
    assert run(world) == {}


def test_the_reason_is_forgotten_once_no_tag_says_that_it_failed(world: World) -> None:
    world.gemma.says = lambda _: EngineRefusedError("I will not.")
    world.vault.save("a.md", asked(world, b"#homeskillet Wet?\n").encode() + b"More.\n")
    run(world)
    assert row(world).failed
    world.vault.save("a.md", TEXT)
    run(world)
    assert row(world).failed == ""


def test_a_request_is_tried_again_before_it_fails(world: World) -> None:
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    world.gemma.says = lambda _: EngineTimeoutError("too slow")
    world.intake.sweep(settle=False)
    [job] = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    [outcome] = process([job], world.kit, max_attempts=2)
    assert isinstance(outcome, Failed)
    assert outcome.error.transient
    assert text(world, "a.md").endswith("#homeskillet Is it wet?\n")
    [outcome] = process([replace(job, attempts=1)], world.kit, max_attempts=2)
    assert isinstance(outcome, Written)
    assert text(world, "a.md").endswith("#homeskillet/failed Is it wet?\n")


@pytest.mark.parametrize(
    "error",
    [
        QuotaError("spent", until=1_700_000_009.0),
        EngineUnavailableError("away"),
        EngineTimeoutError("slow", until=1_700_000_009.0),
    ],
)
def test_an_engine_that_is_away_is_waited_for_however_often(
    world: World, error: EngineError
) -> None:
    world.gemma.says = lambda _: error
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    assert run(world) == {NOTE: Failed(error)}
    assert text(world, "a.md").endswith("#homeskillet Is it wet?\n")


def test_what_was_answered_is_written_though_the_rest_must_wait(world: World) -> None:
    world.gemma.says = lambda request: (
        EngineTimeoutError("slow") if request.question == "Two?" else says(request)
    )
    world.vault.watched = None
    world.vault.save("a.md", TEXT + b"#homeskillet One?\n\n#homeskillet Two?\n")
    world.intake.sweep(settle=False)
    [job] = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    [outcome] = process([job], world.kit, max_attempts=5)
    assert isinstance(outcome, Failed)
    assert text(world, "a.md").endswith("#homeskillet/done One? [[One]]\n\n#homeskillet Two?\n")
    assert row(world).source is None
    world.gemma.says = says
    [outcome] = process([job], world.kit, max_attempts=5)
    assert isinstance(outcome, Written)
    assert [request.question for request in world.gemma.asked if request.question] == [
        "One?", "Two?", "Two?",
    ]  # fmt: skip
    assert row(world).source is not None


def test_a_hundred_requests_are_bounded(world: World) -> None:
    world.policy = replace(world.policy, max_calls=3)
    after = asked(world, b"".join(b"#homeskillet Ask %d times?\n\n" % one for one in range(100)))
    assert after.count("#homeskillet/done") == 3
    assert after.count("#homeskillet/failed") == 97
    assert len(world.asked) == 3
    assert row(world).failed == (
        "lines 9 to 201: more than 3 requests at once; ask some of them again"
    )


def test_an_answer_without_a_place_for_its_link_fails(world: World) -> None:
    after = asked(world, b"$x #homeskillet Ask [a\nb](c)\n\n#homeskillet Is it wet?\n")
    assert after.endswith("#homeskillet/done Is it wet? [[Is it wet]]\n")


def test_a_summary_of_the_authors_is_not_replaced_and_that_is_said(world: World) -> None:
    after = asked(world, b"#homeskillet/summarize\n", summary="Mine.")
    assert after.startswith("---\nsummary: Mine.\n---\n")
    assert after.endswith("#homeskillet/failed\n")
    assert row(world).failed == "line 6: summary is the author's"


def test_a_property_that_is_switched_off_cannot_be_asked_for(world: World) -> None:
    assert asked(world, b"#homeskillet/link\n").endswith("#homeskillet/failed\n")
    assert row(world).failed == "line 3: related: switched off in the configuration"


def test_an_empty_note_has_nothing_to_go_by(world: World) -> None:
    world.vault.save("a.md", b"#homeskillet\n\n#homeskillet/think\n")
    run(world)
    assert text(world, "a.md") == "#homeskillet/failed\n\n#homeskillet/failed\n"
    assert not world.asked


def test_a_call_that_cannot_be_marked_is_given_up(world: World) -> None:
    world.vault.save("a.md", b"---\ntags: [&x homeskillet]\n---\n" + TEXT)
    [outcome] = run(world).values()
    assert isinstance(outcome, Failed)
    assert not outcome.error.transient
    assert not world.vault.commits


def test_a_call_in_an_old_property_that_no_longer_counts_cannot_be_marked(world: World) -> None:
    world.vault.save("a.md", b"---\ntags: x\ntag: homeskillet\n---\n" + TEXT)
    [outcome] = run(world).values()
    assert isinstance(outcome, Failed)
    assert "the tag homeskillet stands where it cannot be changed" in str(outcome.error)


def test_a_template_that_is_wrong_fails_the_request_and_says_where(world: World) -> None:
    def render(name: str, **_: object) -> str:
        raise VaultError(f"{name}:3: no such value")

    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    world.intake.sweep(settle=False)
    jobs = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    process(jobs, replace(world.kit, render=render))
    assert row(world).failed == "line 3: answer.md:3: no such value"


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"#homeskillet #homeskillet/skip\n", "tagged #homeskillet/skip"),
        (
            b"---\nhomeskillet: false\n---\n#homeskillet\n",
            "`homeskillet: false` in its frontmatter",
        ),
    ],
)
def test_a_note_that_is_to_be_left_is_left_though_it_calls(
    world: World, content: bytes, because: str
) -> None:
    world.vault.save("a.md", content)
    assert run(world) == {NOTE: Left(because)}


# --- versions ---


def test_an_edited_request_makes_a_new_version_of_its_answer(world: World) -> None:
    asked(world, b"#homeskillet Is it wet?\n")
    first = text(world, ANSWER)
    again = TEXT + b"#homeskillet Is it wet at night? [[Is it wet]]\n"
    world.vault.save("a.md", again)
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/done Is it wet at night? [[Is it wet]]\n")
    assert "> Is it wet at night?" in text(world, ANSWER)
    assert world.vault.paths == [ANSWER, "a.md"]
    [last, *_] = world.store.journal.entries(paths=[NotePath(ANSWER)])
    assert [edit.before.decode() for edit in last.write.edits] == [first]


def test_an_answer_that_the_author_edited_is_kept(world: World) -> None:
    asked(world, b"#homeskillet Is it wet?\n")
    mine = text(world, ANSWER) + "My own words.\n"
    world.vault.save(ANSWER, mine.encode())
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet? [[Is it wet]]\n")
    run(world)
    assert text(world, ANSWER) == mine
    assert text(world, "a.md").endswith("Is it wet? [[Is it wet]] [[Is it wet - 2]]\n")


def test_an_insight_is_brought_up_to_date_where_it_stands(world: World) -> None:
    asked(world, b"#homeskillet/think\n")
    world.vault.save(
        "a.md", b"It rains on and on.\n\nThe garden is wet by now.\n\n#homeskillet/think\n"
    )
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/done [[a - insights]]\n")
    assert world.vault.paths == [INSIGHT, "a.md"]


# --- taking back ---


def test_undo_takes_out_what_was_written_and_the_answer(world: World) -> None:
    after = asked(world, b"#homeskillet Is it wet?\n\n#homeskillet\n")
    world.vault.save("a.md", after.encode() + b"\nMore of mine.\n\n#homeskillet/undo\n")
    run(world)
    assert text(world, "a.md") == (
        f"{TEXT.decode()}#homeskillet/done Is it wet?\n\n#homeskillet/done\n"
        "\nMore of mine.\n\n#homeskillet/done\n"
    )
    assert world.vault.paths == ["a.md"]
    assert {entry.state for entry in world.store.journal.entries()} == {"undone"}
    assert run(world) == {}


def test_undo_with_nothing_to_take_back_says_so(world: World) -> None:
    assert asked(world, b"#homeskillet/undo\n").endswith("#homeskillet/failed\n")
    assert "nothing that was written" in row(world).failed


def test_undo_twice_does_not_do_it_again(world: World) -> None:
    world.vault.save("a.md", asked(world, b"#homeskillet\n").encode() + b"#homeskillet/undo\n")
    run(world)
    world.vault.save("a.md", world.vault.content("a.md") + b"\n#homeskillet/undo\n")
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/failed\n")
    assert "summary" not in text(world, "a.md")


def test_undo_goes_first_and_what_else_is_asked_comes_after(world: World) -> None:
    after = asked(world, b"#homeskillet\n")
    world.vault.save("a.md", after.encode() + b"\n#homeskillet/undo\n\n#homeskillet Is it wet?\n")
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/done\n\n#homeskillet Is it wet?\n")
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/done Is it wet? [[Is it wet]]\n")


def test_undo_by_hand_takes_out_the_link_though_the_author_wrote_on(world: World) -> None:
    after = asked(world, b"#homeskillet Is it wet?\n")
    world.vault.save("a.md", after.encode() + b"More.\n")
    entries = world.store.journal.entries(paths=[NOTE])
    [undone] = history.undo(entries, world.vault, world.store, now=0)
    assert undone.ok
    assert text(world, "a.md").endswith("#homeskillet/done Is it wet?\nMore.\n")


def test_a_link_that_stands_twice_is_not_guessed_at(world: World) -> None:
    after = asked(world, b"#homeskillet Is it wet?\n")
    world.vault.save("a.md", after.encode() + b"See [[Is it wet]].\n")
    entries = world.store.journal.entries(paths=[NOTE])
    [undone] = history.undo(entries, world.vault, world.store, now=0)
    assert not undone.ok
    assert "more often" in undone.because


# --- echoes, races and crashes ---


def test_our_own_answer_starts_no_work(world: World) -> None:
    world.vault.watched = None
    asked(world, b"#homeskillet Is it wet?\n")
    count = len(world.asked)
    world.vault.save("a.md", world.vault.content("a.md"))
    assert run(world) == {}
    assert len(world.asked) == count


def test_another_machine_that_gets_the_answered_note_does_not_answer_it(world: World) -> None:
    other = World()
    other.vault.watched = ("watched",)
    asked(world, b"#homeskillet Is it wet?\n")
    for path in world.vault.paths:
        other.vault.save(path, world.vault.content(path))
    run(other)
    assert not other.asked
    assert not other.vault.commits


def test_another_machine_links_to_an_answer_that_came_before_the_note(world: World) -> None:
    other = World()
    other.vault.watched = ("watched",)
    asked(world, b"#homeskillet Is it wet?\n")
    other.vault.save(ANSWER, world.vault.content(ANSWER))
    other.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    run(other)
    assert other.vault.content("a.md") == world.vault.content("a.md")
    assert not other.asked


def test_an_answer_waits_for_a_note_that_is_typed_in_and_is_not_given_twice(world: World) -> None:
    typed = iter([TEXT + b"Typed on.\n\n#homeskillet Is it wet?\n"])
    commit = world.vault.commit

    def type_on(writes: list[Write]) -> list[Written | Overtaken | VaultError]:
        if not isinstance(writes[0], CreateNote):
            for content in typed:
                world.vault.save("a.md", content)
        return commit(writes)

    world.vault.commit = type_on  # type: ignore[assignment, method-assign] # an editor at work
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    [outcome] = run(world).values()
    assert isinstance(outcome, Overtaken)
    assert world.vault.content(ANSWER)
    run(world)
    assert text(world, "a.md").endswith("Typed on.\n\n#homeskillet/done Is it wet? [[Is it wet]]\n")
    assert world.vault.paths == [ANSWER, "a.md"]
    assert len(world.asked) == 1


@pytest.mark.parametrize("killed_at", ["the note", "the record"])
def test_a_kill_between_the_answer_and_its_link_is_made_good(world: World, killed_at: str) -> None:
    commit, put = world.vault.commit, world.store.ledger.put

    def kill(writes: list[Write]) -> list[Written | Overtaken | VaultError]:
        if not isinstance(writes[0], CreateNote):
            raise StoreError("killed")
        return commit(writes)

    def kill_put(rows: list[LedgerRow]) -> None:
        if world.vault.commits:
            raise StoreError("killed")
        put(rows)

    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    if killed_at == "the note":
        world.vault.commit = kill  # type: ignore[assignment, method-assign] # the crash
    else:
        world.store.ledger.put = kill_put  # type: ignore[assignment, method-assign] # the crash
    with pytest.raises(StoreError):
        run(world)
    world.vault.commit, world.store.ledger.put = commit, put  # type: ignore[method-assign]
    world.store.queue.recover()
    history.recover(world.vault, world.store)
    run(world)
    assert text(world, "a.md").endswith("#homeskillet/done Is it wet? [[Is it wet]]\n")
    assert world.vault.paths == [ANSWER, "a.md"]
    assert len(world.asked) == 1
    assert world.store.journal.unsettled() == []


def test_an_answer_that_cannot_be_made_leaves_the_note_as_it_is(world: World) -> None:
    world.vault.fails[NotePath(ANSWER)] = VaultError("the disk is full")
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    assert run(world) == {NOTE: Failed(world.vault.fails[NotePath(ANSWER)])}
    assert text(world, "a.md").endswith("#homeskillet Is it wet?\n")
    assert world.store.journal.unsettled() == []


def test_an_answer_to_a_note_that_can_never_link_to_it_is_not_left_behind(world: World) -> None:
    commit = world.vault.commit
    error = NoteProtectedError("a.md: it is read-only")

    def refuse(writes: list[Write]) -> list[Written | Overtaken | VaultError]:
        return [error] if writes[0].path == NOTE else commit(writes)

    world.vault.commit = refuse  # type: ignore[assignment, method-assign] # a read-only note
    world.vault.save("a.md", TEXT + b"#homeskillet Is it wet?\n")
    assert run(world) == {NOTE: Failed(error)}
    assert world.vault.paths == ["a.md"]
    assert world.store.journal.entries() == world.store.journal.unsettled() == []


def test_a_job_for_a_note_that_calls_no_longer_does_nothing(world: World) -> None:
    world.vault.save("a.md", TEXT + b"#homeskillet\n")
    world.intake.sweep(settle=False)
    world.vault.save("a.md", TEXT)
    assert run(world) == {NOTE: Left("nothing changed since the last time")}
    assert not world.asked


def test_tiers_are_named_as_the_configuration_calls_them(world: World) -> None:
    world.policy = replace(world.policy, engines={Tier.GEMMA: "openai", Tier.QWEN: "mlx"})
    asked(world, b"#homeskillet Is it wet?\n")
    assert "engine: openai\n" in text(world, ANSWER)


def test_jobs_keep_their_order(world: World) -> None:
    for name in ("b", "a", "c"):
        world.vault.save(f"{name}.md", TEXT + b"#homeskillet\n")
    world.intake.sweep(settle=False)
    jobs: list[Job] = world.store.queue.lease(9, now=world.clock.now(), lease_s=1)
    outcomes = process(jobs, world.kit)
    assert [one.path for one in outcomes if isinstance(one, Written)] == [job.path for job in jobs]


# --- a kill at every step ---

STEPS = [
    ("vault", "commit"),
    ("journal", "intend"),
    ("journal", "settle"),
    ("journal", "mark_undone"),
    ("ledger", "put"),
    ("queue", "put"),
    ("queue", "done"),
]


class Killed(BaseException):
    """The process is gone, whatever it was about to handle."""


def kill_at(world: World, step: int, *, before: bool) -> list[int]:
    """Let the step-th call that touches the vault or the state be the last; count them."""
    count = [0]
    for owner_name, name in STEPS:
        owner = world.vault if owner_name == "vault" else getattr(world.store, owner_name)
        method = getattr(owner, name)

        def call(*args: Any, method: Any = method, **kwargs: Any) -> Any:  # noqa: ANN401 - any method
            count[0] += 1
            if count[0] == step and before:
                raise Killed
            result = method(*args, **kwargs)
            if count[0] == step:
                raise Killed
            return result

        setattr(owner, name, call)
    return count


def live(world: World) -> None:
    """Be a process that starts, does all that is due, and ends."""
    world.store.queue.recover()
    history.recover(world.vault, world.store)
    while run(world):
        pass


def scene(world: World) -> None:
    """Save a note that asks for all sorts of things."""
    world.vault.watched = None
    body = b"- #homeskillet Is it wet?\n- #homeskillet/think\n- #homeskillet/think How wet?\n"
    world.vault.save("a.md", TEXT + body)


def scene_of_undo(world: World) -> None:
    """Save a note that asks to take back, and for one thing more."""
    scene(world)
    live(world)
    more = b"\n#homeskillet/undo\n\n#homeskillet Why?\n"
    world.vault.save("a.md", world.vault.content("a.md") + more)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("save", [scene, scene_of_undo])
def test_a_kill_at_any_step_changes_nothing_of_what_comes_out(
    save: Callable[[World], None], *, before: bool
) -> None:
    def fresh() -> World:
        world = World()
        world.gemma.says = world.qwen.says = says
        save(world)
        return world

    whole = fresh()
    steps = kill_at(whole, -1, before=before)
    live(whole)
    expected = {path: whole.vault.content(path) for path in whole.vault.paths}
    assert b"#homeskillet/done" in expected[NOTE]
    for step in range(1, steps[0] + 1):
        world = fresh()
        kill_at(world, step, before=before)
        with pytest.raises(Killed):
            live(world)
        live(world)
        assert {path: world.vault.content(path) for path in world.vault.paths} == expected, step
        assert world.store.journal.unsettled() == []
