"""How close a text is to another that a person wrote, and how well something was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+")


def rouge_1(text: str, reference: str) -> float:
    """Give the ROUGE-1 F1 of a text: how many words it shares with what a person wrote.

    Scripts without blanks are split into characters.

    >>> rouge_1("The cat sat.", "the cat ran")
    0.6666666666666666
    """
    ours, theirs = (Counter(_WORD.findall(each.casefold())) for each in (text, reference))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def mean(values: Sequence[float]) -> float:
    """Give the mean; 0 for no values."""
    return fmean(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share of all does not exceed; 0 for no values.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, round(share * len(ordered)) - 1)] if ordered else 0.0
