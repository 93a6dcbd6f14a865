"""Writing in place: the contract, the creation date, and a crash or an editor at every step."""

from __future__ import annotations

import errno
import fcntl
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.vault import Bench, VaultContract, appended
from tests.vault.faulty_disk import FaultyDisk
from tests.vault.test_races import in_child, save_by_rename, save_in_place
from vaultskillet.core.model import Edit, EditNote, NotePath, Written, digest_of
from vaultskillet.errors import NoteProtectedError, NoteUnreadableError, WriteError
from vaultskillet.vault.copies import Copies, Copy
from vaultskillet.vault.disk import Disk
from vaultskillet.vault.vault import DiskVault

OLD = b"old " * 1000
EDITED = b"the user's edit"
NOTE = NotePath("note.md")

LONGER = EditNote(NOTE, digest_of(OLD), (Edit(0, b"", b"longer " * 300),))
SHORTER = EditNote(NOTE, digest_of(OLD), (Edit(0, OLD[:2000], b"s"),))
WRITES = {"longer": LONGER, "shorter": SHORTER}

STEPS = range(1, 30)


def after(write: EditNote) -> bytes:
    [edit] = write.edits
    return edit.after + OLD[edit.end :]


@pytest.fixture(params=WRITES.values(), ids=list(WRITES))
def write(request: pytest.FixtureRequest) -> EditNote:
    assert isinstance(request.param, EditNote)
    return request.param


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "vault" / NOTE
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def copies_of(note: Path) -> Path:
    return note.parent.parent / "copies"


def open_vault(note: Path, disk: Disk | None = None) -> DiskVault:
    return DiskVault(note.parent, copies=copies_of(note), in_place=True, disk=disk)


def commit(note: Path, write: EditNote, disk: Disk | None = None) -> object:
    [result] = open_vault(note, disk).commit([write])
    return result


def nothing_is_left(note: Path) -> bool:
    copies = copies_of(note)
    return list(note.parent.iterdir()) == [note] and not any(copies.iterdir())


def born(note: Path) -> str:
    """Give when a file was made, to the nanosecond, as statx has it."""
    told = subprocess.run(  # noqa: S603 - our own words
        ["stat", "-c", "%w %i", str(note)],  # noqa: S607 - the system's own
        check=True,
        capture_output=True,
        encoding="ascii",
    )
    return told.stdout


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    root = tmp_path / "vault"
    root.mkdir()

    def save(path: str, content: bytes) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)

    vault = DiskVault(root, watched=["thoughts"], copies=tmp_path / "copies", in_place=True)
    return Bench(vault, save, lambda path: (root / path).unlink())


class TestInPlaceVault(VaultContract):
    """Runs the contract."""


def test_the_creation_date_survives_and_no_other_way(note: Path, write: EditNote) -> None:
    before = born(note)
    note.chmod(0o640)
    os.setxattr(note, "user.colour", b"red")
    os.utime(note, (1, 1))
    assert isinstance(commit(note, write), Written)
    assert note.read_bytes() == after(write)
    assert born(note) == before
    assert note.stat().st_mode & 0o777 == 0o640
    assert os.getxattr(note, "user.colour") == b"red"
    assert note.stat().st_mtime > 1
    assert nothing_is_left(note)
    DiskVault(note.parent).commit([appended(note.read_bytes(), b"new", NOTE)])
    assert born(note) != before


def test_the_copy_is_on_the_medium_before_the_first_byte_changes(note: Path) -> None:
    disk = FaultyDisk()
    commit(note, LONGER, disk)
    first = disk.calls.index("resize")
    kept = disk.calls[:first]
    assert kept.index("create") < kept.index("write") < kept.index("sync") < kept.index("replace")
    assert kept.index("replace") < kept.index("sync_folder")
    assert len(disk.calls) <= STEPS[-1]


