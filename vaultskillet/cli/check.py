"""What a check of `doctor` found, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
