"""Embeddings: what of a note is embedded, and how near two of them are.

Of a vector only the signs of its numbers are kept, a bit for each. Among the notes of a vault that
finds nearly the same ones as the numbers do, in a thirtieth of the space, and needs no library:
bits are compared in machine words. It says less of a text, too, should the state get into strange
hands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from heapq import nlargest

from vaultskillet.core.model import Digest, SafeText, digest_of

MAX_CHARS = 2000
"""What a note says at its beginning. Small models read 256 tokens, most others 512."""

NEAR, NEAREST = 1.0, 5.0
"""In standard deviations: what is no nearer than the one says nothing, than the other all."""


def text_to_embed(name: SafeText, text: SafeText) -> SafeText:
    """Give what of a note is embedded: what it is called, and how it begins."""
    return SafeText(f"{name}\n\n{text[:MAX_CHARS]}".strip())


def digest_to_embed(model: str, text: SafeText) -> Digest:
    """Give what changes when a text has to be embedded anew."""
    return digest_of(f"{model}\0{text}".encode("utf-8", "surrogatepass"))


def signs_of(vector: Sequence[float]) -> bytes:
    """Give one bit for each number: whether it is above 0.

    >>> signs_of([0.5, -0.1, 0.0, 0.2, -1.0, 0.0, 0.0, 0.0, 0.3]).hex()
    '0901'
    """
    bits = 0
    for value in reversed(vector):
        bits = bits << 1 | (value > 0)
    return bits.to_bytes((len(vector) + 7) // 8, "little")


def nearest(asking: int, signs: Mapping[int, int], *, limit: int) -> dict[int, float]:
    """Give how much nearer than most the nearest notes are, 0 to 1, best first.

    Models differ in how alike they find any two texts, so a distance is measured against those of
    all others: in standard deviations from their mean.

    Args:
        asking: the note that is asked about.
        signs: of all notes, as numbers; its own among them.
        limit: at most so many.
    """
    own = signs[asking]
    distances = {note: (own ^ its).bit_count() for note, its in signs.items()}
    del distances[asking]
    if not distances:
        return {}
    count = len(distances)
    mean = sum(distances.values()) / count
    variance = sum(distance * distance for distance in distances.values()) / count - mean * mean
    if variance <= 0:
        return {}
    scale = math.sqrt(variance) * (NEAREST - NEAR)
    least = mean - NEAR * math.sqrt(variance)
    best = nlargest(limit, distances.items(), key=lambda item: -item[1])
    return {
        note: min(1.0, (least - distance) / scale) for note, distance in best if distance < least
    }
