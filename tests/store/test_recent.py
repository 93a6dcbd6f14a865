from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from vaultskillet.store.recent import Recent


class Table:
    """Gives the square of each even key, and counts what is read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def of(self, keys: Collection[int]) -> dict[int, int]:
        self.read += keys
        return {key: key * key for key in keys if key % 2 == 0}


def test_what_was_read_is_not_read_again() -> None:
    table = Table()
    recent = Recent(table.of, most=9)
    assert recent.of([2, 3, 4]) == {2: 4, 4: 16}
    assert recent.of([4, 3, 6]) == {4: 16, 6: 36}
    assert sorted(table.read) == [2, 3, 4, 6]


def test_what_was_not_asked_for_makes_room() -> None:
    table = Table()
    recent = Recent(table.of, most=2)
    for keys in ([2, 4, 6], [2, 8, 10], [2, 12]):
        recent.of(keys)
    table.read.clear()
    assert recent.of([2, 4]) == {2: 4, 4: 16}
    assert table.read == [4]


def test_what_changed_is_read_anew() -> None:
    table = Table()
    recent = Recent(table.of, most=9)
    recent.of([2])
    recent.forget()
    recent.of([2])
    assert table.read == [2, 2]


@given(st.lists(st.lists(st.integers(0, 30))), st.integers(0, 20))
def test_whatever_makes_room_each_answer_is_the_tables(
    questions: list[list[int]], most: int
) -> None:
    recent = Recent(Table().of, most=most)
    for keys in questions:
        assert recent.of(iter(keys)) == Table().of(keys)
