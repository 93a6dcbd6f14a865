"""Notes of ours whose own subject is gone: they are left where they are, and reported."""

from __future__ import annotations

from collections.abc import Iterable

from vaultskillet.core import frontmatter
from vaultskillet.core.links import Names, file_keys, inner_of
from vaultskillet.core.model import NotePath
from vaultskillet.errors import VaultError
from vaultskillet.ports.ledger import Ledger
from vaultskillet.ports.vault import Vault

SOURCE = "source"
"""The property by which our templates say which note a note is about."""


def find_orphans(own: Iterable[NotePath], vault: Vault, ledger: Ledger) -> dict[NotePath, str]:
    """Say of notes of ours why they lead nowhere: what they are about is not there any more.

    Obsidian leads their links on where it renames a note itself.

    Args:
        own: notes in our own folder.
        vault: where they are read.
        ledger: knows the names of all notes.
    """
    sources = {path: source for path in own if (source := _source_of(path, vault))}
    keys = {key for source in sources.values() for key in file_keys(source)}
    names = Names(ledger.named(keys))
    return {
        path: f"written by vaultskillet; [[{source}]], which it is about, is gone or renamed"
        for path, source in sources.items()
        if names.resolve(source, path) is None
    }


def _source_of(path: NotePath, vault: Vault) -> str | None:
    """Give what stands between the brackets of the link to what a note is about."""
    try:
        source = frontmatter.read(vault.read(path).content).properties.get(SOURCE)
    except VaultError:
        return None
    return inner_of(source) if isinstance(source, str) else None
