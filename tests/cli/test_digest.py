"""Digests by transcript."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Call
from vaultskillet.cli.bases import render_bases
from vaultskillet.config import Config
from vaultskillet.store.lock import hold_lock

DAY = "2026-03-14"
NOTE = f"Homeskillet/Digests/Digest daily {DAY}.md"


@pytest.fixture
def garden(vault: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a vault whose one note was last changed on a Saturday in March."""
    monkeypatch.setenv("TZ", "UTC")
    noon = 1_773_489_600
    os.utime(vault / "Garden/Compost.md", (noon, noon))
    return vault


def test_a_digest_of_a_past_day_is_written_and_named(call: Call, garden: Path) -> None:
    ended = call("digest", "daily", "--date", DAY, "--vault", garden)
    assert (ended.code, ended.out, ended.err) == (0, f"digest daily {DAY}: {NOTE}\n", "")
    text = (garden / NOTE).read_text(encoding="utf-8")
    assert "- [[Compost]]: A compost bin smells when it is too wet" in text
    again = call("digest", "daily", "--date", DAY, "--vault", garden)
    assert again.out == f"digest daily {DAY}: {NOTE} (it stands there already, just so)\n"
    assert (garden / NOTE).read_text(encoding="utf-8") == text


def test_it_can_be_taken_back(call: Call, garden: Path) -> None:
    call("digest", "weekly", "--date", "2026-W11", "--vault", garden)
    ended = call("undo", "--vault", garden)
    assert ended.out == "undone: Homeskillet/Digests/Digest weekly 2026-W11.md\n"
    assert not (garden / "Homeskillet/Digests/Digest weekly 2026-W11.md").exists()


