"""Where certain words stand in a text: the cheap sieve in front of every expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def fold(text: str) -> str:
    """Give a text in lower case, every character in its place.

    Of all characters only the Turkish capital İ grows when it is lowered, which would move
    every span behind it.
    """
    return text.replace("İ", "i").lower()


def occurrences(text: str, literals: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Give where each of the literals stands, one literal after the other.

    `str.find` is ten times as fast as an alternation in an expression.
    """
    for literal in literals:
        at = text.find(literal)
        while at >= 0:
            yield at, literal
            at = text.find(literal, at + len(literal))


def words(listing: str) -> frozenset[str]:
    """Give the words of a listing as a set."""
    return frozenset(listing.split())
