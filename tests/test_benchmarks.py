"""The table of measurements: how it is written, and what a small part of it measures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import PAGE
from benchmarks.passes import Passes, floor, make_vault, parse_ms
from benchmarks.processes import Cost, cost_of
from benchmarks.table import BEGIN, END, Row, render, replaced, skipped

ROWS = [
    Row("walking", "1 s", "0.5 s", "floor: 0.1 s", held=True),
    Row("reading", "1 s", "2 s", held=False),
    skipped("asking", "1 s", "no model is here"),
]


def test_a_row_says_whether_its_target_is_held() -> None:
    table = render(ROWS, versions="Python 3")
    assert table.splitlines()[4:] == [
        "| walking | 1 s | 0.5 s | floor: 0.1 s | held |",
        "| reading | 1 s | 2 s |  | **missed** |",
        "| asking | 1 s | not measured: no model is here |  |  |",
    ]


def test_a_table_takes_the_place_of_the_last_one_and_of_nothing_else() -> None:
    page = f"Before.\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n"
    again = replaced(replaced(page, "first"), "new")
    assert again == f"Before.\n\n{BEGIN}\n\nnew\n\n{END}\n\nAfter.\n"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no <!--"):
        replaced("Before.\n", "new")


def test_the_page_of_measurements_has_the_marks() -> None:
    assert replaced(PAGE.read_text(encoding="utf-8"), "new")


def test_the_generated_vault_is_the_same_every_time(tmp_path: Path) -> None:
    one, other = (make_vault(tmp_path / name, 8) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_the_floor_touches_every_file(tmp_path: Path) -> None:
    paths = make_vault(tmp_path, 8)
    touched: list[str] = []
    floor(tmp_path, touched.append)
    assert sorted(touched) == sorted(map(str, paths))


def test_a_first_pass_is_told_as_a_multiple_of_the_bare_parse_start_up_apart() -> None:
    first, start, nothing = Cost(31.0, 100.0), Cost(1.0, 50.0), Cost(0.0, 0.0)
    passed = Passes(
        notes=10_000,
        start=nothing,
        start_to_work=start,
        read_s=0.0,
        stat_s=0.0,
        parse_ms=0.5,
        first=first,
        unchanged=nothing,
        changed=nothing,
    )
    assert (passed.note_ms, passed.parses) == (3.0, 6.0)


def test_the_bare_parse_is_measured_a_note(tmp_path: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in make_vault(tmp_path, 4)]
    assert parse_ms(texts) > 0


def test_a_process_is_measured_apart_from_those_before_it() -> None:
    hungry = cost_of([sys.executable, "-c", "x = bytearray(100_000_000)"])
    modest = cost_of([sys.executable, "-c", "pass"])
    assert hungry.peak_mb > 95
    assert modest.peak_mb < 50
