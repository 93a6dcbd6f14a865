"""Checks of `doctor`: whether this system tells of changes in the vault."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaultskillet.cli.check import Check, Grade
from vaultskillet.config import Watch
from vaultskillet.errors import VaultError
from vaultskillet.vault.watch import VaultWatcher, raise_limit, read_limit

_MOUNTS = Path("/proc/self/mounts")

_WATCHES = "fs.inotify.max_user_watches"
_ENOUGH = 524_288
_SHARE = 2
"""Other programs of the user's, Obsidian itself among them, need as many watches again."""

_NETWORK = frozenset(
    {"9p", "afpfs", "afs", "ceph", "cifs", "davfs", "nfs", "nfs4", "smb3", "smbfs", "webdav"}
)
"""Other machines change files there and this one is told nothing; databases break there, too."""

_SHARED = frozenset({"drvfs", "fakeowner", "overlay", "prl_fs", "vboxsf", "virtiofs", "vmhgfs"})
"""What lies beneath, outside a container or virtual machine, changes in silence."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system and the folder that it is seen under."""

    point: str
    kind: str


def check_watching(vault: Path, watch: Watch, mounts: Sequence[Mount]) -> Iterator[Check]:
    """Look whether changes are told of; sweeping goes on where they are not."""
    kind = kind_of(vault, mounts)
    if watch.polling:
        yield Check(Grade.OK, f"watching: the folders are compared every {watch.polling_s:g} s")
        return
    if is_silent(kind):
        yield Check(
            Grade.HINT,
            f"{vault} lies on {kind}: changes made elsewhere are found by the sweep only",
            "set watch.polling: true, or watch.sweep_minutes as low as you like to wait",
        )
    yield _check_observer(vault)


def _check_observer(vault: Path) -> Check:
    """Watch for an instant: nothing else tells what the limits have left."""
    watcher = VaultWatcher(vault)
    try:
        watcher.start(lambda _path: None, lambda: None)
    except VaultError as error:
        return Check(Grade.HINT, f"changes are found by the sweep only: {error}")
    watcher.stop()
    return Check(Grade.OK, "watching: the system tells of every change")


def check_limit(vault: Path, limit: int) -> Iterator[Check]:
    """Look how near the system's limit the vault comes; 0: there is none."""
    folders = sum(1 for _ in os.walk(vault))
    if 0 < limit < folders * _SHARE:
        yield Check(
            Grade.HINT,
            f"{folders} folders to watch, and the system allows {limit} for all your programs",
            raise_limit(_WATCHES, least=max(_ENOUGH, folders * 2 * _SHARE)),
        )


def read_mounts() -> list[Mount]:
    """Ask the system what is mounted; empty where it does not say."""
    try:
        if sys.platform == "darwin":
            told = subprocess.run(["/sbin/mount"], capture_output=True, check=True, timeout=10)
            return mounts_of_macos(os.fsdecode(told.stdout))
        return mounts_of_linux(os.fsdecode(_MOUNTS.read_bytes()))
    except (OSError, subprocess.SubprocessError):
        return []


def mounts_of_linux(table: str) -> list[Mount]:
    r"""Read `/proc/self/mounts`.

    >>> mounts_of_linux("server:/a /my\\040notes nfs4 rw 0 0")
    [Mount(point='/my notes', kind='nfs4')]
    """
    fields = (line.split(" ") for line in table.splitlines())
    return [
        Mount(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point), kind)
        for _, point, kind, *_ in fields
    ]


def mounts_of_macos(table: str) -> list[Mount]:
    """Read what `mount` prints there.

    >>> mounts_of_macos("//ann@nas/notes on /Volumes/my notes (smbfs, nodev, mounted by ann)")
    [Mount(point='/Volumes/my notes', kind='smbfs')]
    """
    return [
        Mount(point, kind)
        for point, kind in re.findall(r"^.*? on (/.*) \((\w+)[^()]*\)$", table, re.MULTILINE)
    ]


def kind_of(folder: Path, mounts: Sequence[Mount]) -> str:
    """Give the kind of file system that a folder lies on; empty where that is not known."""
    home = folder.resolve()
    below = [mount for mount in mounts if home.is_relative_to(mount.point)]
    # Of two at one point, the later one covers the other.
    return max(reversed(below), key=lambda mount: len(mount.point), default=Mount("", "")).kind


def is_silent(kind: str) -> bool:
    """Say whether somebody else may change files on a file system of this kind in silence."""
    return is_remote(kind) or kind in _SHARED


def is_remote(kind: str) -> bool:
    """Say whether a file system of this kind is kept by another machine or program."""
    return kind in _NETWORK or kind.startswith("fuse.")


def limit_of_watches() -> int:
    """Give how many folders a user's programs may watch together; 0 where that has no limit."""
    return read_limit(_WATCHES)
