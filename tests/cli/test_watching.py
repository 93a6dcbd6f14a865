"""What `doctor` and `run` say of watching."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.test_checks import bad
from vaultskillet.cli.watching import (
    Mount,
    check_limit,
    check_watching,
    kind_of,
    mounts_of_linux,
    mounts_of_macos,
    read_mounts,
)
from vaultskillet.config import Watch

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "kind",
    ["nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.rclone", "overlay", "virtiofs"],
)
def test_a_silent_file_system_is_told_with_the_key_that_mends_it(tmp_path: Path, kind: str) -> None:
    hint, _ = check_watching(tmp_path, Watch(), [Mount("/", "ext4"), Mount(str(tmp_path), kind)])
    assert hint.what == (
        f"{tmp_path} lies on {kind}: changes made elsewhere are found by the sweep only"
    )
    assert "watch.polling: true" in hint.mend


def test_who_polls_already_is_told_nothing(tmp_path: Path) -> None:
    assert bad(check_watching(tmp_path, Watch(polling=True), [Mount("/", "nfs4")])) == []


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "fuseblk", "apfs", "tmpfs", ""])
def test_a_file_system_that_speaks_is_told_nothing(tmp_path: Path, kind: str) -> None:
    assert bad(check_watching(tmp_path, Watch(), [Mount("/", kind)])) == []


def test_the_nearest_mount_counts_and_of_two_at_one_point_the_later(tmp_path: Path) -> None:
    home = str(tmp_path.resolve())
    mounts = [Mount("/", "a"), Mount(home, "b"), Mount(home, "c"), Mount(f"{home}x", "d")]
    assert kind_of(tmp_path / "vault", mounts) == "c"
    assert kind_of(tmp_path, []) == ""


def test_both_systems_tables_are_read() -> None:
    linux = "disk / ext4 rw 0 0\nserver:/x /mnt/my\\040notes\\134 nfs4 rw,vers=4 0 0\n"
    assert mounts_of_linux(linux)[1] == Mount("/mnt/my notes\\", "nfs4")
    macos = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//ann@nas._smb._tcp.local/notes on /Volumes/on (me) (smbfs, nodev, mounted by ann)\n"
    )
    assert mounts_of_macos(macos)[1] == Mount("/Volumes/on (me)", "smbfs")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_this_machine_says_what_is_mounted() -> None:
    assert kind_of(Path("/proc"), read_mounts()) == "proc"


def test_a_limit_that_leaves_other_programs_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (check,) = check_limit(tmp_path, 3)
    assert check.what == "2 folders to watch, and the system allows 3 for all your programs"
    assert "fs.inotify.max_user_watches=" in check.mend
    assert list(check_limit(tmp_path, 4)) == list(check_limit(tmp_path, 0)) == []


def limited(*words: str) -> list[str]:
    """Give a command that may watch two folders and no more."""
    limit = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh", *words]


@pytest.fixture
def _limits() -> None:
    """Skip where this machine lets nobody set limits of their own."""
    if (
        not shutil.which("unshare")
        or subprocess.run(limited("true"), check=False, capture_output=True).returncode  # noqa: S603 - our own words
    ):
        pytest.skip("needs user namespaces")


@pytest.mark.usefixtures("_limits")
def test_below_the_limit_run_says_what_to_set_and_sweeping_goes_on(
    call: Call, vault: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("watch: {quiet_s: 0, sweep_minutes: 0.01}", encoding="utf-8")
    words = ["-m", "vaultskillet", "run", "--vault", str(vault), "--config", str(file)]
    text = (vault / "Garden/Compost.md").read_bytes()
    with subprocess.Popen(  # noqa: S603 - our own program
        limited(sys.executable, *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as daemon:
        assert daemon.stdout is not None
        assert daemon.stderr is not None
        assert daemon.stdout.readline() == "written: Garden/Compost.md\n"
        (vault / "Garden/New.md").write_bytes(text)
        assert daemon.stdout.readline() == "written: Garden/New.md\n"
        (problem,) = json.loads(call("status", "--json", "--vault", vault).out)["problems"]
        daemon.terminate()
        assert f"warning: {problem}\n" in daemon.stderr.read()
    assert problem.startswith("changes are found by sweeping only: the system does not let you")
    assert "sudo tee /etc/sysctl.d/90-max_user_watches.conf && sudo sysctl --system" in problem


@pytest.mark.usefixtures("_limits")
def test_below_the_limit_doctor_says_what_to_set(vault: Path) -> None:
    ended = subprocess.run(  # noqa: S603 - our own program
        limited(sys.executable, "-m", "vaultskillet", "doctor", "--vault", str(vault)),
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    assert "\n hint  changes are found by the sweep only: the system does not let" in ended.stdout
    assert "sysctl" in ended.stdout
