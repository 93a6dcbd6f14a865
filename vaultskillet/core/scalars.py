"""Write one line of text as a YAML scalar that every reader reads back as that text."""

from __future__ import annotations

import re
from typing import Final

from vaultskillet.core.properties import QUOTES, reads_as_text
from vaultskillet.errors import FrontmatterError

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=~<")


def write_scalar(text: str, *, style: str = "", prefer: str = '"', flow: bool = False) -> str:
    """Write a text plainly where YAML allows it, else in quotes.

    Args:
        text: one line.
        style: the quotes to use in any case; nothing for none.
        prefer: the quotes to use where some are needed.
        flow: it stands in a flow list.

    Raises:
        FrontmatterError: the text holds a line break or a control character.
    """
    if _UNWRITABLE.search(text):
        raise FrontmatterError("a line break or control character cannot be written")
    if style not in QUOTES:
        if _may_be_plain(text, flow=flow):
            return text
        style = "'" if '"' in text and "'" not in text and "\\" not in text else prefer
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _may_be_plain(text: str, *, flow: bool) -> bool:
    """Say whether a text needs no quotes; in doubt it does."""
    return (
        text == text.strip()
        and text[:1] not in _INDICATORS
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and any(map(str.isalpha, text))  # `1,000` and `1:30` are numbers to some readers
        and not (flow and any(mark in text for mark in ",[]{}:?"))
        and reads_as_text(text)
    )
