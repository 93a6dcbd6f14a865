"""The write: what it keeps, what it refuses, and what a failing disk leaves behind."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.vault import appended
from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.core.model import NotePath, Overtaken, Written, digest_of
from vaultskillet.errors import (
    DiskFullError,
    NoteGoneError,
    NoteProtectedError,
    VaultError,
    WriteError,
)
from vaultskillet.vault.vault import DiskVault

OLD = b"old " * 1000
NEW = OLD + b"new"
NOTE = NotePath("note.md")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "vault" / NOTE
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def commit(note: Path, disk: FaultyDisk | None = None) -> Written | Overtaken | VaultError:
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    return result


def alone(note: Path) -> bool:
    return os.listdir(note.parent) == [note.name]  # noqa: PTH208 - hidden files too, by name


# How many calls a commit of one note makes; each is a place to fail at.
STEPS = range(1, 30)


def test_the_steps_cover_the_whole_commit(note: Path) -> None:
    disk = FaultyDisk()
    commit(note, disk)
    assert 15 < len(disk.calls) <= STEPS[-1]


def test_the_mode_is_kept_and_the_modification_time_is_new(note: Path) -> None:
    note.chmod(0o640)
    os.utime(note, (1, 1))
    commit(note)
    assert note.stat().st_mode & 0o7777 == 0o640
    assert note.stat().st_mtime > 1


def test_extended_attributes_are_kept(note: Path) -> None:
    os.setxattr(note, "user.colour", b"red")
    os.setxattr(note, "user.empty", b"")
    commit(note)
    assert os.getxattr(note, "user.colour") == b"red"
    assert os.listxattr(note).count("user.empty") == 1


def test_an_access_list_is_kept_and_none_is_inherited(note: Path) -> None:
    entries = [
        "02000000",  # the format's version; then tag, rights and id of each entry
        "01000600ffffffff",
        "02000400e8030000",
        "04000400ffffffff",
        "10000400ffffffff",
        "20000400ffffffff",
    ]
    acl = bytes.fromhex("".join(entries))
    os.setxattr(note.parent, "system.posix_acl_default", acl)
    commit(note)
    assert os.listxattr(note) == []
    os.setxattr(note, "system.posix_acl_access", acl)
    DiskVault(note.parent).commit([appended(NEW, b"er", NOTE)])
    assert os.getxattr(note, "system.posix_acl_access") == acl


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of another user's")
def test_the_owner_is_kept(note: Path) -> None:
    os.chown(note, 12345, 23456)
    commit(note)
    assert (note.stat().st_uid, note.stat().st_gid) == (12345, 23456)


def test_an_owner_that_cannot_be_kept_protects_the_note(note: Path) -> None:
    def refuse(_number: int, name: str) -> None:
        if name == "copy_metadata":
            raise NoteProtectedError("it belongs to user 1")

    result = commit(note, FaultyDisk(before=refuse))
    assert isinstance(result, NoteProtectedError)
    assert str(result) == "note.md: it belongs to user 1"
    assert note.read_bytes() == OLD
    assert alone(note)


def test_a_read_only_note_is_reported_and_not_forced(note: Path) -> None:
    note.chmod(0o444)
    result = commit(note)
    assert isinstance(result, NoteProtectedError)
    assert "read-only" in str(result)
    assert note.read_bytes() == OLD


def test_a_note_with_a_second_link_is_left_whole(note: Path) -> None:
    twin = note.with_name("twin.md")
    twin.hardlink_to(note)
    result = commit(note)
    assert isinstance(result, NoteProtectedError)
    assert "2 hard links" in str(result)
    assert twin.samefile(note)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES])
def test_an_immutable_note_or_folder_is_reported(note: Path, number: int) -> None:
    result = commit(note, failing("exchange", number))
    assert isinstance(result, NoteProtectedError)
    assert alone(note)


def failing(call: str, number: int) -> FaultyDisk:
    def fail(_number: int, name: str) -> None:
        if name == call:
            raise OSError(number, os.strerror(number))

    return FaultyDisk(before=fail)


@pytest.mark.parametrize("call", ["create", "write", "sync", "exchange"])
@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EINTR]
)
def test_a_disk_that_refuses_leaves_the_old_note_alone(note: Path, call: str, number: int) -> None:
    result = commit(note, failing(call, number))
    assert isinstance(result, WriteError)
    assert isinstance(result, DiskFullError) is (number not in {errno.EIO, errno.EINTR})
    assert result.transient
    assert os.strerror(number) in str(result)
    assert note.read_bytes() == OLD
    assert alone(note)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("can_exchange", [True, False])
def test_an_error_at_any_step_leaves_old_or_new(
    note: Path, *, step: int, can_exchange: bool
) -> None:
    def fail(number: int, _name: str) -> None:
        if number == step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    vault_disk = FaultyDisk(before=fail, can_exchange=can_exchange)
    result = commit(note, vault_disk)
    content = note.read_bytes()
    assert content == NEW if isinstance(result, Written) else content in {OLD, NEW}
    assert DiskVault(note.parent).clean_up() == []
    assert alone(note)


def test_a_folder_that_cannot_be_synced_is_not_reported_as_written(note: Path) -> None:
    result = commit(note, failing("sync_folder", errno.EIO))
    assert isinstance(result, WriteError)


def test_a_note_deleted_during_the_write_stays_deleted(note: Path) -> None:
    def delete(_number: int, name: str) -> None:
        if name == "sync":
            note.unlink()

    assert isinstance(commit(note, FaultyDisk(before=delete)), NoteGoneError)
    assert os.listdir(note.parent) == []  # noqa: PTH208 - hidden files too


def test_a_change_of_mode_during_the_write_overtakes_it(note: Path) -> None:
    def protect(_number: int, name: str) -> None:
        if name == "sync":
            note.chmod(0o600)

    assert isinstance(commit(note, FaultyDisk(before=protect)), Overtaken)
    assert note.stat().st_mode & 0o777 == 0o600
    assert note.read_bytes() == OLD


def test_a_note_that_another_program_writes_is_done_later(note: Path) -> None:
    with note.open("r+b"):
        result = commit(note)
    assert isinstance(result, WriteError)
    assert "another program" in str(result)
    assert alone(note)


def test_clean_up_removes_our_copies_and_nothing_else(note: Path) -> None:
    folder = note.parent / "folder"
    folder.mkdir()
    known = f".vaultskillet-{digest_of(OLD)}-{digest_of(NEW)}.tmp"
    (folder / ".vaultskillet-0123456789abcdef.tmp").write_bytes(b"par")
    (folder / known).write_bytes(OLD)
    (note.parent / known).write_bytes(NEW)
    kept = [".vaultskillet-notes.tmp", ".vaultskillet-0123456789abcdef.tmp.md", "x.tmp"]
    for name in kept:
        (folder / name).touch()
    (folder / ".vaultskillet-1111111111111111.tmp").symlink_to(note)
    (folder / ".vaultskillet-2222222222222222.tmp").mkdir()
    assert DiskVault(note.parent).clean_up() == []
    assert note.read_bytes() == OLD
    assert {path.name for path in folder.iterdir()} == {
        *kept, ".vaultskillet-1111111111111111.tmp", ".vaultskillet-2222222222222222.tmp",
    }  # fmt: skip


def test_clean_up_makes_an_edit_that_met_a_write_visible(note: Path) -> None:
    spare = note.with_name(f".vaultskillet-{digest_of(OLD)}-{digest_of(NEW)}.tmp")
    spare.write_bytes(b"the user's")
    [recovered] = DiskVault(note.parent).clean_up()
    assert (note.parent / recovered).read_bytes() == b"the user's"
    assert not spare.exists()


def test_a_clean_up_that_was_begun_is_done_by_the_next_sweep(note: Path) -> None:
    spare = note.with_name(f".vaultskillet-{digest_of(OLD)}-{digest_of(NEW)}.tmp")
    spare.write_bytes(b"the user's")
    vault = DiskVault(note.parent)
    vault.begin_clean_up()
    assert spare.exists()
    seen = [one.path for one in vault.sweep()]
    assert not spare.exists()
    name = digest_of(b"the user's")[:8]
    assert f"Recovered by vaultskillet {name}.md" in seen
    assert sorted(one.path for one in vault.sweep()) == sorted(seen)


def test_a_clean_up_that_was_begun_is_done_before_the_first_write(note: Path) -> None:
    spare = note.with_name(".vaultskillet-0123456789abcdef.tmp")
    spare.write_bytes(b"par")
    vault = DiskVault(note.parent)
    vault.begin_clean_up()
    seen = vault.sweep()
    next(seen)
    vault.commit([])
    assert not spare.exists()
    spare.write_bytes(b"of a write that is under way")
    list(seen)
    assert spare.exists()


def as_root(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own words, no user's


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a vault on a file system of its own that is nearly full."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    root = tmp_path / "small"
    root.mkdir()
    as_root("mount", "-t", "tmpfs", "-o", "size=32k", "none", str(root))
    yield root
    as_root("umount", str(root))


def test_a_full_disk_leaves_the_note_as_it_was(small_disk: Path) -> None:
    note = small_disk / NOTE
    note.write_bytes(OLD)
    (small_disk / "filler").write_bytes(b"x" * 28_000)
    result = commit(note)
    assert isinstance(result, WriteError)
    assert "No space left" in str(result)
    assert note.read_bytes() == OLD
    assert len(list(small_disk.iterdir())) == 2


def test_a_read_only_disk_is_worth_another_try(small_disk: Path) -> None:
    note = small_disk / NOTE
    note.write_bytes(OLD)
    vault = DiskVault(small_disk)
    as_root("mount", "-o", "remount,ro", str(small_disk))
    [result] = vault.commit([appended(OLD, b"new", NOTE)])
    assert isinstance(result, WriteError)
    assert "Read-only file system" in str(result)


def test_a_vault_on_a_read_only_disk_is_opened_to_look_and_not_to_write(small_disk: Path) -> None:
    (small_disk / NOTE).write_bytes(OLD)
    as_root("mount", "-o", "remount,ro", str(small_disk))
    assert DiskVault(small_disk, to_write=False).read(NOTE).content == OLD
    with pytest.raises(VaultError, match="cannot be written"):
        DiskVault(small_disk)