def test_only_the_user_may_read_the_copy(note: Path) -> None:
    seen: list[int] = []

    def look(_number: int, name: str) -> None:
        if name == "write_over":
            [copy] = copies_of(note).iterdir()
            seen.extend([copy.stat().st_mode & 0o777, copies_of(note).stat().st_mode & 0o777])

    commit(note, LONGER, FaultyDisk(before=look))
    assert seen == [0o600, 0o700]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_old_or_new_after_the_next_start(
    note: Path, write: EditNote, step: int
) -> None:
    def kill(number: int, _name: str) -> None:
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(in_child(lambda: void(commit(note, write, FaultyDisk(before=kill)))), 0)
    assert open_vault(note).clean_up() == []
    assert note.read_bytes() in {OLD, after(write)}
    copies_of(note).mkdir(exist_ok=True)
    assert nothing_is_left(note)


def void(_result: object) -> None:
    """Let a result go."""


class Halting(FaultyDisk):
    """Writes a part over a note and is killed."""

    def __init__(self, done: int) -> None:
        super().__init__()
        self.done = done

    def write_over(self, file: int, content: bytes) -> None:
        super().write_over(file, content[: self.done])
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("done", [1, 7, 512, 1999, 3000])
def test_a_kill_within_the_write_is_mended_at_the_next_start(
    note: Path, write: EditNote, done: int
) -> None:
    os.waitpid(in_child(lambda: void(commit(note, write, Halting(done)))), 0)
    assert note.read_bytes() not in {OLD, after(write)}
    before = born(note)
    assert DiskVault(note.parent, copies=copies_of(note)).clean_up() == []
    assert note.read_bytes() in {OLD, after(write)}
    assert born(note) == before
    assert nothing_is_left(note)


def test_a_kill_within_the_mending_is_mended_too(note: Path, write: EditNote) -> None:
    os.waitpid(in_child(lambda: void(commit(note, write, Halting(1500)))), 0)
    os.waitpid(in_child(lambda: void(open_vault(note, Halting(700)).clean_up())), 0)
    assert open_vault(note).clean_up() == []
    assert note.read_bytes() == OLD
    assert nothing_is_left(note)


