"""Asking for the notes most like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    home = tmp_path / "Garden"
    for name, text in {
        "Beds": "Raised beds keep the soil loose, says [[Compost]].",
        "Compost": "Compost feeds the soil of raised beds in spring.",
        "deep/Worms": "Worms turn the compost of raised beds into soil, see [[Beds]].",
        "Tax": "Forms are due in May.",
        "Secret": "---\nprivate: true\n---\nCompost feeds the soil of raised beds in spring.",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")
    return home


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in files}


def test_related_lists_the_notes_and_what_speaks_for_them(
    call: Call, garden: Path, tmp_path: Path
) -> None:
    before = snapshot(tmp_path)
    ended = call("related", "Beds", "--vault", garden, "--state-dir", tmp_path / "state")
    assert (ended.code, ended.err) == (0, "")
    first, second, *_ = [line.split("  ") for line in ended.out.splitlines()]
    assert first[1:] == [
        "Compost.md",
        "(they have words in common; it is named in the text; linked already)",
    ]
    assert second[1] == "deep/Worms.md"
    assert "it links here" in second[2]
    assert "Secret" not in ended.out
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "state").exists()


def test_related_gives_all_as_json(call: Call, garden: Path) -> None:
    ended = call("related", "Beds.md", "--vault", garden, "--json", "--limit", 2)
    told = json.loads(ended.out)
    assert told["note"] == "Beds.md"
    compost, worms = told["related"]
    assert compost["is_linked"]
    assert (worms["path"], worms["link"]) == ("deep/Worms.md", "[[Worms]]")
    assert 0 < worms["score"] < 1
    assert not worms["is_linked"]


def test_a_note_that_is_not_there_is_told(call: Call, garden: Path) -> None:
    ended = call("related", "Missing", "--vault", garden)
    assert ended.code == 2
    assert "there is no such note" in ended.err


def test_notes_with_nothing_in_common_are_not_listed(call: Call, garden: Path) -> None:
    ended = call("related", "Tax", "--vault", garden, "--json")
    assert json.loads(ended.out)["related"] == []
    said = call("related", "Tax", "--vault", garden)
    assert said.out == "no note has anything in common with it\n"
