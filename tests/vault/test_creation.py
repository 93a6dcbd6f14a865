"""Making and removing whole notes: what a failing disk or a quicker editor leaves behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.core.model import (
    CreateNote,
    NotePath,
    Overtaken,
    RemoveNote,
    Written,
    digest_of,
)
from vaultskillet.errors import NoteProtectedError, VaultError, WriteError
from vaultskillet.vault.vault import DiskVault

NEW = NotePath("Homeskillet/Answers/New.md")
TEXT = b"an answer\n"

STEPS = range(1, 30)
"""How many calls it takes to make a note two folders deep; each is a place to fail at."""


def make(root: Path, disk: FaultyDisk | None = None) -> Written | Overtaken | VaultError:
    [result] = DiskVault(root, disk=disk).commit([CreateNote(NEW, TEXT)])
    return result


def remove(root: Path, disk: FaultyDisk | None = None) -> Written | Overtaken | VaultError:
    [result] = DiskVault(root, disk=disk).commit([RemoveNote(NEW, digest_of(TEXT))])
    return result


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_the_steps_cover_the_whole_making(tmp_path: Path) -> None:
    disk = FaultyDisk()
    make(tmp_path, disk)
    assert 12 < len(disk.calls) <= STEPS[-1]


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_fails_at_any_step_leaves_the_whole_note_or_none(
    tmp_path: Path, step: int
) -> None:
    def fail(number: int, _name: str) -> None:
        if number == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    result = make(tmp_path, FaultyDisk(before=fail))
    assert isinstance(result, Written | VaultError)
    DiskVault(tmp_path).clean_up()
    left = files(tmp_path)
    assert left in ([], [NEW])
    assert [(tmp_path / name).read_bytes() for name in left] == [TEXT] * len(left)
    assert isinstance(make(tmp_path), Written)  # again is the same
    assert files(tmp_path) == [NEW]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_note_that_an_editor_makes_in_that_instant_stays(
    tmp_path: Path, *, can_exchange: bool
) -> None:
    def save(_number: int, name: str) -> None:
        if name == "place":
            (tmp_path / NEW).write_bytes(b"the user's own")

    disk = FaultyDisk(before=save, can_exchange=can_exchange)
    assert isinstance(make(tmp_path, disk), Overtaken)
    assert (tmp_path / NEW).read_bytes() == b"the user's own"
    assert files(tmp_path) == [NEW]


def test_a_new_note_may_be_read_by_whom_its_folder_lets(tmp_path: Path) -> None:
    (tmp_path / NEW).parent.mkdir(parents=True)
    (tmp_path / NEW).parent.chmod(0o750)
    make(tmp_path)
    assert (tmp_path / NEW).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("blocker", ["Homeskillet", "Homeskillet/Answers"])
def test_a_file_in_the_place_of_its_folder_is_one_clear_error(tmp_path: Path, blocker: str) -> None:
    (tmp_path / blocker).parent.mkdir(exist_ok=True)
    (tmp_path / blocker).write_bytes(b"")
    result = make(tmp_path)
    assert isinstance(result, WriteError)
    assert "stands where its folder should be" in str(result)


def test_no_link_leads_out_of_the_vault(tmp_path: Path) -> None:
    vault, outside = tmp_path / "vault", tmp_path / "outside"
    vault.mkdir()
    outside.mkdir()
    (vault / "Homeskillet").symlink_to(outside)
    assert isinstance(make(vault), WriteError)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["../x.md", "/x.md", ".obsidian/x.md", "a/../x.md", "x.txt"])
def test_only_a_note_inside_the_vault_is_made(tmp_path: Path, name: str) -> None:
    [result] = DiskVault(tmp_path).commit([CreateNote(NotePath(name), TEXT)])
    assert isinstance(result, VaultError)
    assert files(tmp_path) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_removal_that_fails_at_any_step_leaves_the_whole_note_or_none(
    tmp_path: Path, step: int
) -> None:
    make(tmp_path)

    def fail(number: int, _name: str) -> None:
        if number == step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    remove(tmp_path, FaultyDisk(before=fail))
    DiskVault(tmp_path).clean_up()
    assert files(tmp_path) in ([], [NEW])


def test_a_note_that_is_saved_anew_in_the_instant_of_its_removal_stays(tmp_path: Path) -> None:
    make(tmp_path)

    def save(_number: int, name: str) -> None:
        if name == "replace":
            other = tmp_path / "save.tmp"
            other.write_bytes(b"saved anew")
            other.replace(tmp_path / NEW)

    assert isinstance(remove(tmp_path, FaultyDisk(before=save)), Overtaken)
    assert (tmp_path / NEW).read_bytes() == b"saved anew"


def test_a_read_only_note_is_not_removed(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / NEW).chmod(0o444)
    assert isinstance(remove(tmp_path), NoteProtectedError)
    assert files(tmp_path) == [NEW]


def test_the_folders_that_a_removal_leaves_empty_go_with_it(tmp_path: Path) -> None:
    make(tmp_path)
    remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("beside", ["Homeskillet/Answers/Kept.md", "Homeskillet/.hidden"])
def test_a_folder_that_holds_anything_stays(tmp_path: Path, beside: str) -> None:
    make(tmp_path)
    (tmp_path / beside).write_bytes(b"somebody's own")
    remove(tmp_path)
    assert files(tmp_path) == [beside]
