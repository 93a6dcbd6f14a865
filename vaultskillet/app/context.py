"""What a question on the command line is about: a note, and the notes that it links to."""

from __future__ import annotations

from dataclasses import dataclass

from vaultskillet.app.policies import privacy_of, recipe_of, redaction_of
from vaultskillet.app.wiring import open_vault
from vaultskillet.config import Config
from vaultskillet.core import markdown
from vaultskillet.core.context import redact_context
from vaultskillet.core.links import Names
from vaultskillet.core.model import Found, NotePath
from vaultskillet.errors import VaultError
from vaultskillet.looking import Look, look_at, texts_of
from vaultskillet.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Context:
    """A question, and what notes bring to it; redacted together."""

    question: str
    title: str
    """Of the one note that was named; empty where none was."""
    text: str
    private: bool
    """Only an engine on this machine may see it."""


def read_context(config: Config, question: str, note: NotePath | None) -> Context:
    """Read what a question is about, as the same request in a note would.

    Args:
        config: names the vault.
        question: its `[[links]]` bring in notes; one that is to be left alone brings nothing.
        note: that it is asked about, if any.

    Raises:
        ConfigError: the vault cannot be used.
        VaultError: the note cannot be read, or is to be left alone.
        RedactionError: a filter failed.
    """
    vault, filters = open_vault(config), redaction_of(config)

    def look(path: NotePath) -> Look:
        tag, privacy = config.on_demand.tag, privacy_of(config)
        return look_at(path, vault, tag=tag, filters=filters, privacy=privacy)

    about = look(note) if note else None
    looks = []
    for path in _linked(question, vault, note):
        try:
            looks.append(look(path))
        except VaultError:
            continue
    texts = [about.text if about else "", *texts_of(looks)]
    room = recipe_of(config, "answer", schema=None).room
    asked, text = redact_context(question, texts, tokens=room, filters=filters)
    is_secret = asked.holds_secret and privacy_of(config).local_on_findings
    seen = [*looks, *([about] if about else [])]
    private = is_secret or any(one.private for one in seen)
    return Context(asked.text, about.title if about else "", text, private=private)


def _linked(question: str, vault: Vault, note: NotePath | None) -> list[NotePath]:
    """Give the notes that a question links to, each once, the one it is about excepted."""
    links = markdown.read(question).wikilinks
    if not links:
        return []
    names = Names(one.path for one in vault.sweep() if isinstance(one, Found))
    source = note or NotePath("")
    found = [names.resolve(link.target, source) for link in links if link.target]
    return [path for path in dict.fromkeys(found) if path and path != note]
