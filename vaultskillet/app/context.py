"""A note that a person asks about."""

from __future__ import annotations

from dataclasses import dataclass

from vaultskillet.app.policies import privacy_of, redaction_of
from vaultskillet.app.wiring import open_vault
from vaultskillet.config import Config
from vaultskillet.core import markdown, redact
from vaultskillet.core.calls import less_requests
from vaultskillet.core.model import Note, NotePath, Skipped
from vaultskillet.core.note import read_note, read_wishes
from vaultskillet.errors import FrontmatterError, NoteProtectedError


@dataclass(frozen=True, slots=True)
class Context:
    """What a note brings to a question; not yet redacted."""

    title: str
    text: str
    """Its Markdown, without frontmatter and without what is asked in it by tags."""
    private: bool
    """Only an engine on this machine may see it."""


def read_context(config: Config, path: NotePath) -> Context:
    """Read a note of the configured vault.

    Raises:
        ConfigError: the vault cannot be used.
        VaultError: the note cannot be read, or is to be left alone.
        RedactionError: a filter failed.
    """
    vault, tag = open_vault(config), config.on_demand.tag
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
    text = less_requests(note.body, document, tag=tag)
    private = wishes.private is not None or _is_private(config, note)
    return Context(note.title, text, private=private)


def _is_private(config: Config, note: Note) -> bool:
    """Say whether the configuration makes a note private; secrets in its frontmatter do, too.

    Raises:
        RedactionError: a filter failed.
    """
    privacy = privacy_of(config)
    if privacy.folder_of(note.path):
        return True
    if not privacy.local_on_findings:
        return False
    return redact.redact(note.content.decode(), redaction_of(config)).holds_secret
