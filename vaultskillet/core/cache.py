"""What was classified lately, so that the same text is not sent to a model twice."""

from __future__ import annotations

from collections import OrderedDict

from vaultskillet.core.model import Classification, Digest


class ClassificationCache:
    """The classifications used last, none older than some age; not safe between threads.

    Args:
        size: how many are kept; 0: none.
        age_s: how long one holds, in seconds.
    """

    def __init__(self, *, size: int, age_s: float) -> None:
        self._size = size
        self._age_s = age_s
        self._kept = OrderedDict[Digest, tuple[float, Classification]]()

    def get(self, text: Digest, *, now: float) -> Classification | None:
        """Give what a text was classified as; None where that is not known, or too long ago.

        Args:
            text: digest of the text.
            now: seconds, of a clock that never runs backwards.
        """
        if text not in self._kept:
            return None
        at, classification = self._kept[text]
        if now - at > self._age_s:
            del self._kept[text]
            return None
        self._kept.move_to_end(text)
        return classification

    def put(self, text: Digest, classification: Classification, *, now: float) -> None:
        """Keep a classification; the one that was not used for longest makes room."""
        self._kept[text] = (now, classification)
        self._kept.move_to_end(text)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
