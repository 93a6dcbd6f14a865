"""The vault on disk: the contract, and what only a disk can do."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.contracts.vault import PATH, Bench, VaultContract, appended
from tests.vault.faulty_disk import FaultyDisk
from vaultskillet.core.model import Edit, EditNote, NotePath, digest_of
from vaultskillet.errors import NoteGoneError, NoteUnreadableError, VaultError
from vaultskillet.vault.vault import DiskVault


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    return folder


@pytest.fixture
def bench(root: Path) -> Bench:
    def save(path: str, content: bytes) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)

    return Bench(DiskVault(root, watched=["thoughts"]), save, lambda path: (root / path).unlink())


class TestDiskVault(VaultContract):
    """Runs the contract."""


def test_a_missing_vault_says_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match=r"there is no vault at .*--vault"):
        DiskVault(tmp_path / "nowhere")


def test_a_file_is_no_vault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultError, match="is a file"):
        DiskVault(tmp_path / "file")


@pytest.mark.parametrize(
    "path",
    [
        "../outside.md",
        "folder/../../outside.md",
        "/etc/hosts.md",
        "",
        ".",
        "folder//note.md",
        ".obsidian/plugin.md",
        ".hidden.md",
        "image.png",
        "nul\0.md",
    ],
)
def test_what_is_no_note_of_the_vault_is_neither_read_nor_written(root: Path, path: str) -> None:
    (root.parent / "outside.md").write_bytes(b"x")
    vault = DiskVault(root)
    with pytest.raises(NoteUnreadableError):
        vault.read(NotePath(path))
    [result] = vault.commit([appended(b"x", b"y", NotePath(path))])
    assert isinstance(result, NoteUnreadableError)
    assert (root.parent / "outside.md").read_bytes() == b"x"


def test_a_linked_note_is_neither_read_nor_written(root: Path) -> None:
    (root.parent / "outside.md").write_bytes(b"x")
    (root / "link.md").symlink_to(root.parent / "outside.md")
    vault = DiskVault(root)
    with pytest.raises(NoteUnreadableError, match="symbolic link"):
        vault.read(NotePath("link.md"))
    [result] = vault.commit([appended(b"x", b"y", NotePath("link.md"))])
    assert isinstance(result, NoteUnreadableError)
    assert (root.parent / "outside.md").read_bytes() == b"x"


def test_a_note_behind_a_linked_folder_is_neither_read_nor_written(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "note.md").write_bytes(b"x")
    (root / "folder").symlink_to(outside)
    vault = DiskVault(root)
    with pytest.raises((NoteUnreadableError, NoteGoneError)):
        vault.read(NotePath("folder/note.md"))
    [result] = vault.commit([appended(b"x", b"y", NotePath("folder/note.md"))])
    assert isinstance(result, VaultError)
    assert (outside / "note.md").read_bytes() == b"x"


def test_a_pipe_and_a_socket_do_not_hang_the_reader(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(root / "socket.md"))
        for name in ("pipe.md", "socket.md"):
            with pytest.raises(NoteUnreadableError):
                DiskVault(root).read(NotePath(name))


def test_an_edit_that_does_not_fit_is_refused(root: Path) -> None:
    (root / "note.md").write_bytes(b"abc")
    write = EditNote(NotePath("note.md"), digest_of(b"abc"), (Edit(0, b"x", b"y"),))
    [result] = DiskVault(root).commit([write])
    assert isinstance(result, VaultError)
    assert (root / "note.md").read_bytes() == b"abc"


def test_notes_of_one_folder_share_one_sync_of_it(root: Path) -> None:
    (root / "thoughts").mkdir()
    paths = [NotePath("a.md"), PATH, NotePath("b.md"), NotePath("thoughts/c.md")]
    for path in paths:
        (root / path).write_bytes(b"x")
    disk = FaultyDisk()
    DiskVault(root, disk=disk).commit([appended(b"x", b"y", path) for path in paths])
    assert disk.calls.count("sync_folder") == 2
    assert disk.calls.count("sync") == 4
