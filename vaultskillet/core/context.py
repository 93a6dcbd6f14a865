"""What a request is about: the note that it stands in, and the notes that its line links to."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core import redact
from vaultskillet.core.model import SafeText
from vaultskillet.core.prompt import cut_to_tokens, estimate_tokens

_BETWEEN = "\x1e"
"""Stands between two texts while they are redacted; notes do not hold it."""


def join_texts(texts: Sequence[str], *, tokens: int, filters: redact.Policy) -> SafeText:
    """Redact texts together and join them, each cut to its share of what a model can hold.

    Redacted as one, so that the same person has the same placeholder in all of them. What a
    short text leaves of its share goes to the others.

    Args:
        texts: of the notes, in order.
        tokens: how many the joined text may take, by estimate.
        filters: what is redacted.

    Raises:
        RedactionError: a filter failed.
    """
    whole = f"\n\n{_BETWEEN}\n\n".join(text.replace(_BETWEEN, " ").strip() for text in texts)
    parts = [part.strip() for part in redact.redact(whole, filters).text.split(_BETWEEN)]
    sizes = [estimate_tokens(part) for part in parts]
    left = tokens
    shares: dict[int, int] = {}
    for done, at in enumerate(sorted(range(len(parts)), key=sizes.__getitem__)):
        shares[at] = min(sizes[at], left // (len(parts) - done))
        left -= shares[at]
    cut = [cut_to_tokens(SafeText(part), shares[at]) for at, part in enumerate(parts)]
    return SafeText("\n\n".join(part for part in cut if part.strip()))
