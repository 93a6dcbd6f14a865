"""Cells of tables."""

from __future__ import annotations

from vaultskillet.core.filters.columns import cells_under


def cells(text: str, heading: str) -> list[str]:
    found = cells_under(text, lambda cell: True if cell == heading else None)
    return [text[a:b] for (a, b), _ in found]


def test_the_cells_of_a_column_come_without_blanks() -> None:
    text = "| a | b |\n|---|:-:|\n| 1 |  2  |\n|3|4|\n"
    assert cells(text, "b") == ["2", "4"]


def test_a_table_may_do_without_outer_bars() -> None:
    assert cells("a | b\n-- | --\n1 | 2", "a") == ["1"]


def test_a_table_may_stand_in_a_quotation() -> None:
    assert cells("> | a | b |\n> |---|---|\n> | 1 | 2 |\nafter", "a") == ["1"]


def test_rows_may_be_delimited() -> None:
    assert cells("a,b,c\n1,2,3\n4, 5,6\n\n7,8,9", "b") == ["2", "5"]
    assert cells("```csv\na;b\n1;2\n```", "b") == ["2"]


def test_a_sentence_with_a_comma_is_no_row() -> None:
    assert cells("a, b\nc, d, e\n", "a") == []


def test_empty_and_missing_cells_are_left_out() -> None:
    assert cells("| a | b |\n|---|---|\n| 1 |  |\n| 2 |\n", "b") == []


def test_the_table_ends_where_no_bar_is() -> None:
    assert cells("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n", "a") == ["1"]


def test_a_delimiter_row_needs_a_heading() -> None:
    assert cells("|---|---|\n| 1 | 2 |", "a") == []


def test_bars_and_dashes_in_prose_are_no_table() -> None:
    assert cells("a -| b\nx -| y -| z\n1 | 2", "a -") == []
