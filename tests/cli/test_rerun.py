"""Doing notes anew after the recipe changed, and what became of what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

NOTE = "Garden/Compost.md"


@pytest.fixture
def other_recipe(tmp_path: Path) -> Path:
    """Give a configuration under which the prompt is another one."""
    file = tmp_path / "other.yaml"
    file.write_text("write: {max_tags: 1}", encoding="utf-8")
    return file


def stale(call: Call, vault: Path, *options: object) -> object:
    return json.loads(call("status", "--vault", vault, "--json", *options).out)["stale"]


def test_a_changed_recipe_alone_starts_nothing(call: Call, vault: Path, other_recipe: Path) -> None:
    call("run", "--once", "--vault", vault)
    ended = call("run", "--once", "--vault", vault, "--config", other_recipe)
    assert ended.out.startswith("notes: 1 unchanged")
    assert stale(call, vault) == {"prompt": 0, "model": 0}
    assert stale(call, vault, "--config", other_recipe) == {"prompt": 1, "model": 0}
    told = call("status", "--vault", vault, "--config", other_recipe).out
    assert "stale    1 by an older prompt: see `vaultskillet rerun`\n" in told


def test_rerun_does_what_is_stale_and_then_nothing(
    call: Call, vault: Path, other_recipe: Path
) -> None:
    call("run", "--once", "--vault", vault)
    options = ("--vault", vault, "--config", other_recipe)
    assert call("rerun", "--stale", "model", *options).out.startswith(
        "notes: 1 unchanged, 2 left alone"
    )
    again = call("rerun", "--stale", "prompt", *options)
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("notes: 3 left alone (")
    assert stale(call, vault, "--config", other_recipe) == {"prompt": 0, "model": 0}


def test_rerun_leaves_what_the_user_edited_and_took_out(
    call: Call, vault: Path, other_recipe: Path
) -> None:
    note = vault / NOTE
    call("run", "--once", "--vault", vault)
    lines = note.read_text(encoding="utf-8").splitlines(keepends=True)
    edited = "".join("summary: Mine.\n" if "summary: " in line else line for line in lines)
    note.write_text(edited, encoding="utf-8")
    call("rerun", "--stale", "all", "--vault", vault, "--config", other_recipe)
    assert note.read_text(encoding="utf-8") == edited
    note.write_text(edited.replace("summary: Mine.\n", ""), encoding="utf-8")
    call("rerun", "--stale", "all", "--vault", vault)
    assert "summary" not in note.read_text(encoding="utf-8")


def test_a_part_that_there_is_not_is_refused(call: Call, vault: Path) -> None:
    assert call("rerun", "--vault", vault).code == 2
    assert call("rerun", "--stale", "moon", "--vault", vault).code == 2


def test_status_tells_what_became_of_each_route(call: Call, vault: Path) -> None:
    assert json.loads(call("status", "--vault", vault, "--json").out)["routes"] == []
    call("run", "--once", "--vault", vault)
    told = call("status", "--vault", vault).out
    assert "route    summary to gemma: 1 kept, 0 edited, 0 taken back\n" in told
    call("undo", "--vault", vault)
    [route] = json.loads(call("status", "--vault", vault, "--json").out)["routes"]
    assert route == {"tier": "gemma", "category": "summary", "kept": 0, "edited": 0, "undone": 1}


def test_history_tells_by_which_route_a_write_came_about(call: Call, vault: Path) -> None:
    call("run", "--once", "--vault", vault)
    told = call("history", NOTE, "--vault", vault).out
    assert "\n    by gemma (extractive): summary, simple (rules: " in told
    assert "; kept\n" in told
    [entry] = json.loads(call("history", "--vault", vault, "--json").out)
    assert entry["route"]["model"] == "extractive"
    assert entry["route"]["fate"] == "kept"
