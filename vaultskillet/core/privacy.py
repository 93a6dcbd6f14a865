"""Which notes only an engine on this machine may see, and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from vaultskillet.core.model import NotePath


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the configuration says, beside what a note says of itself."""

    folders: tuple[str, ...] = ()
    """Whose notes are private, with all that lies below; relative to the vault."""
    local_on_findings: bool = False
    """Whether a note in which a secret was found is private."""

    def folder_of(self, path: NotePath) -> str | None:
        """Give the private folder that a note lies in; None where it lies in none.

        >>> Privacy(folders=("Work/HR",)).folder_of(NotePath("work/hr/pay/2024.md"))
        'Work/HR'
        """
        key = _key(path)
        return next((one for one in self.folders if key.startswith(f"{_key(one)}/")), None)


BY_THE_NOTES_ALONE = Privacy()
"""Private is what says so itself."""


def _key(path: str) -> str:
    """Give the form in which all spellings of a path are equal: systems differ in theirs."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
