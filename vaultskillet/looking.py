"""Look at a note that a request brings in: as much of it as an engine may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vaultskillet.core import markdown, redact
from vaultskillet.core.calls import less_requests
from vaultskillet.core.model import NotePath, Skipped
from vaultskillet.core.note import read_note, read_wishes
from vaultskillet.core.privacy import Privacy
from vaultskillet.errors import FrontmatterError, NoteProtectedError
from vaultskillet.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a note; not yet redacted."""

    title: str
    name: str
    """What its author calls it."""
    text: str
    """Its Markdown, without frontmatter and without what is asked in it by tags."""
    private: str | None
    """Why only an engine on this machine may see it; None: any may."""


def look_at(
    path: NotePath, vault: Vault, *, tag: str, filters: redact.Policy, privacy: Privacy
) -> Look:
    """Look at a note.

    Args:
        path: of the note.
        vault: where it stands.
        tag: the tag that calls us, without `#`.
        filters: what counts as a secret.
        privacy: what the configuration says of private notes.

    Raises:
        VaultError: the note is not there, cannot be read, or is to be left alone.
        RedactionError: a filter failed.
    """
    if isinstance(found := vault.find(path), Skipped):
        raise NoteProtectedError(f"{path}: is left alone: {found.because}")
    try:
        note = read_note(vault.read(path), (), tag=tag)
    except FrontmatterError as error:
        raise FrontmatterError(f"{path}: {error}") from error
    document = markdown.read(note.body)
    wishes = read_wishes(note.properties, (one.name for one in document.tags), tag=tag)
    if wishes.skip:
        raise NoteProtectedError(f"{path}: is left alone: {wishes.skip}")
    private = wishes.private
    if privacy.folder_of(path):
        private = "in a private folder"
    elif privacy.local_on_findings:
        whole = f"{note.title}\n{note.content.decode()}"  # its frontmatter may hold one, too
        if redact.redact(whole, filters).holds_secret:
            private = "a secret was found in it"
    return Look(note.title, note.name, less_requests(note.body, document, tag=tag), private)


def texts_of(looks: Iterable[Look]) -> list[str]:
    """Give the texts of notes that stand beside others: each under its title."""
    return [f"# {look.title}\n\n{look.text}" for look in looks]