def test_a_dry_run_shows_it_and_writes_nothing(call: Call, garden: Path) -> None:
    ended = call("digest", "monthly", "--date", "2026-03", "--dry-run", "--vault", garden)
    assert ended.code == 0
    assert ended.out.startswith("**1–31 March 2026**: 1 note")
    assert not (garden / "Homeskillet").exists()
    assert not list(Path.home().rglob("*.sqlite3"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["daily", "--date", "2020-01-05"], 0, "nothing written (nothing happened in that time)"),
        (["daily", "--date", "2222-01-05"], 2, "digest daily: 2222-01-05 is still to come"),
        (["daily", "--date", "soon"], 2, "--date soon: is no date; write 2026-03-14"),
        (["yearly"], 2, "there is no digest 'yearly'; there are daily, weekly, monthly"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    call: Call, garden: Path, words: list[str], code: int, told: str
) -> None:
    ended = call("digest", *words, "--vault", garden)
    assert ended.code == code
    assert told in ended.out + ended.err
    assert (ended.out + ended.err).count("\n") == 1


def test_where_none_is_named_the_day_and_the_week_are_told(call: Call, garden: Path) -> None:
    ended = call("digest", "--date", DAY, "--vault", garden)
    assert ended.out.splitlines() == [
        f"digest daily {DAY}: {NOTE}",
        "digest weekly 2026-W11: Homeskillet/Digests/Digest weekly 2026-W11.md",
    ]


def test_a_folder_in_the_way_and_a_missing_template_are_told(
    call: Call, garden: Path, tmp_path: Path
) -> None:
    (garden / NOTE).mkdir(parents=True)
    ended = call("digest", "daily", "--date", DAY, "--vault", garden)
    assert (ended.code, ended.out) == (1, "")
    assert NOTE in ended.err
    file = tmp_path / "config.yaml"
    file.write_text("digests: [{name: daily, template: mine}]", encoding="utf-8")
    (garden / NOTE).rmdir()
    ended = call("digest", "--date", DAY, "--vault", garden, "--config", file)
    assert ended.code == 2
    assert "digests/mine.md: there is no such template" in ended.err


def test_a_query_that_matches_nothing_is_told(call: Call, garden: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("digests: [{name: daily, tags: [none]}]", encoding="utf-8")
    ended = call("digest", "--date", DAY, "--vault", garden, "--config", file)
    assert (ended.code, ended.err) == (
        2,
        "vaultskillet: digest daily: its query matches no note of the vault\n",
    )


def test_answers_of_the_period_are_told_with_the_note_they_came_from(
    call: Call, garden: Path
) -> None:
    note = garden / "Garden/Compost.md"
    asking = note.read_text(encoding="utf-8") + "\n#homeskillet What do worms like?\n"
    note.write_text(asking, encoding="utf-8")
    call("run", "--once", "--vault", garden)
    link = "- [[What do worms like]] (from [[Compost]])\n"
    assert link in call("digest", "weekly", "--dry-run", "--vault", garden).out
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace("---\n", "---\nprivate: true\n", 1), encoding="utf-8")
    assert "worms" not in call("digest", "weekly", "--dry-run", "--vault", garden).out


def test_beside_a_vaultskillet_at_work_it_is_left_to_that_one(
    call: Call, garden: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("digests: [daily]", encoding="utf-8")
    state = tmp_path / "state"
    shared = ["--vault", garden, "--config", file, "--state-dir", state]
    call("status", *shared)
    with hold_lock(state / "state.sqlite3"):
        ended = call("digest", "--date", DAY, *shared)
        assert ended.code == 0
        assert "left to the vaultskillet that works on this vault" in ended.out
        refused = call("digest", "weekly", *shared)
        assert refused.code == 2
    assert f"digest   daily: {DAY} waits" in call("status", *shared).out
    assert call("run", "--once", *shared).code == 0
    assert (garden / NOTE).exists()


def test_status_tells_of_the_schedule_and_the_digests(
    call: Call, garden: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "digests: [{name: daily, webhook: 'http://127.0.0.1:9/secret-part'}]\n"
        "schedule: {timezone: UTC, sweep: {when: '0 18 * * sun'}}",
        encoding="utf-8",
    )
    shared = ["--vault", garden, "--config", file]
    sent = call("digest", "--date", DAY, *shared)
    assert "not sent yet, will be tried again: 127.0.0.1 cannot be reached" in sent.out
    told = call("status", *shared)
    assert "schedule sweep: last never, next " in told.out
    assert re.search(rf"digest   daily: last {DAY} written \d{{4}}-.*, next \d{{4}}-", told.out)
    assert f"unsent   daily {DAY} by webhook (127.0.0.1 cannot be reached)" in told.out
    assert "secret-part" not in told.out + sent.out
    as_json = json.loads(call("status", "--json", *shared).out)
    assert [entry["name"] for entry in as_json["schedule"]][:2] == ["sweep", "index"]
    assert as_json["digests"][0]["last"]["outcome"] == "written"
    assert "text" not in as_json["unsent"][0]


def test_bases_are_written_when_asked_and_never_over_others(
    call: Call, garden: Path, tmp_path: Path
) -> None:
    shared = ["init", garden, "--bases", "--config", tmp_path / "config.yaml"]
    first = call(*shared)
    assert first.code == 0
    assert "Enriched notes.base" in first.out
    base = garden / "Homeskillet" / "Notes left alone.base"
    base.write_text("mine", encoding="utf-8")
    again = call(*shared)
    assert (again.code, again.out) == (0, "The views are there already; nothing was written\n")
    assert base.read_text(encoding="utf-8") == "mine"


def test_a_base_is_yaml_that_speaks_the_language_of_bases(garden: Path) -> None:
    (garden / ".obsidian/templates.json").write_text(
        json.dumps({"folder": "My \"odd\" 'one' é"}), encoding="utf-8"
    )
    views = {name: yaml.safe_load(text) for name, text in render_bases(garden, Config()).items()}
    enriched, left = views["enriched"], views["left-alone"]
    assert enriched["filters"]["and"][2] == {
        "or": ['file.hasProperty("summary")', 'file.hasProperty("related")']
    }
    assert enriched["views"][0]["order"][1:4] == ["note.summary", "note.related", "note.tags"]
    assert left["filters"]["and"][1]["not"] == [
        'file.inFolder("Homeskillet")',
        'file.inFolder("My \\"odd\\" \'one\' é")',
    ]
    assert [view["name"] for view in left["views"]] == ["Without a summary", "Opted out"]
    assert left["views"][1]["filters"]["or"] == [
        'note["homeskillet"] == false',
        'file.hasTag("homeskillet/skip")',
    ]
