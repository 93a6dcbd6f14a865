"""Checks of `doctor`: which services sync the vault, and what they make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from vaultskillet.cli.check import Check, Grade
from vaultskillet.vault.names import TEMPORARY_PREFIX

_SYNCED_FOLDERS = {
    "Dropbox": "Dropbox",
    "OneDrive": "OneDrive",
    "Mobile Documents": "iCloud",
    "Google Drive": "Google Drive",
    "GoogleDrive": "Google Drive",
}
"""Beginning of a folder's name -> the service that syncs what is below."""


def check_sync(vault: Path) -> Iterator[Check]:
    """Look which services sync the vault: one writer of ours, and one service, is safe."""
    services = services_above(vault)
    syncthing = _syncthing_root(vault)
    if syncthing:
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
    if syncthing:
        yield from _check_stignore(syncthing / ".stignore")


def services_above(folder: Path) -> list[str]:
    """Name the services in whose folders one lies, by the names of those folders."""
    found = (
        service
        for part in folder.parts
        for start, service in _SYNCED_FOLDERS.items()
        if part.startswith(start)
    )
    return list(dict.fromkeys(found))


def _syncthing_root(vault: Path) -> Path | None:
    return next(
        (folder for folder in (vault, *vault.parents) if (folder / ".stfolder").exists()), None
    )


def _check_stignore(file: Path) -> Iterator[Check]:
    """Look whether the files that stand beside a note for an instant are sent around."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    if not any(TEMPORARY_PREFIX in line and not line.startswith("//") for line in lines):
        yield Check(
            Grade.HINT,
            "Syncthing may send files around that stand beside a note for an instant",
            f"add the line (?d){TEMPORARY_PREFIX}* to {file}",
        )


def _obsidian_sync_is_on(file: Path) -> bool:
    """Say whether the plug-in is on; the file is a list of plug-ins or a map, by its age."""
    try:
        plugins = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return plugins.get("sync") is True if isinstance(plugins, dict) else "sync" in plugins
