"""Kills and editors at every step of a write: never a torn note, never a lost edit."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.vault import appended
from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.core.model import Edit, EditNote, NotePath, Overtaken, Written, digest_of
from vaultskillet.errors import NoteBusyError, VaultError
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.vault import DiskVault

OLD = b"old " * 1000
NEW = OLD + b"new"
EDITED = b"the user's edit"
NOTE = NotePath("note.md")
STEPS = range(1, 30)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "vault" / NOTE
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def in_child(work: Callable[[], None]) -> int:
    """Do something in a process of its own; give that process."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return child


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_kill_at_any_step_leaves_old_or_new(note: Path, *, step: int, can_exchange: bool) -> None:
    def kill(number: int, _name: str) -> None:
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        disk = FaultyDisk(before=kill, can_exchange=can_exchange)
        DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])

    os.waitpid(in_child(work), 0)
    assert note.read_bytes() in {OLD, NEW}
    assert DiskVault(note.parent).clean_up() == []
    assert list(note.parent.iterdir()) == [note]


def test_a_kill_at_any_moment_leaves_a_whole_version(note: Path) -> None:
    """A version is one number over and over; a mixture of two would show."""

    def versions() -> None:
        vault = DiskVault(note.parent)
        for number in range(1_000_000):
            old = note.read_bytes()
            edit = Edit(0, old, b"%08d" % number * 500)
            vault.commit([EditNote(NOTE, digest_of(old), (edit,))])
            os.write(pipe[1], b".")

    chance = random.Random(3)  # noqa: S311 - when to kill is no secret
    for _ in range(30):
        pipe = os.pipe()
        child = in_child(versions)
        for _ in range(chance.randrange(1, 6)):
            os.read(pipe[0], 1)
        for _ in range(chance.randrange(20_000)):
            pass  # a moment within the next write
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for end in pipe:
            os.close(end)
        content = note.read_bytes()
        assert content == content[:8] * 500
        assert DiskVault(note.parent).clean_up() == []
        assert list(note.parent.iterdir()) == [note]


def save_by_rename(note: Path, content: bytes) -> None:
    draft = note.with_name(".draft")
    draft.write_bytes(content)
    draft.rename(note)


def save_in_place(note: Path, content: bytes) -> None:
    with note.open("r+b") as file:
        file.truncate()
        file.write(content)


Save = Callable[[Path, bytes], None]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
def test_an_edit_at_any_step_is_never_lost(note: Path, step: int, save: Save) -> None:
    editor = threading.Thread(target=save, args=(note, EDITED))

    def edit(number: int, _name: str) -> None:
        if number == step:
            editor.start()
            # Where writers are held off, the editor waits for us and not we for it.
            while editor.is_alive() and not (disk.held and Disk().writer_waits(disk.held)):
                editor.join(0.001)

    disk = FaultyDisk(before=edit)
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    if editor.ident:
        editor.join()
        assert note.read_bytes() == EDITED
    else:
        assert isinstance(result, Written)
    assert list(note.parent.iterdir()) == [note]


def test_of_two_saves_at_the_instant_of_the_write_the_later_one_stands(note: Path) -> None:
    saves = iter([b"first", b"second"])

    def edit(_number: int, name: str) -> None:
        if name == "exchange" and (content := next(saves, None)):
            save_by_rename(note, content)

    disk = FaultyDisk(before=edit)
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    assert isinstance(result, Overtaken)
    assert note.read_bytes() == b"second"
    assert list(note.parent.iterdir()) == [note]


def test_a_write_that_was_taken_back_stays_so_after_a_power_cut(note: Path) -> None:
    def edit(_number: int, name: str) -> None:
        if name == "exchange" and disk.calls.count("exchange") == 1:
            save_by_rename(note, EDITED)

    disk = FaultyDisk(before=edit)
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    assert isinstance(result, Overtaken)
    assert disk.calls[-1] == "sync_folder"


def test_a_note_deleted_in_the_instant_of_the_write_stays_deleted(note: Path) -> None:
    def meddle(_number: int, name: str) -> None:
        if name == "exchange":
            if disk.calls.count("exchange") == 1:
                save_by_rename(note, EDITED)
            else:
                note.unlink()

    disk = FaultyDisk(before=meddle)
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    assert isinstance(result, Overtaken)
    assert list(note.parent.iterdir()) == []


def test_without_exchange_an_edit_before_the_last_look_is_not_lost(note: Path) -> None:
    def edit(_number: int, name: str) -> None:
        if name == "hold_off_writers":
            save_by_rename(note, EDITED)

    disk = FaultyDisk(before=edit, can_exchange=False)
    [result] = DiskVault(note.parent, disk=disk).commit([appended(OLD, b"new", NOTE)])
    assert isinstance(result, Overtaken)
    assert note.read_bytes() == EDITED


@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
def test_no_edit_of_a_busy_editor_is_lost(note: Path, save: Save) -> None:
    """The editor saves version after version while we write as fast as we can."""
    note.write_bytes(b"0\n")

    def keep_writing() -> None:
        vault = DiskVault(note.parent)
        while True:
            old = note.read_bytes()
            mark = b"" if b"ours" in old else b"ours"
            edit = Edit(old.find(b"\n") + 1, b"ours" if not mark else b"", mark)
            vault.commit([EditNote(NOTE, digest_of(old), (edit,))] if b"\n" in old else [])

    writer = in_child(keep_writing)
    try:
        for version in range(1, 300):
            save(note, b"%d\n" % version)
            # For an instant, a write that came too late may stand there; it takes itself back.
            assert any(
                note.read_bytes().partition(b"\n")[0] == b"%d" % version for _ in range(100_000)
            )
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    assert note.read_bytes() in {b"299\n", b"299\nours"}


def test_results_of_a_batch_never_claim_what_the_disk_does_not_hold(note: Path) -> None:
    other = note.with_name("other.md")
    other.write_bytes(OLD)
    writes = [appended(OLD, b"new", NOTE), appended(OLD, b"new", NotePath("other.md"))]
    results = DiskVault(note.parent).commit(writes)
    for path, result in zip((note, other), results, strict=True):
        assert not isinstance(result, VaultError | Overtaken)
        assert digest_of(path.read_bytes()) == result.raw
        assert path.stat().st_mtime_ns == result.stamp.mtime_ns
        assert path.stat().st_ino == result.stamp.inode


def test_a_note_that_changes_whenever_it_is_read_is_tried_again_later(note: Path) -> None:
    def type_on(_number: int, name: str) -> None:
        if name == "read":
            with note.open("ab") as file:
                file.write(b".")

    with pytest.raises(NoteBusyError) as caught:
        DiskVault(note.parent, disk=FaultyDisk(before=type_on)).read(NOTE)
    assert caught.value.transient
