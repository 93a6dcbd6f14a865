"""Judging what would be written, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import HEAVY, Call, modules_of
from vaultskillet.config.places import state_dir_for, state_file
from vaultskillet.store.lock import hold_lock

NOTE = "Garden/Compost.md"
SUMMARY = "A compost bin smells when it is too wet"


@pytest.fixture
def common(vault: Path, tmp_path: Path) -> tuple[object, ...]:
    """Give the options of a vault on which a run made proposals."""
    config = tmp_path / "config.yaml"
    config.write_text("write: {mode: review}\n", encoding="utf-8")
    (vault / "Garden/Hedge.md").write_text(
        "A hedge is cut in autumn, once the birds are gone. It grows back in spring.\n",
        encoding="utf-8",
    )
    return ("--vault", vault, "--config", config)


@pytest.fixture
def proposed(call: Call, common: tuple[object, ...]) -> tuple[object, ...]:
    ended = call("run", "--once", *common)
    assert ended.out.startswith("notes: 2 proposed, see `vaultskillet review`, ")
    return common


def contents(vault: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in vault.rglob("Garden/*.md")}


def test_a_run_writes_to_no_note_and_a_second_one_does_nothing(
    call: Call, vault: Path, common: tuple[object, ...]
) -> None:
    before = contents(vault)
    call("run", "--once", *common)
    assert contents(vault) == before
    assert call("run", "--once", *common).out.startswith("notes: 2 unchanged, ")


def test_a_dry_run_shows_what_would_be_written(call: Call, common: tuple[object, ...]) -> None:
    out = call("run", "--once", "--dry-run", *common).out
    assert "+summary: " in out
    assert "2 would be written" in out
    assert call("review", *common).out == "nothing waits for review\n"


def test_what_waits_is_listed_a_line_each(call: Call, proposed: tuple[object, ...]) -> None:
    first, second = call("review", *proposed).out.splitlines()
    assert first.startswith(f"1  {NOTE}: summary {SUMMARY}")
    assert second.startswith("2  Garden/Hedge.md: summary A hedge is cut in autumn")
    assert max(map(len, (first, second))) < 120


def test_what_waits_is_listed_as_json(call: Call, proposed: tuple[object, ...]) -> None:
    first, _ = json.loads(call("review", "--json", *proposed).out)
    assert (first["number"], first["note"]) == (1, NOTE)
    assert first["summary"].startswith(SUMMARY)
    assert (first["tags"], first["related"], first["category"]) == ([], [], None)
    [one] = json.loads(call("review", NOTE, "--json", *proposed).out)
    assert one == first


def test_status_counts_what_waits(call: Call, proposed: tuple[object, ...]) -> None:
    out = call("status", *proposed).out
    assert "\nreview   2 proposals wait: see `vaultskillet review`\n" in out
    assert "0 written, 2 proposed, 0 left alone, 0 failed" in out
    assert json.loads(call("status", "--json", *proposed).out)["proposals"] == 2
    call("review", "--reject", "2", *proposed)
    assert "\nreview   1 proposal waits: " in call("status", *proposed).out
    call("review", "--accept", "1", *proposed)
    assert "\nreview " not in call("status", *proposed).out


@pytest.mark.parametrize("words", [["1"], ["--show", "1"], [NOTE], ["Garden/Compost"]])
def test_the_diff_is_shown_as_a_dry_run_shows_it(
    call: Call, vault: Path, proposed: tuple[object, ...], words: list[str]
) -> None:
    before = contents(vault)
    shown = call("review", *words, *proposed).out
    assert contents(vault) == before
    assert shown.startswith(f"--- a/{NOTE}\n+++ b/{NOTE}\n")
    assert f"\n+summary: {SUMMARY}" in shown
    assert "Hedge" not in shown
    assert shown in call("review", "--show", *proposed).out


def test_what_is_accepted_is_written_and_can_be_taken_back(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    before = contents(vault)
    ended = call("review", "--accept", "1", *proposed)
    assert (ended.code, ended.out) == (0, f"written: {NOTE}\n")
    assert f"\nsummary: {SUMMARY}" in (vault / NOTE).read_text(encoding="utf-8")
    assert "by gemma (extractive)" in call("history", NOTE, *proposed).out
    assert call("undo", *proposed).out == f"undone: {NOTE}\n"
    assert contents(vault) == before
    assert call("run", "--once", *proposed).out.startswith("notes: 2 unchanged, ")


def test_all_can_be_accepted_and_nothing_waits_then(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    ended = call("review", "--accept", "--all", *proposed)
    assert ended.out == f"written: {NOTE}\nwritten: Garden/Hedge.md\n"
    assert call("review", *proposed).out == "nothing waits for review\n"
    assert call("review", "--accept", "--all", *proposed).out == "nothing waits for review\n"
    assert all(b"\nsummary: " in content for content in contents(vault).values())
    assert call("run", "--once", *proposed).out.startswith("notes: 2 unchanged, ")


def test_what_is_rejected_is_not_proposed_again(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    before = contents(vault)
    ended = call("review", "--reject", NOTE, "2", *proposed)
    assert ended.out == f"rejected: {NOTE}\nrejected: Garden/Hedge.md\n"
    assert contents(vault) == before
    with (vault / NOTE).open("a", encoding="utf-8") as note:
        note.write("\nMore.\n")
    call("run", "--once", *proposed)
    assert call("review", *proposed).out == "nothing waits for review\n"


def test_a_note_that_changed_since_is_done_anew(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    text = "Worms like paper, and they like the grounds of coffee most of all. Feed them well.\n"
    (vault / NOTE).write_text(text, encoding="utf-8")
    told = f"left: {NOTE} (it changed since that was proposed)\n"
    assert call("review", "--show", "1", *proposed).out == told
    assert call("review", "--accept", "1", *proposed).out == told
    call("run", "--once", *proposed)
    assert "3  Garden/Compost.md: summary Worms like paper" in call("review", *proposed).out


def test_beside_a_process_that_works_it_is_left_to_that(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    before = contents(vault)
    with hold_lock(state_file(state_dir_for(vault, None))):
        ended = call("review", "--accept", "1", *proposed)
    told = f"accept {NOTE}: left to the vaultskillet that works on this vault\n"
    assert (ended.code, ended.out) == (0, told)
    assert contents(vault) == before
    assert call("review", *proposed).out.startswith("2  Garden/Hedge.md: ")
    assert call("run", "--once", *proposed).out.startswith("notes: 1 written, ")
    assert f"\nsummary: {SUMMARY}" in (vault / NOTE).read_text(encoding="utf-8")
    assert call("run", "--once", *proposed).out.startswith("notes: 2 unchanged, ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--accept"], "name what is meant, by number or by note; or give --all"),
        (["--reject", "--all", "1"], "name what is meant"),
        (["--accept", "--reject", "1"], "only one of them at a time"),
        (["--accept", "7"], "7: nothing is proposed there; see `vaultskillet review`"),
        (["--accept", "1", "Templates/Day"], "Templates/Day.md: nothing is proposed there"),
        (["--show", "No such note"], "No such note: there is no such note"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_done(
    call: Call, vault: Path, proposed: tuple[object, ...], words: list[str], told: str
) -> None:
    before = contents(vault)
    ended = call("review", *words, *proposed)
    assert ended.code == 2
    assert told in ended.err
    assert contents(vault) == before


def test_a_vault_that_is_written_at_once_again_keeps_what_waits(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    at_once = ("--vault", vault)
    before = contents(vault)
    assert call("run", "--once", *at_once).out.startswith("notes: 2 unchanged, ")
    assert contents(vault) == before
    with (vault / NOTE).open("a", encoding="utf-8") as note:
        note.write("\nMore.\n")
    assert call("run", "--once", *at_once).out.startswith("notes: 1 written, 1 unchanged, ")
    assert call("review", *at_once).out.startswith("2  Garden/Hedge.md: ")
    assert call("review", "--accept", "2", *at_once).out == "written: Garden/Hedge.md\n"
    assert call("review", *proposed).out == "nothing waits for review\n"


def test_doctor_says_what_waits(call: Call, vault: Path, proposed: tuple[object, ...]) -> None:
    told = "2 proposals wait: see `vaultskillet review`"
    assert f"write.mode: review, notes are written once that is accepted; {told}" in (
        call("doctor", *proposed).out
    )
    assert f"write.mode: auto, but {told}" in call("doctor", "--vault", vault).out
    call("review", "--accept", "--all", *proposed)
    assert "write.mode" not in call("doctor", "--vault", vault).out


def tick(vault: Path, said: str) -> None:
    page = vault / "Homeskillet/Review.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(f"- [ ] {said}", f"- [x] {said}", 1), encoding="utf-8")


def test_what_is_ticked_in_the_vault_is_done_by_the_next_run(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    tick(vault, "Accept all")
    assert call("run", "--once", *proposed).out.startswith("notes: 2 written, ")
    assert all(b"\nsummary: " in content for content in contents(vault).values())
    assert not (vault / "Homeskillet").exists()
    assert call("run", "--once", *proposed).out.startswith("notes: 2 unchanged, ")


@pytest.mark.usefixtures("proposed")
def test_what_is_ticked_is_done_where_notes_are_written_at_once_again(
    call: Call, vault: Path
) -> None:
    call("run", "--once", "--vault", vault)
    tick(vault, "Accept ^accept-1-")
    assert call("run", "--once", "--vault", vault).out.startswith("notes: 1 written, ")
    assert "Hedge" in (vault / "Homeskillet/Review.md").read_text(encoding="utf-8")
    tick(vault, "Reject ^reject-2-")
    call("run", "--once", "--vault", vault)
    assert not (vault / "Homeskillet").exists()


def test_a_decision_by_command_is_off_the_page(
    call: Call, vault: Path, proposed: tuple[object, ...]
) -> None:
    tick(vault, "Reject ^reject-1-")
    call("review", "--accept", "2", *proposed)
    assert not (vault / "Homeskillet").exists()
    assert call("review", *proposed).out == "nothing waits for review\n"
    call("run", "--once", *proposed)
    told = json.loads(call("status", "--json", *proposed).out)
    assert [NOTE, "refused in review"] in told["left"]


def test_there_is_no_page_where_none_is_wanted(
    call: Call, vault: Path, proposed: tuple[object, ...], tmp_path: Path
) -> None:
    text = "write: {mode: review, review_page: false}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    call("run", "--once", *proposed)
    assert not (vault / "Homeskillet").exists()
    assert len(call("review", *proposed).out.splitlines()) == 2
    assert not modules_of("run", "--once", *proposed) & HEAVY


def test_a_run_where_nothing_is_due_takes_nothing_heavy_once_nothing_waits(
    call: Call, proposed: tuple[object, ...]
) -> None:
    assert modules_of("run", "--once", *proposed) & HEAVY  # it may be ticked on the page
    call("review", "--reject", "--all", *proposed)
    call("run", "--once", *proposed)
    assert not modules_of("run", "--once", *proposed) & HEAVY


def test_status_takes_nothing_heavy_for_what_waits(proposed: tuple[object, ...]) -> None:
    assert not modules_of("status", *proposed) & HEAVY
