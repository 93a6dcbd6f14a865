"""The checks of `doctor`: each looks at one thing and says how to mend it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vaultskillet.app import Mode
from vaultskillet.cli.opening import open_app
from vaultskillet.cli.options import Common
from vaultskillet.config import Config, find, secrets_of, state_dir_for
from vaultskillet.core.model import Tier
from vaultskillet.errors import VaultskilletError
from vaultskillet.ports import Finding
from vaultskillet.vault.settings import read_settings

INOTIFY_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
MOUNTS = Path("/proc/self/mounts")

_SILENT_FILE_SYSTEMS = frozenset({"9p", "cifs", "fuse.sshfs", "nfs", "nfs4", "smb3", "vboxsf"})
"""Other machines change files there and the kernel says nothing."""

_SYNCED_FOLDERS = {
    "Dropbox": "Dropbox",
    "OneDrive": "OneDrive",
    "Mobile Documents": "iCloud",
    "Google Drive": "Google Drive",
    "GoogleDrive": "Google Drive",
}
"""Beginning of a folder's name -> the service that syncs what is below."""


class Grade(StrEnum):
    """How a check ended."""

    OK = "ok"
    HINT = "hint"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and found."""

    grade: Grade
    what: str
    mend: str = ""


def check_all(common: Common, config: Config) -> Iterator[Check]:
    """Do every check that applies."""
    vault = config.vault
    yield from check_file(find(common.config, os.environ), config)
    yield check_vault_folder(vault)
    if not vault.is_dir():
        return
    yield from check_settings(vault)
    yield from check_categories(vault, config.obsidian.categories)
    yield check_state_dir(state_dir_for(vault, common.state_dir))
    if sys.platform == "linux":
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
        limit = int(INOTIFY_LIMIT.read_text(encoding="ascii"))
        yield from check_watching(vault, mounts=mounts, limit=limit)
    yield from check_sync(vault)
    yield from check_engines(common, config)


def check_file(file: Path | None, config: Config) -> Iterator[Check]:
    """Look at the configuration's file: enabled, and closed to others if it holds a secret."""
    if file is None:
        yield Check(Grade.OK, "no configuration file: the defaults hold")
    else:
        yield Check(Grade.OK, f"configuration: {file}")
        text = file.read_text(encoding="utf-8-sig")
        if any(secret in text for secret in secrets_of(config)) and _open_to_others(file):
            yield Check(
                Grade.HINT,
                f"{file} holds a key, and others on this machine may read it",
                f"chmod 600 {file}, or write ${{NAME}} and keep the key in the environment",
            )
    if not config.obsidian.enabled:
        yield Check(Grade.HINT, "`run` refuses: obsidian.enabled is false", "set it to true")


def check_vault_folder(vault: Path) -> Check:
    """Look whether notes can be read and written."""
    if not vault.is_dir():
        return Check(
            Grade.WRONG, f"{vault}: there is no such folder", "name the vault with --vault DIR"
        )
    if not os.access(vault, os.R_OK | os.W_OK | os.X_OK):
        return Check(Grade.WRONG, f"{vault}: may not be read and written", f"chmod u+rwx {vault}")
    return Check(Grade.OK, f"vault: {vault}")


def check_settings(vault: Path) -> Iterator[Check]:
    """Look at Obsidian's own settings, which say what to leave alone."""
    if not (vault / ".obsidian").is_dir():
        yield Check(
            Grade.HINT,
            f"{vault} holds no .obsidian folder, so templates are not known",
            "name the folder that Obsidian opens",
        )
    for problem in read_settings(vault).problems:
        yield Check(Grade.HINT, problem)


def check_categories(vault: Path, categories: tuple[str, ...]) -> Iterator[Check]:
    """Look whether each watched folder is there."""
    for category in categories:
        if not (vault / category).is_dir():
            yield Check(
                Grade.WRONG,
                f"obsidian.categories: the vault has no folder {category}",
                "make it, or take it out of the list",
            )