def test_a_kill_at_any_moment_is_mended(note: Path) -> None:
    """A version is one number over and over; a mixture of two would show."""

    def versions() -> None:
        vault = open_vault(note)
        for number in range(1_000_000):
            old = note.read_bytes()
            edit = Edit(0, old, b"%08d" % number * (500 + number % 3))
            vault.commit([EditNote(NOTE, digest_of(old), (edit,))])
            os.write(pipe[1], b".")

    chance = random.Random(3)  # noqa: S311 - when to kill is no secret
    for _ in range(20):
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
        assert open_vault(note).clean_up() == []
        content = note.read_bytes()
        assert content == content[:8] * (len(content) // 8)
        assert nothing_is_left(note)


class Dawdling(FaultyDisk):
    """Stops in the middle of a write, tells of it, and goes on when somebody wants to read."""

    def __init__(self, tell: int) -> None:
        super().__init__()
        self.tell = tell

    def write_over(self, file: int, content: bytes) -> None:
        super().write_over(file, content[: len(content) // 2])
        os.write(self.tell, b".")
        while fcntl.fcntl(file, fcntl.F_GETLEASE) == fcntl.F_WRLCK:
            pass
        super().write_over(file, content)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs leases")
def test_nobody_reads_a_part_of_a_write(note: Path, write: EditNote) -> None:
    told, tell = os.pipe()
    writer = in_child(lambda: void(commit(note, write, Dawdling(tell))))
    os.read(told, 1)
    assert note.read_bytes() == after(write)
    os.waitpid(writer, 0)
    for end in (told, tell):
        os.close(end)


def failing(call: str, number: int, *, times: int = 1) -> FaultyDisk:
    """Give a disk that refuses a call so many times."""
    left = [number] * times

    def fail(_number: int, name: str) -> None:
        if name == call and left:
            number = left.pop()
            raise OSError(number, os.strerror(number))

    return FaultyDisk(before=fail)


@pytest.mark.parametrize("step", STEPS)
def test_an_error_at_any_step_leaves_old_or_new(note: Path, write: EditNote, step: int) -> None:
    def fail(number: int, _name: str) -> None:
        if number == step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    result = commit(note, write, FaultyDisk(before=fail))
    content = note.read_bytes()
    assert (
        content == after(write) if isinstance(result, Written) else content in {OLD, after(write)}
    )
    assert open_vault(note).clean_up() == []
    copies_of(note).mkdir(exist_ok=True)
    assert nothing_is_left(note)


class Full(FaultyDisk):
    """Takes a part of the new bytes, and then as many more writes as it is told not at all."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals

    def write_over(self, file: int, content: bytes) -> None:
        if self.refusals:
            super().write_over(file, content[: self.refusals * 300])
            self.refusals -= 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write_over(file, content)


def test_a_disk_that_fills_up_in_the_middle_leaves_the_old_note(
    note: Path, write: EditNote
) -> None:
    result = commit(note, write, Full(1))
    assert isinstance(result, WriteError)
    assert "No space left" in str(result)
    assert note.read_bytes() == OLD
    assert nothing_is_left(note)


def test_a_disk_that_takes_nothing_back_is_tried_again_at_each_reading(
    note: Path, write: EditNote
) -> None:
    vault = open_vault(note, Full(3))
    [result] = vault.commit([write])
    assert isinstance(result, WriteError)
    assert "in the middle of the write" in str(result)
    with pytest.raises(NoteUnreadableError, match="No space left"):
        vault.read(NOTE)
    assert vault.read(NOTE).content == OLD
    assert nothing_is_left(note)


def test_a_keyboard_interrupt_leaves_the_old_note(note: Path, write: EditNote) -> None:
    def interrupt(_number: int, name: str) -> None:
        if name == "write_over" and disk.calls.count(name) == 1:
            raise KeyboardInterrupt

    disk = FaultyDisk(after=interrupt)
    with pytest.raises(KeyboardInterrupt):
        commit(note, write, disk)
    assert note.read_bytes() == OLD
    assert nothing_is_left(note)


def test_without_room_for_the_copy_the_note_is_not_touched(note: Path) -> None:
    copies_of(note).touch()
    before = note.stat()
    result = commit(note, LONGER)
    assert isinstance(result, WriteError)
    assert "no copy of it can be kept" in str(result)
    assert note.stat() == before


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
def test_an_edit_at_any_step_is_never_lost(
    note: Path, step: int, save: Callable[[Path, bytes], None]
) -> None:
    editor = threading.Thread(target=save, args=(note, EDITED))

    def edit(number: int, _name: str) -> None:
        if number == step:
            editor.start()
            # Where everybody is held off, the editor waits for us and not we for it.
            while editor.is_alive() and not (disk.held and Disk().writer_waits(disk.held)):
                editor.join(0.001)

    disk = FaultyDisk(before=edit)
    result = commit(note, LONGER, disk)
    if editor.ident:
        editor.join()
        assert note.read_bytes() == EDITED
    else:
        assert isinstance(result, Written)
    copies_of(note).mkdir(exist_ok=True)
    assert nothing_is_left(note)


def test_a_note_that_somebody_has_open_is_done_later(note: Path) -> None:
    with note.open("rb"):
        result = commit(note, LONGER)
    assert isinstance(result, WriteError)
    assert "another program" in str(result)
    assert note.read_bytes() == OLD
    assert nothing_is_left(note)


def test_a_note_that_somebody_reads_for_a_moment_waits_for_that(note: Path) -> None:
    reader = note.open("rb")
    held = FaultyDisk(before=lambda _n, name: reader.close() if name == "hold_off_all" else None)
    assert isinstance(commit(note, LONGER, held), Written)


def test_a_protected_note_is_left_alone(note: Path) -> None:
    note.chmod(0o444)
    assert isinstance(commit(note, LONGER), NoteProtectedError)
    note.chmod(0o644)
    note.with_name("twin.md").hardlink_to(note)
    assert isinstance(commit(note, LONGER), NoteProtectedError)
    assert note.read_bytes() == OLD


def keep(note: Path, copy: Copy) -> None:
    Copies(copies_of(note), Disk()).keep(copy)


def test_a_note_that_was_edited_after_a_crash_is_kept_and_so_is_its_former_self(
    note: Path,
) -> None:
    keep(note, Copy(NOTE, OLD, after(LONGER)))
    note.write_bytes(EDITED)
    [recovered] = open_vault(note).clean_up()
    assert note.read_bytes() == EDITED
    assert (note.parent / recovered).read_bytes() == OLD
    assert not any(copies_of(note).iterdir())


@pytest.mark.parametrize("path", [NOTE, NotePath("gone/note.md")])
def test_a_note_that_was_moved_after_a_crash_is_recovered(note: Path, path: NotePath) -> None:
    keep(note, Copy(path, OLD, after(LONGER)))
    note.rename(note.with_name("elsewhere.md"))
    assert open_vault(note).clean_up() == [f"Recovered by vaultskillet {digest_of(OLD)[:8]}.md"]


def test_a_part_of_a_copy_never_mattered(note: Path) -> None:
    keep(note, Copy(NOTE, b"", b""))
    [copy] = copies_of(note).iterdir()
    copy.write_bytes(copy.read_bytes()[:-1] + b'{"path": "note.md"}\nx')
    copy.with_name("0.tmp").touch()
    assert open_vault(note).clean_up() == []
    assert nothing_is_left(note)


def test_a_mending_that_is_not_possible_yet_stops_no_start(note: Path) -> None:
    copy = Copy(NOTE, OLD, after(LONGER))
    keep(note, copy)
    note.write_bytes(copy.after[:3000] + OLD[3000:] + bytes(len(copy.after) - len(OLD)))
    vault = open_vault(note, failing("hold_off_all", errno.EIO, times=99))
    assert vault.clean_up() == []
    with pytest.raises(NoteUnreadableError, match="its bytes are kept"):
        vault.read(NOTE)
    assert open_vault(note).clean_up() == []
    assert note.read_bytes() == OLD


NOTES = st.binary(min_size=1, max_size=60).map(lambda piece: piece * 40)


@given(NOTES, NOTES, st.integers(0, 3000), st.integers(0, 3000))
def test_every_state_of_a_write_or_a_mending_is_known_as_such(
    before: bytes, new: bytes, done: int, mended: int
) -> None:
    size = max(len(before), len(new))
    torn = (new[:done] + before.ljust(size, b"\0")[min(done, len(new)) :])[:size]
    again = (before[:mended] + torn[min(mended, len(before)) :])[:size]
    for content in (torn, again, torn[: len(new)] if done >= len(new) else torn):
        assert Copy(NOTE, before, new).is_torn(content)


@given(NOTES, NOTES, st.lists(st.sampled_from(["old", "new", "none"]), min_size=8, max_size=8))
def test_whatever_blocks_a_power_cut_leaves_are_known_as_such(
    before: bytes, new: bytes, blocks: list[str]
) -> None:
    size = max(len(before), len(new))
    sources = {"old": before.ljust(size, b"\0"), "new": new.ljust(size, b"\0"), "none": bytes(size)}
    pieces = [sources[name][at * 512 : at * 512 + 512] for at, name in enumerate(blocks)]
    assert Copy(NOTE, before, new).is_torn(b"".join(pieces)[:size])


@given(NOTES, st.integers(0, 2400), st.binary(min_size=1, max_size=5))
def test_an_edit_of_the_new_note_is_taken_for_no_tear(old: bytes, at: int, typed: bytes) -> None:
    new = b"---\nsummary: What it says.\n---\n" + old
    edited = new[:at] + typed + new[at:]
    copy = Copy(NOTE, old, new)
    assert not copy.is_torn(edited)
    assert not copy.is_torn(new[:-1] if len(new[:-1]) != len(old) else new[:-2])
