"""The watcher, with real files and threads: it waits for what must come, with a deadline."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vaultskillet.core.model import NotePath
from vaultskillet.errors import VaultError
from vaultskillet.vault.watch import VaultWatcher, explain, raise_limit, read_limit

# pytest puts its own filters in the place of the module's.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")

DEADLINE_S = 10.0


class Ears:
    """Collects what a watcher tells."""

    def __init__(self) -> None:
        self.changed: list[NotePath] = []
        self.overflows = 0
        self._told = threading.Condition()

    def on_change(self, path: NotePath) -> None:
        with self._told:
            self.changed.append(path)
            self._told.notify_all()

    def on_overflow(self) -> None:
        with self._told:
            self.overflows += 1
            self._told.notify_all()

    def wait_for(self, heard: Callable[[Ears], bool]) -> None:
        with self._told:
            assert self._told.wait_for(lambda: heard(self), DEADLINE_S), (
                self.changed,
                self.overflows,
            )

    def wait_for_change(self, path: str) -> None:
        self.wait_for(lambda ears: path in ears.changed)

    def wait_for_sweep(self) -> None:
        """Wait for an overflow after now."""
        before = self.overflows
        self.wait_for(lambda ears: ears.overflows > before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / "thoughts").mkdir(parents=True)
    (folder / ".obsidian").mkdir()
    return folder


@pytest.fixture(params=[False, True], ids=["native", "polling"])
def polling(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def ears(root: Path, *, polling: bool) -> Iterator[Ears]:
    ears = Ears()
    watcher = VaultWatcher(root, polling=polling, polling_s=0.02, root_check_s=0.02)
    watcher.start(ears.on_change, ears.on_overflow)
    yield ears
    watcher.stop()


def test_a_new_note_is_told(root: Path, ears: Ears) -> None:
    (root / "thoughts/new.md").write_bytes(b"x")
    ears.wait_for_change("thoughts/new.md")


def test_a_rewritten_note_is_told(root: Path, ears: Ears) -> None:
    (root / "note.md").write_bytes(b"x")
    ears.wait_for_change("note.md")
    ears.changed.clear()
    (root / "note.md").write_bytes(b"changed")
    ears.wait_for_change("note.md")


def test_both_ends_of_a_move_are_told(root: Path, ears: Ears) -> None:
    (root / "old.md").write_bytes(b"x")
    ears.wait_for_change("old.md")
    ears.changed.clear()
    (root / "old.md").rename(root / "thoughts/new.md")
    ears.wait_for_change("old.md")
    ears.wait_for_change("thoughts/new.md")


def test_a_note_saved_by_renaming_onto_it_is_told(root: Path, ears: Ears) -> None:
    (root / "note.md").write_bytes(b"x")
    ears.wait_for_change("note.md")
    ears.changed.clear()
    (root / ".draft").write_bytes(b"changed")
    (root / ".draft").rename(root / "note.md")
    ears.wait_for_change("note.md")


def test_a_deleted_note_is_told(root: Path, ears: Ears) -> None:
    (root / "note.md").write_bytes(b"x")
    ears.wait_for_change("note.md")
    ears.changed.clear()
    (root / "note.md").unlink()
    ears.wait_for_change("note.md")


def test_a_note_from_outside_is_told(root: Path, ears: Ears) -> None:
    (root.parent / "outside.md").write_bytes(b"x")
    (root.parent / "outside.md").rename(root / "inside.md")
    ears.wait_for_change("inside.md")


@pytest.mark.parametrize("change", ["made", "renamed", "deleted"])
def test_a_folder_that_comes_or_goes_calls_for_a_sweep(root: Path, ears: Ears, change: str) -> None:
    if change == "made":
        (root / "other").mkdir()
    elif change == "renamed":
        (root / "thoughts").rename(root / "other")
    else:
        (root / "thoughts").rmdir()
    ears.wait_for(lambda ears: ears.overflows > 0)


def test_a_note_in_a_new_folder_is_not_missed(root: Path, ears: Ears) -> None:
    (root / "a/b/c").mkdir(parents=True)
    ears.wait_for(lambda ears: ears.overflows > 0)
    (root / "a/b/c/note.md").write_bytes(b"x")
    ears.wait_for(lambda ears: "a/b/c/note.md" in ears.changed or ears.overflows > 1)


def test_only_notes_that_are_not_hidden_are_told(root: Path, ears: Ears) -> None:
    (root / "picture.png").write_bytes(b"x")
    (root / ".vaultskillet-0123456789abcdef.tmp").write_bytes(b"x")
    (root / ".obsidian/workspace.json").write_bytes(b"x")
    (root / ".obsidian/deep").mkdir()
    (root / ".obsidian/deep/hidden.md").write_bytes(b"x")
    (root / "last.md").write_bytes(b"x")
    ears.wait_for_change("last.md")
    assert set(ears.changed) == {"last.md"}
    assert ears.overflows == 0


def test_a_root_that_vanishes_and_returns_is_watched_again(root: Path, ears: Ears) -> None:
    root.rename(root.parent / "away")
    ears.wait_for_sweep()
    (root.parent / "away").rename(root)
    ears.wait_for_sweep()
    keep_saving_until_told(root, ears)


def test_a_root_that_is_made_anew_is_watched_again(root: Path, ears: Ears) -> None:
    shutil.rmtree(root)
    root.mkdir()
    ears.wait_for(lambda ears: ears.overflows > 0)
    keep_saving_until_told(root, ears)


def keep_saving_until_told(root: Path, ears: Ears) -> None:
    """Save a note again and again: when the watch stands again is not for the test to know."""
    told = threading.Event()
    saves = 0
    while not told.wait(0.01):
        saves += 1
        assert saves < DEADLINE_S * 100
        (root / "back.md").write_bytes(b"%d" % saves)
        if "back.md" in ears.changed:
            told.set()


def test_polling_follows_no_link_and_lists_nothing_hidden(root: Path) -> None:
    (root / "loop").symlink_to(root)
    (root / ".git/objects").mkdir(parents=True)
    (root / ".git").chmod(0)
    (root / ".git/config.md").touch()
    ears = Ears()
    watcher = VaultWatcher(root, polling=True, polling_s=0.02)
    watcher.start(ears.on_change, ears.on_overflow)
    (root / "note.md").write_bytes(b"x")
    ears.wait_for_change("note.md")
    watcher.stop()
    assert set(ears.changed) == {"note.md"}


def test_the_advised_limit_is_enough_and_more_than_there_is() -> None:
    least = read_limit("fs.inotify.max_user_watches") * 3
    assert f"max_user_watches={least} |" in raise_limit("fs.inotify.max_user_watches", least=least)
    assert f"={2 * least // 3} |" in raise_limit("fs.inotify.max_user_watches", least=1)
    assert read_limit("fs.inotify.no_such_limit") == 0


def test_after_stop_nothing_is_told(root: Path) -> None:
    ears = Ears()
    watcher = VaultWatcher(root)
    watcher.start(ears.on_change, ears.on_overflow)
    watcher.stop()
    watcher.stop()
    before = threading.active_count()
    (root / "note.md").write_bytes(b"x")
    assert ears.changed == []
    assert threading.active_count() == before


def test_a_missing_root_says_so(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="is its drive mounted"):
        VaultWatcher(tmp_path / "nowhere").start(lambda _path: None, lambda: None)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "echo fs.inotify.max_user_watches="),
        (errno.EMFILE, "echo fs.inotify.max_user_instances="),
        (errno.EACCES, "set watch.polling: true"),
    ],
)
def test_a_limit_of_the_system_is_named_with_a_value(number: int, advice: str) -> None:
    assert advice in str(explain(Path("/vault"), OSError(number, os.strerror(number))))
