"""`status` tells the same whether it works all of it out or goes by what was told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import HEAVY, Call, modules_of


def told_both_ways(call: Call, *options: object) -> tuple[str, str]:
    """Give what is told at a glance, and what is told by working it out."""
    ways = (call("status", *options).out, call("status", "--verbose", *options).out)
    short, full = (re.sub(r"\d\d:\d\d:\d\d|\d+\.\d+", "at", way) for way in ways)
    return short, full


def test_after_a_run_it_imports_nothing_heavy(call: Call, vault: Path) -> None:
    assert modules_of("status", "--vault", vault) & HEAVY  # nothing was told yet
    call("run", "--once", "--vault", vault)
    assert not modules_of("status", "--vault", vault) & HEAVY


@pytest.mark.parametrize("more", [[], ["--engine", "openai"]])
def test_at_a_glance_it_tells_the_same(call: Call, vault: Path, more: list[str]) -> None:
    call("run", "--once", "--vault", vault)
    short, full = told_both_ways(call, "--vault", vault, *more)
    assert short == full
    assert "notes    1 written" in short


def test_a_note_that_failed_is_named_once(call: Call, vault: Path) -> None:
    (vault / "Garden/Compost.md").chmod(0o444)
    told = (
        call("run", "--once", "--vault", vault).out,
        call("status", "--vault", vault).out,
    )
    for lines in told:
        [line] = [line for line in lines.splitlines() if "read-only" in line]
        assert line.count("Garden/Compost.md") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--vault={vault}", "--json"],
        ["--json", "--vault", "elsewhere", "--vault", "{vault}"],
        ["--prometheus", "--vault", "{vault}"],
    ],
)
def test_however_options_are_written_it_is_as_typer_reads_them(
    call: Call, vault: Path, words: list[str]
) -> None:
    call("run", "--once", "--vault", vault)
    words = [word.format(vault=vault) for word in words]
    short, full = told_both_ways(call, *words)
    assert short == full


@pytest.mark.parametrize("words", [["--vault"], ["--jsn"], ["more"]])
def test_what_is_not_right_is_left_to_typer(call: Call, words: list[str]) -> None:
    assert call("status", *words).code == 2


def test_another_configuration_is_worked_out(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"obsidian: {{enabled: true, vault_path: '{vault}'}}\n", encoding="utf-8")
    call("run", "--once", "--config", file)
    assert not modules_of("status", "--config", file) & (HEAVY - {"yaml", "frontmatter"})
    with file.open("a", encoding="utf-8") as opened:
        opened.write("models: {gemma: {engine: openai, repo: other}}\n")
    short, full = told_both_ways(call, "--config", file)
    assert short == full
    assert "gemma    other" in short


def test_a_wrong_configuration_is_told_of(call: Call, vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("", encoding="utf-8")
    call("run", "--once", "--vault", vault, "--config", file)
    file.write_text("watch: {quite_s: 3}\n", encoding="utf-8")
    ended = call("status", "--vault", vault, "--config", file)
    assert ended.code == 2
    assert "did you mean quiet_s?" in ended.err
