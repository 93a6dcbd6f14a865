from __future__ import annotations

from vaultskillet.core.diff import compare
from vaultskillet.core.model import Found, NotePath, Stamp


def stamp(size: int) -> Stamp:
    return Stamp(size=size, mtime_ns=1, inode=1)


def test_new_changed_gone_and_unchanged_notes_are_told_apart() -> None:
    known = {NotePath("same"): stamp(1), NotePath("old"): stamp(2), NotePath("gone"): stamp(3)}
    found = [
        Found(NotePath(path), stamp(size)) for path, size in [("old", 9), ("same", 1), ("new", 4)]
    ]
    changes = compare(known, found)
    assert [one.path for one in changes.touched] == ["new", "old"]
    assert changes.gone == ("gone",)


def test_any_part_of_the_stamp_counts() -> None:
    base = Stamp(size=1, mtime_ns=2, inode=3)
    for other in (Stamp(9, 2, 3), Stamp(1, 9, 3), Stamp(1, 2, 9)):
        assert compare({NotePath("a"): base}, [Found(NotePath("a"), other)]).touched
