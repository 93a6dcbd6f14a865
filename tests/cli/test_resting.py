"""`run --once` where nothing is due: it takes next to nothing, and misses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import HEAVY, Call, modules_of
from vaultskillet.core.model import digest_of


@pytest.fixture
def once(call: Call, vault: Path) -> tuple[object, ...]:
    """Give the words of a run on a vault on which one was made."""
    words = ("run", "--once", "--vault", vault)
    assert "1 written" in call(*words).out
    return words


def is_at_rest(words: tuple[object, ...]) -> bool:
    """Say whether a run was made without all that only work takes."""
    return not modules_of(*words) & HEAVY


def test_where_nothing_is_due_nothing_heavy_is_imported(once: tuple[object, ...]) -> None:
    assert is_at_rest(once)


def test_it_tells_what_any_run_tells(call: Call, once: tuple[object, ...]) -> None:
    brief, full = call(*once).out, call(*once, "--json-logs").out
    assert brief.startswith("notes: 1 unchanged, 2 left alone (")
    assert brief.partition("(")[0] == full.partition("(")[0]


def test_it_is_among_the_runs_that_status_tells_of(
    call: Call, once: tuple[object, ...], vault: Path
) -> None:
    call(*once)
    out = call("status", "--vault", vault).out
    assert out.count("\nrun ") == 2
    assert "0 written, 0 left alone, 0 failed" in out
    assert "cut short" not in out


def test_a_note_that_changed_is_done(call: Call, once: tuple[object, ...], vault: Path) -> None:
    with (vault / "Garden/Compost.md").open("a", encoding="utf-8") as note:
        note.write("\nLeaves take a year to rot, and grass a week; both want air. Turn them.\n" * 3)
    (vault / "Garden/Hedge.md").write_text("A hedge is cut in autumn. " * 9, encoding="utf-8")
    assert " written" in call(*once).out


@pytest.mark.parametrize("change", ["new", "gone", "renamed", "saved", "left over"])
def test_whatever_is_not_as_it_was_is_looked_into(
    once: tuple[object, ...], vault: Path, change: str
) -> None:
    note = vault / "Garden/Compost.md"
    match change:
        case "new":
            (vault / "New.md").write_text("Something else.\n", encoding="utf-8")
        case "gone":
            (vault / "Other.md").write_text("Another.\n", encoding="utf-8")
            modules_of(*once)
            (vault / "Other.md").unlink()
        case "renamed":
            note.rename(vault / "Renamed.md")
        case "saved":
            os.utime(note, ns=(1, 1))
        case _:
            (vault / ".vaultskillet-0123456789abcdef.tmp").write_bytes(b"part")
    assert not is_at_rest(once)
    assert is_at_rest(once)


def test_an_edit_that_a_crash_left_aside_is_recovered(
    call: Call, once: tuple[object, ...], vault: Path
) -> None:
    spare = vault / f".vaultskillet-{digest_of(b'old')}-{digest_of(b'new')}.tmp"
    spare.write_bytes(b"the user's")
    assert "3 left alone" in call(*once).out
    assert not spare.exists()
    [recovered] = vault.glob("Recovered by vaultskillet *.md")
    assert recovered.read_bytes() == b"the user's"


@pytest.mark.parametrize("more", [["--engine", "openai"], ["--verbose"], ["--dry-run"]])
def test_another_run_than_the_one_told_of_takes_all(
    once: tuple[object, ...], more: list[str]
) -> None:
    assert not is_at_rest((*once, *more))


@pytest.mark.parametrize(
    "said",
    [
        "obsidian: {enabled: true, categories: [Garden], vault_path: '{vault}'}",
        "obsidian: {enabled: true, vault_path: '{vault}'}\nwrite: {output_folder: '${HOME}x'}",
        "obsidian: {enabled: true, vault_path: '{vault}'}\nprivacy: {folders: [Private]}",
    ],
)
def test_a_configuration_is_looked_into_where_it_changed_or_has_a_say(
    once: tuple[object, ...], vault: Path, tmp_path: Path, said: str
) -> None:
    (vault / "Private").mkdir()
    file = tmp_path / "mine.yaml"
    file.write_text(said.replace("{vault}", str(vault)) + "\n", encoding="utf-8")
    assert not is_at_rest((*once, "--config", file))
    is_plain = "categories" in said
    assert is_at_rest((*once, "--config", file)) == is_plain


def test_a_vault_that_is_not_enabled_is_refused(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"obsidian: {{vault_path: '{vault}'}}\n", encoding="utf-8")
    note = vault / "Garden/Compost.md"
    call("process", "--config", file, note)
    assert call("run", "--once", "--config", file).code == 2


def test_a_vault_that_is_gone_is_told_of(call: Call, once: tuple[object, ...], vault: Path) -> None:
    vault.rename(vault.with_name("Away"))
    ended = call(*once)
    assert ended.code == 2
    assert "no such vault" in ended.err
