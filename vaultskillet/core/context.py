"""What a request is about: the note that it stands in, and the notes that its line links to."""

from __future__ import annotations

from collections.abc import Sequence

from vaultskillet.core import redact
from vaultskillet.core.model import SafeText
from vaultskillet.core.prompt import cut_to_tokens, estimate_tokens


def redact_context(
    request: str, texts: Sequence[str], *, tokens: int, filters: redact.Policy
) -> tuple[redact.Redacted, SafeText]:
    """Redact a request and what it is about together, and join the latter.

    Together, so that the same person has the same placeholder in all of them. Each text is cut
    to its share of what a model can hold; what a short one leaves goes to the others.

    Args:
        request: in words.
        texts: of the notes, in order.
        tokens: how many the joined text may take, by estimate.
        filters: what is redacted.

    Raises:
        RedactionError: a filter failed.
    """
    asked, *rest = redact.redact_all((request, *texts), filters)
    parts = [SafeText(one.text.strip()) for one in rest]
    sizes = [estimate_tokens(part) for part in parts]
    left = tokens
    shares: dict[int, int] = {}
    for done, at in enumerate(sorted(range(len(parts)), key=sizes.__getitem__)):
        shares[at] = min(sizes[at], left // (len(parts) - done))
        left -= shares[at]
    cut = [cut_to_tokens(part, shares[at]) for at, part in enumerate(parts)]
    return asked, SafeText("\n\n".join(part for part in cut if part.strip()))