def check_state_dir(state_dir: Path) -> Check:
    """Look whether the state can be kept, and that no sync service gets at it."""
    there = next(folder for folder in (state_dir, *state_dir.parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Check(Grade.WRONG, f"{there}: may not be written", "name another: --state-dir DIR")
    if services := _services_above(state_dir):
        return Check(
            Grade.WRONG,
            f"{state_dir}: is synced by {', '.join(services)}, which corrupts databases",
            "name a folder that stays on this machine: --state-dir DIR",
        )
    return Check(Grade.OK, f"state: {state_dir}")


def check_watching(vault: Path, *, mounts: str, limit: int) -> Iterator[Check]:
    """Look whether Linux will tell of changes; sweeping goes on where it does not.

    Args:
        vault: the vault's folder.
        mounts: the mounted file systems, as `/proc/self/mounts` has them.
        limit: how many folders may be watched.
    """
    kind = _file_system_of(vault, mounts)
    if kind in _SILENT_FILE_SYSTEMS:
        yield Check(
            Grade.HINT,
            f"{vault} lies on {kind}: changes made elsewhere are found by the sweep only",
            "set watch.sweep_minutes as low as you like to wait",
        )
    folders = sum(1 for _ in os.walk(vault))
    if folders * 2 > limit:
        yield Check(
            Grade.HINT,
            f"{folders} folders to watch, and the system allows {limit} for all programs",
            f"sudo sysctl fs.inotify.max_user_watches={max(524_288, folders * 4)}",
        )
    else:
        yield Check(Grade.OK, f"watching: {folders} folders of {limit} allowed")


def check_sync(vault: Path) -> Iterator[Check]:
    """Look which services sync the vault: one writer of ours, and one service, is safe."""
    services = [*_services_above(vault)]
    if any((folder / ".stfolder").exists() for folder in (vault, *vault.parents)):
        services.append("Syncthing")
    if _obsidian_sync_is_on(vault / ".obsidian" / "core-plugins.json"):
        services.append("Obsidian Sync")
    if services:
        yield Check(
            Grade.HINT,
            f"the vault is synced by {' and '.join(services)}",
            "run vaultskillet on one machine only"
            + "; let one service alone sync the vault" * (len(services) > 1),
        )


def check_engines(common: Common, config: Config) -> Iterator[Check]:
    """Look whether all of it can be put together, and whether both engines would work."""
    try:
        with open_app(common, config, Mode.LOOK) as app:
            engines = app.status().engines
            findings = list(app.inspect_engines())
    except VaultskilletError as error:
        yield Check(Grade.WRONG, str(error))
        return
    for tier, model in engines.items():
        yield Check(Grade.OK, f"engine for {tier}: {config.engine_for(Tier(tier))}, model {model}")
        yield from (_check_of(tier, finding) for of, finding in findings if of == tier)


def _check_of(tier: str, finding: Finding) -> Check:
    grade = Grade.WRONG if finding.wrong else Grade.HINT if finding.mend else Grade.OK
    return Check(grade, f"{tier}: {finding.what}", finding.mend)


def _open_to_others(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _services_above(folder: Path) -> list[str]:
    """Name the services in whose folders one lies, by the names of those folders."""
    found = (
        service
        for part in folder.parts
        for start, service in _SYNCED_FOLDERS.items()
        if part.startswith(start)
    )
    return list(dict.fromkeys(found))


def _file_system_of(folder: Path, mounts: str) -> str:
    """Give the kind of file system that a folder lies on, as `/proc/self/mounts` has it."""
    home = folder.resolve()
    below = [
        (point.replace("\\040", " "), kind)
        for _, point, kind, *_ in (line.split(" ") for line in mounts.splitlines())
        if home.is_relative_to(point.replace("\\040", " "))
    ]
    return max(below, key=lambda mount: len(mount[0]), default=("", ""))[1]


def _obsidian_sync_is_on(file: Path) -> bool:
    """Say whether the plug-in is on; the file is a list of plug-ins or a map, by its age."""
    try:
        plugins = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return plugins.get("sync") is True if isinstance(plugins, dict) else "sync" in plugins
