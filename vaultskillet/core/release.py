"""Text that is still being written, let go as soon as nothing that follows can change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

HOLD_CHARS = 80
"""What is cleaned may show only by what follows it: so much is held back."""
STEP_CHARS = 24
"""Cleaning costs time that grows with the text, so it waits for so much more of it."""


def release(pieces: Iterable[str], clean: Callable[[str], str], *, most: int) -> Iterator[str]:
    """Give a text in harmless pieces, each cut at a blank.

    All that was given at any time is the beginning of a clean text. It is that of the whole
    text unless something that follows far behind changes how it is to be cleaned; then what is
    given goes on from where the two differ.

    Args:
        pieces: of the text, as they are written.
        clean: gives a text without what may not be shown; knows nothing of earlier calls.
        most: characters after which no more is read.
    """
    text = shown = ""
    looked_at = 0
    for piece in pieces:
        text += piece
        if len(text) - looked_at < STEP_CHARS:
            continue
        looked_at = len(text)
        cleaned = clean(text)
        end = _last_blank(cleaned, before=len(cleaned) - HOLD_CHARS)
        if end > len(shown) and cleaned.startswith(shown):
            yield cleaned[len(shown) : end]
            shown = cleaned[:end]
        if len(text) > most:
            break
    if rest := _rest(clean(text), shown):
        yield rest


def _last_blank(text: str, *, before: int) -> int:
    """Give where the last blank stands; -1 where there is none."""
    return max(text.rfind(blank, 0, max(before, 0)) for blank in " \n")


def _rest(text: str, shown: str) -> str:
    """Give what of a text is not shown yet."""
    same = 0
    while same < min(len(text), len(shown)) and text[same] == shown[same]:
        same += 1
    return text[same:]
