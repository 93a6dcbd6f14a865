"""What a service runs, what it is called, and how a file of ours is told from another."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vaultskillet.core.model import digest_of
from vaultskillet.errors import ConfigError

NICE = 10
"""How far behind other work it stands."""

STOP_S = 10
"""How long the system waits for it to end; it needs five seconds at most."""

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no unit and no property list can hold."""

_SEAL = re.compile(r".*\bWritten by `vaultskillet service install` ([0-9a-f]{32}).*\n")


@dataclass(frozen=True, slots=True)
class Service:
    """What is to run for one vault."""

    name: str
    """Of this vault's service, as `name_for` gives it."""
    vault: Path
    command: tuple[str, ...]
    """The program, by its absolute path, and its arguments."""
    environment_file: Path
    """Where a person keeps the variables that the configuration names; need not be there."""
    variables: tuple[str, ...] = ()
    """Those variables."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that say where things are kept; no secret is among them."""

    def __post_init__(self) -> None:
        """Refuse what cannot be written down.

        Raises:
            ConfigError: a path holds a control character, or is not UTF-8.
        """
        for text in (*self.command, *self.environment.values(), str(self.environment_file)):
            if _UNWRITABLE.search(text):
                raise ConfigError(
                    f"{text!a}: holds a character that no service can be given; rename it"
                )


@dataclass(frozen=True, slots=True)
class State:
    """How a service stands with the system's manager."""

    known: bool
    """The manager answers, and knows it."""
    running: bool = False
    process: int | None = None
    last_exit: int | None = None
    """Of the last process that ended; negative: the number of the signal that ended it."""
    because: str = ""
    """Why nothing is known."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """The commands that a person types."""

    start: str
    stop: str
    logs: str
    """Shows what it logged."""


class Manager(Protocol):
    """What starts services at log-in, called through a tool that may be absent."""

    @property
    def tool(self) -> str:
        """Name the tool."""
        ...

    @property
    def label(self) -> str:
        """Name the service as the manager does."""
        ...

    @property
    def file(self) -> Path:
        """Say where the service is described."""
        ...

    @property
    def by_hand(self) -> ByHand:
        """Give the commands for a person."""
        ...

    def describe(self, service: Service) -> str:
        """Give the text of that file."""
        ...

    def start(self, *, changed: bool) -> str:
        """Start it, now and at every log-in; give why that failed, empty where it did not.

        Args:
            changed: its file is new or another one, so what runs is to be started anew.
        """
        ...

    def stop(self) -> str:
        """Stop it, now and for good; give why that failed, empty where it did not."""
        ...

    def forget(self) -> None:
        """Let the manager know that the file is gone."""
        ...

    def ask(self) -> State:
        """Ask the manager how it stands."""
        ...


def name_for(vault: Path) -> str:
    """Name the service of a vault: for a person to know it by, and no other vault's.

    >>> name_for(Path("/home/ann/My Notes (new)"))[:13]
    'my-notes-new-'
    """
    home = vault.resolve()
    slug = re.sub(r"[^a-z0-9]+", "-", home.name.lower()).strip("-")[:40]
    return f"{slug or 'vault'}-{digest_of(os.fsencode(home))[:8]}"


def seal(text: str, comment: str, *, line: int) -> str:
    """Put a comment into a text that says who wrote it, and shows later that nobody changed it.

    Args:
        text: ends with a newline.
        comment: how a comment is spelt, with `{}` for what it says.
        line: which line it becomes, from 0.
    """
    lines = text.splitlines(keepends=True)
    said = f"Written by `vaultskillet service install` {digest_of(text.encode())}"
    return "".join([*lines[:line], comment.format(said), "\n", *lines[line:]])


def is_sealed(text: str) -> bool:
    """Say whether a text is exactly what `seal` gave."""
    found = _SEAL.search(text)
    if found is None:
        return False
    rest = text[: found.start()] + text[found.end() :]
    return found[1] == digest_of(rest.encode())
