"""From what came of the errands of a note to the one plan of what is written for it."""

from __future__ import annotations

