"""The checks of `doctor`: each looks at one thing and says how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vaultskillet.app import Mode
from vaultskillet.cli.check import Check, Grade
from vaultskillet.cli.opening import open_app
from vaultskillet.cli.options import Common
from vaultskillet.cli.syncing import check_sync, services_above
from vaultskillet.cli.watching import (
    Mount,
    check_limit,
    check_watching,
    is_remote,
    kind_of,
    limit_of_watches,
    read_mounts,
)
from vaultskillet.config import Config, exposed_files, find, log_file_for, state_dir_for
from vaultskillet.core.model import Found, Skipped, Tier
from vaultskillet.errors import ConfigError, VaultError, VaultskilletError
from vaultskillet.ports.engine import Finding
from vaultskillet.vault.metadata import BIRTH_TIME_CAN_BE_SET
from vaultskillet.vault.settings import read_settings
from vaultskillet.vault.vault import DiskVault

_SCARCE_BYTES = 200_000_000
"""Less than this is soon full: the journal alone may take more."""


def check_all(common: Common, config: Config) -> Iterator[Check]:
    """Do every check that applies."""
    vault = config.vault
    yield from check_file(find(common.config, os.environ), config)
    yield check_vault_folder(vault)
    if not vault.is_dir():
        return
    yield from check_settings(vault)
    yield from check_folders(vault, "obsidian.categories", config.obsidian.categories)
    yield from check_folders(vault, "privacy.folders", config.privacy.folders)
    yield from check_notes(vault, config.write.output_folder)
    yield check_created(keep=config.write.keep_created)
    mounts = read_mounts()
    yield from check_state_dir(state_dir_for(vault, common.state_dir), mounts)
    yield from check_logs(config, os.environ)
    if not config.watch.polling:
        yield from check_limit(vault, limit_of_watches())
    yield from check_watching(vault, config.watch, mounts)
    yield from check_sync(vault)
    yield from check_engines(common, config)


def check_file(file: Path | None, config: Config) -> Iterator[Check]:
    """Look at the configuration's file: enabled, and closed to others if it holds a secret."""
    if file is None:
        yield Check(Grade.OK, "no configuration file: the defaults hold")
    else:
        yield Check(Grade.OK, f"configuration: {file}")
    for exposed in exposed_files(file, config):
        yield Check(
            Grade.HINT,
            f"{exposed} holds a key, and others on this machine may read it",
            f"chmod 600 {exposed}, or write ${{NAME}} and keep the key in the environment",
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


def check_folders(vault: Path, key: str, folders: tuple[str, ...]) -> Iterator[Check]:
    """Look whether each folder that a key of the configuration names is there."""
    for folder in folders:
        if not (vault / folder).is_dir():
            yield Check(
                Grade.WRONG,
                f"{key}: the vault has no folder {folder}",
                "make it, or take it out of the list",
            )


_MEND = {
    "conflict copies of sync services": "merge each by hand, then delete it",
    "notes that are not downloaded": "let the sync service keep all of them on this machine",
    "notes that may not be read and written": "chmod u+rw, unless they are meant to be so",
    "notes with several hard links": "keep one link of each, unless they are meant to be so",
}
"""What may be the matter with notes, each of which is left alone for it."""


def check_notes(vault: Path, output_folder: str) -> Iterator[Check]:
    """Look at each note without opening it: is it left alone for what a person can mend."""
    try:
        disk = DiskVault(
            vault, output_folder=output_folder, host=socket.gethostname(), to_write=False
        )
        notes = list(disk.sweep())
    except VaultError as error:
        yield Check(Grade.WRONG, str(error))
        return
    left = sum(isinstance(note, Skipped) for note in notes)
    yield Check(Grade.OK, f"notes: {len(notes) - left}; left alone: {left}, see `status`")
    faults: dict[str, list[str]] = {}
    for note in notes:
        faults.setdefault(_fault_of(note, vault), []).append(note.path)
    for fault, mend in _MEND.items():
        if paths := faults.get(fault):
            yield Check(Grade.HINT, f"{fault}: {len(paths)}, such as {paths[0]}", mend)


def _fault_of(note: Found | Skipped, vault: Path) -> str:
    """Name what a person can mend of a note, as `_MEND` has it; empty for nothing."""
    conflict, away, shut, shared = _MEND
    if isinstance(note, Skipped):
        return {"conflict copy": conflict, "not downloaded": away}.get(
            " ".join(note.because.split()[:2]), ""
        )
    try:
        status = (vault / note.path).lstat()
    except OSError:  # it vanished meanwhile
        return ""
    if not status.st_mode & 0o222 or not os.access(vault / note.path, os.R_OK | os.W_OK):
        return shut
    return shared if status.st_nlink > 1 else ""


def check_created(*, keep: bool) -> Check:
    """Say what becomes of the date by which Obsidian sorts new notes."""
    if BIRTH_TIME_CAN_BE_SET or keep:
        return Check(Grade.OK, "creation dates: kept")
    return Check(
        Grade.OK,
        "creation dates: new for each note that is written, as this system has it",
        "set write.keep_created: true, if you sort by them",
    )


def check_state_dir(state_dir: Path, mounts: Sequence[Mount]) -> Iterator[Check]:
    """Look whether the state can be kept, and that no sync service gets at it."""
    there = next(folder for folder in (state_dir, *state_dir.parents) if folder.exists())
    elsewhere = "name a folder that stays on this machine: --state-dir DIR"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Check(Grade.WRONG, f"{there}: may not be written", "name another: --state-dir DIR")
    elif services := services_above(state_dir):
        told = f"{state_dir}: is synced by {', '.join(services)}, which corrupts databases"
        yield Check(Grade.WRONG, told, elsewhere)
    elif is_remote(kind := kind_of(there, mounts)):
        yield Check(Grade.WRONG, f"{state_dir}: lies on {kind}, where databases break", elsewhere)
    else:
        yield Check(Grade.OK, f"state: {state_dir}")
        free = shutil.disk_usage(there).free
        if free < _SCARCE_BYTES:
            told = f"{state_dir}: its disk has {free // 1_000_000} MB left"
            yield Check(Grade.HINT, told, "free some, or name a folder elsewhere: --state-dir DIR")


def check_logs(config: Config, environ: Mapping[str, str]) -> Iterator[Check]:
    """Look whether the logs can be written where they are to go."""
    try:
        file = log_file_for(config, environ)
    except ConfigError as error:
        yield Check(Grade.WRONG, str(error))
        return
    if file is None:
        return
    there = next(path for path in (file, *file.parents) if path.exists())
    if os.access(there, os.W_OK) and there.is_dir() is not (there == file):
        yield Check(Grade.OK, f"logs: {file}")
    else:
        yield Check(Grade.WRONG, f"{file}: logs cannot be written there", "set logs.file")


def check_review(config: Config, waiting: int) -> Iterator[Check]:
    """Say whether a person is to judge what is written, and whether anything waits for that."""
    told = f"{waiting} proposals wait: see `vaultskillet review`"
    if config.write.mode == "review":
        yield Check(
            Grade.OK, f"write.mode: review, notes are written once that is accepted; {told}"
        )
    elif waiting:
        yield Check(Grade.HINT, f"write.mode: auto, but {told}", "accept or reject them")


def check_engines(common: Common, config: Config) -> Iterator[Check]:
    """Look whether all of it can be put together, and whether both engines would work."""
    try:
        with open_app(common, config, Mode.LOOK) as app:
            status = app.status()
            findings = list(app.inspect_engines())
            embedding = list(app.inspect_embedder())
    except VaultskilletError as error:
        yield Check(Grade.WRONG, str(error))
        return
    yield from check_review(config, status.proposals)
    for tier in Tier:
        running = f"{config.engine_for(tier)}, model {status.engines[tier]}"
        yield Check(Grade.OK, f"engine for {tier}: {running}")
        yield from (_check_of(tier, finding) for of, finding in findings if of == tier)
    yield from (_check_of("embeddings", finding) for finding in embedding)


def _check_of(tier: str, finding: Finding) -> Check:
    grade = Grade.WRONG if finding.wrong else Grade.HINT if finding.mend else Grade.OK
    return Check(grade, f"{tier}: {finding.what}", finding.mend)
